"""TwiML Redirect by call and by chat: the carrier leaves the flow and comes back (reference 7)."""

from __future__ import annotations

from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pytest

from mockstudio.config import Settings
from mockstudio.flows.engine import CALL_OUT_OF_REACH, EXPIRED, FLOW_END
from mockstudio.flows.events import FlowEvent, TwimlPrinted, Waiting
from mockstudio.flows.execution import HANGUP
from mockstudio.signing import SIGNATURE_HEADER, is_signed
from mockstudio.twiml.events import CarrierWarned, DocumentRequested
from mockstudio.twiml.phone import HangUp, Phone, Press, Speak
from mockstudio.twiml.voice.player import APPLICATION_ERROR

SHOP = "https://shop.example.com/ivr"
HELP = "https://help.example.com/down"
DAY = 86_400
MINUTE_OF_MUSIC = '<Pause length="60"/><Say>Still here?</Say>'


@pytest.fixture
def leaving(stage, state):
    """Play a flow that leaves by TwiML Redirect; each event says its name by message."""
    return lambda url=SHOP, **properties: leave(stage, state, url, **properties)


def leave(stage, state, url=SHOP, **properties):
    events = ("return", "timeout", "fail")
    told = [
        state(f"on_{event}", "send-message", {"sent": None, "failed": None}, body=event)
        for event in events
    ]
    widget = state(
        "leave", "add-twiml-redirect", {e: f"on_{e}" for e in events}, url=url, **properties
    )
    return stage.play(widget, *told)


def back(stage, event="return", **parameters):
    """Return the URL of the flow's webhook, as it is written in TwiML."""
    url = stage.sandbox.webhook_url(stage.sandbox.library.flows[0])
    return escape(f"{url}?{urlencode({'FlowEvent': event, **parameters})}")


def going(stage, url):
    return {"twiml": f"<Response><Redirect>{url}</Redirect></Response>"}


def playing(verbs):
    return {"twiml": f"<Response>{verbs}</Response>"}


def the_call(stage, phone=None):
    """Call the first flow and let the call end; return it and its execution."""
    call = stage.sandbox.call(stage.sandbox.library.flows[0], phone)
    assert call.wait()
    return call, stage.sandbox.execution_of(call)


def the_chat(stage, body="hi"):
    """Write to the flow; return the chat and the newest execution."""
    chat = stage.sandbox.chat()
    chat.send(body)
    return chat, stage.sandbox.executions.all()[-1]


def said(transcript):
    return [line.text for line in transcript if line.who == "Twilio"]


def carrier_codes(stage):
    return [warning.code for warning in stage.of(CarrierWarned)]


# --- the request of the target


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_target_is_requested_once_and_by_the_carrier(stage, leaving, method):
    leaving(method=method)
    stage.endpoint("ivr", SHOP, kind="twiml", reply=playing("<Say>Pay here</Say>"))
    call, _ = the_call(stage)
    (entry,) = stage.sandbox.journal
    request = entry.request
    assert request.method == method
    sent = {name: values[0] for name, values in request.params.items()}
    assert sent["CallSid"] == call.sid
    assert sent["From"] == stage.sandbox.settings.contact
    assert sent["To"] == stage.sandbox.settings.number
    assert sent["AccountSid"] == stage.sandbox.settings.account_sid
    assert (sent["CallStatus"], sent["Direction"]) == ("ringing", "inbound")
    assert "FlowEvent" not in sent
    assert said(call.transcript) == ["Pay here"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_targets_request_is_signed_for_the_url_that_the_flow_names(stage, leaving, method):
    leaving(f"{SHOP}?amount=12", method=method)
    stage.endpoint("ivr", SHOP, kind="twiml", reply=playing("<Say>Pay here</Say>"))
    the_call(stage)
    (entry,) = stage.sandbox.journal
    given = entry.request.header(SIGNATURE_HEADER)
    url = f"{SHOP}?{entry.request.query}"
    token = stage.sandbox.settings.auth_token
    assert is_signed(given, token, url, entry.request.form)
    assert not is_signed(given, "another", url, entry.request.form)
    assert not is_signed(given, token, url.replace("12", "13"), entry.request.form)


def test_a_protected_target_takes_the_carriers_request(stage, leaving):
    leaving()
    reply = playing("<Say>Pay here</Say>")
    stage.endpoint("ivr", SHOP, kind="function", visibility="protected", reply=reply)
    call, _ = the_call(stage)
    assert said(call.transcript) == ["Pay here"]


def test_the_engine_prints_and_leaves_the_request_to_the_carrier(stage, leaving):
    leaving()
    stage.endpoint("ivr", SHOP, reply=playing("<Say>Hi</Say>"))
    execution = stage.sandbox.message("hi")
    assert len(stage.sandbox.journal) == 0
    assert execution.is_active
    stage.sandbox.end(execution)
    the_call(stage)
    assert len(stage.sandbox.journal) == 1
    asked = [event.url for event in stage.of(DocumentRequested)]
    assert asked == [stage.sandbox.webhook_url(stage.sandbox.library.only()), SHOP]


@pytest.mark.parametrize(
    ("written", "arrives"),
    [
        ("{{contact.channel.address}}", " 12025550123"),
        ("{{contact.channel.address | url_encode}}", "+12025550123"),
        ("{{flow.variables.nothing}}12", "12"),
        ("a%20b", "a b"),
    ],
)
def test_liquid_in_the_url_is_rendered_and_not_encoded(stage, leaving, written, arrives):
    leaving(f"{SHOP}?phone={written}")
    stage.endpoint("ivr", SHOP, reply=playing(""))
    the_call(stage)
    (entry,) = stage.sandbox.journal
    assert entry.request.query_params["phone"] == [arrives]


def test_an_ampersand_that_liquid_brings_along_splits_the_query(stage, state):
    stage.play(
        state("set", "set-variables", {"next": "leave"},
              variables=[{"key": "mug", "value": "salt&pepper=1"}]),
        state("leave", "add-twiml-redirect", {"return": None},
              url=SHOP + "?mug={{flow.variables.mug}}"),
    )  # fmt: skip
    stage.endpoint("ivr", SHOP, reply=playing(""))
    the_call(stage)
    (entry,) = stage.sandbox.journal
    assert entry.request.query_params == {"mug": ["salt"], "pepper": ["1"]}


# --- the return


def test_a_return_brings_the_querys_and_the_calls_parameters(stage, leaving):
    leaving()
    stage.endpoint("ivr", SHOP, reply=going(stage, back(stage, foo="bar", empty="")))
    call, execution = the_call(stage)
    assert execution.path == ["Trigger", "leave", "on_return"]
    outputs = execution.context["widgets"]["leave"]
    assert (outputs["foo"], outputs["empty"]) == ("bar", "")
    assert (outputs["CallSid"], outputs["CallStatus"]) == (call.sid, "ringing")
    assert outputs["From"] == stage.sandbox.settings.contact
    assert stage.codes == carrier_codes(stage) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("act", "heard"),
    [
        (Speak("Yes."), {"SpeechResult": "Yes.", "Confidence": "0.9"}),
        (Press("42#"), {"Digits": "42"}),
    ],
)
def test_a_gather_may_have_the_return_as_its_action(stage, leaving, method, act, heard):
    leaving()
    action = back(stage, step="confirm")
    gather = (
        f'<Gather input="dtmf speech" method="{method}" action="{action}"><Say>Sure?</Say></Gather>'
    )
    stage.endpoint("ivr", SHOP, reply=playing(gather))
    call, execution = the_call(stage, Phone(acts=(act,)))
    outputs = execution.context["widgets"]["leave"]
    assert outputs.items() >= {"step": "confirm", **heard}.items()
    assert (outputs["CallSid"], outputs["CallStatus"]) == (call.sid, "in-progress")
    assert execution.steps[1].name == "return"


def test_the_flow_goes_on_with_the_call_after_a_return(stage, state):
    stage.play(
        state("leave", "add-twiml-redirect", {"return": "thank"}, url=SHOP),
        state("thank", "say-play", {"audioComplete": None},
              say="You chose {{widgets.leave.Digits}}."),
    )  # fmt: skip
    action = back(stage)
    gather = f'<Gather numDigits="1" action="{action}"><Say>Which?</Say></Gather>'
    stage.endpoint("ivr", SHOP, reply=playing(gather))
    call, execution = the_call(stage, Phone(acts=(Press("7"),)))
    assert said(call.transcript) == ["Which?", "You chose 7."]
    assert execution.ended_reason == FLOW_END


def test_a_flow_may_leave_and_return_again_and_again(stage, state):
    stage.play(
        state("first", "add-twiml-redirect", {"return": "second"}, url=SHOP + "?n=1"),
        state("second", "add-twiml-redirect", {"return": "thank"}, url=SHOP + "?n=2"),
        state("thank", "say-play", {"audioComplete": None},
              say="{{widgets.first.n}} and {{widgets.second.n}}"),
    )  # fmt: skip
    stage.endpoint(
        "ivr",
        SHOP,
        replies=[going(stage, back(stage, n="one")), going(stage, back(stage, n="two"))],
    )
    call, _ = the_call(stage)
    assert said(call.transcript) == ["one and two"]


def test_the_target_may_lead_to_others_before_the_return(stage, leaving):
    leaving()
    stage.endpoint("ivr", SHOP, reply=playing("<Say>One</Say><Redirect>/next</Redirect>"))
    stage.endpoint(
        "next",
        "https://shop.example.com/next",
        reply=playing(f"<Say>Two</Say><Redirect>{back(stage)}</Redirect>"),
    )
    call, execution = the_call(stage)
    assert said(call.transcript) == ["One", "Two"]
    assert execution.path == ["Trigger", "leave", "on_return"]


# --- fail, and what is no failure


@pytest.mark.parametrize("url", ["", "/ivr", "{{flow.variables.nothing}}", "https://a b.example/"])
def test_only_a_url_that_cannot_be_parsed_fails(stage, leaving, url):
    leaving(url)
    _, execution = the_call(stage)
    assert execution.path == ["Trigger", "leave", "on_fail"]
    assert execution.context["widgets"].get("leave", {}) == {}
    assert stage.of(TwimlPrinted) == []
    assert len(stage.sandbox.journal) == 0


UNUSABLE = {
    "404": ({"status": 404}, 11200),
    "500": ({"status": 500}, 11200),
    "timeout": ({**playing("<Say>Late</Say>"), "delay": "16s"}, 11200),
    "reset": ({"fault": "reset"}, 11200),
    "bad XML": ({"xml": "<Response>"}, 12100),
    "bad type": ({"json": {"a": 1}}, 12300),
    "too large": ({**playing("<Say>Long</Say>"), "size": 65_537}, 11750),
}
every_unusable_target = pytest.mark.parametrize(
    ("reply", "code"), UNUSABLE.values(), ids=list(UNUSABLE)
)


@every_unusable_target
def test_the_caller_hears_of_an_unusable_target_and_the_flow_never_does(
    stage, leaving, reply, code
):
    leaving()
    stage.endpoint("ivr", SHOP, reply=reply)
    call, execution = the_call(stage)
    assert said(call.transcript) == [APPLICATION_ERROR]
    assert carrier_codes(stage) == [code]
    assert execution.path == ["Trigger"]
    assert execution.ended_reason == HANGUP
    assert stage.sent == []
    assert stage.codes == []


@every_unusable_target
def test_the_numbers_fallback_is_tried_before_the_caller_hears_of_it(on_stage, state, reply, code):
    stage = on_stage(Settings(fallback_url=HELP))
    leave(stage, state)
    stage.endpoint("ivr", SHOP, reply=reply)
    stage.endpoint("help", HELP, reply=playing("<Say>Please call later.</Say>"))
    call, execution = the_call(stage)
    assert said(call.transcript) == ["Please call later."]
    assert [entry.endpoint for entry in stage.sandbox.journal] == ["ivr", "help"]
    asked = list(stage.sandbox.journal)[-1].request.params
    assert asked["ErrorCode"] == [str(code)]
    assert asked["ErrorUrl"] == [SHOP]
    assert asked["CallSid"] == [call.sid]
    assert execution.path == ["Trigger"]
    assert execution.ended_reason == HANGUP


def test_a_fallback_may_bring_the_call_back_to_the_flow(on_stage, state):
    stage = on_stage(Settings(fallback_url=HELP))
    leave(stage, state)
    stage.endpoint("ivr", SHOP, reply={"status": 500})
    stage.endpoint("help", HELP, reply=going(stage, back(stage, result="down")))
    _, execution = the_call(stage)
    assert execution.path == ["Trigger", "leave", "on_return"]
    assert execution.context["widgets"]["leave"]["result"] == "down"


def test_a_fallback_that_fails_too_leaves_the_application_error(on_stage, state):
    stage = on_stage(Settings(fallback_url=HELP))
    leave(stage, state)
    stage.endpoint("ivr", SHOP, reply={"status": 404})
    stage.endpoint("help", HELP, reply={"status": 503})
    call, execution = the_call(stage)
    assert said(call.transcript) == [APPLICATION_ERROR]
    assert carrier_codes(stage) == [11200, 11200]
    assert (execution.path, execution.ended_reason) == (["Trigger"], HANGUP)


def test_a_flow_that_fails_may_go_on_with_the_call(stage, state):
    stage.play(
        state("leave", "add-twiml-redirect", {"return": None, "fail": "sorry"}, url="nowhere"),
        state("sorry", "say-play", {"audioComplete": None}, say="That did not work."),
    )
    call, _ = the_call(stage)
    assert said(call.transcript) == ["That did not work."]


# --- the time-out


def test_the_timeout_is_four_hours_unless_the_flow_says_otherwise(stage, leaving):
    leaving()
    stage.endpoint("ivr", SHOP, reply=playing(""))
    _, execution = the_chat(stage)
    stage.sandbox.clock.advance(14_399)
    assert execution.is_active
    stage.sandbox.clock.advance(1)
    assert execution.path == ["Trigger", "leave", "on_timeout"]


@pytest.mark.parametrize("way", [the_call, the_chat])
def test_a_custom_timeout_counts_from_the_redirect(stage, leaving, way):
    leaving(timeout="{{flow.variables.patience | default: 90}}")
    stage.endpoint("ivr", SHOP, reply=playing('<Pause length="120"/>'))
    _, execution = way(stage)
    stage.sandbox.clock.advance(90)
    assert [waiting.seconds for waiting in stage.of(Waiting)] == [90]
    assert stage.sent == ["timeout"]
    left = next(step for step in execution.steps if step.transitioned_from == "leave")
    assert (left.name, left.outputs) == ("timeout", {})


def test_a_call_that_timed_out_goes_on_elsewhere_and_cannot_be_taken_back(stage, state):
    stage.play(
        state("leave", "add-twiml-redirect", {"return": None, "timeout": "note"}, url=SHOP,
              timeout="10"),
        state("note", "send-message", {"sent": "sorry", "failed": None}, body="Where are you?"),
        state("sorry", "say-play", {"audioComplete": None}, say="Sorry"),
    )  # fmt: skip
    stage.endpoint("ivr", SHOP, reply=playing(MINUTE_OF_MUSIC))
    call = stage.sandbox.call()
    execution = stage.sandbox.execution_of(call)
    stage.sandbox.clock.advance(10)
    assert not call.is_over
    assert execution.path == ["Trigger", "leave", "note"]
    assert execution.ended_reason == CALL_OUT_OF_REACH
    assert call.wait()
    assert said(call.transcript)[-1] == "Still here?"
    assert "Sorry" not in said(call.transcript)
    assert len(stage.sandbox.executions.all()) == 1
    assert stage.codes == []


def test_a_flow_that_ended_by_timeout_leaves_the_call_alone(stage, leaving):
    leaving(timeout="10")
    stage.endpoint("ivr", SHOP, reply=playing(MINUTE_OF_MUSIC))
    call, execution = the_call(stage)
    assert stage.sandbox.clock.monotonic() >= 60
    assert said(call.transcript)[-1] == "Still here?"
    assert (execution.ended_reason, stage.sent) == (FLOW_END, ["timeout"])


def test_a_return_that_comes_too_late_is_a_fresh_trigger(stage, leaving):
    leaving(timeout="10")
    late = f'<Pause length="60"/><Redirect>{back(stage)}</Redirect>'
    stage.endpoint("ivr", SHOP, replies=[playing(late), playing("<Say>Again?</Say>")])
    call, execution = the_call(stage)
    first, second = stage.sandbox.executions.all()
    assert first.path == ["Trigger", "leave", "on_timeout"]
    assert execution is second
    assert (second.path, second.ended_reason) == (["Trigger"], HANGUP)
    assert said(call.transcript)[-1] == "Again?"


@pytest.mark.parametrize(
    ("phone", "seconds"), [(Phone(hangs_up_after=9_000), 9_000), (Phone(), 14_400)]
)
def test_timeout_zero_lasts_as_long_as_the_call(stage, leaving, phone, seconds):
    leaving(timeout="0")
    stage.endpoint("ivr", SHOP, reply=playing('<Play loop="0">https://a.example/song</Play>' * 9))
    call = stage.sandbox.call(phone=phone)
    execution = stage.sandbox.execution_of(call)
    assert stage.of(Waiting)[0].seconds is None
    stage.sandbox.clock.advance(seconds - 1)
    assert execution.is_active
    stage.sandbox.clock.advance(1)
    assert call.is_over
    assert (execution.path, execution.ended_reason) == (["Trigger"], HANGUP)
    assert stage.sent == []


def test_timeout_zero_in_a_chat_lasts_for_thirty_days(stage, leaving):
    leaving(timeout="0")
    stage.endpoint("ivr", SHOP, reply=playing(""))
    _, execution = the_chat(stage)
    stage.sandbox.clock.advance(30 * DAY - 1)
    assert execution.is_active
    stage.sandbox.clock.advance(1)
    assert (execution.path, execution.ended_reason) == (["Trigger"], EXPIRED)


def test_timeout_zero_may_still_return(stage, leaving):
    leaving(timeout="0")
    stage.endpoint("ivr", SHOP, reply=going(stage, back(stage)))
    _, execution = the_call(stage)
    assert execution.path == ["Trigger", "leave", "on_return"]


# --- a caller who does not return


@pytest.mark.parametrize(
    ("verbs", "phone"),
    [
        (MINUTE_OF_MUSIC, Phone(hangs_up_after=5)),
        ("<Gather><Say>Card?</Say></Gather>", Phone(acts=(HangUp(),))),
        ("<Say>Bye</Say>", Phone()),
        ("<Say>Bye</Say><Hangup/>", Phone()),
        ("<Reject/>", Phone()),
        ("", Phone()),
    ],
)
def test_a_call_that_ends_out_there_ends_the_execution(stage, leaving, verbs, phone):
    leaving()
    stage.endpoint("ivr", SHOP, reply=playing(verbs))
    _, execution = the_call(stage, phone)
    assert (execution.path, execution.ended_reason) == (["Trigger"], HANGUP)
    assert stage.sent == []
    assert stage.codes == []


# --- other webhooks while the flow waits


@pytest.mark.parametrize("event", ["audioComplete", "Return", ""])
def test_a_call_that_comes_back_with_another_event_is_81002(stage, leaving, event):
    leaving()
    url = back(stage, event) if event else back(stage).partition("?")[0]
    stage.endpoint("ivr", SHOP, reply=going(stage, url))
    _, execution = the_call(stage)
    assert stage.codes == [81002]
    assert (execution.path, execution.ended_reason) == (["Trigger"], HANGUP)
    assert len(stage.sandbox.executions.all()) == 1


def test_a_message_to_a_parked_flow_is_81002_and_says_nothing(stage, leaving):
    leaving()
    stage.endpoint("ivr", SHOP, reply=playing("<Message>One moment</Message>"))
    chat, execution = the_chat(stage)
    chat.send("hello?")
    assert stage.codes == [81002]
    assert said(chat.transcript) == ["One moment"]
    assert stage.sandbox.executions.all() == [execution]
    assert execution.is_active
    assert len(stage.sandbox.journal) == 1


def test_a_return_without_a_parked_execution_is_a_fresh_trigger(stage, state):
    stage.play(
        state("leave", "add-twiml-redirect", {"return": "thank"}, url=SHOP),
        state("thank", "say-play", {"audioComplete": "again"}, say="Thanks"),
        state("again", "add-twiml-redirect", {"return": None, "fail": None}, url="nowhere"),
    )
    stage.endpoint("ivr", SHOP, reply=playing("<Say>Welcome</Say>"))
    answer = stage.sandbox.app.test_client().post(
        back(stage).replace("&amp;", "&"), data={"CallSid": "CA1", "From": "+1", "To": "+2"}
    )
    assert f'<Redirect method="POST">{SHOP}</Redirect>' in answer.text
    (execution,) = stage.sandbox.executions.all()
    assert (execution.trigger_event, execution.path) == ("incomingCall", ["Trigger"])


# --- messages


def test_a_message_may_take_several_hops_before_it_returns(stage, leaving):
    leaving()
    far = "https://far.example.com/hop"
    stage.endpoint("ivr", SHOP, reply=going(stage, far))
    stage.endpoint("hop", far, reply=playing("<Message>Wait</Message><Redirect>/last</Redirect>"))
    stage.endpoint("last", "https://far.example.com/last", reply=going(stage, back(stage, n="3")))
    chat, execution = the_chat(stage, "pay")
    assert execution.path == ["Trigger", "leave", "on_return"]
    assert said(chat.transcript) == ["Wait", "return"]
    assert [entry.endpoint for entry in stage.sandbox.journal] == ["ivr", "hop", "last"]
    received = [entry.request.params for entry in stage.sandbox.journal]
    assert [params["Body"] for params in received] == [["pay"]] * 3
    assert len({params["MessageSid"][0] for params in received}) == 1
    outputs = execution.context["widgets"]["leave"]
    assert (outputs["n"], outputs["Body"]) == ("3", "pay")


@every_unusable_target
def test_an_unusable_target_sends_nothing_and_the_chat_stays_parked(stage, leaving, reply, code):
    leaving(timeout="600")
    stage.endpoint("ivr", SHOP, reply=reply)
    began = stage.sandbox.clock.monotonic()
    chat, execution = the_chat(stage)
    assert carrier_codes(stage) == [code]
    assert said(chat.transcript) == []
    assert (execution.is_active, execution.path) == (True, ["Trigger"])
    stage.sandbox.clock.advance(599 - (stage.sandbox.clock.monotonic() - began))
    assert execution.is_active
    stage.sandbox.clock.advance(1)
    assert execution.path == ["Trigger", "leave", "on_timeout"]
    assert said(chat.transcript) == ["timeout"]


def test_redirects_that_lead_back_and_forth_are_stopped_by_somebody(stage, state):
    stage.play(state("leave", "add-twiml-redirect", {"return": "leave"}, url=SHOP))
    stage.endpoint("ivr", SHOP, reply=going(stage, back(stage)))
    _, execution = the_chat(stage)
    assert stage.codes == [81001]
    assert execution.path == ["Trigger", *["leave"] * 10]
    assert execution.ended_reason == "81001"


def test_a_parked_redirect_can_be_dumped_and_carried_on_elsewhere(stage, on_stage, state, leaving):
    flow = leaving()
    stage.endpoint("ivr", SHOP, reply=playing(""))
    _, execution = the_chat(stage)
    other = on_stage()
    other.sandbox.library.add(flow)
    resumed = other.sandbox.resume(execution.to_dict())
    assert other.sandbox.receive(resumed, FlowEvent("return", {"FlowEvent": "return", "a": "b"}))
    assert resumed.context["widgets"]["leave"]["a"] == "b"
    assert other.sent == ["return"]
