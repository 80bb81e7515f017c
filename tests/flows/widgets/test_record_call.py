from __future__ import annotations

import pytest

from mockstudio.flows.events import FlowEvent, ResourceRequested, Warned
from mockstudio.flows.triggers import call_trigger
from mockstudio.sids import SAMPLE_ACCOUNT_SID, is_sid, new_sid
from mockstudio.twiml.parameters import call_parameters

BOTH = {"success": None, "failed": None}
CALLBACK = "https://shop.example.com/recorded"


@pytest.fixture
def call():
    """The parameters of an incoming call."""
    return call_parameters(
        new_sid("CA"), SAMPLE_ACCOUNT_SID, "+12025550142", "+12025550100", "ringing"
    )


@pytest.fixture
def greet(state):
    """A Say/Play that leads to `record`."""
    return state("greet", "say-play", {"audioComplete": "record"}, say="Hello")


@pytest.fixture
def answered(stage, call, greet):
    """Run a call up to what comes after the greeting."""

    def answer(*states):
        execution = stage.sandbox.start(stage.play(greet, *states), call_trigger(call))
        status = {**call, "CallStatus": "in-progress"}
        assert stage.sandbox.receive(execution, FlowEvent("audioComplete", status))
        return execution

    return answer


def requests(stage):
    return [event.parameters for event in stage.of(ResourceRequested)]


def test_a_recording_begins(stage, state, answered, call):
    execution = answered(state("record", "record-call", BOTH, record_call=True))
    assert execution.steps[-1].name == "success"
    assert requests(stage) == [
        {"CallSid": call["CallSid"], "RecordingChannels": "dual", "Trim": "do-not-trim"}
    ]
    outputs = execution.context["widgets"]["record"]
    assert is_sid(outputs["Sid"], "RE")
    uri = f"/Calls/{call['CallSid']}/Recordings/{outputs['Sid']}.json"
    assert (outputs["CallSid"], outputs["Status"]) == (call["CallSid"], "in-progress")
    assert outputs["Uri"] == f"/2010-04-01/Accounts/{SAMPLE_ACCOUNT_SID}{uri}"
    assert (outputs["Channels"], outputs["Duration"], outputs["Price"]) == (2, None, None)


@pytest.mark.parametrize(
    ("switch", "asked"),
    [
        (True, {"RecordingChannels": "dual"}),
        ("true", {"RecordingChannels": "dual"}),
        ("{{'TRUE'}}", {"RecordingChannels": "dual"}),
        (False, {"Status": "stopped"}),
        ("yes", {"Status": "stopped"}),
        ("{{nothing}}", {"Status": "stopped"}),
    ],
)
def test_only_true_switches_it_on(stage, state, answered, switch, asked):
    answered(state("record", "record-call", BOTH, record_call=switch))
    assert requests(stage)[0].items() >= asked.items()


def test_what_can_be_said_about_a_recording(stage, state, answered):
    properties = {
        "record_call": True,
        "recording_status_callback": CALLBACK,
        "recording_status_callback_method": "GET",
        "recording_status_callback_events": "in-progress completed",
        "recording_channels": "mono",
        "trim": "trim-silence",
    }
    execution = answered(state("record", "record-call", BOTH, **properties))
    assert (
        requests(stage)[0].items()
        >= {
            "RecordingStatusCallback": CALLBACK,
            "RecordingStatusCallbackMethod": "GET",
            "RecordingStatusCallbackEvent": "in-progress completed",
            "RecordingChannels": "mono",
            "Trim": "trim-silence",
        }.items()
    )
    assert execution.context["widgets"]["record"]["Channels"] == 1


def test_the_defaults_of_a_callback(stage, state, answered):
    answered(
        state("record", "record-call", BOTH, record_call=True, recording_status_callback=CALLBACK)
    )
    assert (
        requests(stage)[0].items()
        >= {
            "RecordingStatusCallback": CALLBACK,
            "RecordingStatusCallbackMethod": "POST",
            "RecordingStatusCallbackEvent": "completed",
        }.items()
    )


def test_a_recording_is_stopped(stage, state, answered, call):
    execution = answered(
        state("record", "record-call", {"success": "stop"}, record_call=True),
        state("stop", "record-call", BOTH, record_call=False),
    )
    widgets = execution.context["widgets"]
    assert execution.steps[-1].name == "success"
    assert requests(stage)[1] == {"CallSid": call["CallSid"], "Status": "stopped"}
    assert widgets["stop"]["Sid"] == widgets["record"]["Sid"]
    assert (widgets["stop"]["Status"], widgets["stop"]["Duration"]) == ("stopped", "0")


def test_nothing_can_be_stopped_that_does_not_run(stage, state, answered):
    execution = answered(state("record", "record-call", BOTH))
    assert execution.steps[-1].name == "failed"
    assert "record" not in execution.context["widgets"]
    (warning,) = stage.of(Warned)
    assert (warning.code, "nothing to stop" in warning.text) == (20404, True)


def test_the_scripted_api_refuses_the_recording(stage, state, answered):
    stage.sandbox.results.script("Recordings", "refused")
    execution = answered(state("record", "record-call", BOTH, record_call=True))
    assert execution.steps[-1].name == "failed"
    assert "record" not in execution.context["widgets"]
    assert stage.codes == [21220]


# --- when a call can be recorded


def test_not_while_it_rings(stage, state, call):
    flow = stage.play(state("record", "record-call", BOTH, record_call=True))
    execution = stage.sandbox.start(flow, call_trigger(call))
    assert (execution.steps[-1].name, requests(stage)) == ("failed", [])
    (warning,) = stage.of(Warned)
    assert warning.code == 21220
    assert "put a Say/Play or Gather before this widget" in warning.text


def test_at_once_when_the_call_was_in_progress_already(stage, state, call):
    flow = stage.play(state("record", "record-call", BOTH, record_call=True))
    execution = stage.sandbox.start(flow, call_trigger({**call, "CallStatus": "in-progress"}))
    assert execution.steps[-1].name == "success"


@pytest.mark.parametrize(
    ("reply", "event"),
    [({"twiml": "<Response><Pause/></Response>"}, "success"), ({"json": {}}, "failed")],
)
def test_a_functions_twiml_answers_too(stage, state, call, reply, event):
    url = "https://shop-1234.twil.io/greet"
    stage.endpoint("greet", url, kind="function", reply=reply)
    flow = stage.play(
        state("greet", "run-function", {"success": "record", "fail": None}, url=url),
        state("record", "record-call", BOTH, record_call=True),
    )
    execution = stage.sandbox.start(flow, call_trigger(call))
    if execution.wait:
        stage.sandbox.receive(execution, FlowEvent("return", {**call, "CallStatus": "in-progress"}))
    assert execution.steps[-1].name == event


def test_a_call_that_is_over_cannot_be_recorded(stage, state, call, greet):
    flow = stage.play(
        state("leave", "record-voicemail", {"recordingComplete": None, "hangup": "record"}),
        state("record", "record-call", BOTH, record_call=True),
    )
    execution = stage.sandbox.start(flow, call_trigger(call))
    stage.sandbox.receive(execution, FlowEvent("hangup", {**call, "CallStatus": "completed"}))
    assert (execution.steps[-1].name, requests(stage)) == ("failed", [])
    assert "it is over" in stage.of(Warned)[0].text


@pytest.mark.parametrize("start", ["message", "request"])
def test_only_incoming_calls_can_be_recorded(stage, state, start):
    flow = stage.play(state("record", "record-call", BOTH, record_call=True))
    execution = getattr(stage.sandbox, start)("hi" if start == "message" else {}, flow)
    assert (execution.steps[-1].name, requests(stage)) == ("failed", [])
    (warning,) = stage.of(Warned)
    assert (warning.code, "needs incomingCall" in warning.text) == (81020, True)
