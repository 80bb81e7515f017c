from __future__ import annotations

from dataclasses import replace

import pytest

from mockstudio.config import SAMPLE_CONTACT, SAMPLE_NUMBER
from mockstudio.flows.api import SandboxApi
from mockstudio.flows.events import FlowEvent, ResourceRequested, Waiting, Warned
from mockstudio.flows.triggers import (
    call_trigger,
    conversation_trigger,
    message_trigger,
)
from mockstudio.sids import SAMPLE_ACCOUNT_SID, new_sid

FROM_PERSON = {"From": "+12025550142", "To": "+12025550100"}
V1, V2 = "make-outgoing-call-v1", "make-outgoing-call-v2"
EVENTS = {
    V1: ("answered", "busy", "noAnswer", "failed", "answeredByMachine", "hangup"),
    V2: ("answered", "busy", "noAnswer", "failed"),
}
DETECTION = {
    "MachineDetection": "Enable",
    "MachineDetectionTimeout": "30",
    "MachineDetectionSpeechThreshold": "2400",
    "MachineDetectionSpeechEndThreshold": "1200",
    "MachineDetectionSilenceTimeout": "5000",
}
SERVICE = "MG" + "3" * 32


@pytest.fixture
def placed():
    """The SIDs of the calls that were placed."""
    return []


@pytest.fixture(autouse=True)
def carrier(stage, placed):
    """Place calls that nobody answers until the test does."""

    def place_call(parameters):
        placed.append(new_sid("CA"))
        return placed[-1]

    sandbox, engine = stage.sandbox, stage.sandbox.engine
    api = SandboxApi(sandbox.results, SAMPLE_ACCOUNT_SID, sandbox.clock, place_call)
    engine._services = replace(engine._services, api=api)


@pytest.fixture
def dialled(stage, state):
    """Start a flow that calls, by REST unless a trigger is given."""

    def dial(version=V2, trigger=None, **properties):
        flow = stage.play(state("dial", version, dict.fromkeys(EVENTS[version]), **properties))
        if trigger is None:
            return stage.sandbox.request({"name": "Ada"}, flow)
        return stage.sandbox.start(flow, trigger)

    return dial


def come_back(stage, execution, event, **parameters):
    received = {"CallSid": execution.call_sid, "AccountSid": SAMPLE_ACCOUNT_SID, **parameters}
    assert stage.sandbox.receive(execution, FlowEvent(event, received))
    return received


def asked(stage):
    (request,) = stage.of(ResourceRequested)
    assert request.resource == "Calls"
    return request.parameters


@pytest.mark.parametrize("version", [V1, V2])
def test_the_contact_is_called_and_the_flow_waits(stage, dialled, placed, version):
    execution = dialled(version)
    webhook = stage.sandbox.webhook_url(stage.sandbox.library.only())
    assert asked(stage) == {
        "To": SAMPLE_CONTACT,
        "From": SAMPLE_NUMBER,
        "Url": f"{webhook}?FlowEvent=answered",
        "Method": "POST",
        "StatusCallback": webhook,
        "StatusCallbackEvent": "completed",
        "StatusCallbackMethod": "POST",
        "Timeout": "60",
    }
    assert [execution.call_sid] == placed
    assert execution.call == ""
    (waiting,) = stage.of(Waiting)
    assert (waiting.accepts, waiting.seconds) == (("answered", "hangup"), None)


@pytest.mark.parametrize(
    ("properties", "parameters"),
    [
        ({"to": "+12025550199"}, {"To": "+12025550199"}),
        ({"to": "{{nothing}}", "from": ""}, {"To": SAMPLE_CONTACT, "From": SAMPLE_NUMBER}),
        ({"from": "+12025550111"}, {"From": "+12025550111"}),
        ({"timeout": 0}, {"Timeout": "0"}),
        ({"timeout": "{{flow.data.name | size}}"}, {"Timeout": "3"}),
        ({"send_digits": "W12#"}, {"SendDigits": "W12#"}),
        (
            {"sip_auth_username": "ada", "sip_auth_password": "secret"},
            {"SipAuthUsername": "ada", "SipAuthPassword": "(hidden)"},
        ),
        (
            {"record": True},
            {"Record": "true", "RecordingChannels": "mono", "Trim": "do-not-trim"},
        ),
        (
            {
                "record": True,
                "recording_channels": "dual",
                "recording_status_callback": "https://shop.example.com/recorded",
                "trim": "true",
            },
            {
                "Record": "true",
                "RecordingChannels": "dual",
                "RecordingStatusCallback": "https://shop.example.com/recorded",
                "Trim": "trim-silence",
            },
        ),
        ({"record": True, "trim": "false"}, {"Record": "true", "Trim": "do-not-trim"}),
        ({"detect_answering_machine": True}, DETECTION),
        (
            {
                "detect_answering_machine": True,
                "machine_detection": "DetectMessageEnd",
                "machine_detection_timeout": "5",
                "machine_detection_speech_threshold": "1000",
                "machine_detection_speech_end_threshold": "500",
                "machine_detection_silence_timeout": "2000",
            },
            {
                "MachineDetection": "DetectMessageEnd",
                "MachineDetectionTimeout": "5",
                "MachineDetectionSpeechThreshold": "1000",
                "MachineDetectionSpeechEndThreshold": "500",
                "MachineDetectionSilenceTimeout": "2000",
            },
        ),
    ],
)
def test_the_properties_become_the_calls_parameters(stage, dialled, properties, parameters):
    dialled(**properties)
    assert asked(stage).items() >= parameters.items()
    assert stage.codes == []


@pytest.mark.parametrize(
    ("properties", "prefix"),
    [
        ({"record": False, "recording_channels": "dual", "trim": "true"}, "Record"),
        ({"detect_answering_machine": False, "machine_detection": "Enable"}, "Machine"),
        ({"machine_detection_timeout": "never"}, "Machine"),
    ],
)
def test_what_is_switched_off_is_not_asked_for(stage, dialled, properties, prefix):
    dialled(**properties)
    assert not [name for name in asked(stage) if name.startswith((prefix, "Trim"))]
    assert stage.codes == []


@pytest.mark.parametrize(
    ("name", "parameter", "default"),
    [("timeout", "Timeout", "60"), ("machine_detection_timeout", "MachineDetectionTimeout", "30")],
)
def test_no_number_is_warned_of_and_the_default_counts(stage, dialled, name, parameter, default):
    dialled(detect_answering_machine=True, **{name: "{{flow.data.name}}"})
    assert asked(stage)[parameter] == default
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.text) == (
        81027,
        f"{name} 'Ada' is not a whole number; using {default}",
    )


@pytest.mark.parametrize(
    ("version", "answered_by", "event"),
    [
        (V1, None, "answered"),
        (V1, "human", "answered"),
        (V1, "fax", "answered"),
        (V1, "unknown", "answered"),
        (V1, "machine_start", "answeredByMachine"),
        (V1, "machine_end_beep", "answeredByMachine"),
        (V2, None, "answered"),
        (V2, "human", "answered"),
        (V2, "machine_start", "answered"),
        (V2, "machine_end_silence", "answered"),
    ],
)
def test_an_answered_call_is_live_and_all_its_parameters_are_kept(
    stage, dialled, version, answered_by, event
):
    execution = dialled(version, detect_answering_machine=True)
    detected = {"AnsweredBy": answered_by} if answered_by else {}
    received = come_back(stage, execution, "answered", CallStatus="in-progress", **detected)
    assert execution.steps[-1].name == event
    assert execution.context["widgets"]["dial"] == received
    assert execution.call == "live"


@pytest.mark.parametrize("version", [V1, V2])
@pytest.mark.parametrize(
    ("status", "event"),
    [("busy", "busy"), ("no-answer", "noAnswer"), ("failed", "failed"), ("canceled", "failed")],
)
def test_a_call_that_nobody_answers(stage, dialled, version, status, event):
    execution = dialled(version)
    received = come_back(stage, execution, "hangup", CallStatus=status)
    assert execution.steps[-1].name == event
    assert execution.context["widgets"]["dial"] == received
    assert execution.call == ""


@pytest.mark.parametrize(("version", "event"), [(V1, "hangup"), (V2, "failed")])
def test_a_call_that_is_over_before_the_flow_heard_of_it(stage, dialled, version, event):
    execution = dialled(version)
    come_back(stage, execution, "hangup", CallStatus="completed")
    assert execution.steps[-1].name == event


def test_the_scripted_api_refuses_the_call(stage, dialled, placed):
    stage.sandbox.results.script("Calls", "refused")
    execution = dialled()
    assert (execution.status, execution.steps[-1].name) == ("ended", "failed")
    assert (execution.context["widgets"], placed, execution.call_sid) == ({}, [], "")
    assert stage.of(ResourceRequested)[0].error.startswith("21215: ")
    (warning,) = stage.of(Warned)
    assert (warning.code, "21215" in warning.text) == (81008, True)


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"from": SERVICE}, "21212"),
        ({"timeout": 601}, "21208"),
        ({"send_digits": "hello"}, "21206"),
        ({"detect_answering_machine": True, "machine_detection_timeout": "2"}, "21234"),
    ],
)
def test_properties_that_the_api_does_not_take_fail_with_81008(stage, dialled, properties, code):
    execution = dialled(**properties)
    assert execution.steps[-1].name == "failed"
    (warning,) = stage.of(Warned)
    assert (warning.code, f" {code}: " in warning.text) == (81008, True)


def test_a_message_may_start_it(stage, dialled, placed):
    received = {**FROM_PERSON, "MessageSid": "SM1", "Body": "call me"}
    execution = dialled(trigger=message_trigger(received))
    assert (asked(stage)["To"], asked(stage)["From"]) == ("+12025550142", "+12025550100")
    assert [execution.call_sid] == placed


def test_not_a_message_by_way_of_a_messaging_service(stage, dialled, placed):
    received = {**FROM_PERSON, "MessageSid": "SM1", "Body": "call me"}
    trigger = message_trigger({**received, "MessagingServiceSid": SERVICE})
    execution = dialled(trigger=trigger, **{"from": "+12025550100"})
    assert (execution.steps[-1].name, placed) == ("failed", [])
    (warning,) = stage.of(Warned)
    assert (warning.code, SERVICE in warning.text) == (81008, True)


@pytest.mark.parametrize(
    "trigger",
    [
        call_trigger({**FROM_PERSON, "CallSid": "CA1"}),
        conversation_trigger({"ConversationSid": "CH" + "1" * 32, "From": "+12025550142"}),
    ],
    ids=["call", "conversation"],
)
def test_other_triggers_are_not_supported(stage, dialled, placed, trigger):
    execution = dialled(trigger=trigger)
    assert (execution.steps[-1].name, placed) == ("failed", [])
    (warning,) = stage.of(Warned)
    assert warning.code == 81020
    assert "needs incomingRequest or incomingMessage" in warning.text


def test_a_second_call_is_a_new_one(stage, state, placed):
    events = {"answered": "again", "busy": None, "noAnswer": None, "failed": "again"}
    flow = stage.play(state("dial", V2, events), state("again", V2, dict.fromkeys(EVENTS[V2])))
    execution = stage.sandbox.request({}, flow)
    come_back(stage, execution, "answered", CallStatus="in-progress")
    assert (len(placed), execution.call_sid, execution.call) == (2, placed[1], "")
    come_back(stage, execution, "answered", CallStatus="in-progress")
    assert (execution.call, execution.path) == ("live", ["Trigger", "dial", "again"])


def test_in_a_subflow_the_call_comes_back_by_the_outermost_flow(stage, state, flow_of):
    inner = flow_of(state("dial", V2, dict.fromkeys(EVENTS[V2])), name="inner")
    stage.sandbox.library.add(inner)
    properties = {"flow_sid": inner.sid, "flow_revision": "LatestPublished"}
    run = state("run", "run-subflow", {"completed": None, "failed": None}, **properties)
    outer = stage.play(run, name="outer")
    execution = stage.sandbox.request({}, outer)
    assert asked(stage)["Url"].startswith(stage.sandbox.webhook_url(outer))
    assert asked(stage)["StatusCallback"] == stage.sandbox.webhook_url(outer)
    come_back(stage, execution, "answered", CallStatus="in-progress")
    assert execution.path == ["Trigger", "Trigger", "dial", "run"]


def test_a_waiting_call_survives_being_stored(stage, dialled):
    execution = stage.sandbox.resume(dialled().to_dict())
    come_back(stage, execution, "answered", CallStatus="in-progress")
    assert execution.steps[-1].name == "answered"
