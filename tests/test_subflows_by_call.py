"""Subflows with callers and senders inside: they come back by the outermost flow's webhook."""

from __future__ import annotations

from urllib.parse import urlencode
from xml.sax.saxutils import escape

import pytest

from mockstudio.flows.engine import CALL_OUT_OF_REACH, FLOW_END
from mockstudio.flows.events import StepEntered, TwimlPrinted
from mockstudio.flows.execution import HANGUP
from mockstudio.twiml.phone import HangUp, Phone, Press, Send, Speak

SHOP = "https://shop.example.com/ivr"
KEEP = "keep"


@pytest.fixture
def nested(stage, state, flow_of):
    """Run these widgets as a subflow; the parent says what the subflow set as `answer`."""

    def played(*states, then="tell"):
        sub = stage.sandbox.library.add(flow_of(*states, name="sub"))
        run = {"flow_sid": sub.sid, "flow_revision": "LatestPublished"}
        told = "Answer: {{widgets.run.answer}}"
        parent = stage.play(
            state("run", "run-subflow", {"completed": then, "failed": None}, **run),
            state("tell", "say-play", {"audioComplete": None}, say=told),
            state("write", "send-message", {"sent": None, "failed": None}, body=told),
            name="parent",
        )
        return parent, sub

    return played


@pytest.fixture
def keep(state):
    """The subflow's last widget: it sets `answer`."""
    return lambda template: state(
        KEEP, "set-variables", {"next": None}, variables=[{"key": "answer", "value": template}]
    )


def call(stage, flow, phone=None):
    made = stage.sandbox.call(flow, phone)
    assert made.wait()
    return made, stage.sandbox.execution_of(made)


def said(transcript):
    return [line.text for line in transcript if line.who == "Twilio"]


def back(stage, flow, event="return", **parameters):
    return escape(
        f"{stage.sandbox.webhook_url(flow)}?{urlencode({'FlowEvent': event, **parameters})}"
    )


def leading(url):
    return {"twiml": f"<Response><Redirect>{url}</Redirect></Response>"}


@pytest.mark.parametrize(
    ("act", "answer"), [(Press("3"), "3"), (Speak("three"), "three"), (None, "nothing")]
)
def test_a_gather_inside_asks_and_the_parent_goes_on_with_the_call(
    stage, state, nested, keep, act, answer
):
    menu = "{{widgets.menu.Digits}}{{widgets.menu.SpeechResult}}"
    parent, sub = nested(
        state("menu", "gather-input-on-call",
              {"keypress": KEEP, "speech": KEEP, "timeout": KEEP}, say="Which?",
              number_of_digits=1),
        keep("{% capture said %}" + menu + "{% endcapture %}{{said | default: 'nothing'}}"),
    )  # fmt: skip
    made, execution = call(stage, parent, Phone(acts=(act,) if act else ()))
    assert said(made.transcript) == ["Which?", f"Answer: {answer}"]
    assert execution.path == ["Trigger", "Trigger", "menu", KEEP, "run", "tell"]
    assert [step.name for step in execution.steps][1] == "incomingParent"
    assert execution.ended_reason == FLOW_END
    (gather, _) = stage.of(TwimlPrinted)
    assert gather.depth == 1
    assert stage.sandbox.webhook_url(parent) in gather.twiml
    assert sub.sid not in gather.twiml
    assert stage.codes == []


def test_several_voice_widgets_inside_keep_to_one_call(stage, state, nested, keep):
    parent, _ = nested(
        state("hello", "say-play", {"audioComplete": "menu"}, say="Hello inside"),
        state("menu", "gather-input-on-call", {"keypress": "agent", "timeout": None}, say="Which?"),
        state("agent", "connect-call-to", {"callCompleted": KEEP, "hangup": None},
              noun="number", to="+12025550199"),
        keep("{{widgets.agent.DialCallStatus}} {{trigger.call.CallSid}}"),
    )  # fmt: skip
    made, execution = call(stage, parent, Phone(acts=(Press("1#"),)))
    assert said(made.transcript)[-1] == f"Answer: completed {made.sid}"
    assert len(stage.sandbox.executions.all()) == 1
    assert execution.step_count == 8


def test_a_redirect_inside_returns_by_the_parents_webhook(stage, state, nested, keep):
    parent, _ = nested(
        state("leave", "add-twiml-redirect", {"return": KEEP, "timeout": None}, url=SHOP),
        keep("{{widgets.leave.result}}"),
    )
    stage.endpoint("ivr", SHOP, reply=leading(back(stage, parent, result="paid")))
    made, execution = call(stage, parent)
    assert said(made.transcript) == ["Answer: paid"]
    assert "leave" not in execution.context["widgets"]
    inner = next(step for step in execution.steps if step.transitioned_from == "leave")
    assert inner.outputs["result"] == "paid"
    assert inner.parent_step_sid is not None


def test_a_return_to_the_subflows_own_webhook_is_a_fresh_trigger_of_the_subflow(
    stage, state, nested, keep
):
    """The author of a redirect inside a subflow must name the flow that took the call."""
    parent, sub = nested(
        state("leave", "add-twiml-redirect", {"return": KEEP, "timeout": None}, url=SHOP),
        keep("{{widgets.leave.result}}"),
    )
    stage.endpoint("ivr", SHOP, replies=[leading(back(stage, sub)), {"twiml": "<Response/>"}])
    stage.sandbox.call(parent).wait()
    first, second = stage.sandbox.executions.all()
    assert (first.flow_sid, second.flow_sid) == (parent.sid, sub.sid)
    assert first.path == ["Trigger", "Trigger"]
    assert first.ended_reason == HANGUP


def test_a_redirect_inside_that_times_out_leaves_subflow_and_parent_without_the_call(
    stage, state, nested, keep
):
    parent, _ = nested(
        state("leave", "add-twiml-redirect", {"return": None, "timeout": KEEP}, url=SHOP,
              timeout="10"),
        keep("late"),
    )  # fmt: skip
    music = '<Response><Play loop="4">https://a.example/song</Play></Response>'
    stage.endpoint("ivr", SHOP, reply={"twiml": music})
    _, execution = call(stage, parent)
    assert execution.path == ["Trigger", "Trigger", "leave", KEEP, "run"]
    assert execution.ended_reason == CALL_OUT_OF_REACH
    assert execution.context["widgets"]["run"]["answer"] == "late"


def test_a_functions_twiml_inside_comes_back_as_success(stage, state, nested, keep):
    parent, _ = nested(
        state("run_it", "run-function", {"success": KEEP, "fail": None}, url=SHOP),
        keep("done"),
    )
    reply = leading(back(stage, parent, "audioComplete"))
    stage.endpoint("function", SHOP, kind="function", reply=reply)
    made, _ = call(stage, parent)
    assert said(made.transcript) == ["Answer: done"]


@pytest.mark.parametrize(
    ("kind", "event", "properties", "phone", "path"),
    [
        ("gather-input-on-call", "keypress", {"say": "?"}, Phone(acts=(HangUp(),)), []),
        (
            "connect-call-to",
            "hangup",
            {"noun": "number", "to": "+12025550199"},
            Phone(hangs_up_after=2),
            ["here", KEEP, "run"],
        ),
    ],
)
def test_a_hang_up_inside_ends_both_at_the_next_widget_that_needs_the_call(
    stage, state, nested, keep, kind, event, properties, phone, path
):
    parent, _ = nested(state("here", kind, {event: KEEP}, **properties), keep("gone"))
    _, execution = call(stage, parent, phone)
    assert execution.path == ["Trigger", "Trigger", *path]
    assert execution.ended_reason == HANGUP
    assert "tell" not in [step.widget for step in stage.of(StepEntered)]


def test_after_a_hang_up_inside_the_parent_may_still_write(stage, state, nested, keep):
    parent, _ = nested(
        state("agent", "connect-call-to", {"hangup": KEEP}, noun="number", to="+12025550199"),
        keep("gone"),
        then="write",
    )
    _, execution = call(stage, parent, Phone(hangs_up_after=2))
    assert stage.sent == ["Answer: gone"]
    assert execution.ended_reason == FLOW_END


# --- messages


def asking(state, keep, **properties):
    answers = {"incomingMessage": KEEP, "timeout": "late"}
    late = [{"key": "answer", "value": "none"}]
    return (
        state("ask", "send-and-wait-for-reply", answers, body="Which?", **properties),
        keep("{{widgets.ask.inbound.Body}}"),
        state("late", "set-variables", {"next": None}, variables=late),
    )


def test_a_reply_reaches_the_subflow_that_waits_for_it(stage, state, nested, keep):
    parent, _ = nested(*asking(state, keep), then="write")
    chat = stage.sandbox.chat(parent, Phone(replies=(Send("blue"),)))
    chat.send("hi")
    stage.sandbox.clock.advance(10)
    (execution,) = stage.sandbox.executions.all()
    assert said(chat.transcript) == ["Which?", "Answer: blue"]
    assert execution.path == ["Trigger", "Trigger", "ask", KEEP, "run", "write"]


def test_a_wait_inside_times_out_at_its_own_second(stage, state, nested, keep):
    parent, _ = nested(*asking(state, keep, timeout="60"), then="write")
    chat = stage.sandbox.chat(parent)
    chat.send("hi")
    stage.sandbox.clock.advance(59)
    assert said(chat.transcript) == ["Which?"]
    stage.sandbox.clock.advance(1)
    assert said(chat.transcript) == ["Which?", "Answer: none"]


def test_a_message_to_the_subflow_itself_is_another_conversation(stage, state, nested, keep):
    parent, sub = nested(*asking(state, keep), then="write")
    stage.sandbox.chat(parent).send("hi")
    stage.sandbox.chat(sub).send("hi")
    first, second = stage.sandbox.executions.all()
    assert (first.flow_sid, second.flow_sid) == (parent.sid, sub.sid)
    assert first.is_active
    assert second.is_active


def test_a_redirect_inside_works_for_messages_too(stage, state, nested, keep):
    parent, _ = nested(
        state("leave", "add-twiml-redirect", {"return": KEEP, "timeout": None}, url=SHOP),
        keep("{{widgets.leave.Body}}"),
        then="write",
    )
    stage.endpoint("ivr", SHOP, reply=leading(back(stage, parent)))
    chat = stage.sandbox.chat(parent)
    chat.send("hello")
    assert said(chat.transcript) == ["Answer: hello"]


def test_an_execution_that_waits_inside_a_subflow_can_be_carried_on_elsewhere(
    stage, on_stage, state, nested, keep
):
    parent, sub = nested(*asking(state, keep), then="write")
    stage.sandbox.chat(parent).send("hi")
    (execution,) = stage.sandbox.executions.all()
    other = on_stage()
    for flow in (parent, sub):
        other.sandbox.library.add(flow)
    other.sandbox.resume(execution.to_dict())
    other.sandbox.message("green", parent)
    assert other.sent == ["Answer: green"]
