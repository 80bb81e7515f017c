"""Calls at a flow's webhook: who is called on, hang-ups, signatures, and who may not come back."""

from __future__ import annotations

import dataclasses

import pytest

from mockstudio.config import Settings
from mockstudio.flows.events import Ended, Warned
from mockstudio.flows.triggers import CALL_IS_OVER
from mockstudio.signing import SIGNATURE_HEADER, signature

PERSON, NUMBER = "+12025550123", "+15005550006"
ACCOUNT = "AC" + "0" * 31 + "1"
SLOW = "https://slow.example.com/x"


@pytest.fixture
def call(stage):
    """Post to the webhook of the only flow as Twilio does for a call."""

    def posted(sid="CA1", event=None, **parameters):
        flow = stage.sandbox.library.only()
        given = {"CallSid": sid, "From": PERSON, "To": NUMBER, "CallStatus": "in-progress"}
        return stage.sandbox.app.test_client().post(
            f"/v1/Accounts/{ACCOUNT}/Flows/{flow.sid}",
            data={**given, **parameters},
            query_string={"FlowEvent": event} if event else None,
        )

    return posted


def menu(state, *, after=None, **gather):
    return [
        state("menu", "gather-input-on-call", {"keypress": after, "timeout": None}, say="?"),
    ]


def reasons(stage):
    return [ended.reason for ended in stage.of(Ended)]


def test_each_call_of_a_contact_has_its_own_execution(stage, state, call):
    stage.play(*menu(state))
    call("CA1")
    call("CA2")
    assert [e.call_sid for e in stage.sandbox.executions.all()] == ["CA1", "CA2"]
    call("CA1", CallStatus="completed")
    assert [e.is_active for e in stage.sandbox.executions.all()] == [False, True]


def test_a_second_call_hears_that_the_number_is_out_of_service_where_one_is_allowed(
    stage, state, flow_of, call
):
    flow = flow_of(*menu(state))
    stage.sandbox.library.add(dataclasses.replace(flow, allow_concurrent_calls=False))
    call("CA1")
    assert "out of service" in call("CA2").text
    assert stage.codes == [81002]
    assert len(stage.sandbox.executions.all()) == 1
    call("CA1", CallStatus="completed")
    assert "<Gather" in call("CA3").text


def test_a_second_caller_is_told_so_and_the_first_call_goes_on(stage, state, flow_of):
    long = state("talk", "say-play", {"audioComplete": None}, play="https://a.example/b", loop=9)
    stage.sandbox.library.add(dataclasses.replace(flow_of(long), allow_concurrent_calls=False))
    first, second = stage.sandbox.call(), stage.sandbox.call()
    assert second.wait()
    assert [line.text for line in second.transcript] == [
        "The number you have called is out of service."
    ]
    assert first.wait()
    assert reasons(stage) == ["FLOW_END"]
    assert len(first.transcript) == 9


def test_a_call_during_a_chat_is_an_event_that_the_chat_cannot_use(stage, state, call):
    stage.play(state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="?"))
    stage.sandbox.message("hi")
    assert call().text == "<Response/>"
    assert stage.codes == [81002]


@pytest.mark.parametrize("status", sorted(CALL_IS_OVER))
def test_the_end_of_a_call_ends_its_execution_and_nothing_else(stage, state, call, status):
    stage.play(*menu(state))
    call("CA1")
    assert call("CA2", CallStatus=status).text == "<Response/>"
    assert reasons(stage) == []
    assert call("CA1", CallStatus=status).text == "<Response/>"
    assert reasons(stage) == ["hangup"]
    assert len(stage.sandbox.executions.all()) == 1
    assert stage.codes == []


def test_a_hang_up_takes_the_widgets_own_transition_up_to_the_next_that_needs_the_call(
    stage, state, call
):
    stage.play(
        state("agent", "connect-call-to", {"hangup": "note"}, noun="number", to="+12025550199"),
        state("note", "set-variables", {"next": "bye"}, variables=[{"key": "a", "value": "1"}]),
        state("bye", "say-play", {"audioComplete": None}, say="Bye"),
    )
    call()
    call(CallStatus="completed")
    (execution,) = stage.sandbox.executions.all()
    assert execution.path == ["Trigger", "agent", "note"]
    assert reasons(stage) == ["hangup"]


def test_a_hang_up_while_a_widget_runs_lets_it_finish_and_the_call_is_not_asked_for_again(
    stage, state, call
):
    slow = {"success": "store", "failed": "store"}
    stage.endpoint("slow", SLOW, reply={"json": {}})
    stage.play(
        state("lookup", "make-http-request", slow, url=SLOW),
        state("store", "set-variables", {"next": "tell"}, variables=[{"key": "a", "value": "1"}]),
        state("tell", "say-play", {"audioComplete": None}, say="Found"),
    )
    stage.sandbox.endpoints.subscribe(lambda entry: call(CallStatus="completed"))
    assert call().text == "<Response/>"
    (execution,) = stage.sandbox.executions.all()
    assert execution.path == ["Trigger", "lookup", "store"]
    assert reasons(stage) == ["hangup"]


def test_a_call_that_comes_back_already_over_is_not_asked_for_again(stage, state, call):
    stage.play(
        state("voicemail", "record-voicemail", {"recordingComplete": "thank"}),
        state("thank", "say-play", {"audioComplete": None}, say="Thanks"),
    )
    call()
    over = {"CallStatus": "completed", "Digits": "hangup", "RecordingUrl": "https://x/RE1"}
    assert call(event="recordingComplete", **over).text == "<Response/>"
    (execution,) = stage.sandbox.executions.all()
    assert execution.path == ["Trigger", "voicemail"]
    assert reasons(stage) == ["hangup"]


def test_a_call_that_did_not_come_back_in_time_cannot_be_taken_back(stage, state, call):
    stage.play(
        state("pay", "add-twiml-redirect", {"return": None, "timeout": "note"}, url=SLOW),
        state("note", "set-variables", {"next": "bye"}, variables=[{"key": "a", "value": "1"}]),
        state("bye", "say-play", {"audioComplete": None}, say="Bye"),
    )
    call()
    stage.sandbox.clock.advance(14_400)
    (execution,) = stage.sandbox.executions.all()
    assert execution.path == ["Trigger", "pay", "note"]
    assert reasons(stage) == ["CALL_OUT_OF_REACH"]


def test_a_return_without_a_parked_execution_is_a_fresh_trigger(stage, state, call):
    stage.play(state("hello", "say-play", {"audioComplete": None}, say="Hello"))
    assert "Hello" in call(event="return").text


def test_a_flow_may_be_started_on_a_call_that_runs_already(stage, state, call):
    stage.play(*menu(state))
    assert "<Gather" in call(Trigger="incomingCall", CallStatus="in-progress").text
    (execution,) = stage.sandbox.executions.all()
    assert execution.trigger_event == "incomingCall"


@pytest.mark.parametrize("start", ["message", "request"])
def test_a_widget_that_needs_a_call_ends_what_no_call_started_with_81020(stage, state, start):
    stage.play(state("hello", "say-play", {"audioComplete": None}, say="Hello"))
    if start == "message":
        stage.sandbox.message("hi")
    else:
        stage.sandbox.request()
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.widget) == (81020, "hello")
    assert "say-play needs a call" in warning.text
    assert reasons(stage) == ["81020"]


def test_a_flow_that_a_call_left_may_still_ask_by_message(stage, state, call):
    stage.play(
        state("agent", "connect-call-to", {"hangup": "ask"}, noun="number", to="+12025550199"),
        state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="How was it?"),
    )
    call()
    call(CallStatus="completed")
    execution = stage.sandbox.message("fine")
    assert execution.path == ["Trigger", "agent", "ask"]
    assert reasons(stage) == ["FLOW_END"]


# --- signatures


@pytest.fixture
def signing(on_stage, state):
    stage = on_stage(Settings(verify_signatures=True))
    stage.play(*menu(state))
    return stage


def post_signed(stage, token, **parameters):
    flow = stage.sandbox.library.only()
    path = f"/v1/Accounts/{ACCOUNT}/Flows/{flow.sid}"
    form = {"CallSid": "CA1", "From": PERSON, "To": NUMBER, **parameters}
    made = signature(token, f"http://localhost{path}", {n: [v] for n, v in form.items()})
    headers = {SIGNATURE_HEADER: made} if token else {}
    return stage.sandbox.app.test_client().post(path, data=form, headers=headers)


def test_a_signed_request_is_taken(signing):
    assert "<Gather" in post_signed(signing, signing.sandbox.settings.auth_token).text


@pytest.mark.parametrize(
    ("token", "found"), [("", "is missing: "), ("another", "does not match the request: ")]
)
def test_an_unsigned_request_is_refused_where_signatures_are_verified(signing, token, found):
    answer = post_signed(signing, token)
    assert (answer.status_code, answer.json["code"]) == (403, 20403)
    assert (
        f"X-Twilio-Signature header {found}expected http://localhost/v1" in answer.json["message"]
    )
    assert "`auth_token`" in answer.json["message"]
    assert signing.sandbox.executions.all() == []


def test_the_carriers_own_requests_are_signed(signing):
    call = signing.sandbox.call()
    assert call.wait()
    assert [line.what for line in call.transcript] == ["Say", "silence"]
