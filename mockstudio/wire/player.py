"""Plays an Answer on a connection: delays are timers, faults are done to the transport."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from mockstudio.clock import Clock, SystemClock
from mockstudio.endpoints.answer import GARBAGE, Answer
from mockstudio.endpoints.model import Fault
from mockstudio.endpoints.request import Request
from mockstudio.wire.exchange import Channel, Ending, Terms, allows_body
from mockstudio.wire.limits import SLICE
from mockstudio.wire.scripted import Entry

_SHORTEST_WAIT = 0.001

Part = tuple[float, bytes, int]
"""When, as seconds after the arrival, what is sent, and how many bytes of it are body."""


class Player:
    """Plays the answers of one server.

    Args:
        clock: the clock that the answers' moments are meant by.
    """

    __slots__ = ("_clock", "_real")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._real = SystemClock()

    def play(
        self, channel: Channel, request: Request, terms: Terms, answer: Answer, entry: Entry
    ) -> Playback | None:
        """Play an answer at once when that needs a single write, else return what plays it."""
        if (
            answer.is_immediate
            and terms.keep_alive
            and not terms.header
            and allows_body(request.method, answer)
        ):
            size = len(answer.body)
            if size <= SLICE:
                entry.finish(size, True)
                channel.write_soon(answer.message)
                return None
        return Playback(self, channel, request, terms, answer, entry)

    def real_moment(self, arrived: float) -> float:
        """Return the real moment at which a request arrived that the clock saw at `arrived`."""
        return self._real.monotonic() - self._clock.real_seconds(self._clock.monotonic() - arrived)

    def seconds_until(self, arrived: float, at: float) -> float:
        """Return the real seconds left, or less than 0.

        Args:
            arrived: the real moment of arrival.
            at: the clock's seconds after it.
        """
        return arrived + self._clock.real_seconds(at) - self._real.monotonic()


class Playback:
    """One answer that takes time, several writes or the connection's life."""

    __slots__ = (
        "_answer",
        "_arrived",
        "_channel",
        "_ending",
        "_entry",
        "_next",
        "_parts",
        "_player",
        "_sent",
        "_timer",
    )

    is_patient = False

    def __init__(
        self,
        player: Player,
        channel: Channel,
        request: Request,
        terms: Terms,
        answer: Answer,
        entry: Entry,
    ) -> None:
        self._player = player
        self._channel = channel
        self._entry = entry
        self._arrived = player.real_moment(request.arrived)
        self._ending = _ending(answer, terms)
        self._parts = _parts(answer, terms, request.method)
        self._next: Part | None = next(self._parts)
        self._sent = 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:  # noqa: D102 - as in Exchange
        self._play()

    def resume(self) -> None:  # noqa: D102
        if self._timer is None:
            self._play()

    def cancel(self) -> None:  # noqa: D102
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._entry.finish(self._sent, False)

    def _play(self) -> None:
        """Send what is due, then wait for the next moment, or for the peer to read."""
        self._timer = None
        while self._next is not None:
            if self._channel.paused:
                return
            at, data, body_bytes = self._next
            wait = self._player.seconds_until(self._arrived, at)
            if wait > 0:
                # The loop's timers round, and count from where its own clock stood: one that
                # comes early finds the moment not yet reached and waits again.
                loop = self._channel.loop
                self._timer = loop.call_later(max(wait, _SHORTEST_WAIT), self._play)
                return
            self._sent += body_bytes
            self._next = next(self._parts, None)
            if self._next is None:
                # Before the last bytes: who has the whole answer finds it finished in the journal.
                self._entry.finish(self._sent, True)
            self._channel.write(data)
        self._channel.finished(self._ending)


def _ending(answer: Answer, terms: Terms) -> Ending:
    if answer.fault is Fault.RESET:
        return Ending.RESET
    if answer.fault is not None or answer.status < 200 or not terms.keep_alive:
        return Ending.CLOSE
    return Ending.KEEP_OPEN


def _parts(answer: Answer, terms: Terms, method: str) -> Iterator[Part]:
    """Yield everything that is sent, the head first, long pieces in slices."""
    yield answer.at, _head(answer, terms), 0
    left = _body_size(answer, method)
    for piece in answer.pieces:
        for start in range(0, min(left, len(piece.data)), SLICE):
            part = piece.data[start : min(start + SLICE, left)]
            yield piece.at, part, len(part)
        left = max(0, left - len(piece.data))


def _head(answer: Answer, terms: Terms) -> bytes:
    match answer.fault:
        case Fault.RESET | Fault.EMPTY:
            return b""
        case Fault.GARBAGE:
            return GARBAGE
        case Fault.TRUNCATE:
            return answer.head + b"\r\n"
    # No final answer follows a 1xx here, so the connection is of no more use.
    header = terms.closing_header if answer.status < 200 else terms.header
    return answer.head + header + b"\r\n"


def _body_size(answer: Answer, method: str) -> int:
    """Return how many bytes of the body are sent."""
    if not allows_body(method, answer):
        return 0
    match answer.fault:
        case None:
            return len(answer.body)
        case Fault.TRUNCATE:
            return len(answer.body) // 2
    return 0
