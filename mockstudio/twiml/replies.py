"""When a person answers the messages that arrive, and with what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from mockstudio.clock import Clock, Timer
from mockstudio.twiml.phone import Phone, Send


class Replies:
    """A person's replies in a chat: in order, each some time after the last message that arrived.

    Several messages within that time get one reply. Nothing is locked while a reply is sent, so
    messages may arrive meanwhile; they call for the next one.

    Args:
        phone: what the person replies.
        clock: on whose timers the replies fall due.
        send: sends one.
    """

    def __init__(self, phone: Phone, clock: Clock, send: Callable[[Send], None]) -> None:
        self._phone = phone
        self._clock = clock
        self._send = send
        self._used = 0
        self._arrivals = 0
        self._timer: Timer | None = None
        self._is_closed = False
        self._lock = threading.Lock()

    def message_arrived(self) -> None:
        """Think about a reply; one that was thought about before waits for the new message."""
        with self._lock:
            self._cancel()
            self._arrivals += 1
            reply = self._next()
            if reply is not None and not self._is_closed:
                callback = partial(self._fall_due, self._arrivals)
                self._timer = self._clock.call_later(reply.after, callback)

    def close(self) -> None:
        """Send no more."""
        with self._lock:
            self._is_closed = True
            self._cancel()

    def _fall_due(self, arrivals: int) -> None:
        """Send the reply to a message, unless another arrived at the last moment."""
        with self._lock:
            reply = self._next()
            if reply is None or self._is_closed or arrivals != self._arrivals:
                return
            self._used += 1
        self._send(reply)

    def _next(self) -> Send | None:
        replies = self._phone.replies
        return replies[self._used] if self._used < len(replies) else self._phone.reply_otherwise

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
