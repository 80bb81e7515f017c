"""The caller hangs up, in each kind of widget: what the flow takes, and where it ends.

Whatever a widget takes, the next one that needs the call is not entered (reference 6).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from mockstudio.flows.catalogue import load_catalogue
from mockstudio.flows.engine import FLOW_END
from mockstudio.flows.events import EventReceived, StepEntered, TwimlPrinted
from mockstudio.flows.execution import HANGUP, OVER
from mockstudio.flows.widgets.registry import standard_widgets
from mockstudio.flows.widgets.retired import Retired
from mockstudio.twiml.phone import HangUp, Phone, Press, Speak

SLOW = "https://slow.example.com/x"
AGENT = "+12025550199"
MUSIC = '<Response><Play loop="0">https://music.example.com/a.mp3</Play></Response>'
SOON = Phone(hangs_up_after=3)
AFTER_SPEAKING = Phone(acts=(Speak("Call me back."),), hangs_up_after=5)


@dataclass(frozen=True)
class Case:
    """A hang-up in a widget.

    Attributes:
        widget: the type.
        takes: the event it takes, or None when the execution ends there.
        phone: what the caller does.
        brings: parameters that come under the widget's name.
        properties: of the widget.
        note: what tells the case from others of the type.
    """

    widget: str
    takes: str | None = None
    phone: Phone = SOON
    brings: dict[str, str] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    def __str__(self) -> str:
        return f"{self.widget} {self.note}".strip()


TYPES = load_catalogue().types
STREAM = {"stream_action": "start", "stream_name": "s", "stream_url": "wss://a.example"}
COMPLETED = {"CallStatus": "completed"}
CASES = [
    Case("say-play", properties={"say": "Welcome. " * 20}),
    Case("say-play", properties={"play": "https://a.example/b.mp3", "loop": 9}, note="playing"),
    Case("gather-input-on-call", properties={"say": "Which? " * 20}, note="while it asks"),
    Case(
        "gather-input-on-call",
        properties={"say": "Which?", "timeout": 9},
        phone=Phone(acts=(HangUp(),)),
        note="while it waits",
    ),
    Case(
        "gather-input-on-call",
        properties={"say": "Which?", "number_of_digits": 4},
        phone=Phone(acts=(Press("12"),), hangs_up_after=3),
        note="while keys are pressed",
    ),
    Case("connect-call-to", HANGUP, properties={"noun": "number", "to": AGENT}, note="ringing"),
    Case(
        "connect-call-to",
        HANGUP,
        properties={"noun": "number", "to": AGENT},
        phone=Phone(hangs_up_after=15),
        brings=COMPLETED,
        note="talking",
    ),
    Case(
        "record-voicemail",
        "recordingComplete",
        phone=AFTER_SPEAKING,
        brings={"Digits": "hangup", **COMPLETED},
        note="with words",
    ),
    Case("record-voicemail", HANGUP, brings=COMPLETED, note="without words"),
    Case("enqueue-call", properties={"queue_name": "support"}, note="waiting"),
    Case(
        "enqueue-call",
        properties={"workflow_sid": "WW1"},
        phone=Phone(hangs_up_after=20),
        note="talking",
    ),
    Case("send-to-flex", properties={"workflow": "WW1", "channel": "TC1", "attributes": "{}"}),
    Case("capture-payments", HANGUP, brings={"Result": "caller-hung-up", **COMPLETED}),
    Case("connect-virtual-agent", HANGUP, properties={"connector": "c"}, brings=COMPLETED),
    Case("connect-virtual-agent-v2", HANGUP, properties={"connector_name": "c"}),
    Case("run-conversation-relay", properties={"url": "wss://a.example"}),
    Case("add-twiml-redirect", properties={"url": SLOW}),
    Case("add-twiml-redirect", properties={"url": SLOW, "timeout": "0"}, note="without timeout"),
    Case("run-function", properties={"url": SLOW}, note="that returns TwiML"),
]
ELSEWHERE = {
    "trigger": "nothing happens there",
    "split-based-on": "takes no time",
    "set-variables": "takes no time",
    "fork-stream": "takes no time of its own; tested beside a widget that does",
    "record-call": "takes no time",
    "send-message": "takes no time",
    "start-conversation": "only where the REST API starts the flow",
    "resume-conversation": "only where the REST API starts the flow",
    "make-outgoing-call-v1": "not in an incoming call",
    "make-outgoing-call-v2": "not in an incoming call",
    "make-http-request": "tested while it runs",
    "run-subflow": "tested with widgets inside",
    "send-and-wait-for-reply": "tested below: the webhook's empty answer ends the call",
}
"""The types that the table leaves out, and why."""
every_case = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture
def after(state):
    """The widgets behind the one under test: one that needs no call, then one that does."""
    return (
        state("note", "set-variables", {"next": "after"}, variables=[{"key": "a", "value": "1"}]),
        state("after", "say-play", {"audioComplete": None}, say="Never heard"),
    )


@pytest.fixture
def hanging_up(stage, state, after):
    """Let the caller hang up in a widget all of whose events lead on; return the execution."""

    def played(kind, phone=SOON, **properties):
        stage.endpoint("music", SLOW, kind="twiml", reply={"twiml": MUSIC})
        stage.play(state("here", kind, every_event(kind, "note"), **properties), *after)
        return the_call(stage, phone)

    return played


def every_event(kind, following):
    return dict.fromkeys(TYPES[kind].events, following)


def the_call(stage, phone=SOON, flow=None):
    call = stage.sandbox.call(flow, phone)
    assert call.wait()
    return stage.sandbox.execution_of(call)


def entered(stage):
    return [step.widget for step in stage.of(StepEntered)]


def test_every_type_is_in_the_table_or_excused():
    runs = {name for name, kind in standard_widgets().items() if not isinstance(kind, Retired)}
    assert {case.widget for case in CASES} | set(ELSEWHERE) == runs


@every_case
def test_a_hang_up_takes_the_transition_there_is_for_it_or_ends_the_execution(hanging_up, case):
    execution = hanging_up(case.widget, case.phone, **case.properties)
    took = [step.name for step in execution.steps if step.transitioned_from == "here"]
    assert took == ([case.takes] if case.takes else [])
    assert execution.path == (["Trigger", "here", "note"] if case.takes else ["Trigger"])
    assert execution.ended_reason == HANGUP
    assert execution.call == OVER


@every_case
def test_the_next_widget_that_needs_the_call_is_not_entered(stage, hanging_up, case):
    hanging_up(case.widget, case.phone, **case.properties)
    assert "after" not in entered(stage)
    assert "after" not in [printed.widget for printed in stage.of(TwimlPrinted)]
    assert stage.codes == []


@every_case
def test_the_hang_up_is_told_once(stage, hanging_up, case):
    hanging_up(case.widget, case.phone, **case.properties)
    assert len(stage.of(EventReceived)) == (1 if case.takes else 0)
    assert len(stage.sandbox.executions.all()) == 1


@pytest.mark.parametrize("case", [c for c in CASES if c.brings], ids=str)
def test_what_the_last_request_brought_is_kept(hanging_up, case):
    execution = hanging_up(case.widget, case.phone, **case.properties)
    assert execution.context["widgets"]["here"].items() >= case.brings.items()


@pytest.mark.parametrize("case", [c for c in CASES if c.takes], ids=str)
def test_after_a_hang_up_the_flow_may_still_ask_by_message(stage, state, case):
    asked = state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="How was it?")
    stage.play(state("here", case.widget, {case.takes: "ask"}, **case.properties), asked)
    execution = the_call(stage, case.phone)
    assert execution.is_active
    assert stage.sent == ["How was it?"]
    stage.sandbox.message("fine")
    assert execution.path == ["Trigger", "here", "ask"]
    assert execution.ended_reason == FLOW_END
    assert stage.codes == []


def test_a_message_sent_to_a_caller_is_not_waited_for_as_the_call_ends_at_once(stage, state, after):
    asked = {"incomingMessage": "note", "timeout": "note", "deliveryFailure": "note"}
    stage.play(state("here", "send-and-wait-for-reply", asked, body="How are you?"), *after)
    call = stage.sandbox.call()
    assert call.wait()
    execution = stage.sandbox.execution_of(call)
    assert (execution.path, execution.ended_reason) == (["Trigger"], HANGUP)
    assert stage.sent == ["How are you?"]


# --- while something runs that is no TwiML


def hang_up_during_requests(stage):
    stage.sandbox.endpoints.subscribe(lambda entry: stage.sandbox.carrier.calls[-1].hang_up())


@pytest.mark.parametrize(
    ("kind", "reply", "took"),
    [
        ("make-http-request", {"json": {"a": 1}}, "success"),
        ("make-http-request", {"status": 500}, "failed"),
        ("run-function", {"json": {"a": 1}}, "success"),
        ("run-function", {"status": 500}, "fail"),
        ("run-function", {"twiml": MUSIC}, "success"),
    ],
)
def test_a_request_is_finished_when_the_caller_hangs_up_meanwhile(
    stage, state, after, kind, reply, took
):
    stage.endpoint("slow", SLOW, reply={**reply, "delay": "4s"})
    stage.play(state("here", kind, every_event(kind, "note"), url=SLOW), *after)
    hang_up_during_requests(stage)
    execution = the_call(stage, Phone())
    assert [step.name for step in execution.steps] == ["incomingCall", took, "next"]
    assert "after" not in entered(stage)
    assert execution.ended_reason == HANGUP
    assert stage.codes in ([], [81016], [81017])


def test_a_flow_may_ask_by_message_when_the_caller_has_hung_up_during_a_request(stage, state):
    stage.endpoint("slow", SLOW, reply={"json": {}})
    stage.play(
        state("here", "make-http-request", {"success": "ask", "failed": None}, url=SLOW),
        state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="Sorry?"),
    )
    hang_up_during_requests(stage)
    execution = the_call(stage, Phone())
    assert execution.is_active
    stage.sandbox.message("never mind")
    assert execution.path == ["Trigger", "here", "ask"]


# --- widgets that take no time, beside one that does


@pytest.mark.parametrize("action", ["start", "stop"])
def test_a_stream_that_was_forked_does_not_outlive_the_call(stage, state, after, action):
    stream = {**STREAM, "stream_action": action}
    stage.play(
        state("here", "fork-stream", {"next": "talk"}, **stream),
        state("talk", "say-play", {"audioComplete": "note"}, say="Welcome. " * 20),
        *after,
    )
    execution = the_call(stage)
    assert (execution.path, execution.ended_reason) == (["Trigger", "here"], HANGUP)


def test_a_hang_up_before_anything_is_heard_ends_the_call_unanswered(stage, state, after):
    long_wait = {"url": SLOW}
    stage.endpoint("slow", SLOW, reply={"json": {}})
    stage.play(state("here", "make-http-request", {"success": "note"}, **long_wait), *after)
    hang_up_during_requests(stage)
    execution = the_call(stage, Phone())
    call = stage.sandbox.carrier.calls[-1]
    assert (call.status, call.seconds) == ("no-answer", 0)
    assert (execution.path, execution.ended_reason) == (["Trigger", "here", "note"], HANGUP)


# --- inside a subflow


@pytest.mark.parametrize("case", CASES, ids=str)
def test_inside_a_subflow_it_is_the_same(stage, state, flow_of, after, case):
    stage.endpoint("music", SLOW, kind="twiml", reply={"twiml": MUSIC})
    inner = state("inner", "set-variables", {"next": None}, variables=[{"key": "b", "value": "2"}])
    here = state("here", case.widget, every_event(case.widget, "inner"), **case.properties)
    sub = stage.sandbox.library.add(flow_of(here, inner, name="sub"))
    run = {"flow_sid": sub.sid, "flow_revision": "LatestPublished"}
    parent = stage.play(
        state("run", "run-subflow", {"completed": "note", "failed": "note"}, **run),
        *after,
        name="parent",
    )
    execution = the_call(stage, case.phone, parent)
    inside = ["Trigger", "here", "inner", "run", "note"] if case.takes else ["Trigger"]
    assert execution.path == ["Trigger", *inside]
    assert execution.ended_reason == HANGUP
    assert "after" not in entered(stage)
    assert stage.codes == []
