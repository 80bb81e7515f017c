"""How long cookies are kept: for a call, or between two numbers (rest-api.md 5.6)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from mockstudio.clock import Clock, Deadline
from mockstudio.http.cookies import Cookies

KEPT_FOR: Final = 4 * 3600.0
"""Seconds that the cookies of two numbers' messages are kept; no call is longer."""
MOST_JARS: Final = 256
"""How many are kept at a time; the one not asked for longest makes way."""


class CookieJars:
    """The cookies of each call, and of each two numbers that send messages.

    Args:
        clock: in whose time they are kept.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._jars: OrderedDict[Hashable, tuple[Deadline, Cookies]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, owner: Hashable) -> Cookies:
        """Return the cookies of a call's SID, or of a pair of numbers."""
        with self._lock:
            kept = self._jars.pop(owner) if owner in self._jars else self._new()
            if kept[0].passed:
                kept = self._new()
            self._jars[owner] = kept
            if len(self._jars) > MOST_JARS:
                self._jars.popitem(last=False)
            return kept[1]

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._jars.clear()

    def _new(self) -> tuple[Deadline, Cookies]:
        return self._clock.deadline(KEPT_FOR), Cookies()
