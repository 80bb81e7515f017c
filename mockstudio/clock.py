"""Time, injected: the only module that sleeps, sets timers or asks what time it is.

Three clocks with one face. Durations are seconds of the clock, moments are what `monotonic`
returns, dates are aware and in UTC:

- SystemClock: real time, for the sandbox.
- ScaledClock: real time at another speed; at speed 50 a 10 s limit takes 0.2 s.
- VirtualClock: stands still until somebody sleeps or advances it, then jumps.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from mockstudio.errors import DeadlinePassed, UsageError

Callback = Callable[[], None]

logger = logging.getLogger(__name__)

MOST_CALLERS = 32
"""How many callbacks of a running clock may be at work at a time; more wait their turn."""
CALLERS = "mockstudio-timer"
"""What the names of their threads begin with."""

VIRTUAL_START = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
"""Where a virtual clock starts unless told: a Monday morning, 9:00 in US Pacific time."""


class Timer:
    """A callback that is due at a moment of a clock, unless cancelled first."""

    __slots__ = ("at", "callback", "cancelled")

    def __init__(self, at: float, callback: Callback) -> None:
        self.at = at
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        """Keep the callback from being called; too late is no error."""
        self.cancelled = True
        # The clock forgets a timer only when it is due; what the callback holds need not wait.
        self.callback = _nothing

    def fire(self) -> None:
        """Call the callback, unless cancelled. An error in it is logged: timers have no caller."""
        if self.cancelled:
            return
        try:
            self.callback()
        except Exception:
            logger.exception("a timer's callback failed")


def _nothing() -> None:
    """What a cancelled timer calls."""


class Deadline:
    """A moment by which something must be over.

    Args:
        clock: whose moments are meant.
        seconds: how far away it is now.
    """

    __slots__ = ("at", "clock")

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock = clock
        self.at = clock.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left, never less than zero."""
        return max(0.0, self.at - self.clock.monotonic())

    @property
    def passed(self) -> bool:
        """Whether the moment has come."""
        return self.clock.monotonic() >= self.at


class Clock(ABC):
    """The time of one world."""

    name: str

    @abstractmethod
    def now(self) -> datetime:
        """Return the date and time, aware, in UTC."""

    @abstractmethod
    def monotonic(self) -> float:
        """Return the present moment in seconds; it never goes back."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass."""

    @abstractmethod
    def advance(self, seconds: float) -> None:
        """Move the clock forward, calling the timers that fall due.

        Raises:
            UsageError: real time cannot be moved.
        """

    @abstractmethod
    def real_seconds(self, seconds: float) -> float:
        """Return how long so many seconds of this clock last in the real world."""

    @abstractmethod
    def call_later(self, seconds: float, callback: Callback) -> Timer:
        """Call `callback` once, so many seconds from now, on a thread of the clock's choosing."""

    @abstractmethod
    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Let time pass until something happens, or so many seconds are over.

        Returns:
            Whether it happened.
        """

    def sleep_until(self, moment: float, deadline: Deadline | None = None) -> None:
        """Sleep until a moment of this clock, but never past a deadline.

        Args:
            moment: as `monotonic` counts; one that has passed costs nothing.
            deadline: by when the sleeper must be done, or None for no hurry.

        Raises:
            DeadlinePassed: the moment is the deadline or later; the clock stands at the deadline.
        """
        if deadline is None or moment < deadline.at:
            self.sleep(max(0.0, moment - self.monotonic()))
            return
        # Adding a difference back may fall short by a rounding error; the next round makes it up.
        while not deadline.passed:
            self.sleep(deadline.remaining())
        raise DeadlinePassed("the deadline came before the moment that was waited for")

    def add_real(self, seconds: float) -> None:  # noqa: B027 - a clock that runs has nothing to do
        """Count real seconds that something outside took; a running clock has seen them pass."""

    def deadline(self, seconds: float) -> Deadline:
        """Return the moment so many seconds from now."""
        return Deadline(self, seconds)

    def close(self) -> None:  # noqa: B027 - a clock need not have anything to end
        """End the clock's thread, if it has one; timers not yet due are dropped."""


class VirtualClock(Clock):
    """A clock that stands still until it is told to move.

    Args:
        start: the date at which it stands first.
    """

    name = "virtual"

    def __init__(self, start: datetime = VIRTUAL_START) -> None:
        self._start = start
        self._now = start
        self._elapsed = 0.0
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._lock = threading.Lock()

    def now(self) -> datetime:  # noqa: D102 - as in Clock
        return self._now

    def monotonic(self) -> float:  # noqa: D102
        return self._elapsed

    def sleep(self, seconds: float) -> None:  # noqa: D102
        self.advance(seconds)

    def advance(self, seconds: float) -> None:  # noqa: D102
        target = self._elapsed + max(0.0, seconds)
        # The lock is not held while a callback runs: it may wait for a thread that needs the clock.
        while (timer := self._next_due(target)) is not None:
            timer.fire()

    def wait(self, event: threading.Event, seconds: float) -> bool:  # noqa: D102
        target = self._elapsed + max(0.0, seconds)
        while not event.is_set() and (timer := self._next_due(target)) is not None:
            timer.fire()
        return event.is_set()

    def close(self) -> None:  # noqa: D102
        # Who keeps a closed world's clock shall not keep its whole world.
        with self._lock:
            self._timers.clear()

    def _next_due(self, target: float) -> Timer | None:
        """Move to the earliest timer up to a moment and return it, else to the moment itself."""
        with self._lock:
            timer = None
            if self._timers and self._timers[0][0] <= target:
                timer = heapq.heappop(self._timers)[2]
            self._move(timer.at if timer else target)
            return timer

    def _move(self, moment: float) -> None:
        if moment > self._elapsed:
            self._elapsed = moment
            self._now = self._start + timedelta(seconds=moment)

    def real_seconds(self, seconds: float) -> float:  # noqa: D102
        return seconds

    def add_real(self, seconds: float) -> None:  # noqa: D102
        self.advance(seconds)

    def call_later(self, seconds: float, callback: Callback) -> Timer:  # noqa: D102
        with self._lock:
            timer = Timer(self._elapsed + max(0.0, seconds), callback)
            heapq.heappush(self._timers, (timer.at, next(self._order), timer))
            return timer


class ScaledClock(Clock):
    """Real time at another speed.

    Args:
        speed: how many of its seconds pass in a real one; above zero.
    """

    name = "scaled"

    def __init__(self, speed: float) -> None:
        if speed <= 0:
            raise UsageError(f"a clock's speed must be above 0, found {speed}")
        self.speed = speed
        self._start = datetime.now(UTC)
        self._origin = time.monotonic()
        self._skipped = 0.0
        self._schedule = _Schedule(self.monotonic, self.real_seconds)

    def now(self) -> datetime:  # noqa: D102
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:  # noqa: D102
        return (time.monotonic() - self._origin) * self.speed + self._skipped

    def sleep(self, seconds: float) -> None:  # noqa: D102
        time.sleep(max(0.0, self.real_seconds(seconds)))

    def advance(self, seconds: float) -> None:  # noqa: D102
        self._skipped += max(0.0, seconds)
        self._schedule.look_again()

    def wait(self, event: threading.Event, seconds: float) -> bool:  # noqa: D102
        return event.wait(self.real_seconds(max(0.0, seconds)))

    def real_seconds(self, seconds: float) -> float:  # noqa: D102
        return seconds / self.speed

    def call_later(self, seconds: float, callback: Callback) -> Timer:  # noqa: D102
        return self._schedule.add(Timer(self.monotonic() + max(0.0, seconds), callback))

    def close(self) -> None:  # noqa: D102
        self._schedule.close()


class SystemClock(ScaledClock):
    """Real time."""

    name = "system"

    def __init__(self) -> None:
        super().__init__(speed=1.0)

    def now(self) -> datetime:  # noqa: D102
        return datetime.now(UTC)

    def monotonic(self) -> float:  # noqa: D102
        return time.monotonic()

    def advance(self, seconds: float) -> None:  # noqa: D102
        raise UsageError("real time cannot be advanced; use a virtual or a scaled clock")


class _Schedule:
    """The timers of a running clock: one thread waits while there are any, a few more call.

    A callback may take its time, such as an HTTP call's; the others are not to be late for it.
    """

    def __init__(
        self, monotonic: Callable[[], float], real_seconds: Callable[[float], float]
    ) -> None:
        self._monotonic = monotonic
        self._real_seconds = real_seconds
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._callers: ThreadPoolExecutor | None = None
        self._closed = False

    def add(self, timer: Timer) -> Timer:
        with self._changed:
            if self._closed:
                return timer
            heapq.heappush(self._timers, (timer.at, next(self._order), timer))
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="mockstudio-clock", daemon=True
                )
                self._thread.start()
            self._changed.notify()
        return timer

    def look_again(self) -> None:
        with self._changed:
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._timers.clear()
            self._changed.notify()
            thread, callers = self._thread, self._callers
        if thread is not None:
            thread.join()
        if callers is not None:
            # A callback that closes its own clock cannot wait for itself.
            is_caller = threading.current_thread().name.startswith(CALLERS)
            callers.shutdown(wait=not is_caller, cancel_futures=True)

    def _run(self) -> None:
        while (timer := self._next_due()) is not None:
            with suppress(RuntimeError):  # closed at this very moment
                self._pool().submit(timer.fire)

    def _pool(self) -> ThreadPoolExecutor:
        if self._callers is None:
            self._callers = ThreadPoolExecutor(MOST_CALLERS, CALLERS)
        return self._callers

    def _next_due(self) -> Timer | None:
        """Wait for the earliest timer and return it, or None when there is nothing left to do."""
        with self._changed:
            while self._timers and not self._closed:
                wait = self._timers[0][0] - self._monotonic()
                if wait <= 0:
                    return heapq.heappop(self._timers)[2]
                self._changed.wait(self._real_seconds(wait))
            self._thread = None
            return None
