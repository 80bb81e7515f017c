"""`mockstudio matrix`."""

from __future__ import annotations

from pathlib import Path

import pytest

SUBFLOW = "FW" + "5" * 32
FLOW = "order-status.flow.json"
ENDPOINTS = ("--endpoints", "order-status.endpoints.yaml")

pytestmark = pytest.mark.usefixtures("bare")


@pytest.fixture
def careless(edit_flow):
    """The demo's flow, which says nothing when the lookup fails."""

    def edit(states):
        states["lookup"]["transitions"][1].pop("next")

    return edit_flow("careless.flow.json", edit)


def test_each_widget_has_its_table(here):
    result = here("matrix", FLOW, *ENDPOINTS, "--outcome", "ok", "--outcome", "timeout")
    assert (result.code, result.err) == (0, "")
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert lines[0] == "lookup (incomingMessage > ask > lookup)"
    assert lines[3] == (
        "timeout fail timeout ended at 'sorry' (FLOW_END) "
        "Sorry, I cannot look that up right now. Please … 10.0 s"
    )
    assert lines[-1] == "order-status: 2 of 2 HTTP widgets reached, 4 runs, nothing found"


def test_without_a_name_the_one_flow_of_the_settings_is_driven(here, folder):
    unnamed = here("matrix")
    assert (unnamed.code, unnamed.out) == (2, "")
    assert "name the FLOW, such as `mockstudio matrix flow.json`" in unnamed.err
    (folder / "mockstudio.yaml").write_text("flows: [greeting.flow.json]\n")
    assert here("matrix", "--outcome", "ok").out.endswith(
        "greeting: 1 of 1 HTTP widgets reached, 1 run, nothing found\n"
    )


def test_all_outcomes_are_played_at_stubs_without_endpoints(here):
    data = here("matrix", FLOW, "--format", "json").json
    assert {drive["widget"] for drive in data["drives"]} == {"lookup", "stock"}
    assert len(data["cells"]) == 38


def test_findings_fail_only_when_asked_to(careless, here):
    asked = here("matrix", careless, *ENDPOINTS, "--fail-on", "loop, dead-end")
    assert asked.code == 1
    assert "  dead-end: lookup: 'fail' ends in silence at 'lookup' (" in asked.out
    assert here("matrix", careless, *ENDPOINTS, "--fail-on", "loop").code == 0
    assert here("matrix", careless, *ENDPOINTS).code == 0


def test_all_stands_for_every_finding(careless, here):
    assert here("matrix", careless, *ENDPOINTS, "--fail-on", "all").code == 1
    assert here("matrix", FLOW, *ENDPOINTS, "--outcome", "ok", "--fail-on", "all").code == 0


def test_a_url_that_cannot_be_called_can_be_failed_on(edit_flow, here):
    def edit(states):
        states["lookup"]["properties"]["url"] = "<YOUR_URL>"

    result = here("matrix", edit_flow("open.flow.json", edit), "--fail-on", "unplayed")
    assert result.code == 1
    assert "  unplayed: lookup: URL '<YOUR_URL>' is not absolute" in result.out
    assert "1 unplayed" in result.out.splitlines()[-1]


def test_only_the_trigger_that_is_named_starts_the_flow(here):
    result = here("matrix", FLOW, "--trigger", "incomingCall", "--fail-on", "unreached")
    assert result.code == 1
    assert "unreached: lookup: no way leads to it from incomingCall" in result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fail-on", "lop"), "no finding 'lop'; did you mean 'loop'?"),
        (("--outcome", "timeot"), "no outcome 'timeot'; did you mean 'timeout'?"),
        (("--trigger", "x"), "'x' is not one of"),
        (("--play", "lookup=timeout"), "No such option"),
        (("--endpoints", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_a_wrong_option_is_refused(arguments, message, here):
    result = here("matrix", FLOW, *arguments)
    assert result.code == 2
    assert message in result.err
    assert result.out == ""


def test_names_to_fail_on_may_end_in_a_comma(careless, here):
    assert here("matrix", careless, *ENDPOINTS, "--fail-on", "dead-end, ").code == 1


@pytest.fixture
def with_subflow(edit_flow):
    """The demo's flow, which leaves the check of the stock to a subflow."""

    def edit(states):
        ways = [{"event": "completed", "next": "tell_open"}, {"event": "failed"}]
        properties = {"flow_sid": SUBFLOW, "flow_revision": "LatestPublished", "parameters": []}
        widget = {"type": "run-subflow", "transitions": ways, "properties": properties}
        states["stock"].update(widget)

    return edit_flow("parent.flow.json", edit)


def test_a_subflow_that_is_missing_is_told_with_what_to_do(with_subflow, here):
    result = here("matrix", with_subflow, *ENDPOINTS, "--outcome", "ok")
    assert result.code == 0
    assert result.err.splitlines()[-1] == (
        f"warning: widget 'stock' runs flow {SUBFLOW}, which is not loaded: it takes 'failed'; "
        f"give its export with --subflow {SUBFLOW}=FILE"
    )


def test_widgets_of_a_subflow_are_played_at_stubs(with_subflow, edit_flow, here):
    def edit(states):
        for transition in states["Trigger"]["transitions"]:
            if transition["event"] == "incomingParent":
                transition["next"] = "lookup"

    inner = edit_flow("inner.flow.json", edit)
    result = here("matrix", with_subflow, "--outcome", "ok", "--subflow", f"{SUBFLOW}={inner}")
    assert result.code == 0
    assert "lookup in subflow inner  (" in result.out
    assert "stock in subflow inner  (" in result.out
    assert "HTTP widgets reached" in result.out


def test_a_flow_without_http_widgets_says_so(edit_flow, here):
    def edit(states):
        for transition in states["Trigger"]["transitions"]:
            transition.pop("next", None)
        for name in ("lookup", "stock"):
            states[name].update(type="set-variables", transitions=[{"event": "next"}])
            states[name]["properties"] = {"variables": []}

    result = here("matrix", edit_flow("quiet.flow.json", edit), "--fail-on", "unreached")
    assert result.code == 0
    assert result.out == "quiet: no HTTP widgets, so there is nothing to play\n"


def test_a_broken_flow_is_refused_with_its_mistakes(bare, here):
    Path("broken.flow.json").write_text(
        '{"states": [{"name": "a"}], "initial_state": "x"}', "utf-8"
    )
    result = here("matrix", "broken.flow.json")
    assert result.code == 2
    assert "#/states/0/type: is missing" in result.err
    assert "#/initial_state: there is no widget named 'x'" in result.err


def test_the_matrix_is_written_as_a_page(here):
    result = here("matrix", FLOW, *ENDPOINTS, "--outcome", "reset", "--format", "html")
    assert result.code == 0
    assert result.out.startswith("<!DOCTYPE html>")
