"""Bytes in, requests out: what httptools parses, within the limits."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from mockstudio.clock import Clock
from mockstudio.endpoints.request import Request
from mockstudio.wire.exchange import TERMS, Terms
from mockstudio.wire.limits import WireLimits
from mockstudio.wire.refusals import RefusedError, refuse_unparsed, unsupported_version

Deliver = Callable[[Request, Terms], None]


class RequestReader:
    """Reads the requests of one connection.

    Args:
        deliver: called with every complete request, in order.
        limits: sizes that a request may have.
        clock: gives the moment of arrival.
        client: the caller's address.
    """

    __slots__ = (
        "_body",
        "_body_size",
        "_client",
        "_clock",
        "_closed",
        "_deliver",
        "_fed",
        "_head_is_new",
        "_header_count",
        "_headers",
        "_limits",
        "_parser",
        "_target",
        "_unbodied",
    )

    _head_is_new: bool
    _unbodied: int

    def __init__(self, deliver: Deliver, limits: WireLimits, clock: Clock, client: str) -> None:
        self._deliver = deliver
        self._limits = limits
        self._clock = clock
        self._client = client
        self._closed = False
        self._fed = 0
        self._body: list[bytes] = []
        self._forget()
        self._parser: HttpRequestParser | None = HttpRequestParser(self)

    def close(self) -> None:
        """Let go of the parser, which knows this reader in turn."""
        self._parser = None
        self._closed = True

    def feed(self, data: bytes) -> bool:
        """Take what came from the peer.

        Returns:
            Whether a request has begun that is not complete yet.

        Raises:
            RefusedError: the bytes are no request, or one beyond the limits.
        """
        self._fed = len(data)
        body_size = self._body_size
        try:
            self._parse(data)
        except HttpParserError as error:
            # A request with `Connection: close` was the last: what follows is nobody's business.
            if not self._closed:
                refuse_unparsed(error)
        if not self._target:
            return False
        if self._body_size == body_size:
            self._count_unbodied()
        return True

    def awaits_continue(self) -> bool:
        """Whether the client waits for leave to send the unfinished request's body; true once.

        Raises:
            RefusedError: the body it announces is over the limit.
        """
        is_new, self._head_is_new = self._head_is_new, False
        if not is_new or self._body:
            return False
        if int(self._header("content-length") or 0) > self._limits.body_bytes:
            raise self._body_refusal()
        return self._header("expect").lower() == "100-continue"

    def on_url(self, url: bytes) -> None:
        """Take a part of the request target."""
        self._target += url
        if len(self._target) > self._limits.target_bytes:
            limit = self._limits.target_bytes
            raise RefusedError(414, f"the request target is over {limit} bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer after a chunked body."""
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """Check the head's size; trailers that come later are no headers."""
        self._head_is_new = True
        self._header_count = len(self._headers)
        if self._unbodied + self._fed > self._limits.header_bytes:
            size = sum(len(name) + len(value) + 4 for name, value in self._headers)
            self._check_headers(size)

    def on_chunk_header(self) -> None:
        """Check that chunking is the only coding, as no other is decoded."""
        if not self._body and self._header("transfer-encoding").lower() != "chunked":
            raise RefusedError(501, "the only Transfer-Encoding understood is chunked")

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        self._body_size += len(data)
        if self._body_size > self._limits.body_bytes:
            raise self._body_refusal()
        self._body.append(data)

    def on_message_complete(self) -> None:
        """Hand the request on."""
        parser = self._parser
        if parser is None or self._closed or parser.should_upgrade():
            return
        terms = TERMS.get((parser.get_http_version(), parser.should_keep_alive()))
        if terms is None:
            raise unsupported_version()
        request = self._request(parser.get_method().decode("ascii"))
        self._forget()
        self._closed = not terms.keep_alive
        self._deliver(request, terms)

    def _request(self, method: str) -> Request:
        target, headers, scheme = self._target.decode("latin-1"), self._headers, "http"
        del headers[self._header_count :]
        if target[0] != "/" and target != "*":
            target, headers, scheme = _from_absolute(target, headers)
        body = b"".join(self._body) if self._body else b""
        return Request(method, target, headers, body, self._clock.monotonic(), scheme, self._client)

    def _forget(self) -> None:
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._header_count = 0
        self._head_is_new = False
        self._unbodied = 0
        self._body_size = 0
        if self._body:
            self._body = []

    def _parse(self, data: bytes) -> None:
        rest: bytes | memoryview = data
        while self._parser is not None:
            try:
                self._parser.feed_data(rest)
            except HttpParserUpgrade as upgrade:
                rest = memoryview(rest)[upgrade.args[0] :]
                self._read_as_plain()
            else:
                return

    def _read_as_plain(self) -> None:
        """Parse an upgrade request's head again as a plain one's, as a server may.

        The parser takes what follows an upgrade's head for another protocol; Java's HTTP client,
        for one, asks for HTTP/2 with its first request, whose body would be lost.
        """
        assert self._parser is not None
        method, version = self._parser.get_method(), self._parser.get_http_version()
        if method == b"CONNECT":
            raise RefusedError(501, "CONNECT is not understood: this server is no proxy for https")
        target, headers = self._target, self._headers
        self._forget()
        self._parser = HttpRequestParser(self)
        self._parser.feed_data(_plain_head(method, target, version, headers))

    def _header(self, wanted: str) -> str:
        return next((value for name, value in self._headers if name.lower() == wanted), "")

    def _count_unbodied(self) -> None:
        """Bound what grows without becoming body: an unfinished head, trailers, extensions."""
        self._unbodied += self._fed
        self._check_headers(self._unbodied - self._limits.target_bytes)

    def _check_headers(self, size: int) -> None:
        if size > self._limits.header_bytes:
            limit = self._limits.header_bytes
            raise RefusedError(431, f"the request's headers are over {limit} bytes")

    def _body_refusal(self) -> RefusedError:
        return RefusedError(413, f"the request's body is over {self._limits.body_bytes} bytes")


def _from_absolute(
    target: str, headers: list[tuple[str, str]]
) -> tuple[str, list[tuple[str, str]], str]:
    """Return target, headers and scheme of a request whose target is a URL, as proxies get it.

    The URL's host counts, whatever the Host header says (RFC 9112, 3.2.2).
    """
    try:
        url = urlsplit(target)
    except ValueError as error:
        raise RefusedError(400, f"the request target is no valid URL: {error}") from None
    host = url.netloc.rpartition("@")[2]
    if url.scheme not in ("http", "https") or not host:
        raise RefusedError(400, "the request target must be a path, or an http or https URL")
    others = [header for header in headers if header[0].lower() != "host"]
    query = f"?{url.query}" if url.query else ""
    return (url.path or "/") + query, [("Host", host), *others], url.scheme


def _plain_head(
    method: bytes, target: bytes, version: str, headers: list[tuple[str, str]]
) -> bytes:
    lines = [b"%b %b HTTP/%b" % (method, target, version.encode())]
    for name, value in headers:
        if name.lower() == "connection":
            tokens = (token.strip() for token in value.split(","))
            value = ", ".join(token for token in tokens if token.lower() != "upgrade")
            if not value:
                continue
        lines.append(f"{name}: {value}".encode("latin-1"))
    return b"\r\n".join(lines) + b"\r\n\r\n"
