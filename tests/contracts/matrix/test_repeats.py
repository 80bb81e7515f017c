"""Widgets that have to run more than once before an HTTP widget is reached."""

import time

import pytest

from mockstudio.contracts.matrix.model import UNREACHED

MESSAGE = ("incomingMessage",)
CALL = ("incomingCall",)
COUNTING = "{% if flow.variables.n %}{{flow.variables.n | plus: 1}}{% else %}1{% endif %}"


def reached(matrix):
    return [drive.widget for drive in matrix.drives]


def counting(remember, split, most, then="call", again="count"):
    """Return widgets that count how often they run, and go on when it is more than `most`."""
    enough = split("enough", "{{flow.variables.n}}", ("greater_than", most, then), otherwise=again)
    return remember("count", "n", COUNTING, "enough"), enough


@pytest.mark.parametrize("most", ["1", "3", "24"])
def test_a_loop_is_gone_round_until_its_counter_is_high_enough(
    most, matrix_of, remember, split, http
):
    matrix = matrix_of(*counting(remember, split, most), http("call"), routed=MESSAGE)
    assert reached(matrix) == ["call"]
    assert matrix.drives[0].path.count("count") == int(most) + 1
    assert [cell.took for cell in matrix.cells] == ["success", "failed"]


def test_a_counter_that_never_gets_there_is_given_up_soon(matrix_of, remember, split, http):
    states = *counting(remember, split, "1000000"), http("call")
    began = time.perf_counter()
    (finding,) = matrix_of(*states, routed=MESSAGE).findings
    assert time.perf_counter() - began < 5
    assert finding.id == UNREACHED
    assert finding.text == (
        "split 'enough' does not lead to 'call' (greater_than '1000000' of {{flow.variables.n}}): "
        "flow.variables.n is '1' there "
        "(looked at 4,000 ways at most, on which no widget comes more than 50 times)"
    )


def test_what_is_so_on_every_way_is_told_without_how_many_were_looked_at(
    matrix_of, remember, split, http
):
    missing = split("ask", "{{widgets.nobody.x}}", ("equal_to", "1", "call"), otherwise="count")
    states = *counting(remember, split, "1000000", then="ask", again="ask"), missing, http("call")
    (finding,) = matrix_of(*states, routed=MESSAGE).findings
    assert finding.text.endswith(": there is no widget 'nobody'")


def test_a_question_is_let_pass_as_often_as_it_takes(matrix_of, ask, remember, split, http):
    states = ask("ask", None, "count"), *counting(remember, split, "2", again="ask"), http("call")
    matrix = matrix_of(*states, routed=MESSAGE)
    assert matrix.drives[0].path.count("ask") == 3


def test_a_menu_is_answered_otherwise_when_it_comes_again(matrix_of, ask, remember, split, http):
    said = "{{widgets.menu.inbound.Body}}"
    states = (
        ask("menu", "choose"),
        split("choose", said, ("equal_to", "login", "log_in"), ("equal_to", "orders", "may")),
        remember("log_in", "who", "someone", "menu"),
        split("may", "{{flow.variables.who}}", ("is_not_blank", "Is Not Blank", "call")),
        http("call"),
    )
    matrix = matrix_of(*states, routed=MESSAGE)
    assert reached(matrix) == ["call"]
    assert matrix.drives[0].chosen == {
        "widgets.menu.inbound.Body": "login",
        "widgets.menu.inbound.Body, visit 2": "orders",
    }


def test_a_menu_in_a_call_is_answered_otherwise_when_it_comes_again(
    matrix_of, state, remember, split, http
):
    pressed = "{{widgets.menu.Digits}}"
    ways = {"keypress": "choose", "speech": None, "timeout": None}
    states = (
        state("menu", "gather-input-on-call", ways, say="Which?", timeout=5),
        split("choose", pressed, ("equal_to", "3", "log_in"), ("equal_to", "4", "may")),
        remember("log_in", "who", "someone", "menu"),
        split("may", "{{flow.variables.who}}", ("is_not_blank", "Is Not Blank", "call")),
        http("call"),
    )
    matrix = matrix_of(*states, routed=CALL)
    assert list(matrix.drives[0].chosen.values()) == ["3", "4"]
    assert [cell.took for cell in matrix.cells] == ["success", "failed"]


def test_an_endpoint_answers_otherwise_when_it_is_called_again(matrix_of, remember, split, http):
    state = "{{widgets.poll.parsed.state}}"
    states = (
        http("poll", "first"),
        split("first", "{{flow.variables.seen}}", ("equal_to", "yes", "now"), otherwise="was"),
        split("was", state, ("equal_to", "pending", "note")),
        remember("note", "seen", "yes", "poll"),
        split("now", state, ("equal_to", "done", "call")),
        http("call"),
    )
    matrix = matrix_of(*states, routed=MESSAGE)
    assert reached(matrix) == ["poll", "call"]
    assert matrix.drives[1].chosen == {
        "widgets.poll.parsed.state": "pending",
        "widgets.poll.parsed.state, visit 2": "done",
    }


def test_a_retry_fails_until_it_is_given_up(matrix_of, remember, split, http):
    states = (
        http("poll", None, "count"),
        *counting(remember, split, "1", again="poll"),
        http("call"),
    )
    matrix = matrix_of(*states, routed=MESSAGE)
    assert reached(matrix) == ["poll", "call"]
    assert matrix.drives[1].path.count("poll") == 2


def test_a_subflow_is_run_again(matrix_of, subflow, remember, split, http, ask):
    states = (
        subflow("hours", "office", "count"),
        *counting(remember, split, "1", again="hours"),
        http("call"),
    )
    matrix = matrix_of(*states, subflows={"office": [ask("ask")]}, routed=MESSAGE)
    assert matrix.drives[0].path.count("hours/ask") == 2


def test_the_shortest_way_is_taken(matrix_of, ask, split, http):
    said = "{{widgets.menu.inbound.Body}}"
    states = (
        ask("menu", "choose"),
        split("choose", said, ("equal_to", "go", "call"), otherwise="menu"),
    )
    matrix = matrix_of(*states, http("call"), routed=MESSAGE)
    assert matrix.drives[0].path == ("Trigger", "menu", "choose")
