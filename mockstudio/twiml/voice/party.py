"""Whom a Dial calls, and the callbacks that tell of each called leg (rest-api.md 5.4, 8.2)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from mockstudio.sids import new_sid
from mockstudio.twiml.model import Element
from mockstudio.twiml.parameters import call_parameters, call_status_parameters
from mockstudio.twiml.restrictions import MOST_CALLED
from mockstudio.twiml.voice.attributes import call_back, events
from mockstudio.twiml.voice.base import Session

_WRITTEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Dial": "{}",
        "Number": "{}",
        "Client": "client:{}",
        "Sip": "{}",
        "Sim": "sim:{}",
        "WhatsApp": "whatsapp:{}",
        "Application": "app:{}",
        "Conference": "conference {}",
        "Queue": "queue {}",
    }
)
_MET: Final = frozenset({"Conference", "Queue"})
_ADDRESSES: Final[Mapping[str, str]] = MappingProxyType({"Client": "Identity", "Sip": "Uri"})


def address_of(noun: Element) -> str:
    """Return a noun's number, name or URI: its text, or that of the element that holds it."""
    inner = next(noun.inside(_ADDRESSES.get(noun.name, "")), noun)
    return inner.text.strip() or noun.text.strip()


@dataclass(frozen=True)
class Party:
    """Somebody, or some place, that a Dial connects to.

    Attributes:
        noun: the element that names it; the Dial itself when it holds a plain number.
        call_sid: of the leg that leads there.
    """

    noun: Element
    call_sid: str

    def __str__(self) -> str:
        return _WRITTEN[self.noun.name].format(address_of(self.noun))

    @property
    def is_called(self) -> bool:
        """Whether it rings there; in conferences and queues one is met instead."""
        return self.noun.name not in _MET

    @property
    def approach(self) -> str:
        """What the transcript says before somebody is there."""
        return f"{self} rings" if self.is_called else f"waits in {self}"

    @property
    def arrival(self) -> str:
        """What the transcript says when somebody is there."""
        return f"{self} answers" if self.is_called else f"somebody is in {self}"

    @property
    def farewell(self) -> str:
        """What the transcript says when the other side ends it."""
        return f"{self} hangs up" if self.is_called else f"{self} is over"


class Leg:
    """The call to one party, as its statusCallback sees it.

    Args:
        session: the call that dials.
        dial: the Dial.
        party: who is called.
    """

    def __init__(self, session: Session, dial: Element, party: Party) -> None:
        self.party = party
        self._session = session
        self._caller = dial.get("callerId", session.parameters.get("From", ""))
        self._told = 0

    def tell(self, event: str, status: str, seconds: float | None = None) -> None:
        """Request the statusCallback, if it wants to hear of this event.

        Args:
            event: of initiated, ringing, answered and completed.
            status: the leg's CallStatus.
            seconds: how long the leg was connected, once it is over.
        """
        noun = self.party.noun
        if not self.party.is_called or event not in events(
            noun, "statusCallbackEvent", "completed"
        ):
            return
        duration = None if seconds is None else math.ceil(seconds)
        now = self._session.date()
        told = call_status_parameters(self.parameters(status), self._told, now, duration)
        self._told += 1
        call_back(self._session, noun, "statusCallback", told)

    def parameters(self, status: str) -> dict[str, str]:
        """Return the leg's standard parameters: it is a call of its own (rest-api.md 5.3)."""
        caller = self._session.parameters
        return call_parameters(
            self.party.call_sid,
            caller.get("AccountSid", ""),
            self._caller,
            str(self.party),
            status,
            "outbound-dial",
            caller.get("CallSid", ""),
        )


def parties(dial: Element) -> tuple[Party, ...]:
    """Return everybody a Dial calls, in order; the plain number counts where there is no noun.

    Of more than Twilio calls, the first; the checker of documents has told of the others.
    """
    nouns = [child for child in dial.children if child.name in _WRITTEN][:MOST_CALLED]
    return tuple(Party(noun, new_sid("CA")) for noun in nouns or [dial] if address_of(noun))
