"""Make Outgoing Call, both versions (reference 2.13, rest-api.md 3.5, 5.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import HANGUP, NO_CALL, Wait
from mockstudio.flows.triggers import INCOMING_MESSAGE, INCOMING_REQUEST
from mockstudio.flows.widgets.base import Parked, Result, Took, Visit, Widget
from mockstudio.flows.widgets.resource_request import is_on, request_resource, was_started_by
from mockstudio.flows.widgets.twiml_widget import returned

OUTGOING_CALL_FAILED: Final = 81008
UNPARSABLE_VALUE: Final = 81027

ANSWERED: Final = "answered"
FAILED: Final = "failed"
UNANSWERED: Final[Mapping[str, str]] = MappingProxyType(
    {"busy": "busy", "no-answer": "noAnswer", "failed": FAILED, "canceled": FAILED}
)
"""The event for each `CallStatus` of a call that nobody answered."""

TRIM: Final[Mapping[str, str]] = MappingProxyType({"true": "trim-silence", "false": "do-not-trim"})
"""Real flows also hold truth values where the API has words (reference 2.13)."""

DEFAULT_TIMEOUT: Final = "60"
DETECTION: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "machine_detection_timeout": ("MachineDetectionTimeout", "30"),
        "machine_detection_speech_threshold": ("MachineDetectionSpeechThreshold", "2400"),
        "machine_detection_speech_end_threshold": ("MachineDetectionSpeechEndThreshold", "1200"),
        "machine_detection_silence_timeout": ("MachineDetectionSilenceTimeout", "5000"),
    }
)
"""The API's parameter and its default, by property: seconds, then milliseconds."""

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


class MakeOutgoingCall(Widget):
    """Calls the contact through the REST API and waits until the call is answered or over.

    The answered call asks the flow's webhook for TwiML, with `FlowEvent=answered`; one that is
    never answered brings the status callback.

    Attributes:
        answered_by_machine: the event when the API has detected a machine.
        hung_up: the event when the call is over, neither `answered` nor any of `UNANSWERED`: the
            person hung up while the API was still listening for a machine. Version 2 folds this
            into its four events; it takes `failed`, as nobody can be spoken to.
    """

    type = "make-outgoing-call-v2"
    answered_by_machine: ClassVar[str] = ANSWERED
    hung_up: ClassVar[str] = FAILED

    def enter(self, visit: Visit) -> Result:
        """Place the call and park; `failed` at once when the API does not take it."""
        if not was_started_by(visit, INCOMING_REQUEST, INCOMING_MESSAGE):
            return Took(FAILED)
        if service := _messaging_service(visit):
            return _failed(visit, f"the number belongs to Messaging Service {service}")
        detection = _detection(visit) if self.listens_for_machines(visit) else {}
        created = request_resource(visit, "Calls", {**_parameters(visit), **detection})
        if created.was_refused:
            return _failed(visit, f"{created.error_code}: {created.error_message}")
        execution = visit.execution
        # An earlier call may be over; this one lives from the moment it asks for TwiML.
        execution.call_sid, execution.call = created.properties["Sid"], NO_CALL
        return Parked(Wait(accepts=[ANSWERED, HANGUP]))

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Keep every parameter of the request that told how the call went."""
        return Took(self._outcome(event), returned(event))

    def listens_for_machines(self, visit: Visit) -> bool:
        """Tell whether the API is to find out who answers."""
        return is_on(visit, "detect_answering_machine")

    def _outcome(self, event: FlowEvent) -> str:
        if event.name == ANSWERED:
            by_machine = event.parameters.get("AnsweredBy", "").startswith("machine")
            return self.answered_by_machine if by_machine else ANSWERED
        return UNANSWERED.get(event.parameters.get("CallStatus", ""), self.hung_up)


class MakeOutgoingCallV1(MakeOutgoingCall):
    """The first version, which has two more events.

    No property of it that the sources know turns the detection on: an event that leads somewhere
    does.
    """

    type = "make-outgoing-call-v1"
    answered_by_machine = "answeredByMachine"
    hung_up = HANGUP

    def listens_for_machines(self, visit: Visit) -> bool:  # noqa: D102
        by_machine = visit.state.transition(self.answered_by_machine)
        is_routed = by_machine is not None and by_machine.next is not None
        return is_routed or super().listens_for_machines(visit)


def _messaging_service(visit: Visit) -> str:
    """Return the SID of the service that brought the message, or nothing (reference 2.13)."""
    return str(visit.context["trigger"].get("message", {}).get("MessagingServiceSid") or "")


def _failed(visit: Visit, reason: str) -> Took:
    visit.warn(OUTGOING_CALL_FAILED, f"call could not be made: {reason}")
    return Took(FAILED)


def _parameters(visit: Visit) -> dict[str, str]:
    context = visit.context
    return {
        "To": visit.text("to", str(context["contact"]["channel"].get("address", ""))),
        "From": visit.text("from", str(context["flow"]["channel"].get("address", ""))),
        "Url": visit.action_url(ANSWERED),
        "Method": "POST",
        "StatusCallback": visit.services.webhook_url(visit.execution.flow_sid),
        "StatusCallbackEvent": "completed",
        "StatusCallbackMethod": "POST",
        "Timeout": _number(visit, "timeout", DEFAULT_TIMEOUT),
        "SendDigits": visit.text("send_digits"),
        "SipAuthUsername": visit.text("sip_auth_username"),
        "SipAuthPassword": visit.text("sip_auth_password"),
        **(_recording(visit) if is_on(visit, "record") else {}),
    }


def _recording(visit: Visit) -> dict[str, str]:
    trim = visit.text("trim", "do-not-trim")
    return {
        "Record": "true",
        "RecordingChannels": visit.text("recording_channels", "mono"),
        "RecordingStatusCallback": visit.text("recording_status_callback"),
        "Trim": TRIM.get(trim.lower(), trim),
    }


def _detection(visit: Visit) -> dict[str, str]:
    numbers = {
        parameter: _number(visit, name, default) for name, (parameter, default) in DETECTION.items()
    }
    return {"MachineDetection": visit.text("machine_detection", "Enable"), **numbers}


def _number(visit: Visit, name: str, default: str) -> str:
    """Return the text of a whole number; whether it is in range is for the API to say."""
    text = visit.text(name, default).strip()
    if _NUMBER.fullmatch(text):
        return text
    visit.warn(UNPARSABLE_VALUE, f"{name} '{text}' is not a whole number; using {default}")
    return default
