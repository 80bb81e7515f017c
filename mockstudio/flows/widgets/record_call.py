"""Call Recording: starts or stops the recording of a live call (reference 2.15)."""

from __future__ import annotations

from typing import Final

from mockstudio.flows.execution import LIVE, Execution, Step
from mockstudio.flows.triggers import INCOMING_CALL
from mockstudio.flows.verdict import TWIML
from mockstudio.flows.widgets.base import Created, Result, Took, Visit, Widget
from mockstudio.flows.widgets.resource_request import is_on, request_resource, was_started_by

INVALID_CALL_STATE: Final = 21220
SUCCESS: Final = "success"
FAILED: Final = "failed"
ANSWERING: Final = frozenset(
    {
        "add-twiml-redirect",
        "capture-payments",
        "connect-call-to",
        "connect-virtual-agent",
        "connect-virtual-agent-v2",
        "enqueue-call",
        "fork-stream",
        "gather-input-on-call",
        "record-voicemail",
        "run-conversation-relay",
        "say-play",
        "send-to-flex",
    }
)
"""The types whose TwiML answers a call that rings; it is in progress once one has come back."""


class RecordCall(Widget):
    """Asks for a recording of an incoming call in progress, or for its end."""

    type = "record-call"

    def enter(self, visit: Visit) -> Result:
        """Take `success` with the recording's properties; `failed` sets nothing."""
        if not was_started_by(visit, INCOMING_CALL):
            return Took(FAILED)
        if trouble := _trouble(visit.execution, _status(visit)):
            visit.warn(INVALID_CALL_STATE, f"call cannot be recorded: {trouble}")
            return Took(FAILED)
        created = _start(visit) if is_on(visit, "record_call") else _stop(visit)
        if created.was_refused:
            visit.warn(created.error_code, f"recording: {created.error_message}")
            return Took(FAILED)
        return Took(SUCCESS, created.properties)


def _start(visit: Visit) -> Created:
    callback = visit.text("recording_status_callback")
    told = {
        "RecordingStatusCallback": callback,
        "RecordingStatusCallbackMethod": visit.text("recording_status_callback_method", "POST"),
        "RecordingStatusCallbackEvent": visit.text("recording_status_callback_events", "completed"),
    }
    parameters = {
        "CallSid": visit.execution.call_sid,
        "RecordingChannels": visit.text("recording_channels", "dual"),
        "Trim": visit.text("trim", "do-not-trim"),
        **(told if callback else {}),
    }
    return request_resource(visit, "Recordings", parameters)


def _stop(visit: Visit) -> Created:
    parameters = {"CallSid": visit.execution.call_sid, "Status": "stopped"}
    return request_resource(visit, "Recordings", parameters)


def _trouble(execution: Execution, status: str) -> str:
    """Say why a call cannot be recorded now, or nothing."""
    if execution.call != LIVE:
        return f"it is {execution.call or 'unknown'}"
    if status == "in-progress" or any(map(_has_answered, execution.steps)):
        return ""
    return "it still rings; put a Say/Play or Gather before this widget"


def _has_answered(step: Step) -> bool:
    # A Function's TwiML answers too; any other answer of it has left the call as it was.
    is_twiml = str(step.outputs.get("content_type", "")).startswith(TWIML)
    return step.type in ANSWERING or (step.type == "run-function" and is_twiml)


def _status(visit: Visit) -> str:
    """Return how the call stood when it reached the flow (rest-api.md 5.3)."""
    return str(visit.context["trigger"].get("call", {}).get("CallStatus", ""))
