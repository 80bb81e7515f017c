"""How far a call has come: it rings, is answered, is over."""

from __future__ import annotations

import itertools
import threading

RINGING = "ringing"
IN_PROGRESS = "in-progress"


class CallProgress:
    """The state of one call. Whoever moves it on is told whether it was the first to do so.

    The person may hang up on one thread while a document is answered on another.

    Attributes:
        status: the CallStatus.
        answered_at: the clock's moment at which it was answered, or None.
        ended_at: the clock's moment at which it was over, or None.
    """

    def __init__(self) -> None:
        self.status = RINGING
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self._is_reported = False
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.ended_at is not None

    def answer(self, now: float) -> bool:
        """Note that it was answered, unless it was before or is over."""
        with self._lock:
            if self.answered_at is not None or self.is_over:
                return False
            self.answered_at, self.status = now, IN_PROGRESS
            return True

    def end(self, now: float, status: str) -> bool:
        """Note that it is over with this CallStatus, unless it was before."""
        with self._lock:
            if self.is_over:
                return False
            self.ended_at, self.status = now, status
            return True

    def report(self) -> bool:
        """Note that its end is told to the status callback, unless it was before."""
        with self._lock:
            is_first, self._is_reported = not self._is_reported, True
            return is_first

    def drop(self, now: float) -> None:
        """Note that it is over without a word; its status stays."""
        with self._lock:
            self._is_reported = True
            if self.ended_at is None:
                self.ended_at = now

    def seconds(self, now: float) -> float:
        """Return how long it has been or was connected."""
        if self.answered_at is None:
            return 0.0
        return (now if self.ended_at is None else self.ended_at) - self.answered_at

    def next_number(self) -> int:
        """Return the SequenceNumber of the next status callback."""
        return next(self._numbers)
