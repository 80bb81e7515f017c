"""How far a call has come: it is queued, rings, is answered, is over."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from mockstudio.clock import Clock

QUEUED: Final = "queued"
RINGING: Final = "ringing"
IN_PROGRESS: Final = "in-progress"
COMPLETED: Final = "completed"
CANCELED: Final = "canceled"


@dataclass(frozen=True)
class CallState:
    """How a call stands, in the words of the Calls resource (rest-api.md 3.5).

    Attributes:
        status: the CallStatus.
        created: when it was made.
        updated: when it last changed.
        started: when it began to ring, or None.
        answered: when it was answered, or None.
        ended: when it was over, or None.
        answered_by: what was found to have answered it, or None where nobody looked.
    """

    status: str
    created: datetime
    updated: datetime
    started: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    answered_by: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.ended is not None


class CallProgress:
    """The state of one call. Whoever moves it on is told whether it was the first to do so.

    The person may hang up on one thread while a document is answered on another, and the REST API
    may want something on a third.

    Args:
        clock: dates what happens.
        status: how the call begins.

    Attributes:
        state: how it stands.
    """

    def __init__(self, clock: Clock, status: str = RINGING) -> None:
        now = clock.now()
        self.state = CallState(status, created=now, updated=now)
        self._clock = clock
        self._answered_at: float | None = None
        self._ended_at: float | None = None
        self._is_reported = False
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """How long it has been or was connected."""
        if self._answered_at is None:
            return 0.0
        until = self._clock.monotonic() if self._ended_at is None else self._ended_at
        return until - self._answered_at

    def start(self) -> bool:
        """Note that it rings, unless it did before or is over."""
        with self._lock:
            if self.state.started is not None or self.state.is_over:
                return False
            return self._change(status=RINGING, started=self._clock.now())

    def answer(self) -> bool:
        """Note that it was answered, unless it was before or is over."""
        with self._lock:
            if self.state.answered is not None or self.state.is_over:
                return False
            self._answered_at = self._clock.monotonic()
            return self._change(status=IN_PROGRESS, answered=self._clock.now())

    def detect(self, answered_by: str) -> None:
        """Note who was found to have answered."""
        with self._lock:
            self._change(answered_by=answered_by)

    def end(self, status: str, unanswered: str = "") -> bool:
        """Note that it is over, unless it was before.

        Args:
            status: the last CallStatus.
            unanswered: the last CallStatus of a call that was not answered, if that is another.
        """
        with self._lock:
            if self.state.is_over:
                return False
            was_answered = self.state.answered is not None
            last = status if was_answered else unanswered or status
            return self._end(last)

    def cancel(self) -> bool:
        """Note that it is over before it was answered, unless it was answered or over before."""
        with self._lock:
            if self.state.is_over or self.state.answered is not None:
                return False
            return self._end(CANCELED)

    def touch(self) -> None:
        """Note that something else about the call has changed."""
        with self._lock:
            self._change()

    def report(self) -> bool:
        """Note that its end is told to the status callback, unless it was before."""
        with self._lock:
            is_first, self._is_reported = not self._is_reported, True
            return is_first

    def drop(self) -> None:
        """Note that it is over without a word; its status stays."""
        with self._lock:
            self._is_reported = True
            if not self.state.is_over:
                self._end(self.state.status)

    def _end(self, status: str) -> bool:
        self._ended_at = self._clock.monotonic()
        return self._change(status=status, ended=self._clock.now())

    def _change(self, **changes: Any) -> bool:
        self.state = replace(self.state, updated=self._clock.now(), **changes)
        return True
