import pytest

from mockstudio.contracts.matrix.model import (
    APPLICATION_ERROR,
    BROKEN_TEMPLATE,
    DEAD_END,
    EMPTY_MESSAGE,
    LOOP,
    SLOW_CALL,
    STOPPED,
    UNPLAYED,
    UNREACHED,
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


@pytest.fixture
def function(state):
    """Make Run Function widgets."""

    def make(name, success=None, fail=None):
        ways = {"success": success, "fail": fail}
        return state(name, "run-function", ways, url=f"https://orders.example.com/{name}")

    return make


@pytest.fixture
def aloud(state):
    """Make Say/Play widgets."""
    return lambda name, words: state(name, "say-play", {"audioComplete": None}, say=words, loop=1)


def test_a_caller_who_hears_an_application_error_is_told_of(matrix_of, function, aloud):
    states = function("call", "bye", "sorry"), aloud("bye", "Bye"), aloud("sorry", "Sorry")
    outcomes = ["ok", "server-error", "bad-twiml"]
    (finding,) = matrix_of(*states, outcomes=outcomes, routed=("incomingCall",)).findings
    assert (finding.id, finding.outcomes) == (APPLICATION_ERROR, ("bad-twiml",))
    assert finding.text == "the caller hears Twilio's application error, and the call is over"


def test_a_sender_hears_no_application_error(matrix_of, function, say):
    states = function("call", "bye", "sorry"), say("bye"), say("sorry")
    assert ids(matrix_of(*states, outcomes=["ok", "bad-twiml"], routed=MESSAGE)) == []


def test_words_of_the_flow_are_no_application_error(matrix_of, function, aloud):
    words = "We are sorry, an application error has occurred. Goodbye."
    states = function("call", "bye", "sorry"), aloud("bye", "Bye"), aloud("sorry", words)
    matrix = matrix_of(*states, routed=("incomingCall",))
    assert (matrix.cells[1].heard, ids(matrix)) == (words, [])


def test_an_application_error_when_all_is_well_is_no_fault_of_the_outcome(
    matrix_of, function, aloud
):
    twiml = {"name": "call", "url": "https://orders.example.com/call", "reply": {"twiml": "<Resp"}}
    states = function("call", "bye", "sorry"), aloud("bye", "Bye"), aloud("sorry", "Sorry")
    outcomes = ["ok", "bad-twiml"]
    matrix = matrix_of(*states, outcomes=outcomes, endpoints=[twiml], routed=("incomingCall",))
    assert {cell.heard[:12] for cell in matrix.cells} == {"We are sorry"}
    assert ids(matrix) == []


def test_a_run_that_cannot_be_played_on_is_no_application_error(matrix_of, http, aloud):
    second = http("second", "bye", "sorry")
    second["properties"]["url"] = "https://stock.example.com/items/{{widgets.call.parsed.id}}"
    endpoints = [
        {"name": "call", "url": "https://orders.example.com/call", "reply": {"json": {"id": 7}}},
        {"name": "stock", "url": "https://stock.example.com/items/{id}", "reply": {"json": {}}},
    ]
    states = http("call", "second", "sorry"), second, aloud("bye", "Bye"), aloud("sorry", "Sorry")
    options = {"endpoints": endpoints, "outcomes": ["ok", "no-content"]}
    assert ids(matrix_of(*states, **options, routed=("incomingCall",))) == [STOPPED]


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


# --- what was not played, and what nobody hears


def test_a_url_that_lacks_a_value_stops_a_run(matrix_of, http, say):
    second = http("second", "thanks", "sorry")
    second["properties"]["url"] = "https://stock.example.com/items/{{widgets.call.parsed.id}}"
    endpoints = [
        {"name": "call", "url": "https://orders.example.com/call", "reply": {"json": {"id": 7}}},
        {"name": "stock", "url": "https://stock.example.com/items/{id}", "reply": {"json": {}}},
    ]
    states = http("call", "second", "sorry"), second, say("thanks"), say("sorry")
    options = {"endpoints": endpoints, "outcomes": ["ok", "no-content"], "routed": MESSAGE}
    (finding,) = matrix_of(*states, **options).findings
    assert (finding.id, finding.widget, finding.outcomes) == (STOPPED, "call", ("no-content",))
    assert finding.text.startswith("widget 'second': no route covers https://stock.example.com")
    assert "\n" not in finding.text


def test_a_url_that_cannot_be_called_leaves_all_outcomes_unplayed(matrix_of, http, say):
    call = http("call", "thanks", "sorry")
    call["properties"]["url"] = "<YOUR_URL>"
    matrix = matrix_of(call, say("thanks"), say("sorry"), routed=MESSAGE)
    (finding,) = matrix.findings
    assert (finding.id, finding.widget, finding.outcomes) == (UNPLAYED, "call", ())
    assert finding.text.startswith("URL '<YOUR_URL>' is not absolute: expected http://host")


@pytest.mark.parametrize("trigger", ["incomingCall", "incomingMessage"])
def test_the_reason_of_a_url_that_stops_the_run_is_told_at_its_own_widget(trigger, matrix_of, http):
    call = http("call", "then")
    call["properties"]["url"] = "https://https://orders.example.com/call"
    matrix = matrix_of(call, http("then"), routed=(trigger,))
    own, then = matrix.findings
    assert (own.id, own.widget, own.outcomes) == (UNPLAYED, "call", ())
    assert own.text.startswith("https://https")
    assert own.text.endswith("has its scheme twice; give the variable in it without https://")
    assert (then.id, then.widget) == (UNREACHED, "then")
    assert then.text.startswith("widget 'call' was to take 'success', but stopped at 'call' (")
    assert [(cell.widget, cell.took, cell.ending.kind) for cell in matrix.cells] == [
        ("call", "", STOPPED)
    ]


def test_credentials_that_go_to_twilio_only_leave_all_outcomes_unplayed(matrix_of, http, say):
    call = http("call", "thanks", "sorry")
    call["properties"]["add_twilio_auth"] = True
    assert ids(matrix_of(call, say("thanks"), say("sorry"), routed=MESSAGE)) == [UNPLAYED]


def test_an_endpoint_that_cannot_be_reached_was_played(matrix_of, http, say):
    states = http("call", "thanks", "sorry"), say("thanks"), say("sorry")
    assert ids(matrix_of(*states, outcomes=["ok", "refused", "timeout"], routed=MESSAGE)) == []


@pytest.mark.parametrize("outcome", ["no-content", "not-json", "json-array", "wrong-type"])
def test_a_message_of_which_an_outcome_leaves_nothing_is_empty(outcome, matrix_of, http, say):
    states = http("call", "tell", "sorry"), say("tell", "{{widgets.call.parsed.x}} "), say("sorry")
    (finding,) = matrix_of(*states, outcomes=["ok", outcome], routed=MESSAGE).findings
    assert (finding.id, finding.widget, finding.outcomes) == (EMPTY_MESSAGE, "call", (outcome,))
    assert finding.text.startswith("widget 'tell': message could not be sent: a text message body")


@pytest.mark.parametrize(
    "body", ["It is {{widgets.call.parsed.x}}", "{{ widgets.z | default: 1 }}"]
)
def test_a_message_of_which_something_is_left_is_not(body, matrix_of, http, say):
    states = http("call", "tell", "sorry"), say("tell", body), say("sorry")
    assert ids(matrix_of(*states, outcomes=["ok", "not-json"], routed=MESSAGE)) == []


def test_a_message_that_is_empty_as_its_template_is_broken_is_found_once(matrix_of, http, say):
    tell = say("tell", "{{ 1 | divided_by: widgets.call.parsed.x }}")
    ok = {"status": 200, "json": {"x": 1}}
    endpoint = {"name": "call", "url": "https://orders.example.com/call", "reply": ok}
    states = http("call", "tell", "sorry"), tell, say("sorry")
    outcomes = ["ok", "no-content"]
    matrix = matrix_of(*states, outcomes=outcomes, endpoints=[endpoint], routed=MESSAGE)
    assert ids(matrix) == [BROKEN_TEMPLATE]


def test_a_message_that_is_empty_when_all_is_well_is_no_fault_of_the_outcome(matrix_of, http, say):
    states = http("call", "tell", "sorry"), say("tell", "{{flow.variables.none}}"), say("sorry")
    assert ids(matrix_of(*states, outcomes=["ok", "not-json"], routed=MESSAGE)) == []


@pytest.mark.parametrize("kind", ["say-play", "gather-input-on-call"])
@pytest.mark.parametrize("name", ["say", "play"])
def test_a_caller_to_whom_an_outcome_leaves_nothing_to_say(kind, name, matrix_of, state, http):
    tell = state("tell", kind, {}, **{name: "{{widgets.call.parsed.x}}"})
    sorry = state("sorry", "say-play", {}, say="Sorry")
    states = http("call", "tell", "sorry"), tell, sorry
    matrix = matrix_of(*states, outcomes=["ok", "no-content"], routed=("incomingCall",))
    (finding,) = matrix.findings
    assert (finding.id, finding.outcomes) == (EMPTY_MESSAGE, ("no-content",))
    assert finding.text == "widget 'tell': nothing is said or played"


def test_a_caller_is_heard_who_is_asked_nothing_or_hears_keys(matrix_of, state, http):
    listen = state("listen", "gather-input-on-call", {})
    dial = state(
        "dial", "say-play", {"audioComplete": "listen"}, digits="1{{widgets.call.parsed.x}}"
    )
    sorry = state("sorry", "say-play", {"audioComplete": "listen"}, say="<speak><p>No</p></speak>")
    states = http("call", "dial", "sorry"), dial, sorry, listen
    outcomes = ["ok", "no-content", "server-error"]
    assert ids(matrix_of(*states, outcomes=outcomes, routed=("incomingCall",))) == []
