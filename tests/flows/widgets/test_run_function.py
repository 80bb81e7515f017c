from __future__ import annotations

import json

import pytest

from mockstudio.flows.events import FlowEvent, TwimlPrinted
from mockstudio.flows.triggers import call_trigger

URL = "https://orders-1234.twil.io/lookup"
ENDS = {"success": None, "fail": None}
TWIML = "<Response><Say>Hello</Say></Response>"
CALL = call_trigger({"CallSid": "CA1", "From": "+12025550123", "To": "+15005550006"})


@pytest.fixture
def function(stage, state):
    """Play a Function with these replies; return the flow that runs it."""

    def scripted(*replies, transitions=None, **properties):
        stage.endpoint("lookup", URL, kind="function", replies=list(replies))
        properties = {"url": URL, **properties}
        return stage.play(state("run", "run-function", transitions or ENDS, **properties))

    return scripted


def test_success_writes_what_came_back(stage, function):
    function({"json": {"total": 1}})
    execution = stage.sandbox.message("hi")
    assert execution.steps[-1].name == "success"
    assert execution.context["widgets"]["run"]["parsed"] == {"total": 1}


def test_fail_is_spelled_fail_and_keeps_the_answer(stage, function):
    function({"status": 404, "json": {"error": "none"}})
    execution = stage.sandbox.message("hi")
    assert execution.steps[-1].name == "fail"
    assert execution.context["widgets"]["run"]["status_code"] == 404
    assert stage.codes == [81017]


def test_parameters_are_a_signed_form(stage, state):
    stage.endpoint("lookup", URL, kind="function", visibility="protected", reply={"json": {}})
    parameters = [{"key": "order", "value": "{{trigger.message.Body}}"}]
    stage.play(state("run", "run-function", ENDS, url=URL, parameters=parameters))
    execution = stage.sandbox.message("4 2")
    (entry,) = stage.sandbox.journal
    assert (entry.request.method, entry.request.body) == ("POST", b"order=4+2")
    assert execution.steps[-1].name == "success"


def test_a_parameter_named_method_is_not_reserved_here(stage, function):
    function({"json": {}}, parameters=[{"key": "method", "value": "x"}])
    assert stage.sandbox.message("hi").steps[-1].name == "success"


def test_without_a_url_it_fails(stage, function):
    function({"json": {}}, url="{{nothing}}")
    execution = stage.sandbox.message("hi")
    assert execution.steps[-1].name == "fail"
    assert stage.codes == [81014]


def test_outputs_of_three_runs_are_merged_as_documented(stage, state):
    stage.endpoint("lookup", URL, kind="function", replies=[
        {"json": {"foo": "bar"}},
        {"status": 404, "text": "not found"},
        {"status": 201, "json": {"created": True}},
    ])  # fmt: skip
    found = "{{widgets.run | to_json}}"
    show = state("show", "send-and-wait-for-reply", {"incomingMessage": "run"}, body=found)
    stage.play(state("run", "run-function", {"success": "show", "fail": "show"}, url=URL), show)
    for _ in range(3):
        execution = stage.sandbox.message("again")
    runs = [json.loads(text) for text in stage.sent]
    assert [(run["status_code"], run["parsed"]) for run in runs] == [
        (200, {"foo": "bar"}),
        (404, {"foo": "bar"}),
        (201, {"foo": "bar", "created": True}),
    ]
    assert runs[1]["body"] == "not found"
    assert [json.loads(run["body"]) for run in (runs[0], runs[2])] == [
        {"foo": "bar"},
        {"created": True},
    ]
    own = [step.outputs.get("parsed") for step in execution.steps if step.type == "run-function"]
    assert own == [{"foo": "bar"}, None, {"created": True}]


def test_twiml_for_a_call_is_played_and_control_given_up(stage, function):
    flow = function({"twiml": TWIML})
    execution = stage.sandbox.start(flow, CALL)
    assert [printed.twiml for printed in stage.of(TwimlPrinted)] == [TWIML]
    assert (execution.status, execution.widget) == ("active", "run")
    assert execution.wait.twiml == TWIML


@pytest.mark.parametrize("event", ["audioComplete", "return", "anythingElse"])
def test_any_event_brings_the_call_back_as_success(stage, function, event):
    flow = function({"twiml": TWIML})
    execution = stage.sandbox.start(flow, CALL)
    assert stage.sandbox.receive(execution, FlowEvent(event))
    assert execution.steps[-1].name == "success"
    assert execution.context["widgets"]["run"]["body"] == TWIML


def test_a_hang_up_ends_a_call_that_plays_a_functions_twiml(stage, function):
    flow = function({"twiml": TWIML})
    execution = stage.sandbox.start(flow, CALL)
    assert stage.sandbox.receive(execution, FlowEvent("hangup"))
    assert (execution.status, execution.ended_reason) == ("ended", "hangup")
    assert execution.path == ["Trigger"]


def test_twiml_for_a_message_is_data(stage, function):
    function({"twiml": TWIML})
    execution = stage.sandbox.message("hi")
    assert execution.status == "ended"
    assert execution.context["widgets"]["run"]["body"] == TWIML
    assert stage.of(TwimlPrinted) == []
