from mockstudio.contracts.matrix.model import (
    BROKEN_TEMPLATE,
    DEAD_END,
    LOOP,
    SLOW_CALL,
)

MESSAGE = ("incomingMessage",)


def ids(matrix):
    return [finding.id for finding in matrix.findings]


def test_a_failure_that_leads_nowhere_is_a_dead_end(matrix_of, http, say):
    matrix = matrix_of(http("call", "thanks"), say("thanks"), routed=MESSAGE)
    assert ids(matrix) == [DEAD_END]
    assert matrix.findings[0].outcomes == ("server-error",)


def test_a_failure_that_is_told_of_is_none(matrix_of, http, say):
    states = http("call", "thanks", "sorry"), say("thanks"), say("sorry")
    assert ids(matrix_of(*states, routed=MESSAGE)) == []


def test_a_call_after_which_nothing_was_to_come_is_no_dead_end(matrix_of, http):
    assert ids(matrix_of(http("call"), routed=MESSAGE)) == []


def test_a_failure_that_ends_in_silence_further_on_is_a_dead_end(matrix_of, state, http, say):
    note = state("note", "set-variables", {"next": None}, variables=[{"key": "x", "value": "1"}])
    states = http("call", "thanks", "note"), say("thanks"), note
    assert ids(matrix_of(*states, routed=MESSAGE)) == [DEAD_END]


def test_a_retry_that_never_stops_is_a_loop(matrix_of, http, say):
    matrix = matrix_of(http("call", "thanks", "call"), say("thanks"), routed=MESSAGE)
    assert ids(matrix) == [LOOP]
    assert matrix.cells[1].ending.reason == "81001"


def test_a_retry_through_another_widget_is_a_loop(matrix_of, state, http, say):
    note = state("note", "set-variables", {"next": "call"}, variables=[{"key": "x", "value": "1"}])
    matrix = matrix_of(http("call", "thanks", "note"), note, say("thanks"), routed=MESSAGE)
    assert ids(matrix) == [LOOP]
    assert matrix.cells[1].ending.kind == "circles"


def test_one_retry_is_no_loop(matrix_of, http, say):
    second = {**http("again", "thanks", "sorry"), "properties": http("call")["properties"]}
    states = http("call", "thanks", "again"), second, say("thanks"), say("sorry")
    assert ids(matrix_of(*states, routed=MESSAGE)) == []


def test_a_caller_who_waits_for_two_timeouts_waits_too_long(matrix_of, state, http):
    bye = state("bye", "say-play", {"audioComplete": None}, say="Goodbye", loop=1)
    retry = http("call", "bye", "call"), bye
    found = matrix_of(*retry, outcomes=["timeout"], routed=("incomingCall",))
    assert SLOW_CALL in ids(found)


def test_a_caller_who_waits_for_one_does_not(matrix_of, state, http):
    bye = state("bye", "say-play", {"audioComplete": None}, say="Goodbye", loop=1)
    once = http("call", "bye", "again"), http("again", "bye", "bye"), bye
    assert ids(matrix_of(*once, outcomes=["timeout"], routed=("incomingCall",))) == []


def test_how_long_twilio_waits_is_a_limit(matrix_of, state, http):
    bye = state("bye", "say-play", {"audioComplete": None}, say="Goodbye", loop=1)
    retry = http("call", "bye", "call"), bye
    found = matrix_of(*retry, outcomes=["timeout"], routed=("incomingCall",)).findings
    text = "the caller hears nothing for longer than Twilio waits (15.0 s)"
    assert [each.text for each in found if each.id == SLOW_CALL] == [text]


def test_a_sender_may_wait(matrix_of, http, say):
    retry = http("call", "bye", "call"), say("bye")
    assert ids(matrix_of(*retry, outcomes=["timeout"], routed=MESSAGE)) == [LOOP]


def test_a_template_that_fails_on_missing_data_is_broken(matrix_of, http, say):
    body = "{% for item in widgets.call.parsed.items %}{{ item | nofilter }}{% endfor %}"
    sorry = say("sorry", body)
    found = matrix_of(http("call", "thanks", "sorry"), say("thanks"), sorry, routed=MESSAGE)
    assert BROKEN_TEMPLATE in ids(found)


def test_a_template_that_renders_is_not(matrix_of, http, say):
    states = http("call", "thanks", "sorry"), say("thanks"), say("sorry", "{{flow.sid}}")
    assert ids(matrix_of(*states, routed=MESSAGE)) == []
