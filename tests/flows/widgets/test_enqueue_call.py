from __future__ import annotations

import pytest

from mockstudio.flows.events import TwimlPrinted, Warned

KIND = "enqueue-call"
ACTION = 'action="FLOW?FlowEvent=enqueueComplete"'
TASK = {"workflow_sid": "WW1", "timeout": 60}


@pytest.mark.parametrize(
    ("properties", "twiml"),
    [
        ({"queue_name": "Sales & Co"}, f"<Enqueue {ACTION}>Sales &amp; Co</Enqueue>"),
        (
            {"queue_name": "a", "wait_url": "https://x/?a=1&b=2"},
            f'<Enqueue {ACTION} waitUrl="https://x/?a=1&amp;b=2" waitUrlMethod="GET">a</Enqueue>',
        ),
        (
            {"queue_name": "a", "wait_url": "https://x/", "wait_url_method": "POST"},
            f'<Enqueue {ACTION} waitUrl="https://x/" waitUrlMethod="POST">a</Enqueue>',
        ),
        ({"queue_name": "a", "priority": 3, "timeout": 9}, f"<Enqueue {ACTION}>a</Enqueue>"),
        (
            {"workflow_sid": "WW1"},
            f'<Enqueue workflowSid="WW1" {ACTION}><Task priority="0"/></Enqueue>',
        ),
        (
            {**TASK, "priority": 5, "task_attributes": '{"from": "{{trigger.call.From}}"}'},
            f'<Enqueue workflowSid="WW1" {ACTION}><Task priority="5" timeout="60">'
            '{"from": "+15550100"}</Task></Enqueue>',
        ),
    ],
)
def test_the_printed_twiml(stage, live_call, properties, twiml):
    assert live_call(KIND, properties).twiml == twiml
    assert stage.of(Warned) == []


@pytest.mark.parametrize("url", ["/wait", "{{nothing}}wait", "ftp://x/", "https:///x"])
def test_a_wait_url_that_is_not_absolute_is_omitted(stage, live_call, url):
    call = live_call(KIND, {"queue_name": "a", "wait_url": url})
    assert call.twiml == f"<Enqueue {ACTION}>a</Enqueue>"
    assert stage.codes == [81028]


@pytest.mark.parametrize("url", ["", "{{nothing}}"])
def test_no_wait_url_is_no_mistake(stage, live_call, url):
    assert live_call(KIND, {"queue_name": "a", "wait_url": url}).twiml
    assert stage.codes == []


@pytest.mark.parametrize("attributes", ["{", '{"a": {{nothing}}}', "[1]", '"text"', "no"])
def test_attributes_that_are_no_json_object_are_not_enqueued(stage, live_call, attributes):
    call = live_call(KIND, {**TASK, "task_attributes": attributes})
    assert call.execution.steps[-1].name == "failedToEnqueue"
    assert (call.execution.steps[-1].outputs, stage.codes) == ({}, [81015])
    assert stage.of(TwimlPrinted) == []


def test_nothing_to_enqueue_with_fails(stage, live_call):
    call = live_call(KIND)
    assert call.execution.steps[-1].name == "failedToEnqueue"
    (warning,) = stage.of(Warned)
    assert warning.text == "expected one of queue_name and workflow_sid, found neither"


def test_a_workflow_goes_before_a_queue(stage, live_call):
    assert "workflowSid" in live_call(KIND, {"queue_name": "a", "workflow_sid": "WW1"}).twiml
    (warning,) = stage.of(Warned)
    assert warning.text == "expected one of queue_name and workflow_sid, found both"


@pytest.mark.parametrize(
    ("result", "took"),
    [
        ("bridged", "callComplete"),
        ("bridging-in-process", "callComplete"),
        ("leave", "callComplete"),
        ("redirected", "callComplete"),
        ("redirected-from-bridged", "callComplete"),
        ("hangup", "callComplete"),
        ("queue-full", "failedToEnqueue"),
        ("system-error", "callFailure"),
        ("error", "callFailure"),
    ],
)
def test_the_queue_result_decides(stage, live_call, own_outputs, result, took):
    parameters = {"QueueResult": result, "QueueSid": "QU1", "QueueTime": "12"}
    step = live_call(KIND, TASK).back("enqueueComplete", **parameters)
    assert (step.name, own_outputs(step), stage.codes) == (took, parameters, [])


@pytest.mark.parametrize(
    ("properties", "result", "time", "codes"),
    [
        (TASK, "leave", "60", [81009]),
        (TASK, "error", "61", [81009]),
        (TASK, "leave", "59", []),
        (TASK, "bridged", "70", []),
        (TASK, "hangup", "70", []),
        (TASK, "leave", "", []),
        ({"workflow_sid": "WW1"}, "leave", "70", []),
        ({"queue_name": "a", "timeout": 60}, "leave", "70", []),
    ],
)
def test_a_wait_longer_than_the_tasks_time(stage, live_call, properties, result, time, codes):
    live_call(KIND, properties).back("enqueueComplete", QueueResult=result, QueueTime=time)
    assert stage.codes == codes
