"""HTTP widgets inside subflows are reached, played and told of like those of the flow itself."""

import pytest

from mockstudio.contracts.matrix.model import DEAD_END, LOOP, SLOW_CALL, STALE_PARSED, UNREACHED

MESSAGE = ("incomingMessage",)
CALL = ("incomingCall",)


def reached(matrix):
    return [(drive.widget, drive.subflow) for drive in matrix.drives]


def rows(matrix, widget, subflow):
    return {cell.outcome: cell for cell in matrix.of(widget, subflow)}


def test_a_row_names_the_subflow_and_the_widget(matrix_of, subflow, say, http):
    inner = http("look", "fine", "sorry"), say("fine"), say("sorry")
    matrix = matrix_of(subflow("hours", "office"), subflows={"office": inner}, routed=MESSAGE)
    assert reached(matrix) == [("look", "office")]
    cells = rows(matrix, "look", "office")
    assert [(cell.took, cell.heard) for cell in cells.values()] == [
        ("success", "fine"),
        ("failed", "sorry"),
    ]
    assert matrix.drives[0].path == ("Trigger", "hours")
    assert cells["ok"].path == ("hours/fine",)
    assert str(cells["ok"].ending) == "ended at 'hours' (FLOW_END)"


def test_the_flow_goes_on_after_its_subflow(matrix_of, subflow, say, http):
    states = subflow("hours", "office", "told", "missing"), say("told"), say("missing")
    matrix = matrix_of(*states, subflows={"office": [http("look")]}, routed=MESSAGE)
    cells = rows(matrix, "look", "office")
    assert {cell.heard for cell in cells.values()} == {"told"}
    assert matrix.findings == ()


def test_widgets_of_one_name_are_told_apart(matrix_of, subflow, say, http):
    inner = http("look", failed="inner"), say("inner")
    states = subflow("hours", "office", "look"), http("look", failed="outer"), say("outer")
    matrix = matrix_of(*states, outcomes=["timeout"], subflows={"office": inner}, routed=MESSAGE)
    assert reached(matrix) == [("look", ""), ("look", "office")]
    assert rows(matrix, "look", "")["timeout"].heard == "outer"
    assert rows(matrix, "look", "office")["timeout"].path == ("hours/inner", "look")


def test_splits_in_a_subflow_are_led_by_what_it_is_given(matrix_of, ask, subflow, split, http):
    inner = split("mode", "{{trigger.parent.parameters.mode}}", ("equal_to", "live", "look"))
    given = subflow("hours", "office", mode="{{widgets.ask.inbound.Body}}")
    subflows = {"office": [inner, http("look")]}
    matrix = matrix_of(ask("ask", "hours"), given, subflows=subflows, routed=MESSAGE)
    assert reached(matrix) == [("look", "office")]
    assert matrix.drives[0].chosen == {"widgets.ask.inbound.Body": "live"}


def test_splits_in_a_subflow_see_what_started_the_flow(matrix_of, subflow, split, http):
    inner = split("mode", "{{trigger.message.Body}}", ("equal_to", "live", "look"))
    subflows = {"office": [inner, http("look")]}
    matrix = matrix_of(subflow("hours", "office"), subflows=subflows, routed=MESSAGE)
    assert matrix.drives[0].chosen == {"trigger.message.Body": "live"}


def test_splits_after_a_subflow_are_led_by_what_its_endpoint_answers(
    matrix_of, subflow, remember, split, http
):
    inner = http("look", "keep"), remember("keep", "status", "{{widgets.look.parsed.status}}")
    states = (
        subflow("hours", "office", "open"),
        split("open", "{{widgets.hours.status}}", ("equal_to", "open", "call")),
        http("call"),
    )
    matrix = matrix_of(*states, subflows={"office": inner}, routed=MESSAGE)
    assert reached(matrix) == [("call", ""), ("look", "office")]
    assert matrix.drives[0].chosen == {"widgets.look.parsed.status in hours": "open"}
    assert matrix.drives[0].path == ("Trigger", "hours", "hours/look", "hours/keep", "open")


def test_variables_of_a_subflow_are_its_own(matrix_of, remember, subflow, split, http):
    inner = split("mode", "{{flow.variables.mode}}", ("equal_to", "live", "look"))
    states = remember("set", "mode", "live", "hours"), subflow("hours", "office")
    subflows = {"office": [inner, http("look")]}
    assert reached(matrix_of(*states, subflows=subflows, routed=MESSAGE)) == []


def test_questions_of_a_subflow_are_answered(matrix_of, ask, subflow, split, http):
    inner = (
        ask("ask", "choose"),
        split("choose", "{{widgets.ask.inbound.Body}}", ("equal_to", "go", "look")),
        http("look"),
    )
    matrix = matrix_of(subflow("menu", "office"), subflows={"office": inner}, routed=MESSAGE)
    assert matrix.drives[0].chosen == {"widgets.ask.inbound.Body in menu": "go"}


def test_questions_of_a_subflow_in_a_call_are_answered(matrix_of, state, subflow, split, http):
    ways = {"keypress": "choose", "speech": None, "timeout": None}
    inner = (
        state("gather", "gather-input-on-call", ways, say="Which?", timeout=5),
        split("choose", "{{widgets.gather.Digits}}", ("equal_to", "42", "look")),
        http("look", "bye", "bye"),
        state("bye", "say-play", {"audioComplete": None}, say="Bye", loop=1),
    )
    matrix = matrix_of(subflow("menu", "office"), subflows={"office": inner}, routed=CALL)
    assert [cell.heard for cell in matrix.cells] == ["Bye", "Bye"]


def test_a_run_stops_where_a_subflow_asks(matrix_of, ask, subflow, http):
    inner = http("look", "ask", "ask"), ask("ask")
    matrix = matrix_of(subflow("menu", "office"), subflows={"office": inner}, routed=MESSAGE)
    assert {(cell.ending.kind, cell.ending.widget) for cell in matrix.cells} == {
        ("waits", "menu/ask")
    }


def test_a_subflow_that_is_run_twice_has_each_widget_once(matrix_of, subflow, split, http):
    states = (
        split("which", "{{trigger.message.Body}}", ("equal_to", "a", "first"), otherwise="second"),
        subflow("first", "office"),
        subflow("second", "office"),
    )
    matrix = matrix_of(*states, subflows={"office": [http("look")]}, routed=MESSAGE)
    assert reached(matrix) == [("look", "office")]
    assert [cell.outcome for cell in matrix.cells] == ["ok", "server-error"]


# --- what is found


def test_a_failure_in_a_subflow_that_leads_nowhere_is_a_dead_end(matrix_of, subflow, say, http):
    inner = http("look", success="told"), say("told")
    matrix = matrix_of(subflow("hours", "office"), subflows={"office": inner}, routed=MESSAGE)
    found = [(finding.id, finding.widget, finding.subflow) for finding in matrix.findings]
    assert found == [(DEAD_END, "look", "office")]


def test_what_a_missing_subflow_says_is_not_known(matrix_of, subflow, say, http):
    states = http("call", "thanks", "hours"), say("thanks"), subflow("hours", "office")
    assert matrix_of(*states, routed=MESSAGE).findings == ()


def test_a_retry_in_a_subflow_that_never_stops_is_a_loop(matrix_of, subflow, http):
    inner = [http("look", failed="look")]
    matrix = matrix_of(subflow("hours", "office"), subflows={"office": inner}, routed=MESSAGE)
    assert [finding.id for finding in matrix.findings] == [LOOP]


def test_timeouts_of_a_flow_and_its_subflow_add_up(matrix_of, state, subflow, http):
    inner = [http("look", failed="again"), http("again")]
    bye = state("bye", "say-play", {"audioComplete": None}, say="Bye", loop=1)
    states = http("call", "hours", "hours"), subflow("hours", "office", "bye"), bye
    matrix = matrix_of(*states, outcomes=["timeout"], subflows={"office": inner}, routed=CALL)
    assert not {finding.widget for finding in matrix.findings if finding.id == SLOW_CALL}
    loop = [http("look", "done", "look"), say_bye(state, "done")]
    matrix = matrix_of(
        subflow("hours", "office"), outcomes=["timeout"], subflows={"office": loop}, routed=CALL
    )
    assert SLOW_CALL in {finding.id for finding in matrix.findings}


def say_bye(state, name):
    return state(name, "say-play", {"audioComplete": None}, say="Bye", loop=1)


def test_what_a_subflow_brings_back_after_a_failure_is_stale(
    matrix_of, subflow, remember, say, http
):
    inner = (
        http("look", "keep", "keep"),
        remember("keep", "total", "{{widgets.look.parsed.total}}"),
    )
    states = subflow("hours", "office", "told"), say("told", "It is {{widgets.hours.total}}.")
    matrix = matrix_of(*states, subflows={"office": inner}, routed=MESSAGE)
    assert [(each.id, each.text) for each in matrix.findings] == [
        (
            STALE_PARSED,
            "widget 'told' reads widgets.hours.total, which is made of "
            "widgets.look.parsed.total, which the failed call left unset",
        )
    ]


def test_what_a_subflow_is_given_after_a_failure_is_stale(matrix_of, subflow, say, http):
    given = subflow("hours", "office", total="{{widgets.look.parsed.total}}")
    inner = [say("told", "It is {{trigger.parent.parameters.total}}.")]
    matrix = matrix_of(
        http("look", "hours", "hours"), given, subflows={"office": inner}, routed=MESSAGE
    )
    assert [finding.id for finding in matrix.findings] == [STALE_PARSED]
    assert "widget 'hours/told' reads" in matrix.findings[0].text


# --- what cannot be reached


def test_a_subflow_that_is_missing_is_named_with_what_to_do(matrix_of, subflow, http):
    matrix = matrix_of(subflow("hours", "office", "call"), http("call"), routed=MESSAGE)
    (finding,) = matrix.findings
    assert finding.text.startswith("widget 'hours' takes 'failed': no flow FW")
    assert finding.text.endswith("=FILE")


def test_a_failed_subflow_is_a_way(matrix_of, subflow, http):
    matrix = matrix_of(subflow("hours", "office", None, "call"), http("call"), routed=MESSAGE)
    assert reached(matrix) == [("call", "")]


def test_a_subflow_runs_no_other(matrix_of, subflow, http):
    subflows = {"office": [subflow("inner", "hours", "look"), http("look")], "hours": []}
    matrix = matrix_of(subflow("hours", "office"), subflows=subflows, routed=MESSAGE)
    (finding,) = matrix.findings
    assert (finding.id, finding.widget, finding.subflow) == (UNREACHED, "look", "office")
    assert finding.text == "widget 'hours/inner' takes 'failed': a subflow cannot run a subflow"


@pytest.mark.parametrize("body", ["", "go"])
def test_what_no_subflow_leads_to_is_named(body, matrix_of, subflow, split, http):
    inner = [split("mode", "{{trigger.parent.parameters.mode}}", ("equal_to", "x", "look"))]
    subflows = {"office": [*inner, http("look")]}
    given = subflow("hours", "office", mode=body)
    matrix = matrix_of(given, subflows=subflows, routed=MESSAGE)
    assert matrix.findings[0].text == (
        "split 'hours/mode' does not lead to 'hours/look' (equal_to 'x' of "
        "{{trigger.parent.parameters.mode}}): "
        f"trigger.parent.parameters.mode is always '{body}'"
    )
