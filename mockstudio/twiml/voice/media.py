"""Streams and other sessions that leave a call, as recorded stubs (rest-api.md 8.2, 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mockstudio.sids import new_sid
from mockstudio.store.results import KNOWN, Result
from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.attributes import call_back, call_sids
from mockstudio.twiml.voice.base import Session

_PREFIXES: Final = {"Stream": "MZ", "Siprec": "SR", "ConversationRelay": "VX", "VirtualAgent": "VA"}


@dataclass(frozen=True)
class Media:
    """One such session.

    Attributes:
        noun: the element that asks for it.
        sid: its SID.
    """

    noun: Element
    sid: str

    @classmethod
    def of(cls, noun: Element) -> Media:
        """Begin the session of a noun."""
        return cls(noun, new_sid(_PREFIXES.get(noun.name, "XX")))

    def __str__(self) -> str:
        place = next(filter(None, map(self.noun.get, ("url", "connectorName", "name"))), "")
        return f"{self.noun.name} {place or self.noun.text.strip()}".strip()

    def result(self, session: Session) -> Result:
        """Return what becomes of it; nouns that nobody can script go well."""
        name = self.noun.name
        return session.results.next(name) if name in KNOWN else Result("completed")

    def tell(self, session: Session, event: str) -> None:
        """Request the noun's statusCallback, such as with `stream-started`."""
        name = self.noun.name
        parameters = {
            **call_sids(session),
            f"{name}Sid": self.sid,
            f"{name}Name": self.noun.get("name"),
            f"{name}Event": f"{name.lower()}-{event}",
        }
        call_back(session, self.noun, "statusCallback", parameters)
