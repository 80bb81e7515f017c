"""How messages go their way: when, what becomes of them, and who is told (rest-api.md 3.2, 5.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final

from mockstudio.clock import Clock
from mockstudio.errors import MockstudioError
from mockstudio.events import Listener
from mockstudio.store.messages import (
    CANCELED,
    DELIVERED,
    FAILED,
    QUEUED,
    READ,
    SCHEDULED,
    SENDING,
    SENT,
    UNDELIVERED,
    Message,
    MessageStore,
)
from mockstudio.store.results import Result, ScriptedResults
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.parameters import MESSAGE_FAILURES, message_status_parameters
from mockstudio.twiml.retrieval import Retriever

MESSAGES: Final = "Messages"
"""What the results of the world outside are scripted under."""
STEP: Final = 1.0
"""Seconds between two statuses."""
WAYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        DELIVERED: (QUEUED, SENDING, SENT, DELIVERED),
        READ: (QUEUED, SENDING, SENT, DELIVERED, READ),
        SENT: (QUEUED, SENDING, SENT),
        UNDELIVERED: (QUEUED, SENDING, SENT, UNDELIVERED),
        FAILED: (QUEUED, FAILED),
    }
)
"""The statuses of a message, by what becomes of it."""
ERRORS: Final[Mapping[int, str]] = MappingProxyType(
    {
        30001: "Queue overflow",
        30002: "Account suspended",
        30003: "Unreachable destination handset",
        30004: "Message blocked",
        30005: "Unknown destination handset",
        30006: "Landline or unreachable carrier",
        30007: "Message filtered",
        30008: "Unknown error",
        30034: "US A2P 10DLC - Message from an Unregistered Number",
    }
)
"""Why messages are lost (rest-api.md 2.4)."""
USUAL_ERRORS: Final[Mapping[str, int]] = MappingProxyType({UNDELIVERED: 30003, FAILED: 30008})

Arrive = Callable[[Message], None]
"""Brings a message to whom it is for."""


@dataclass(frozen=True)
class _Journey:
    """What becomes of a message.

    Attributes:
        sid: the message's.
        sender: who sends it, once its Messaging Service has chosen.
        result: what becomes of it in the end.
    """

    sid: str
    sender: str
    result: Result

    @property
    def error(self) -> int | None:
        """Twilio's code when it is lost, or None."""
        usual = USUAL_ERRORS.get(self.result.name)
        if usual is None:
            return None
        scripted = self.result.parameters.get("ErrorCode", "")
        return int(scripted) if scripted.isdecimal() else usual

    def moved(self, message: Message, status: str, now: datetime) -> Message:
        """Return the message in its next status."""
        message = replace(message, from_=self.sender, status=status, updated=now)
        if status == SENT:
            return replace(message, sent=now)
        if status in MESSAGE_FAILURES and self.error is not None:
            text = ERRORS.get(self.error, ERRORS[30008])
            return replace(message, error_code=self.error, error_message=text)
        return message


class Delivery:
    """Sends messages: what arrives does so at once, the statuses follow on the clock.

    A status is told before the next one is due: a callback that takes its time holds the next up,
    so that they come in order. Of `sending` nobody is told (rest-api.md 5.5).

    Args:
        messages: where they are kept.
        results: what becomes of them.
        retriever: requests status callbacks.
        clock: whose seconds count.
        tell: told of what Twilio's debugger would show.
        sender: the number that every Messaging Service chooses.
        lost: told of each message that does not arrive.
    """

    def __init__(
        self,
        messages: MessageStore,
        results: ScriptedResults,
        retriever: Retriever,
        clock: Clock,
        tell: Listener,
        sender: str,
        lost: Arrive,
    ) -> None:
        self._messages = messages
        self._results = results
        self._retriever = retriever
        self._clock = clock
        self._tell = tell
        self._sender = sender
        self._lost = lost

    def send(self, message: Message, arrive: Arrive) -> None:
        """Send a message that is in the store now; unless it is lost it arrives at once."""
        result = self._results.next(MESSAGES)
        sender = message.from_ if message.has_sender else self._sender
        journey = _Journey(message.sid, sender, result)
        self._clock.call_later(0, partial(self._move, journey, WAYS[result.name]))
        if result.name not in USUAL_ERRORS:
            arrive(message if message.has_sender else replace(message, from_=sender))

    def send_later(self, message: Message, arrive: Arrive, seconds: float) -> None:
        """Send a message some time from now, unless it is canceled or forgotten before."""
        self._clock.call_later(seconds, partial(self._send_unless_canceled, message, arrive))

    def cancel(self, sid: str) -> bool:
        """Keep a scheduled message from being sent; tell whether it was scheduled."""
        canceled: list[Message] = []

        def change(message: Message) -> Message:
            if message.status != SCHEDULED:
                return message
            canceled.append(replace(message, status=CANCELED, updated=self._clock.now()))
            return canceled[0]

        self._messages.change(sid, change)
        for message in canceled:
            self.report(message)
        return bool(canceled)

    def report(self, message: Message) -> None:
        """Tell a message's status to its callback, when whoever caused it is done."""
        self._clock.call_later(0, partial(self._call_back, message))

    # --- on the clock

    def _send_unless_canceled(self, message: Message, arrive: Arrive) -> None:
        def leave(kept: Message) -> Message:
            return replace(kept, status=QUEUED) if kept.status == SCHEDULED else kept

        kept = self._messages.change(message.sid, leave)
        if kept is not None and kept.status != CANCELED:
            self.send(message, arrive)

    def _move(self, journey: _Journey, way: tuple[str, ...]) -> None:
        status, following = way[0], way[1:]
        moved = partial(journey.moved, status=status, now=self._clock.now())
        message = self._messages.change(journey.sid, moved)
        if message is None:
            return  # It has been deleted, or the sandbox was reset.
        if status in MESSAGE_FAILURES:
            self._lost(message)
        if status != SENDING:
            self._call_back(message, {} if following else journey.result.parameters)
        if following:
            seconds = _seconds(following, journey.result)
            self._clock.call_later(seconds, partial(self._move, journey, following))

    def _call_back(self, message: Message, scripted: Mapping[str, str] | None = None) -> None:
        url = message.status_callback
        if not url:
            return
        parameters = {**message_status_parameters(message), **(scripted or {})}
        try:
            self._retriever.notify(url, "POST", parameters, message.sid)
        except MockstudioError as error:
            now = self._clock.now()
            self._tell(
                CarrierWarned(exchange=message.sid, at=now, code=None, text=str(error), url=url)
            )


def _seconds(following: tuple[str, ...], result: Result) -> float:
    """Return how long it takes until the next status."""
    if len(following) == 1 and result.after is not None:
        return result.after
    return 0.0 if following[0] == SENDING else STEP
