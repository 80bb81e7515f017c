"""How a WSGI answer is written on an HTTP/1.1 connection: its head, and where its body ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mockstudio.wire.exchange import Ending, Terms

Headers = Sequence[tuple[str, str]]

_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"}
)
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True)
class Framing:
    """One answer's form on the wire.

    Attributes:
        head: status line and headers with the blank line that ends them.
        length: the body's size in bytes, or None when it is not known beforehand.
        is_chunked: whether the body goes out in chunks.
        has_body: False for HEAD and for statuses without a body.
        ending: what becomes of the connection when all went well.
    """

    head: bytes
    length: int | None
    is_chunked: bool
    has_body: bool
    ending: Ending

    def wrap(self, data: bytes) -> bytes:
        """Return a piece of the body as it is sent."""
        return b"%x\r\n%b\r\n" % (len(data), data) if self.is_chunked else data

    @property
    def terminator(self) -> bytes:
        """What is sent after the last piece."""
        return b"0\r\n\r\n" if self.is_chunked else b""


def frame(
    status: str, headers: Headers, terms: Terms, method: str, known_length: int | None = None
) -> Framing:
    """Return the form of an answer.

    A body of unknown length is chunked; for HTTP/1.0 it ends with the connection.

    Args:
        status: such as `200 OK`.
        headers: as the application gave them; those about the connection are the server's business.
        terms: the request's.
        method: the request's.
        known_length: the body's size, when the application gave no Content-Length but is done.

    Raises:
        ValueError: a header or the status holds a line break, or is no valid one.
    """
    code = int(status[:3])
    length = _declared_length(headers)
    kept = [header for header in headers if header[0].lower() not in _HOP_BY_HOP]
    bodiless = method == "HEAD" or code in _BODILESS or code < 200
    if length is None and known_length is not None and not bodiless:
        length = known_length
        kept.append(("Content-Length", str(length)))
    unknown = length is None and not bodiless
    is_chunked = unknown and terms.version == "1.1"
    if is_chunked:
        kept.append(("Transfer-Encoding", "chunked"))
    closes = not terms.keep_alive or (unknown and not is_chunked) or _wants_close(headers)
    return Framing(
        head=_head(status, kept, terms.closing_header if closes else terms.header),
        length=None if bodiless else length,
        is_chunked=is_chunked,
        has_body=not bodiless,
        ending=Ending.CLOSE if closes else Ending.KEEP_OPEN,
    )


def _head(status: str, headers: Headers, connection: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    for line in lines:
        if "\r" in line or "\n" in line:
            raise ValueError(f"a status or header may not hold a line break, found {line!r}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n" + connection + b"\r\n"


def _declared_length(headers: Headers) -> int | None:
    return next((int(value) for name, value in headers if name.lower() == "content-length"), None)


def _wants_close(headers: Headers) -> bool:
    return any(name.lower() == "connection" and "close" in value.lower() for name, value in headers)
