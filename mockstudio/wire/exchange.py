"""What a connection and those who answer on it know of each other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from mockstudio.endpoints.answer import Answer


@dataclass(frozen=True)
class Terms:
    """On what terms a request was sent.

    Attributes:
        version: `1.1` or `1.0`.
        keep_alive: whether the client wants to use the connection again.
        header: the Connection header line of the answer, empty when none is needed.
        closing_header: the line when the server closes the connection whatever the client wants.
    """

    version: str
    keep_alive: bool
    header: bytes = b""
    closing_header: bytes = b"Connection: close\r\n"


TERMS: Mapping[tuple[str, bool], Terms] = {
    ("1.1", True): Terms("1.1", True),
    ("1.1", False): Terms("1.1", False, b"Connection: close\r\n"),
    ("1.0", True): Terms("1.0", True, b"Connection: keep-alive\r\n"),
    ("1.0", False): Terms("1.0", False, b"Connection: close\r\n"),
}
"""The terms by HTTP version and the parser's idea of keep-alive."""


class Ending(Enum):
    """What becomes of the connection after an answer."""

    KEEP_OPEN = auto()
    CLOSE = auto()
    RESET = auto()
    """The peer sees a TCP reset."""


class Exchange(Protocol):
    """One answer that does not go out at once."""

    @property
    def is_patient(self) -> bool:
        """Whether a stopping server gives this answer a moment to end by itself."""
        ...

    def start(self) -> None:
        """Begin; called once the connection counts on this exchange."""
        ...

    def cancel(self) -> None:
        """The peer went away or the server stops: let go of everything, call nothing back."""
        ...

    def resume(self) -> None:
        """The peer reads again."""
        ...


class Channel(Protocol):
    """The connection, as those who answer see it."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The server's event loop."""
        ...

    @property
    def paused(self) -> bool:
        """Whether the peer does not read fast enough; `Exchange.resume` tells when it does."""
        ...

    @property
    def server_address(self) -> tuple[str, int]:
        """The address and port the peer connected to."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes."""
        ...

    def write_soon(self, data: bytes) -> None:
        """Send a whole small answer together with those to other requests that came with it."""
        ...

    def finished(self, ending: Ending) -> None:
        """The answer is over; called once by every exchange that was not cancelled."""
        ...

    def play_instead(self, exchange: Exchange | None) -> None:
        """Let another exchange take the present one's place; None when it is over already."""
        ...


class Unrecorded:
    """The journal entry of answers that the journal does not hold."""

    def finish(self, sent: int, complete: bool) -> None:
        """Note nothing."""


def allows_body(method: str, answer: Answer) -> bool:
    """Whether this method's answer carries its body."""
    return answer.has_body and method != "HEAD"
