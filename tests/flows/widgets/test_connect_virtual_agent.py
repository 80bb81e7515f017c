from __future__ import annotations

import pytest

from mockstudio.flows.events import TwimlPrinted, Waiting
from mockstudio.flows.triggers import conversation_trigger

V1 = "connect-virtual-agent"
V2 = "connect-virtual-agent-v2"
CONNECTOR = {"ConnectorName": "flow-cx"}
NAMED = {"connector_name": "flow-cx"}


@pytest.mark.parametrize(
    ("properties", "agent"),
    [
        ({}, '<VirtualAgent connectorName="flow-cx"/>'),
        (
            {"status_callback": "https://x/s"},
            '<VirtualAgent connectorName="flow-cx" statusCallback="https://x/s" '
            'statusCallbackMethod="POST"/>',
        ),
        (
            {
                "channel": "voice",
                "status_callback": "https://x/s",
                "status_callback_method": "GET",
                "configurations": [{"key": "language", "value": "de"}],
                "parameters": [{"key": "who", "value": "{{trigger.call.From}}"}],
            },
            '<VirtualAgent connectorName="flow-cx" statusCallback="https://x/s" '
            'statusCallbackMethod="GET"><Config name="language" value="de"/>'
            '<Parameter name="who" value="+15550100"/></VirtualAgent>',
        ),
    ],
)
def test_the_printed_twiml(live_call, properties, agent):
    connect = f'<Connect action="FLOW?FlowEvent=virtualAgentComplete">{agent}</Connect>'
    assert live_call(V2, NAMED | properties).twiml == connect


def test_the_printed_twiml_of_the_old_one(live_call):
    properties = {
        "connector": "flow-es",
        "language": "de",
        "sentiment_analysis": "true",
        "status_callback": "https://x/s",
    }
    assert live_call(V1, properties).twiml == (
        '<Connect action="FLOW?FlowEvent=return"><VirtualAgent connectorName="flow-es" '
        'language="de" sentimentAnalysis="true" statusCallback="https://x/s"/></Connect>'
    )


@pytest.mark.parametrize(
    ("status", "took"),
    [
        ("completed", "completed"),
        ("live-agent-handoff", "live-agent-handoff"),
        ("failed", "failed"),
        ("something-new", "failed"),
    ],
)
def test_the_status_decides(live_call, own_outputs, status, took):
    parameters = {"VirtualAgentStatus": status, "VirtualAgentErrorCode": "0"}
    step = live_call(V2, NAMED).back("virtualAgentComplete", **parameters)
    assert (step.name, own_outputs(step)) == (took, CONNECTOR | parameters)


@pytest.mark.parametrize(
    ("event", "parameters", "took"),
    [
        ("virtualAgentComplete", {"VirtualAgentStatus": "paused"}, "paused"),
        ("virtualAgentComplete", {"CallStatus": "completed"}, "hangup"),
        ("hangup", {"CallStatus": "completed"}, "hangup"),
    ],
)
def test_what_sets_nothing(live_call, event, parameters, took):
    step = live_call(V2, NAMED).back(event, **parameters)
    assert (step.name, step.outputs) == (took, CONNECTOR)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"AgentHandoffParameters": {"a": 1}}', {"AgentHandoffParameters": {"a": 1}}),
        ("{ConversationId=1}", "{ConversationId=1}"),
    ],
)
def test_the_providers_data_is_an_object_where_it_is_json(live_call, text, kept):
    step = live_call(V2).back(
        "virtualAgentComplete",
        VirtualAgentStatus="live-agent-handoff",
        VirtualAgentProviderData=text,
    )
    assert step.outputs["VirtualAgentProviderData"] == kept


def test_the_channel_of_conversations_fails(stage, live_call):
    step = live_call(V2, NAMED | {"channel": "conversations"}).execution.steps[-1]
    assert (step.name, step.outputs, stage.codes) == ("failed", {}, [81020])


CONVERSATION = {"ConversationSid": "CH" + "1" * 32, "Body": "hi"}


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [(90, 90), ("{{flow.variables.patience | default: 60}}", 60), (0, 0), ("soon", None)],
)
def test_a_conversation_waits_for_its_agent_as_long_as_it_says(stage, state, timeout, seconds):
    events = {"completed": None, "timeout": None}
    flow = stage.play(state("agent", V2, events, channel="conversations", timeout=timeout))
    stage.sandbox.start(flow, conversation_trigger(CONVERSATION))
    assert [waiting.seconds for waiting in stage.of(Waiting)] == [seconds]
    assert stage.of(TwimlPrinted) == []


@pytest.mark.parametrize("channel", ["voice", "conversations"])
def test_a_message_has_no_agent_of_either_channel(stage, state, channel):
    stage.play(state("agent", V2, {"failed": None}, channel=channel))
    (_, step) = stage.sandbox.message("hi").steps
    assert (step.name, step.outputs, stage.codes) == ("failed", {}, [81020])


@pytest.mark.parametrize(
    ("event", "parameters", "took"),
    [
        ("return", {"VirtualAgentStatus": "failed"}, "return"),
        ("return", {"CallStatus": "completed"}, "hangup"),
        ("hangup", {"CallStatus": "completed"}, "hangup"),
    ],
)
def test_the_end_of_the_old_one(live_call, own_outputs, event, parameters, took):
    step = live_call(V1, {"connector": "x"}).back(event, **parameters)
    assert (step.name, own_outputs(step)) == (took, parameters)
