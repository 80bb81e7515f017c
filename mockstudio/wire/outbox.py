"""Small answers that go out together.

A client that has gone to sleep must be woken for an answer, and that costs more than the answer.
So what is answered at once goes out when the loop has read all that had come: the first answer
wakes the client, the others find it awake.
"""

from __future__ import annotations

import asyncio
from typing import Protocol


class Sender(Protocol):
    """A connection that holds bytes back."""

    def flush(self) -> None:
        """Send what is held."""


class Outbox:
    """The connections of a server that hold something to be sent.

    Args:
        loop: sends it when it has come round.
    """

    __slots__ = ("_loop", "_senders")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._senders: list[Sender] = []

    def add(self, sender: Sender) -> None:
        """Have a connection flushed soon."""
        if not self._senders:
            self._loop.call_soon(self._flush)
        self._senders.append(sender)

    def _flush(self) -> None:
        senders, self._senders = self._senders, []
        for sender in senders:
            sender.flush()
