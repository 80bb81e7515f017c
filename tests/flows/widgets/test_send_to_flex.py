from __future__ import annotations

import pytest

from mockstudio.flows.events import FlowEvent, ResourceRequested, TwimlPrinted
from mockstudio.flows.triggers import call_trigger, conversation_trigger, message_trigger

KIND = "send-to-flex"
EVENTS = {"callComplete": None, "failedToEnqueue": None, "callFailure": None}
ACTION = 'workflowSid="WW1" action="FLOW?FlowEvent=enqueueComplete"'
FLEX = {"workflow": "WW1", "channel": "TC1"}
SID = "XX" + "1" * 32
TRIGGERS = {"call": call_trigger, "message": message_trigger}
CONVERSATION = {"ConversationSid": "CH" + "1" * 32, "Body": "hi"}


@pytest.fixture
def flex(state):
    def widget(**properties):
        return state("widget", KIND, EVENTS, **FLEX, **properties)

    return widget


@pytest.mark.parametrize(
    ("properties", "twiml"),
    [
        ({}, f'<Enqueue {ACTION}><Task priority="0" timeout="3600"/></Enqueue>'),
        (
            {"attributes": '{"a": "<"}', "priority": "3", "timeout": "60"},
            f'<Enqueue {ACTION}><Task priority="3" timeout="60">{{"a": "&lt;"}}</Task></Enqueue>',
        ),
        (
            {"waitUrl": "https://x/w", "waitUrlMethod": "GET"},
            f'<Enqueue {ACTION} waitUrl="https://x/w" waitUrlMethod="GET">'
            '<Task priority="0" timeout="3600"/></Enqueue>',
        ),
        (
            {"waitUrl": "https://x/w"},
            f'<Enqueue {ACTION} waitUrl="https://x/w">'
            '<Task priority="0" timeout="3600"/></Enqueue>',
        ),
    ],
)
def test_the_printed_twiml(live_call, properties, twiml):
    assert live_call(KIND, FLEX | properties).twiml == twiml


@pytest.mark.parametrize(
    ("result", "took"),
    [
        ("bridged", "callComplete"),
        ("queue-full", "failedToEnqueue"),
        ("system-error", "callFailure"),
    ],
)
def test_the_queue_result_decides(live_call, own_outputs, result, took):
    parameters = {"QueueResult": result, "QueueSid": "QU1", "QueueTime": "9"}
    step = live_call(KIND, FLEX).back("enqueueComplete", **parameters)
    assert (step.name, own_outputs(step)) == (took, parameters)


def test_a_call_that_waits_too_long(stage, live_call):
    call = live_call(KIND, FLEX)
    call.back("enqueueComplete", QueueResult="leave", QueueTime="3600")
    assert stage.codes == [81009]


def test_a_bad_wait_url_is_omitted(stage, live_call):
    assert "waitUrl" not in live_call(KIND, FLEX | {"waitUrl": "/w"}).twiml
    assert stage.codes == [81028]


def test_a_message_becomes_a_task(stage, flex):
    attributes = '{"name": "{{contact.channel.address}}"}'
    stage.play(flex(attributes=attributes, priority="2"))
    (step,) = stage.sandbox.message("hi").steps[1:]
    (asked,) = stage.of(ResourceRequested)
    assert (asked.resource, asked.error, stage.of(TwimlPrinted)) == ("Tasks", "", [])
    assert asked.parameters == {
        "WorkflowSid": "WW1",
        "TaskChannel": "TC1",
        "Attributes": f'{{"name": "{stage.sandbox.settings.contact}"}}',
        "Priority": "2",
        "Timeout": "3600",
    }
    assert step.name == "callComplete"
    assert step.outputs["sid"].startswith("WT")
    assert (step.outputs["workflow_sid"], step.outputs["priority"]) == ("WW1", 2)
    assert step.outputs["attributes"] == asked.parameters["Attributes"]


@pytest.mark.parametrize(
    ("from_", "kind"),
    [("+15550100", "sms"), ("whatsapp:+15550100", "whatsapp"), ("", "web")],
)
def test_a_conversation_becomes_an_interaction(stage, flex, from_, kind):
    flow = stage.play(flex(attributes='{"a": 1}'))
    trigger = conversation_trigger({**CONVERSATION, "From": from_})
    (step,) = stage.sandbox.start(flow, trigger).steps[1:]
    (asked,) = stage.of(ResourceRequested)
    assert (asked.resource, asked.parameters) == (
        "Interactions",
        {
            "Channel": {
                "type": kind,
                "initiated_by": "api",
                "properties": {"media_channel_sid": CONVERSATION["ConversationSid"]},
            },
            "Routing": {
                "properties": {
                    "workflow_sid": "WW1",
                    "task_channel_sid": "TC1",
                    "attributes": '{"a": 1}',
                    "priority": "0",
                    "timeout": "3600",
                }
            },
        },
    )
    assert step.name == "callComplete"
    assert step.outputs["sid"].startswith("KD")
    assert step.outputs["routing"]["properties"]["sid"].startswith("WT")
    assert step.outputs["channel"]["type"] == kind


@pytest.mark.parametrize("resource", ["Tasks", "Interactions"])
def test_a_refusal_is_a_failure(stage, flex, resource):
    stage.sandbox.results.script(resource, "refused")
    flow = stage.play(flex())
    if resource == "Tasks":
        execution = stage.sandbox.message("hi")
    else:
        execution = stage.sandbox.start(flow, conversation_trigger(CONVERSATION))
    (asked,) = stage.of(ResourceRequested)
    assert (asked.resource, bool(asked.error)) == (resource, True)
    assert (execution.steps[-1].name, execution.steps[-1].outputs) == ("failedToEnqueue", {})
    assert stage.codes == [81015]


@pytest.mark.parametrize("arrives", TRIGGERS)
def test_bad_attributes_ask_nobody(stage, flex, arrives):
    flow = stage.play(flex(attributes="{name: {{trigger.call.From}}}"))
    trigger = TRIGGERS[arrives]({"CallSid": SID, "MessageSid": SID})
    execution = stage.sandbox.start(flow, trigger)
    assert (execution.steps[-1].name, stage.codes) == ("failedToEnqueue", [81015])
    assert (stage.of(ResourceRequested), stage.of(TwimlPrinted)) == ([], [])


def test_a_request_has_nobody_to_hand_over(stage, flex):
    stage.play(flex())
    execution = stage.sandbox.request()
    assert (execution.status, execution.path, stage.codes) == ("ended", ["Trigger"], [81020])


def test_a_caller_who_left_is_not_handed_over(stage, state, flex):
    record = state("record", "record-voicemail", {"recordingComplete": "widget"})
    flow = stage.play(record, flex())
    execution = stage.sandbox.start(flow, call_trigger({"CallSid": SID}))
    over = {"Digits": "hangup", "CallStatus": "completed", "CallSid": SID}
    stage.sandbox.receive(execution, FlowEvent("recordingComplete", over))
    assert (execution.path, execution.ended_reason) == (["Trigger", "record"], "hangup")
