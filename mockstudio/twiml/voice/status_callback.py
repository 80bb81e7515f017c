"""The status callback of a call: who is told how it goes (rest-api.md 5.4)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from mockstudio.twiml.call_progress import CallState
from mockstudio.twiml.call_setup import OUTBOUND, CallSetup
from mockstudio.twiml.parameters import call_status_parameters
from mockstudio.twiml.voice.base import Session
from mockstudio.twiml.voice.detection import detected
from mockstudio.twiml.voice.recording import Recording

SIP_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {"completed": "200", "busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}
)
"""What the network says of an outgoing call that is over, by its last CallStatus."""


class LiveCall(Session, Protocol):
    """A call that has somebody told how it goes."""

    setup: CallSetup

    @property
    def state(self) -> CallState:
        """How it stands."""

    @property
    def seconds(self) -> float:
        """How long it has been or was connected."""


class StatusCallback:
    """Tells of one call, as far as its setup wants to hear of it.

    Args:
        call: which is told of.
    """

    def __init__(self, call: LiveCall) -> None:
        self._call = call
        self._numbers = itertools.count()

    def tell(self, event: str, status: str) -> None:
        """Tell that something has happened.

        Args:
            event: of initiated, ringing and answered.
            status: the CallStatus that is told.
        """
        self._request(event, {"CallStatus": status})

    def tell_the_end(self) -> None:
        """Tell that the call is over, and whoever waits for its recording."""
        setup, recording = self._call.setup, self._recording()
        self._request("completed", {**self._sip_code(), **self._recorded(recording)})
        if recording is not None and setup.recording is not None:
            recording.tell(self._call, setup.recording)

    def _request(self, event: str, told: Mapping[str, str]) -> None:
        call, setup = self._call, self._call.setup
        if not setup.status_callback or event not in setup.status_callback_events:
            return
        state = call.state
        parameters = call_status_parameters(
            {**call.parameters, **detected(state), **told},
            next(self._numbers),
            call.date(),
            round(call.seconds) if state.is_over else None,
        )
        call.request(setup.status_callback, setup.status_callback_method, parameters)

    def _sip_code(self) -> dict[str, str]:
        is_placed = self._call.setup.direction == OUTBOUND
        return {"SipResponseCode": SIP_CODES[self._call.state.status]} if is_placed else {}

    def _recording(self) -> Recording | None:
        call, answered = self._call, self._call.state.answered
        if call.setup.recording is None or answered is None:
            return None
        return Recording("OutboundAPI", call.seconds, answered)

    def _recorded(self, recording: Recording | None) -> dict[str, str]:
        if recording is None:
            return {}
        return {
            "RecordingUrl": recording.url(self._call),
            "RecordingSid": recording.sid,
            "RecordingDuration": str(recording.duration),
        }
