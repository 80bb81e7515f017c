"""`mockstudio test` plays scenario files."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest

FILE = "greeting.scenario.yaml"
MORE = """\
flow: greeting.flow.json
endpoints: customers.endpoints.yaml
scenarios:
  - {name: one, when: [{message: hi}], then: [{sent: Hello Ada!}, ended]}
  - {name: two, when: [{message: hi}], then: [{sent: Hello Bob!}]}
  - {name: three, when: [{message: hi}], then: [waiting]}
"""


@pytest.fixture
def more(folder):
    """A scenario file of which two scenarios fail."""
    (folder / "more").mkdir()
    path = folder / "more" / "more.scenario.yaml"
    text = MORE.replace(": greeting", ": ../greeting").replace(": customers", ": ../customers")
    path.write_text(text)
    return path


def test_the_examples_scenario_holds(here):
    result = here("test")
    assert result.code == 0
    assert re.fullmatch(r"1 passed in \S+ m?s\n", result.out)
    assert re.fullmatch(r"order by --seed \d+\n", result.err)


@pytest.mark.parametrize("paths", [(), (".",), (FILE, "more"), (FILE, "more/more.scenario.yaml")])
def test_files_and_folders_are_searched(here, more, paths):
    result = here("test", *paths)
    assert result.code == 1
    assert "2 failed, 2 passed in" in result.out


def test_a_failure_shows_place_expectation_steps_and_what_there_was(here, more):
    out = here("test", "more", "--in-order").out
    assert "FAILED  more/more.scenario.yaml: two  (80 ms of virtual time)" in out
    assert "more/more.scenario.yaml:5: expected 'Hello Bob!' to be sent" in out
    assert "    found: 'Hello Ada!'" in out
    assert "greet    sent → end" in out
    assert out.index(": two") < out.index(": three")


def test_verbose_has_a_line_for_what_passed(here):
    assert "passed  greeting.scenario.yaml: the lookup times out" in here("test", "-v").out


def test_words_choose(here, more):
    assert "1 failed, 1 passed" in here("test", "-k", "one or three").out
    result = here("test", "-k", "nobody")
    assert result.code == 2
    assert "-k 'nobody' fits none of 4 scenarios" in result.err


def test_the_first_failure_may_be_the_last(here, more):
    result = here("test", "-x", "--in-order", "more")
    assert result.code == 1
    assert "1 failed, 1 passed, 1 not played" in result.out


def test_the_same_seed_gives_the_same_order(here, more):
    orders = {
        tuple(re.findall(r"^\w+ +\S+: (\w+)", here("test", "more", "-v", "--seed", seed).out, re.M))
        for seed in ("1", "1", "2", "3", "4", "5")
    }
    assert 1 < len(orders) <= 5
    assert "order by --seed 7\n" in here("test", "more", "--seed", "7").err


def test_all_broken_files_are_told_at_once_and_nothing_is_played(here, folder, more):
    (folder / "b.scenario.yaml").write_text("flow: greeting.flow.json\nscenarios: [{}]\n")
    more.write_text(more.read_text().replace("then: [waiting]", "then: [wating]"))
    result = here("test")
    assert (result.code, result.out) == (2, "")
    assert "b.scenario.yaml:2:13: scenarios[0]: missing key 'name'" in result.err
    assert "did you mean 'waiting'?" in result.err


def test_reports_tell_of_broken_files(here, folder, more):
    (folder / "b.scenario.yaml").write_text("flow: greeting.flow.json\nscenarios: [{}]\n")
    result = here("test", "--junit", "out.xml", "--json", "out.json", "--html", "out.html")
    assert (result.code, result.out) == (2, "")
    (case,) = ET.parse(folder / "out.xml").getroot().iter("testcase")
    assert (case.get("classname"), case.get("name")) == ("b.scenario.yaml", "the file can be used")
    assert "missing key 'name'" in case.find("error").text
    assert json.loads((folder / "out.json").read_text())["summary"]["failed"] == 1
    assert "missing key" in (folder / "out.html").read_text()


def test_a_folder_without_scenarios_is_told(here, tmp_path):
    (tmp_path / "empty").mkdir()
    result = here("test", str(tmp_path / "empty"))
    assert result.code == 2
    assert "`mockstudio init example` writes one" in result.err


def test_limits_and_variables_count(here):
    result = here("test", "-v", "--limit", "http-timeout=3s")
    assert "(3.0 s of virtual time)" in result.out


def test_junit_has_every_outcome(here, folder, more):
    assert here("test", "--junit", "out.xml").code == 1
    root = ET.parse(folder / "out.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "2", "0")
    failures = root.findall(".//testcase/failure")
    assert {failure.get("message") for failure in failures} == {
        "expected 'Hello Bob!' to be sent",
        "expected the execution to wait",
    }
    assert "the steps that ran:" in failures[0].text


def test_a_report_that_cannot_be_written_is_told_before_anything_is_played(here):
    result = here("test", "--junit", f"{FILE}/out.xml")
    assert (result.code, result.out) == (2, "")
    assert f"cannot make the folder '{FILE}'" in result.err


def test_folders_of_reports_are_made(here, folder):
    assert here("test", "--junit", "reports/new/out.xml", "--json", "reports/out.json").code == 0
    assert (folder / "reports" / "new" / "out.xml").exists()


def test_installed_and_hidden_folders_are_passed_over(here, folder, more):
    (folder / "env").mkdir()
    (folder / "env" / "pyvenv.cfg").write_text("")
    for name in ("env", ".hidden", "node_modules"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "broken.scenario.yaml").write_text("not one")
    assert "2 failed, 2 passed" in here("test").out
    assert here("test", "node_modules").code == 2
