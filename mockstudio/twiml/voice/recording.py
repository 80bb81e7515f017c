"""Recordings that verbs make, and who is told of them (rest-api.md 5.4, 8.3)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime

from mockstudio.sids import SAMPLE_ACCOUNT_SID, new_sid
from mockstudio.twiml.model import Element
from mockstudio.twiml.parameters import recording_status_parameters
from mockstudio.twiml.voice.attributes import call_back, events
from mockstudio.twiml.voice.base import Session


@dataclass(frozen=True)
class Recording:
    """A recording of a call.

    Attributes:
        source: the kind of verb, such as `RecordVerb`.
        seconds: its length; 0 when there was nothing to record.
        started: when it began.
        sid: its SID.
    """

    source: str
    seconds: float
    started: datetime
    sid: str = field(default_factory=lambda: new_sid("RE"))

    @property
    def duration(self) -> int:
        """The length in whole seconds; whatever was recorded lasts one at least."""
        return math.ceil(self.seconds)

    @property
    def status(self) -> str:
        """Its RecordingStatus."""
        return "completed" if self.seconds else "absent"

    def url(self, session: Session) -> str:
        """Return where it can be had."""
        account = session.parameters.get("AccountSid", SAMPLE_ACCOUNT_SID)
        return f"https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{self.sid}"

    def tell(self, session: Session, verb: Element) -> None:
        """Request the verb's recordingStatusCallback, if it wants to hear of this status."""
        if self.status not in events(verb, "recordingStatusCallbackEvent", "completed"):
            return
        parameters = recording_status_parameters(
            session.parameters,
            recording_sid=self.sid,
            url=self.url(session),
            status=self.status,
            seconds=self.duration,
            source=self.source,
            started=self.started,
            channels=2 if verb.get("record").endswith("-dual") else 1,
            track=verb.get("recordingTrack", "both"),
        )
        call_back(session, verb, "recordingStatusCallback", parameters)
