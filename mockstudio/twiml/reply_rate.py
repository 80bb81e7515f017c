"""How fast a number may answer the same person: Twilio's guard against loops (error 14107)."""

from __future__ import annotations

import threading
from typing import Final

from mockstudio.clock import Clock

REPLIES: Final = 15
"""How many replies may follow each other closely (reference 3.8)."""
CLOSE: Final = 30.0
"""Replies less than so many seconds apart follow each other closely (rest-api.md 8.4)."""


class ReplyRate:
    """Counts the replies between two numbers, each close to the one before.

    Once there are too many none passes until nobody has tried for 30 seconds.

    Args:
        clock: whose seconds count.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, str], int] = {}
        self._moments: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def allows(self, from_: str, to: str) -> bool:
        """Count a reply and tell whether it may be sent."""
        numbers, now = (from_, to), self._clock.monotonic()
        with self._lock:
            follows = numbers in self._moments and now - self._moments[numbers] < CLOSE
            self._counts[numbers] = self._counts[numbers] + 1 if follows else 1
            self._moments[numbers] = now
            return self._counts[numbers] <= REPLIES
