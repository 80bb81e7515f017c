"""`stale-parsed` speaks where what the contact gets hangs on what a failed call did not bring."""

import pytest

from mockstudio.contracts.matrix.model import STALE_PARSED
from mockstudio.contracts.matrix.references import unguarded

MESSAGE = ("incomingMessage",)
TOTAL = "{{widgets.call.parsed.total}}"
UNSET = "which the failed call left unset"


def stale(matrix):
    return [finding.text for finding in matrix.findings if finding.id == STALE_PARSED]


def test_a_text_that_prints_what_a_failed_call_did_not_bring_is_stale(matrix_of, http, say):
    states = http("call", "total", "total"), say("total", f"It is {TOTAL}.")
    matrix = matrix_of(*states, routed=MESSAGE)
    assert stale(matrix) == [f"widget 'total' reads widgets.call.parsed.total, {UNSET}"]
    assert matrix.findings[0].outcomes == ("server-error",)


@pytest.mark.parametrize(
    "body",
    [
        "It failed.",
        "{{widgets.call.parsed.total | default: 'unknown'}}",
        "{% if widgets.call.parsed.total %}{{widgets.call.parsed.total}}{% endif %}",
        "{% if widgets.call.parsed %}{{widgets.call.parsed.total}}{% endif %}",
        "{% unless widgets.call.parsed == nil %}{{widgets.call.parsed.total}}{% endunless %}",
        "{{widgets.other.parsed.total}}",
        "{{widgets.call.status_code}}",
    ],
)
def test_a_text_that_does_without_is_not(body, matrix_of, http, say):
    states = http("call", "total", "sorry"), say("total", TOTAL), say("sorry", body)
    assert stale(matrix_of(*states, routed=MESSAGE)) == []


@pytest.mark.parametrize("outcome", ["not-json", "json-array", "wrong-type", "no-content"])
def test_what_a_call_that_succeeds_does_not_bring_is_not(outcome, matrix_of, http, say):
    states = http("call", "total", "sorry"), say("total", TOTAL), say("sorry")
    assert stale(matrix_of(*states, outcomes=[outcome], routed=MESSAGE)) == []


def test_parsed_that_a_failed_call_did_bring_is_not(matrix_of, http, say):
    sorry = say("sorry", "{{widgets.call.parsed.error}}")
    assert stale(matrix_of(http("call", "sorry", "sorry"), sorry, routed=MESSAGE)) == []


def test_a_request_that_hands_it_on_is_stale(matrix_of, state, http):
    ways = {"success": None, "failed": None}
    address = {"url": "https://orders.example.com/pay", "method": "POST"}
    pay = state("pay", "make-http-request", ways, body=f'{{"total": "{TOTAL}"}}', **address)
    assert stale(matrix_of(http("call", "pay", "pay"), pay, routed=MESSAGE)) == [
        f"widget 'pay' reads widgets.call.parsed.total, {UNSET}"
    ]


# --- splits


def test_a_split_that_has_a_way_for_anything_else_is_not(matrix_of, http, split, say):
    status = split("status", TOTAL, ("equal_to", "1", "one"), otherwise="other")
    states = http("call", "status", "status"), status, say("one"), say("other")
    assert stale(matrix_of(*states, routed=MESSAGE)) == []


def test_a_split_that_has_no_way_for_it_is_stale(matrix_of, http, split, say):
    status = split("status", TOTAL, ("equal_to", "1", "one"))
    matrix = matrix_of(http("call", "status", "status"), status, say("one"), routed=MESSAGE)
    assert stale(matrix) == [
        f"split 'status' reads widgets.call.parsed.total, {UNSET}, and has no branch for that"
    ]


def test_a_split_that_takes_a_branch_by_chance_is_stale(matrix_of, http, split, say):
    status = split("status", TOTAL, ("not_equal_to", "closed", "open"), otherwise="closed")
    states = http("call", "status", "status"), status, say("open"), say("closed")
    assert stale(matrix_of(*states, routed=MESSAGE)) == [
        f"split 'status' reads widgets.call.parsed.total, {UNSET}, and goes on to 'open'"
    ]


@pytest.mark.parametrize("kind", ["is_blank", "is_not_blank"])
def test_a_split_that_asks_whether_it_is_there_is_not(kind, matrix_of, http, split, say):
    status = split("status", TOTAL, (kind, "x", "one"))
    matrix = matrix_of(http("call", "status", "status"), status, say("one"), routed=MESSAGE)
    assert stale(matrix) == []


def test_a_split_that_decides_on_something_else_is_not(matrix_of, http, split, say):
    status = split("status", "{{trigger.message.Body}}", ("not_equal_to", "x", "one"))
    matrix = matrix_of(http("call", "status", "status"), status, say("one"), routed=MESSAGE)
    assert stale(matrix) == []


# --- variables


def test_a_variable_hands_it_on(matrix_of, http, remember, say):
    states = (
        http("call", "keep", "keep"),
        remember("keep", "total", TOTAL, "total"),
        say("total", "It is {{flow.variables.total}}."),
    )
    made = f"flow.variables.total, which is made of widgets.call.parsed.total, {UNSET}"
    assert stale(matrix_of(*states, routed=MESSAGE)) == [f"widget 'total' reads {made}"]


def test_a_variable_that_nothing_reads_is_not(matrix_of, http, remember, say):
    keep = remember("keep", "total", TOTAL, "done")
    matrix = matrix_of(http("call", "keep", "keep"), keep, say("done"), routed=MESSAGE)
    assert stale(matrix) == []


def test_a_variable_that_was_set_anew_is_not(matrix_of, http, remember, say):
    states = (
        http("call", "keep", "keep"),
        remember("keep", "total", TOTAL, "anew"),
        remember("anew", "total", "nothing", "total"),
        say("total", "It is {{flow.variables.total}}."),
    )
    assert stale(matrix_of(*states, routed=MESSAGE)) == []


@pytest.mark.parametrize(
    ("template", "paths"),
    [
        ("{{ flow.data.a }} and {{ flow.data.b | upcase }}", ["a", "b"]),
        ("{{ flow.data.a | default: 'x' }} and {{ flow.data.b }}", ["b"]),
        ("{% if flow.data.a == 'x' %}{{ flow.data.a }}{{ flow.data.b }}{% endif %}", ["b"]),
        ("{%- case flow.data.a -%}{% when 'x' %}{{ flow.data.a }}{% endcase %}", []),
        ("{% assign x = flow.data.a %}", []),
    ],
)
def test_what_is_printed_unguarded(template, paths):
    assert [path[2] for path in unguarded(template)] == paths
