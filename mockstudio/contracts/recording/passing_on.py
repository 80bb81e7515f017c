"""Requests passed on to a live service as they came, and its answers back as they were sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, cast

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3 import BaseHTTPResponse, HTTPHeaderDict
from urllib3.util import SKIP_HEADER

from mockstudio.clock import Clock
from mockstudio.contracts.recording.service import Service
from mockstudio.durations import format_duration
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.bodies import TEXT_TYPE
from mockstudio.endpoints.request import Request
from mockstudio.http.failures import CALL_ERRORS, failure_of
from mockstudio.wire.exchange import Unrecorded

PATIENCE: Final = 120.0
"""Seconds without a byte after which a service is given up."""
LARGEST_BODY: Final = 16 * 1024 * 1024
"""Bytes of an answer; a longer one is not passed on."""
BAD_GATEWAY: Final = 502

_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_OURS: Final = frozenset({"host", "content-length", "expect"})
_ADDED_BY_URLLIB3: Final = ("accept-encoding", "user-agent")
_PIECE: Final = 65_536

Headers = Sequence[tuple[str, str]]
Note = Callable[[Service, Request, Answer, float], None]
"""Told of each exchange: the service, both messages, and the seconds that the service took."""


class TooLargeError(Exception):
    """An answer is larger than what is passed on."""


@dataclass(frozen=True)
class PassingOn:
    """Answers with what a live service answers; the wire server's endpoints.

    Attributes:
        service: where requests go.
        clock: measures how long it takes.
        note: told of each exchange.
        tell: told why there was none.
        trust_env: whether the environment's proxies are used.
    """

    service: Service
    clock: Clock
    note: Note
    tell: Callable[[str], None]
    trust_env: bool = False

    needs_thread = True

    def find(self, request: Request) -> PassingOn:
        """Return what answers a request: this, whatever the request is."""
        return self

    def answer(self, match: PassingOn, request: Request) -> tuple[Answer, Unrecorded]:
        """Return what the service answers, or 502 when it does not."""
        began = self.clock.monotonic()
        try:
            answer = self._ask(request)
        except (*CALL_ERRORS, TooLargeError) as error:
            return self._failed(request, error), Unrecorded()
        self.note(self.service, request, answer, self.clock.monotonic() - began)
        return answer, Unrecorded()

    def _ask(self, request: Request) -> Answer:
        outgoing = _outgoing(self.service, request)
        url = outgoing.url or ""
        proxies = get_environ_proxies(url) if self.trust_env else {}
        # An adapter, not a session: a session would follow a redirect half-way.
        with closing(HTTPAdapter()) as adapter:
            response = adapter.send(outgoing, stream=True, timeout=PATIENCE, proxies=proxies)
            with response.raw as raw:
                body = _kept_back(raw) if request.method == "HEAD" else b"".join(_pieces(raw))
                return Answer(raw.status, tuple(_end_to_end(raw.headers)), (Piece(0.0, body),))

    def _failed(self, request: Request, error: Exception) -> Answer:
        reason = str(error) if isinstance(error, TooLargeError) else self._reason(error)
        # The query may hold secrets.
        path, _, _ = request.target.partition("?")
        asked = f"{request.method} {self.service.url}/{path.removeprefix('/')}"
        self.tell(f"{asked}: {reason}; not recorded")
        text = f"mockstudio record: {self.service.url} could not answer: {reason}\n"
        return Answer(BAD_GATEWAY, (("Content-Type", TEXT_TYPE),), (Piece(0.0, text.encode()),))

    def _reason(self, error: Exception) -> str:
        failure = failure_of(error, self.service.place)
        return failure.text if failure else f"nothing came for {format_duration(PATIENCE)}"


def _outgoing(service: Service, request: Request) -> requests.PreparedRequest:
    """Return a request as it goes to the service.

    It is put together by hand: `requests` would write the URL and the headers anew.
    """
    outgoing = requests.PreparedRequest()
    outgoing.method = request.method
    outgoing.url = f"{service.url}/{request.target.removeprefix('/')}"
    outgoing.body = request.body or None
    headers = HTTPHeaderDict(_end_to_end(request.headers))
    for name in _ADDED_BY_URLLIB3:
        headers.setdefault(name, SKIP_HEADER)
    for name, value in service.credentials.items():
        headers.setdefault(name, value)
    if request.body:
        headers["Content-Length"] = str(len(request.body))
    # As good as the type that is usual here, and it keeps repeated headers apart.
    outgoing.headers = cast("Any", headers)
    return outgoing


def _end_to_end(headers: Headers | HTTPHeaderDict) -> Iterator[tuple[str, str]]:
    """Yield the headers that are not about the one connection."""
    lines = list(headers.items()) if isinstance(headers, HTTPHeaderDict) else list(headers)
    named = ",".join(value for name, value in lines if name.lower() == "connection")
    dropped = _HOP_BY_HOP | _OURS | {name.strip().lower() for name in named.split(",")}
    yield from ((name, value) for name, value in lines if name.lower() not in dropped)


def _pieces(raw: BaseHTTPResponse) -> Iterator[bytes]:
    """Yield the body as it was sent, still compressed."""
    size = 0
    for piece in raw.stream(_PIECE, decode_content=False):
        size += len(piece)
        _check_size(size)
        yield piece


def _kept_back(raw: BaseHTTPResponse) -> bytes:
    """Return as many bytes as HEAD announces: none is sent, but the player counts them."""
    announced = raw.headers.get("Content-Length", "")
    size = int(announced) if announced.isdecimal() else 0
    _check_size(size)
    return bytes(size)


def _check_size(size: int) -> None:
    if size > LARGEST_BODY:
        raise TooLargeError(f"the answer is larger than {LARGEST_BODY:,} bytes")
