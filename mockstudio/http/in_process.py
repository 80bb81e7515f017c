"""A WSGI app called in this process as if over a socket: same answers, same errors."""

from __future__ import annotations

import errno
import http.client
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError

from mockstudio.clock import Clock, Deadline
from mockstudio.errors import DeadlinePassed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

DEADLINE_KEY = "mockstudio.deadline"
"""The environ key of the `Deadline` by which the caller stops waiting."""
CONNECTION_KEY = "mockstudio.connection"
"""The environ key of the `Connection` on which a player plays a fault."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Connection:
    """The caller's end of a connection that is none: it remembers how it was broken.

    The caller sees the fault instead of what the app returns, or instead of the rest of the body.
    """

    def __init__(self) -> None:
        self.broken: Exception | None = None

    def reset(self) -> None:
        """Break it off: the caller sees a reset."""
        self.broken = ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    def empty(self) -> None:
        """Close it without an answer."""
        self.broken = _closed()

    def garbage(self, data: bytes) -> None:
        """Send bytes that are no HTTP answer and close it."""
        line = data.partition(b"\n")[0].decode("latin-1")
        self.broken = http.client.BadStatusLine(line) if line else _closed()


class InProcessAdapter(BaseAdapter):
    """Calls a WSGI app directly (PEP 3333).

    The app finds `mockstudio.deadline` and `mockstudio.connection` in its environ. It waits with
    `Clock.sleep_until`, in the call or between pieces of the body; the body is read as the caller
    reads. Whatever the app makes of `DeadlinePassed`, the caller sees a timeout.

    Args:
        app: the application.
        clock: in whose seconds `timeout` is given.
    """

    def __init__(self, app: WSGIApplication, clock: Clock) -> None:
        super().__init__()
        self._app = app
        self._clock = clock

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, *, timeout: float, **settings: Any
    ) -> requests.Response:
        """Call the app and return the answer's head with its body still to be read.

        Args:
            request: what to send.
            timeout: seconds of the clock until the body must be read, in total.
            settings: without meaning here.

        Raises:
            requests.exceptions.ReadTimeout: the head did not come in time.
            requests.exceptions.ConnectionError: the app broke the connection.
        """
        answer = _Answer(self._clock.deadline(timeout))
        answer.ask(self._app, _environ(request))
        try:
            answer.await_head()
        except TimeoutError as error:
            raise requests.exceptions.ReadTimeout(error, request=request) from error
        except (http.client.HTTPException, OSError) as error:
            broken = ProtocolError("Connection aborted.", error)
            raise requests.exceptions.ConnectionError(broken, request=request) from error
        return _response(request, answer)

    def close(self) -> None:
        """Nothing is kept between calls."""


class _Answer:
    """What an app answers; as a file, its body."""

    def __init__(self, deadline: Deadline) -> None:
        self.status = 0
        self.reason = ""
        self.headers = HTTPHeaderDict()
        self.closed = False
        self._deadline = deadline
        self._connection = Connection()
        self._returned: Iterable[bytes] = ()
        self._pieces: Iterator[bytes] = iter(())
        self._piece = b""
        self._left: int | None = None

    def ask(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        """Call the app; its own mistakes come through as they are."""
        environ[DEADLINE_KEY] = self._deadline
        environ[CONNECTION_KEY] = self._connection
        try:
            self._returned = app(environ, self._start_response)
        except DeadlinePassed:
            self._connection.broken = TimeoutError("timed out")
        self._pieces = iter(self._returned)

    def await_head(self) -> None:
        """Wait for the first piece: a server sends the head with it."""
        self._piece = self._next()
        length = self.headers.get("Content-Length", "")
        self._left = int(length) if length.isdecimal() else None
        if self.status < 200 or self.status in _WITHOUT_BODY:
            self.close()
        if self.status == HTTPStatus.CONTINUE:
            # No answer yet, says this status; and none follows it.
            self._connection.empty()
            self._next()

    def read(self, amount: int = -1) -> bytes:
        """Return some of the body, nothing at its end; raise what a socket would."""
        if amount < 0:
            return b"".join(iter(partial(self.read, 65_536), b""))
        wanted = amount if self._left is None else min(amount, self._left)
        self._piece = self._piece or self._next()
        if wanted == 0:
            return b""
        taken, self._piece = self._piece[:wanted], self._piece[wanted:]
        if self._left is not None:
            self._left -= len(taken)
        return taken

    def close(self) -> None:
        """Tell the app that nothing more is read."""
        if not self.closed:
            self.closed, self._pieces = True, iter(())
            close = getattr(self._returned, "close", None)
            if close is not None:
                close()

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        code, _, self.reason = status.partition(" ")
        self.status = int(code)
        self.headers = HTTPHeaderDict(headers)
        return _write

    def _next(self) -> bytes:
        """Return the next piece that holds anything, or nothing at the end."""
        try:
            piece = next(filter(None, self._pieces), b"")
            if self._connection.broken is not None:
                raise self._connection.broken
            if self._deadline.passed:
                raise TimeoutError("timed out")
        except DeadlinePassed as late:
            self.close()
            raise TimeoutError("timed out") from late
        except BaseException:
            self.close()
            raise
        return piece


def _write(data: bytes) -> None:
    raise NotImplementedError("the `write` of PEP 3333 is for old frameworks; return the body")


def _response(request: requests.PreparedRequest, answer: _Answer) -> requests.Response:
    response = requests.Response()
    response.request = request
    response.url = request.url or ""
    response.status_code = answer.status
    response.reason = answer.reason
    response.headers = CaseInsensitiveDict(answer.headers)
    response.raw = HTTPResponse(
        cast("Any", answer),
        headers=answer.headers,
        status=answer.status,
        reason=answer.reason,
        preload_content=False,
        request_method=request.method,
    )
    return response


def _environ(request: requests.PreparedRequest) -> WSGIEnvironment:
    parts = urlsplit(request.url or "")
    target = request.path_url
    path, _, query = target.partition("?")
    body = request.body or b""
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "REQUEST_URI": target,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or _DEFAULT_PORTS[parts.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body if isinstance(body, bytes) else str(body).encode()),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ.update((_key(name), value) for name, value in request.headers.lower_items())
    return environ


def _key(header: str) -> str:
    key = header.upper().replace("-", "_")
    return key if key in _UNPREFIXED else f"HTTP_{key}"


def _closed() -> http.client.RemoteDisconnected:
    return http.client.RemoteDisconnected("Remote end closed connection without response")
