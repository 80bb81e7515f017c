"""What goes back: an answer as plain data, for the players to play."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus

from mockstudio.endpoints.model import Fault

GARBAGE = b"\x00\x01mockstudio: these bytes are no HTTP\xfe\xff\r\n\r\n"
"""What the fault `garbage` sends."""

KEPT_BODY_BYTES = 65_536
"""How much of a body is kept of what is over."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the body.

    Attributes:
        at: seconds after the request's arrival.
        data: the bytes.
    """

    at: float
    data: bytes


@dataclass(frozen=True)
class Answer:
    """One answer, played by the Flask view or by the wire server.

    Attributes:
        status: 100 to 599.
        headers: without Content-Length, Transfer-Encoding and Connection: the player's business.
        pieces: the body in order; the player announces their total as Content-Length.
        at: seconds after the request's arrival at which the head goes out.
        fault: what happens to the connection instead, or None.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[Piece, ...] = ()
    at: float = 0.0
    fault: Fault | None = None

    @cached_property
    def body(self) -> bytes:
        """All pieces together."""
        return b"".join(piece.data for piece in self.pieces)

    @property
    def excerpt(self) -> Answer:
        """The answer to keep when it is over: itself, or always one with its body cut to 64 kB."""
        return self if len(self.body) <= KEPT_BODY_BYTES else self._cut

    @cached_property
    def _cut(self) -> Answer:
        return replace(self, pieces=tuple(_cut(self.pieces, KEPT_BODY_BYTES)))

    @cached_property
    def has_body(self) -> bool:
        """Whether HTTP allows a body with this status: not with 1xx, 204 and 304."""
        return self.status >= 200 and self.status not in (204, 304)

    @cached_property
    def is_immediate(self) -> bool:
        """Whether everything goes out at once, nothing delayed, spread or broken."""
        return self.at == 0 and self.fault is None and not any(p.at for p in self.pieces)

    @cached_property
    def reason(self) -> str:
        """The reason phrase of the status line."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "Scripted"

    @cached_property
    def head(self) -> bytes:
        """Status line and headers with Content-Length, without the blank line that ends them."""
        lines = [f"HTTP/1.1 {self.status} {self.reason}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.has_body:
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n").encode("latin-1", "replace")

    @cached_property
    def message(self) -> bytes:
        """The whole answer as one write on a connection that stays open."""
        return self.head + b"\r\n" + (self.body if self.has_body else b"")


def _cut(pieces: Iterable[Piece], left: int) -> Iterator[Piece]:
    """Yield all pieces at their moments, empty ones where no byte is left."""
    for piece in pieces:
        yield Piece(piece.at, piece.data[:left])
        left = max(0, left - len(piece.data))
