"""What happens on the caller's side, as typed events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from mockstudio.events import Event
from mockstudio.twiml.urls import shown, without_credentials


@dataclass(frozen=True, kw_only=True)
class CarrierEvent(Event):
    """Root of the carrier's events. Whatever they tell, they tell no URL's credentials.

    Attributes:
        exchange: the SID of the call, or of the message that began the exchange.
    """

    exchange: str

    def __post_init__(self) -> None:
        for name, member in vars(self).items():
            if hide := _SECRETIVE.get(name):
                object.__setattr__(self, name, hide(member))


def _parameters_without_credentials(parameters: Mapping[str, str]) -> Mapping[str, str]:
    return {name: without_credentials(value) for name, value in parameters.items()}


_SECRETIVE: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "url": shown,
        "document": shown,
        "text": without_credentials,
        "parameters": _parameters_without_credentials,
    }
)
"""How the members are kept that may hold a URL."""


@dataclass(frozen=True, kw_only=True)
class CallStarted(CarrierEvent):
    """A call begins to ring.

    Attributes:
        direction: `inbound`, `outbound-api` or `outbound-dial`.
        from_: who calls.
        to: who is called.
    """

    direction: str
    from_: str
    to: str


@dataclass(frozen=True, kw_only=True)
class CallStatusChanged(CarrierEvent):
    """A call's `CallStatus` moves on (rest-api.md 5.4)."""

    status: str


@dataclass(frozen=True, kw_only=True)
class DocumentRequested(CarrierEvent):
    """The carrier asks for a document.

    Attributes:
        method: GET or POST.
        url: as it was meant.
        parameters: all that is sent.
    """

    method: str
    url: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DocumentReceived(CarrierEvent):
    """The carrier begins to play a document.

    Attributes:
        url: where it came from.
        verbs: the names of its verbs, in order.
    """

    url: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TranscriptLine(CarrierEvent):
    """Something that was said, played, pressed, sent or done.

    Attributes:
        who: `Twilio`, `person`, or `agent` for whoever is at a dialled leg's end.
        what: the verb that played (`Say`, `Play`, `Dial`), or what the person did: `press`,
            `speak`, `message`, `media`, `hang up`, `silence`.
        text: the words, the URL, the digits.
        document: the URL of the document it came from, or empty.
        line: of that document, or 0.
    """

    who: str
    what: str
    text: str = ""
    document: str = ""
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class CarrierWarned(CarrierEvent):
    """Something Twilio's debugger would show.

    Attributes:
        code: such as 11200, or None for mockstudio's own advice.
        text: the reason.
        url: of the document concerned, or empty.
    """

    code: int | None
    text: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class CallEnded(CarrierEvent):
    """A call is over.

    Attributes:
        status: its last CallStatus.
        seconds: from being answered to the end; 0 for one never answered.
        reason: why it ended, in words.
    """

    status: str
    seconds: float
    reason: str
