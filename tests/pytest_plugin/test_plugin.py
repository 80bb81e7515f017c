"""The pytest plugin, in pytest runs of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockstudio.pytest_plugin import SECTION

pytest_plugins = ["pytester"]

FIXTURES = Path(__file__).parents[2] / "fixtures"
SETTINGS = """
endpoints: [order-status.endpoints.yaml]
flows: [order-status.flow.json]
"""
ASKS = """
def test_it(sandbox):
    sandbox.request({"order": "42"})
    assert sandbox.sent == ["Order 42: 3 in stock, it ships tomorrow."]
"""
FAILS = """
def test_it(sandbox):
    sandbox.endpoint("lookup").plays("server-error")
    sandbox.request({"order": "42"})
    assert sandbox.sent == []
"""
OTHERS = ("hypothesispytest", "pytest_httpserver", "schemathesis", "anyio", "randomly")
WITHOUT_OTHERS = tuple(f"-pno:{name}" for name in OTHERS)
PRINTS_SETTINGS = """
def test_it(mockstudio_settings, sandbox):
    print("CONTACT", mockstudio_settings.contact, len(sandbox.library.flows))
"""


@pytest.fixture
def project(pytester):
    """A folder with settings, a flow and its endpoints."""
    for name in ("order-status.endpoints.yaml", "order-status.flow.json"):
        shutil.copy(FIXTURES / name, pytester.path)
    (pytester.path / "mockstudio.yaml").write_text(SETTINGS)
    return pytester


@pytest.fixture
def run(project):
    """Run the tests of a file's text, with options; warnings are errors."""

    def with_options(text: str, *options: str):
        project.makepyfile(text)
        return project.runpytest_inprocess("-W", "error", *options)

    return with_options


@pytest.fixture
def run_alone(project):
    """Run the tests of a file's text in a process of their own."""

    def with_options(text: str, *options: str):
        project.makepyfile(text)
        return project.runpytest_subprocess("-W", "error", *WITHOUT_OTHERS, *options)

    return with_options


# --- the fixtures


@pytest.mark.parametrize("options", [(), ("-p", "no:randomly")])
def test_a_sandbox_has_what_the_settings_name(run, options):
    run(ASKS, *options).assert_outcomes(passed=1)


def test_it_works_in_the_processes_of_xdist(run_alone):
    each = "import pytest\n@pytest.mark.parametrize('n', range(4))\ndef test_it(sandbox, n):"
    run_alone(ASKS.replace("def test_it(sandbox):", each), "-n", "2").assert_outcomes(passed=4)


def test_each_test_has_a_sandbox_of_its_own(run):
    text = "import pytest\n@pytest.mark.parametrize('n', [1, 2])\ndef test_it(sandbox, n):\n"
    text += "    assert len(sandbox.journal) == 0\n    sandbox.request({'order': '42'})\n"
    run(text).assert_outcomes(passed=2)


def test_a_live_sandbox_is_served_over_http(run):
    result = run("""
import requests
def test_it(live_sandbox):
    assert live_sandbox.clock.name == "system"
    url = live_sandbox.url + "/items/mug"
    assert requests.get(url).json() == {"item": "mug", "quantity": 3}
    live_sandbox.endpoint("stock").was_called(times=1)
    live_sandbox.request({"order": "42"})
    assert len(live_sandbox.sent) == 1
""")
    result.assert_outcomes(passed=1)


def test_a_fixture_of_the_same_name_takes_the_place(run):
    result = run("""
import pytest
@pytest.fixture
def sandbox():
    return "mine"
def test_it(sandbox):
    assert sandbox == "mine"
""")
    result.assert_outcomes(passed=1)


def test_nothing_is_left_of_a_closed_sandbox(run_alone):
    result = run_alone("""
import gc, threading, weakref
import pytest

seen = []

@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("name", ["sandbox", "live_sandbox"])
def test_it(request, name, n):
    sandbox = request.getfixturevalue(name)
    sandbox.message("hi")
    sandbox.call(sandbox.library.only())
    seen.append(weakref.ref(sandbox))

def test_them_all():
    gc.collect()
    assert len(seen) == 4
    assert [ref for ref in seen if ref() is not None] == []
    assert [thread.name for thread in threading.enumerate()] == ["MainThread"]
""")
    result.assert_outcomes(passed=5)


# --- settings


def test_the_settings_lie_beside_the_ini_file(run, project, monkeypatch):
    project.makeini("[pytest]\n")
    below = project.mkdir("below")
    monkeypatch.chdir(below)
    run(ASKS.replace("test_it", "test_below"), str(project.path)).assert_outcomes(passed=1)


def test_a_sandbox_without_settings_is_empty(run, project):
    (project.path / "mockstudio.yaml").unlink()
    result = run(PRINTS_SETTINGS, "-s")
    result.stdout.fnmatch_lines(["*CONTACT +12025550123 0*"])


@pytest.mark.parametrize("named", ["other", "other/mockstudio.yaml"])
@pytest.mark.parametrize("how", ["ini", "option"])
def test_a_file_or_folder_of_settings_can_be_named(run, project, named, how):
    folder = project.mkdir("other")
    (folder / "mockstudio.yaml").write_text("contact: '+12025550199'")
    if how == "ini":
        project.makeini(f"[pytest]\nmockstudio_settings = {named}\n")
    options = [f"--mockstudio-settings={named}"] if how == "option" else []
    result = run(PRINTS_SETTINGS, "-s", *options)
    result.stdout.fnmatch_lines(["*CONTACT +12025550199 0*"])


def test_options_change_single_settings(run):
    result = run(
        """
def test_it(sandbox):
    settings = sandbox.settings
    assert (settings.profile, settings.seed) == ("studio-legacy", 7)
    assert settings.variables == {"a": "b=c"}
    assert sandbox.limits.http_timeout == 3.0
    assert sandbox.router.routes[0].target == "http://localhost:3000/*"
""",
        "--mockstudio-profile=studio-legacy",
        "--mockstudio-seed=7",
        "--mockstudio-var=a=b=c",
        "--mockstudio-limit=http-timeout=3s",
        "--mockstudio-route=https://x.twil.io/*=http://localhost:3000/*",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--mockstudio-settings=nowhere.yaml"], "--mockstudio-settings: there is no '*nowhere*'"),
        (["--mockstudio-var=a"], "--mockstudio-var 'a': expected NAME=VALUE"),
        (["--mockstudio-route=a"], "route 'a': expected FROM=TO*"),
        (["--mockstudio-limit=http-timeout=soon"], "*limit.http-timeout*found 'soon'"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(run, options, told):
    result = run(ASKS, *options)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*.py:*: *Error")


def test_a_broken_file_is_told_without_a_traceback(run, project):
    (project.path / "order-status.endpoints.yaml").write_text("endpoints: [{urll: /a}]")
    result = run(ASKS)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*did you mean 'url'*"])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


# --- what a failing test tells


def test_a_failing_tests_report_shows_what_happened(run):
    result = run(FAILS)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [f"*- {SECTION} -*", "● lookup  (run-function)", "    fail: status 500 is 5xx*lookup)"]
    )


def test_it_comes_from_the_processes_of_xdist_as_well(run_alone):
    result = run_alone(FAILS, "-n", "1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*- {SECTION} -*", "■ ended: FLOW_END"])


def test_a_failure_of_another_fixture_shows_it_too(run):
    result = run("""
import pytest
@pytest.fixture
def started(sandbox):
    sandbox.request({"order": "42"})
    raise ValueError
def test_it(started):
    pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*- {SECTION} -*"])


@pytest.mark.parametrize("text", [ASKS, "def test_it(sandbox): 1/0", "def test_it(): 1/0"])
def test_there_is_no_section_where_nothing_failed_or_happened(run, text):
    result = run(text, "-rA")
    result.stdout.no_fnmatch_line(f"*{SECTION}*")


def test_a_widgets_reason_stands_beside_the_difference(run):
    result = run("""
def test_it(sandbox):
    sandbox.endpoint("lookup").plays("timeout")
    assert sandbox.request({"order": "42"}).took("lookup") == "success"
""")
    result.stdout.fnmatch_lines(
        ["E*assert 'fail' == 'success'", "E*because timeout: no answer after 10.0 s, limit 10.0 s"]
    )


def test_an_expectation_is_told_where_the_test_has_it(run):
    result = run("""
def test_it(sandbox):
    sandbox.endpoint("lookup").was_called(times=2)
""")
    result.stdout.fnmatch_lines(
        ["E*expected endpoint 'lookup' to be called twice*", "test_*.py:2: ExpectationError"]
    )
    result.stdout.no_fnmatch_line("*handle.py*")


def test_a_flow_that_was_stopped_unnoticed_fails_the_test(run):
    text = """
def test_it(sandbox):
    sandbox.endpoints.remove("stock")
    sandbox.chat(sandbox.library.only()).send("hi")
    sandbox.chat(sandbox.library.only()).send("42")
"""
    result = run(text)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*widget 'stock'*stock.example.com*", f"*- {SECTION} -*"])


def test_one_that_the_test_has_noticed_does_not(run):
    result = run("""
import pytest
from mockstudio import MockstudioError
def test_it(sandbox):
    sandbox.endpoints.remove("stock")
    for text in ("hi", "42"):
        sandbox.chat(sandbox.library.only()).send(text)
    with pytest.raises(MockstudioError, match="stock"):
        sandbox.raise_problem()
""")
    result.assert_outcomes(passed=1)


# --- scenario files

SCENARIOS = """
flow: order-status.flow.json
endpoints: [order-status.endpoints.yaml]
scenarios:
  - name: it ships tomorrow
    when: [{request: {order: "42"}}]
    then: [{sent: "Order 42: 3 in stock, it ships tomorrow."}, ended]
  - name: the lookup fails
    given: {lookup: timeout}
    when: [{request: {order: "42"}}]
    then: [{widget: lookup, took: fail, because: SOMETHING}]
"""


@pytest.fixture
def run_scenarios(project):
    """Run a folder with a scenario file, in which the second one expects this reason."""

    def with_reason(reason: str, *options: str):
        file = project.path / "orders.scenario.yaml"
        file.write_text(SCENARIOS.replace("SOMETHING", reason))
        return project.runpytest_inprocess("-W", "error", *options)

    return with_reason


def test_each_scenario_is_a_test(run_scenarios):
    result = run_scenarios("timeout", "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["orders.scenario.yaml::it ships tomorrow PASSED*"])


def test_a_failing_scenario_tells_what_mockstudio_test_tells(run_scenarios):
    result = run_scenarios("overflow")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "orders.scenario.yaml:11: expected widget*",
            "    found:*",
            "the steps that ran:",
            "  > lookup *",
            "the request of 'lookup':",
            "FAILED orders.scenario.yaml::the lookup fails*",
        ]
    )
    result.stdout.no_fnmatch_line("*Error*")


def test_options_count_for_scenarios_as_well(run_scenarios):
    result = run_scenarios("timeout", "--mockstudio-limit=http-timeout=60s", "-k", "fails")
    result.assert_outcomes(failed=1, deselected=1)


def test_a_broken_scenario_file_is_an_error_with_all_its_mistakes(run_scenarios):
    result = run_scenarios("timeout}, {sant: hello}, {enddd: 1")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*orders.scenario.yaml:11:*enddd*did you mean 'ended'*"])
    result.stdout.no_fnmatch_line("*Traceback*")


# --- what the plugin costs others

LOADED = """
import sys
def test_it():
    loaded = sorted(name for name in sys.modules if name.partition(".")[0] == "mockstudio")
    assert loaded == ["mockstudio", "mockstudio.pytest_plugin", "mockstudio.version"]
    assert not {"flask", "lxml", "rich", "requests"} & {n for n in sys.modules}
"""


def test_who_asks_for_no_sandbox_imports_nothing(run_alone):
    run_alone(LOADED, "-pno:xdist").assert_outcomes(passed=1)


def test_the_entry_point_is_the_plugin():
    code = "import mockstudio.pytest_plugin, sys; print('mockstudio.sandbox' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# --- coverage

COVERS = """
import pytest
@pytest.mark.parametrize("outcome", ["ok", "timeout"])
def test_it(sandbox, outcome):
    sandbox.endpoint("lookup").plays(outcome)
    sandbox.request({"order": "42"})

def test_that_it_waits(sandbox):
    sandbox.message("hi")
"""
COVERED = "order-status.flow.json: widgets 7 of 10, transitions 6 of 10, 60 %"


def test_coverage_is_told_of_all_sandboxes(run):
    result = run(COVERS, "--mockstudio-cover")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*coverage of flows*", COVERED])
    result.stdout.fnmatch_lines(["*never taken*ask.timeout*", "*never entered*no_reply"])


def test_coverage_is_told_when_it_is_wanted_only(run):
    assert "coverage of flows" not in run(COVERS).stdout.str()


@pytest.mark.parametrize(("floor", "code"), [("60", 0), ("60.1", 1)])
def test_a_floor_of_coverage_is_kept(run, floor, code):
    result = run(COVERS, "--mockstudio-cover-floor", floor)
    assert result.ret == code
    told = f"order-status.flow.json: fewer than {floor} % of the transitions ran"
    assert (told in result.stdout.str()) == bool(code)


@pytest.mark.parametrize("floor", ["-1", "100.5", "nan"])
def test_a_floor_outside_of_percents_is_refused(run_alone, floor):
    result = run_alone(COVERS, f"--mockstudio-cover-floor={floor}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--mockstudio-cover-floor {floor}: expected 0 to 100"])


def test_a_flow_that_no_test_runs_is_not_counted(run, project):
    shutil.copy(FIXTURES / "survey.flow.json", project.path)
    flows = "[order-status.flow.json, survey.flow.json]"
    settings = SETTINGS.replace("[order-status.flow.json]", flows)
    (project.path / "mockstudio.yaml").write_text(settings)
    text = COVERS.replace('"42"}', '"42"}, sandbox.library.flows[0]')
    text = text.replace('message("hi"', 'message("hi", sandbox.library.flows[0]')
    result = run(text, "--mockstudio-cover-floor", "60")
    assert result.ret == 0
    assert "survey" not in result.stdout.str()


def test_a_failing_run_stays_one_whatever_is_covered(run):
    assert run(FAILS, "--mockstudio-cover-floor", "0").ret == 1


def test_coverage_is_told_of_the_processes_of_xdist(run_alone):
    result = run_alone(COVERS, "--mockstudio-cover-floor", "60", "-n", "2")
    assert result.ret == 0
    result.stdout.fnmatch_lines([COVERED])


def test_coverage_has_what_ran_in_scenario_files(project):
    shutil.copy(FIXTURES / "order-status.scenario.yaml", project.path)
    result = project.runpytest_inprocess("--mockstudio-cover")
    result.assert_outcomes(passed=12)
    result.stdout.fnmatch_lines(["*transitions 10 of 10, 100 %"])


def test_flows_that_tests_make_themselves_are_not_to_be_covered(run):
    text = """
    import json, pathlib
    def test_it(sandbox):
        definition = json.loads(pathlib.Path("order-status.flow.json").read_text())
        sandbox.library.add(parse_flow(definition, "made"))
        sandbox.request({"order": "42"}, sandbox.library.flows[0])
    """
    text = "from mockstudio.flows.definition import parse_flow\n" + text.replace("\n    ", "\n")
    text = text.replace('"made"))', '"made").flow)')
    result = run(text, "--mockstudio-cover")
    result.assert_outcomes(passed=1)
    assert result.stdout.str().count("transitions") == 1


# --- how failures look

UNCOVERED = """
def test_it(sandbox):
    for name in list(sandbox.endpoints.names):
        sandbox.endpoints.remove(name)
    sandbox.request({"order": "42"})
"""


def test_an_error_is_shown_where_the_test_met_it(run):
    result = run(UNCOVERED)
    result.assert_outcomes(failed=1)
    told = result.stdout.str()
    assert 'sandbox.request({"order": "42"})' in told
    assert "no route covers https://orders-1234.twil.io/lookup" in told
    assert "runner.py" not in told
    assert "direct cause" not in told


def test_the_full_trace_is_there_for_who_wants_it(run):
    assert "runner.py" in run(UNCOVERED, "--full-trace").stdout.str()
