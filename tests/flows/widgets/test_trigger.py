from __future__ import annotations

import pytest

from mockstudio.flows.events import StepEntered, Warned
from mockstudio.flows.triggers import (
    call_trigger,
    conversation_trigger,
    message_trigger,
    request_trigger,
)

CALL = {"CallSid": "CA1", "From": "+12025550123", "To": "+15005550006"}
TRIGGERS = {
    "incomingMessage": message_trigger({"From": "+12025550123", "To": "+15005550006"}),
    "incomingCall": call_trigger(CALL),
    "incomingConversationMessage": conversation_trigger({"From": "a", "To": "b"}),
    "incomingRequest": request_trigger("+15005550006", "+12025550123", {}),
}


@pytest.mark.parametrize(("event", "trigger"), TRIGGERS.items())
def test_each_way_in_takes_its_own_event(stage, state, event, trigger):
    flow = stage.play(state("say", "send-message", {"sent": None}, body=event), routed=(event,))
    execution = stage.sandbox.start(flow, trigger)
    assert execution.steps[0].name == event
    assert execution.path == ["Trigger", "say"]


@pytest.mark.parametrize(("event", "trigger"), TRIGGERS.items())
def test_a_way_in_that_leads_nowhere_ends_the_execution_at_the_trigger(
    stage, state, event, trigger
):
    others = tuple(name for name in TRIGGERS if name != event)
    flow = stage.play(state("say", "send-message", {"sent": None}, body="hi"), routed=others)
    execution = stage.sandbox.start(flow, trigger)
    (step,) = execution.steps
    assert (step.name, step.transitioned_from, step.transitioned_to) == (event, "Trigger", "Ended")
    assert (execution.status, execution.ended_reason) == ("ended", "FLOW_END")


def test_a_subflow_is_entered_by_its_parent(stage, state):
    sub = stage.play(
        state("inner", "set-variables", {"next": None}, variables=[]),
        name="sub",
        routed=("incomingParent",),
    )
    parent = stage.play(
        state("outer", "run-subflow", {"completed": None}, flow_sid=sub.sid, flow_revision="1")
    )
    execution = stage.sandbox.message("hi", parent)
    assert [(step.name, step.transitioned_from) for step in execution.steps] == [
        ("incomingMessage", "Trigger"),
        ("incomingParent", "Trigger"),
        ("next", "inner"),
        ("completed", "outer"),
    ]
    assert [step.depth for step in stage.of(StepEntered)] == [0, 0, 1, 1]


def test_an_event_that_leads_nowhere_says_what_the_flow_starts_on(stage, state):
    stage.play(state("a", "set-variables", {"next": None}), routed=("incomingCall",))
    execution = stage.sandbox.message("hi")
    assert execution.ended_reason == "FLOW_END"
    (warning,) = stage.of(Warned)
    expected = "nothing is connected to incomingMessage; this flow starts on incomingCall"
    assert warning.text == expected
