"""How a call is set up, and what plays it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from mockstudio.twiml.model import Element

if TYPE_CHECKING:
    from mockstudio.clock import Clock
    from mockstudio.events import Listener
    from mockstudio.store.messages import Message
    from mockstudio.store.results import ScriptedResults
    from mockstudio.twiml.numbers import PhoneNumber
    from mockstudio.twiml.retrieval import Retriever
    from mockstudio.twiml.voice.base import Verb

T = TypeVar("T")

INBOUND = "inbound"
OUTBOUND = "outbound-api"
DEFAULT_RING = 60.0
"""Seconds an outgoing call rings (rest-api.md 3.5)."""


@dataclass(frozen=True)
class Detection:
    """How an outgoing call tells people from machines.

    Attributes:
        waits_for_the_end: whether a machine is to have finished its greeting.
        is_asynchronous: whether the document plays meanwhile.
        callback: told of the result when it does; empty for nobody.
        callback_method: GET or POST.
    """

    waits_for_the_end: bool = False
    is_asynchronous: bool = False
    callback: str = ""
    callback_method: str = "POST"


@dataclass(frozen=True)
class CallSetup:
    """Who calls whom, and which URLs say what happens (rest-api.md 3.5, 3.7).

    Attributes:
        from_: who calls.
        to: who is called.
        url: the first document's.
        method: GET or POST.
        fallback_url: asked when `url` fails; empty for none.
        fallback_method: GET or POST.
        status_callback: told how the call goes; empty for nobody.
        status_callback_method: GET or POST.
        status_callback_events: of initiated, ringing, answered and completed.
        direction: `inbound` or `outbound-api`.
        timeout: seconds an outgoing call rings.
        detection: how an outgoing call tells people from machines; None when it does not.
        send_digits: keys that an outgoing call presses once it is answered.
        twiml: a document given inline instead of `url`.
        time_limit: seconds after the answer that end it; None for Twilio's own limit.
        recording: how it is recorded, in the attributes of Dial; None when it is not.
    """

    from_: str
    to: str
    url: str = ""
    method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)
    direction: str = INBOUND
    timeout: float = DEFAULT_RING
    detection: Detection | None = None
    send_digits: str = ""
    twiml: str = ""
    time_limit: float | None = None
    recording: Element | None = None


@dataclass(frozen=True)
class CarrierServices:
    """What plays calls.

    Attributes:
        account_sid: whose calls they are.
        clock: their time.
        retriever: requests documents.
        verbs: by name.
        results: what the world outside decides.
        tell: told of everything that happens.
        send: sends a message during a call.
    """

    account_sid: str
    clock: Clock
    retriever: Retriever
    verbs: Mapping[str, Verb]
    results: ScriptedResults
    tell: Listener
    send: Callable[[Message], None] = lambda message: None


def incoming(number: PhoneNumber, person: str) -> CallSetup:
    """Return the setup of a person's call to a number of the account (rest-api.md 3.7)."""
    return CallSetup(
        from_=person,
        to=number.number,
        url=number.voice_url,
        method=number.voice_method,
        fallback_url=number.voice_fallback_url,
        fallback_method=number.voice_fallback_method,
        status_callback=number.status_callback,
        status_callback_method=number.status_callback_method,
    )


def outgoing(parameters: Mapping[str, Any]) -> CallSetup:
    """Return the setup of a call that the REST API is asked for (rest-api.md 3.5)."""
    text = {name: _text(value) for name, value in parameters.items() if value not in (None, "")}
    url = text.get("Url", "").strip()
    return CallSetup(
        from_=text.get("From", "").strip(),
        to=text.get("To", "").strip(),
        url=url,
        method=text.get("Method", "POST").upper(),
        fallback_url=text.get("FallbackUrl", ""),
        fallback_method=text.get("FallbackMethod", "POST").upper(),
        status_callback=text.get("StatusCallback", ""),
        status_callback_method=text.get("StatusCallbackMethod", "POST").upper(),
        status_callback_events=tuple(text.get("StatusCallbackEvent", "completed").split()),
        direction=OUTBOUND,
        timeout=_seconds(text.get("Timeout"), DEFAULT_RING),
        detection=_detection(text),
        send_digits=text.get("SendDigits", ""),
        twiml="" if url else text.get("Twiml", ""),
        time_limit=_seconds(text.get("TimeLimit"), None),
        recording=_recording(text),
    )


def _detection(text: Mapping[str, str]) -> Detection | None:
    """Return how machines are detected: keys that are sent switch it off."""
    if "MachineDetection" not in text or "SendDigits" in text:
        return None
    return Detection(
        waits_for_the_end=text["MachineDetection"] == "DetectMessageEnd",
        is_asynchronous=text.get("AsyncAmd", "").lower() == "true",
        callback=text.get("AsyncAmdStatusCallback", ""),
        callback_method=text.get("AsyncAmdStatusCallbackMethod", "POST").upper(),
    )


def _recording(text: Mapping[str, str]) -> Element | None:
    if text.get("Record", "").lower() != "true":
        return None
    is_dual = text.get("RecordingChannels") == "dual"
    attributes = {
        "record": "record-from-answer-dual" if is_dual else "record-from-answer",
        "recordingTrack": text.get("RecordingTrack", "both"),
        "recordingStatusCallback": text.get("RecordingStatusCallback", ""),
        "recordingStatusCallbackMethod": text.get("RecordingStatusCallbackMethod", "POST"),
        "recordingStatusCallbackEvent": text.get("RecordingStatusCallbackEvent", "completed"),
    }
    return Element("Call", attributes)


def _text(value: Any) -> str:
    """Return a parameter's value; that of one given several times is all of them."""
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _seconds(text: str | None, default: T) -> float | T:
    try:
        return float(text or "")
    except ValueError:
        return default
