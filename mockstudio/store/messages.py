"""Messages that went out and came in (rest-api.md 3.2)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from mockstudio.store.segments import count_segments

FAILED = "failed"


@dataclass(frozen=True)
class OutgoingMessage:
    """A message that is to be sent.

    Attributes:
        from_: Twilio's side: a number or a Messaging Service SID.
        to: the person.
        body: text.
        media_url: one medium, or empty.
    """

    from_: str
    to: str
    body: str
    media_url: str = ""


@dataclass(frozen=True)
class Message:
    """A message as the REST API knows it.

    Attributes:
        sid: `SM…`, or `MM…` with media.
        account_sid: `AC…`.
        from_: who sends.
        to: who receives.
        body: text.
        media_url: one medium, or empty.
        status: `queued` once the API has taken it, `received`, or `failed`.
        created: when the API took it.
        error_code: Twilio's code, or None.
        error_message: why it failed, or empty.
    """

    sid: str
    account_sid: str
    from_: str
    to: str
    body: str
    media_url: str
    status: str
    created: datetime
    error_code: int | None = None
    error_message: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether the API refused it."""
        return self.status == FAILED

    @property
    def segments(self) -> int:
        """How many SMS segments the text needs."""
        return count_segments(self.body)


class MessageStore:
    """Messages in memory, in the order they came."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._lock = threading.Lock()

    def add(self, message: Message) -> None:
        """Keep a message."""
        with self._lock:
            self._messages.append(message)

    def all(self) -> list[Message]:
        """Return every message, oldest first."""
        with self._lock:
            return list(self._messages)

    def clear(self) -> None:
        """Forget every message."""
        with self._lock:
            self._messages.clear()
