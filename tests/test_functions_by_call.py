"""Run Function whose Function returns TwiML: the call is out of Studio's hands (reference 3.7)."""

from __future__ import annotations

import pytest

from mockstudio.flows.engine import FLOW_END
from mockstudio.flows.events import TwimlPrinted, VerdictReached, Waiting
from mockstudio.flows.execution import HANGUP
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.phone import HangUp, Phone, Press
from mockstudio.twiml.voice.player import APPLICATION_ERROR

FUNCTION = "https://shop-1234.twil.io/tell"
DAY = 86_400


@pytest.fixture
def running(stage, state):
    """Play a flow that runs a Function with this reply, and says Thanks behind `success`."""

    def played(reply, **endpoint):
        flow = stage.play(
            state("run", "run-function", {"success": "thank", "fail": "sorry"}, url=FUNCTION),
            state("thank", "say-play", {"audioComplete": None}, say="Thanks"),
            state("sorry", "say-play", {"audioComplete": None}, say="Sorry"),
        )
        shown = reply(stage.sandbox.webhook_url(flow)) if callable(reply) else reply
        stage.endpoint("function", FUNCTION, kind="function", reply=shown, **endpoint)
        return flow

    return played


def twiml(verbs):
    return {"twiml": f"<Response>{verbs}</Response>"}


def back(event, before=""):
    """Return the reply whose TwiML comes back to a webhook with an event."""
    return lambda url: twiml(f"{before}<Redirect>{url}?FlowEvent={event}</Redirect>")


def the_call(stage, phone=None):
    call = stage.sandbox.call(phone=phone)
    assert call.wait()
    return call, stage.sandbox.execution_of(call)


def said(call):
    return [line.text for line in call.transcript if line.who == "Twilio"]


def test_the_call_gets_the_functions_twiml_and_studio_gives_up_control(stage, running):
    running(twiml("<Say>Seven</Say>"))
    call, execution = the_call(stage)
    assert said(call) == ["Seven"]
    assert execution.path == ["Trigger"]
    assert execution.ended_reason == HANGUP
    (waiting,) = stage.of(Waiting)
    assert waiting.seconds is None
    assert waiting.widget == "run"
    assert stage.codes == []


def test_the_engine_calls_the_function_and_the_carrier_does_not(stage, running):
    running(twiml("<Say>Seven</Say>"))
    the_call(stage)
    (entry,) = stage.sandbox.journal
    assert "CallSid" not in entry.request.params
    (reached,) = stage.of(VerdictReached)
    assert reached.verdict.transition == "success"


@pytest.mark.parametrize("event", ["audioComplete", "return", "timeout", "whatever"])
def test_any_flow_event_brings_the_call_back_as_success(stage, running, event):
    running(back(event, "<Say>Seven</Say>"))
    call, execution = the_call(stage)
    assert said(call) == ["Seven", "Thanks"]
    assert execution.path == ["Trigger", "run", "thank"]
    assert [step.name for step in execution.steps][1] == "success"
    assert execution.ended_reason == FLOW_END
    assert stage.codes == []


def test_what_the_function_answered_is_kept_and_what_the_return_brings_is_not(stage, running):
    running(back("audioComplete&amp;receipt=7"))
    _, execution = the_call(stage)
    outputs = execution.context["widgets"]["run"]
    assert outputs["body"].startswith("<Response><Redirect>")
    assert (outputs["status_code"], outputs["content_type"]) == (200, "text/xml")
    assert "receipt" not in outputs


def test_the_functions_gather_may_have_the_webhook_as_its_action(stage, running):
    running(
        lambda url: twiml(
            f'<Gather numDigits="1" action="{url}?FlowEvent=gathered"><Say>Which?</Say></Gather>'
        )
    )
    call, execution = the_call(stage, Phone(acts=(Press("5"),)))
    assert said(call) == ["Which?", "Thanks"]
    assert execution.ended_reason == FLOW_END


def test_relative_urls_in_the_twiml_are_the_flows_webhook(stage, running):
    """It is the webhook that prints them: the carrier never learns of the Function."""
    running(twiml("<Redirect>/elsewhere</Redirect>"))
    call, _ = the_call(stage)
    (warning,) = stage.of(CarrierWarned)
    assert (warning.code, warning.url) == (11200, "https://webhooks.twilio.com/elsewhere")
    assert said(call) == [APPLICATION_ERROR]


def test_a_redirect_to_the_webhook_without_an_event_brings_the_call_back_too(stage, running):
    running(lambda url: twiml(f"<Redirect>{url}</Redirect>"))
    call, execution = the_call(stage)
    assert said(call) == ["Thanks"]
    assert execution.ended_reason == FLOW_END


def test_it_waits_for_the_call_however_long_it_takes(stage, running):
    running(back("audioComplete", '<Play loop="600">https://a.example/song</Play>'))
    call = stage.sandbox.call()
    execution = stage.sandbox.execution_of(call)
    stage.sandbox.clock.advance(2_999)
    assert execution.is_active
    assert call.wait()
    assert said(call)[-1] == "Thanks"


@pytest.mark.parametrize("verbs", ["<Gather><Say>Which?</Say></Gather>", "<Say>Long.</Say>" * 60])
def test_a_hang_up_meanwhile_ends_the_execution(stage, running, verbs):
    running(twiml(verbs))
    _, execution = the_call(stage, Phone(acts=(HangUp(),), hangs_up_after=5))
    assert (execution.path, execution.ended_reason) == (["Trigger"], HANGUP)
    assert stage.codes == []


def test_twiml_that_cannot_be_read_is_an_application_error(stage, running):
    running({"text": "<Response><Say>", "headers": {"Content-Type": "text/xml"}})
    call, execution = the_call(stage)
    assert said(call) == [APPLICATION_ERROR]
    assert [warning.code for warning in stage.of(CarrierWarned)] == [12100]
    assert (execution.path, execution.ended_reason) == (["Trigger"], HANGUP)


@pytest.mark.parametrize("type_", ["text/plain", "application/json", "text/html"])
def test_twiml_of_another_type_is_data(stage, running, type_):
    running({"text": "<Response><Say>Seven</Say></Response>", "headers": {"Content-Type": type_}})
    call, execution = the_call(stage)
    assert said(call) == ["Thanks"]
    assert execution.context["widgets"]["run"]["body"].startswith("<Response>")


def test_twiml_with_an_error_status_is_a_failure_and_never_played(stage, running):
    running({**twiml("<Say>Seven</Say>"), "status": 500})
    call, execution = the_call(stage)
    assert said(call) == ["Sorry"]
    assert stage.codes == [81017]
    assert execution.path == ["Trigger", "run", "sorry"]


def test_a_second_function_may_take_the_call_after_the_first(stage, state):
    ends = {"success": "second", "fail": None}
    flow = stage.play(
        state("first", "run-function", ends, url=FUNCTION),
        state("second", "run-function", {"success": None, "fail": None}, url=FUNCTION),
    )
    url = stage.sandbox.webhook_url(flow)
    replies = [back("a", "<Say>One</Say>")(url), back("b", "<Say>Two</Say>")(url)]
    stage.endpoint("function", FUNCTION, kind="function", replies=replies)
    call, execution = the_call(stage)
    assert said(call) == ["One", "Two"]
    assert execution.path == ["Trigger", "first", "second"]
    assert [printed.widget for printed in stage.of(TwimlPrinted)] == ["first", "second"]


def test_a_call_that_the_flow_itself_has_made_gets_the_twiml_as_well(stage, state):
    flow = stage.play(
        state("ring", "make-outgoing-call-v2", {"answered": "run"}),
        state("run", "run-function", {"success": "thank", "fail": None}, url=FUNCTION),
        state("thank", "say-play", {"audioComplete": None}, say="Thanks"),
    )
    reply = back("audioComplete", "<Say>Seven</Say>")(stage.sandbox.webhook_url(flow))
    stage.endpoint("function", FUNCTION, kind="function", reply=reply)
    execution = stage.sandbox.request()
    stage.sandbox.clock.advance(30)
    (call,) = stage.sandbox.carrier.calls
    assert said(call) == ["Seven", "Thanks"]
    assert execution.path == ["Trigger", "ring", "run", "thank"]
    assert execution.ended_reason == FLOW_END


def test_twiml_for_a_caller_who_has_gone_is_data(stage, state):
    stage.play(
        state("agent", "connect-call-to", {"hangup": "run"}, noun="number", to="+12025550199"),
        state("run", "run-function", {"success": "tell", "fail": None}, url=FUNCTION),
        state("tell", "send-message", {"sent": None, "failed": None}, body="You were gone."),
    )
    stage.endpoint("function", FUNCTION, kind="function", reply=twiml("<Say>Seven</Say>"))
    call, execution = the_call(stage, Phone(hangs_up_after=3))
    assert "Seven" not in said(call)
    assert stage.sent == ["You were gone."]
    assert execution.ended_reason == FLOW_END


@pytest.mark.parametrize("way", ["chat", "request"])
def test_without_a_call_twiml_is_data(stage, state, way):
    stage.play(
        state("run", "run-function", {"success": "tell", "fail": None}, url=FUNCTION),
        state("tell", "send-message", {"sent": None, "failed": None},
              body="{{widgets.run.body | size}}"),
    )  # fmt: skip
    stage.endpoint("function", FUNCTION, kind="function", reply=twiml("<Message>Seven</Message>"))
    if way == "chat":
        stage.sandbox.chat().send("hi")
    else:
        stage.sandbox.request()
    (execution,) = stage.sandbox.executions.all()
    assert execution.path == ["Trigger", "run", "tell"]
    assert execution.ended_reason == FLOW_END
    assert stage.sent == ["45"]
    assert stage.of(TwimlPrinted) == []
