"""Runs a WSGI application for a request on a worker thread and streams what it returns."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mockstudio.endpoints.request import Request
from mockstudio.wire.environ import make_environ
from mockstudio.wire.exchange import Channel, Ending, Terms
from mockstudio.wire.framing import Framing, frame
from mockstudio.wire.refusals import error_answer
from mockstudio.wire.workers import LoopCaller, Workers

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)


class PeerGoneError(Exception):
    """The client went away, or the server stops: nobody wants the rest of the answer."""


class Bridge:
    """The way from the wire to a WSGI application.

    Args:
        app: the application.
        workers: the threads it runs on.
        stream_bytes: how much of one answer may be under way before its thread waits.
    """

    def __init__(self, app: WSGIApplication, workers: Workers, stream_bytes: int) -> None:
        self._app = app
        self._workers = workers
        self._stream_bytes = stream_bytes

    def exchange(self, channel: Channel, request: Request, terms: Terms) -> BridgeExchange:
        """Return what lets the application answer a request once it is started."""

        def run(stream: Stream) -> None:
            self._workers.submit(_Run(self._app, stream, request, terms, channel).run)

        return BridgeExchange(channel, self._stream_bytes, run)


class BridgeExchange:
    """The event loop's end of an application's answer."""

    is_patient = True

    def __init__(self, channel: Channel, stream_bytes: int, run: Callable[[Stream], None]) -> None:
        self._channel = channel
        self._run = run
        self._stream = Stream(self, LoopCaller(channel.loop), stream_bytes)
        self._unread = 0
        self._is_cancelled = False

    def start(self) -> None:  # noqa: D102 - as in Exchange
        self._run(self._stream)

    def cancel(self) -> None:  # noqa: D102
        self._is_cancelled = True
        self._stream.close()

    def resume(self) -> None:  # noqa: D102
        unread, self._unread = self._unread, 0
        self._stream.arrived(unread)

    def write(self, data: bytes) -> None:
        """Send what the application made; it counts as under way while the peer does not read."""
        if self._is_cancelled:
            return
        self._channel.write(data)
        self._unread += len(data)
        if not self._channel.paused:
            self.resume()

    def end(self, ending: Ending) -> None:
        """End the answer."""
        if self._is_cancelled:
            return
        self._stream.close()
        self._channel.finished(ending)


class Stream:
    """The worker's end of an application's answer: bytes go in, not too many at a time.

    Args:
        exchange: the other end.
        caller: the way to the event loop.
        limit: how many bytes may be under way.
    """

    def __init__(self, exchange: BridgeExchange, caller: LoopCaller, limit: int) -> None:
        self._exchange = exchange
        self._caller = caller
        self._limit = limit
        self._under_way = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def send(self, data: bytes) -> None:
        """Send bytes, waiting while too many are under way.

        Raises:
            PeerGoneError: nobody wants them any more.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._under_way < self._limit or self._is_closed)
            self._under_way += len(data)
        if not self._caller.call(self._exchange.write, data):
            raise PeerGoneError

    def end(self, ending: Ending) -> None:
        """Say that the answer is over."""
        self._caller.call(self._exchange.end, ending)

    def arrived(self, size: int) -> None:
        """Note on the event loop that so many bytes are with the peer."""
        with self._changed:
            self._under_way -= size
            self._changed.notify()

    def close(self) -> None:
        """Let the worker know, from the event loop, that nothing more is wanted."""
        self._caller.close()
        with self._changed:
            self._is_closed = True
            self._changed.notify()


class _Run:
    """One call of the application, from environ to close(), on a worker thread."""

    def __init__(
        self,
        app: WSGIApplication,
        stream: Stream,
        request: Request,
        terms: Terms,
        channel: Channel,
    ) -> None:
        self._app = app
        self._stream = stream
        self._request = request
        self._terms = terms
        self._server = channel.server_address
        self._started: tuple[str, list[tuple[str, str]]] | None = None
        self._framing: Framing | None = None
        self._sent = 0
        self._broken: Ending | None = None

    def run(self) -> None:
        """Answer the request, with a 500 when the application fails."""
        ending = Ending.CLOSE
        try:
            ending = self._answer()
        except PeerGoneError:
            logger.debug("%s %s: the client went away", self._request.method, self._request.target)
        except (Exception, SystemExit):
            logger.exception("%s %s failed", self._request.method, self._request.target)
            ending = self._fail()
        self._stream.end(ending)

    def _answer(self) -> Ending:
        environ = make_environ(self._request, self._terms, self._server)
        environ["mockstudio.connection"] = self
        pieces = self._app(environ, self._start_response)
        try:
            for piece in pieces:
                if self._broken is not None:
                    break
                if piece:
                    self._write(piece)
                if self._framing is not None and not self._framing.has_body:
                    break
        finally:
            if close := getattr(pieces, "close", None):
                close()
        # After close(): who has the whole of a chunked answer finds its clean-up done.
        return self._complete() if self._broken is None else self._broken

    # --- what the application may do to the connection instead of answering

    def reset(self) -> None:
        """Break the connection off: the peer sees a TCP reset."""
        self._broken = Ending.RESET

    def empty(self) -> None:
        """Close the connection without an answer."""
        self._broken = Ending.CLOSE

    def garbage(self, data: bytes) -> None:
        """Send bytes as they are and close the connection."""
        self._stream.send(data)
        self._broken = Ending.CLOSE

    # --- the answer

    def _start_response(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: OptExcInfo | None = None,
        /,
    ) -> Callable[[bytes], object]:
        if exc_info is None and self._started is not None:
            raise AssertionError("start_response was called again without exc_info")
        if exc_info is not None and exc_info[1] is not None and self._framing is not None:
            raise exc_info[1].with_traceback(exc_info[2])
        self._started = status, list(headers)
        return self._write

    def _write(self, data: bytes) -> None:
        framing = self._framing
        head = b""
        if framing is None:
            framing = self._frame()
            head = framing.head
        if framing.length is not None:
            data = data[: framing.length - self._sent]
        self._sent += len(data)
        body = framing.wrap(data) if framing.has_body and data else b""
        if head or body:
            self._stream.send(head + body)

    def _frame(self, known_length: int | None = None) -> Framing:
        if self._started is None:
            raise AssertionError("the application sent a body before it called start_response")
        status, headers = self._started
        self._framing = frame(status, headers, self._terms, self._request.method, known_length)
        return self._framing

    def _complete(self) -> Ending:
        framing = self._framing
        if framing is None:
            framing = self._frame(known_length=0)
            self._stream.send(framing.head)
        if framing.terminator:
            self._stream.send(framing.terminator)
        if framing.length is not None and self._sent < framing.length:
            message = "%s %s: the application announced %d bytes and sent %d"
            request = self._request
            logger.error(message, request.method, request.target, framing.length, self._sent)
            return Ending.CLOSE
        return framing.ending

    def _fail(self) -> Ending:
        """Answer 500, or break off an answer that has begun so that it does not look complete."""
        if self._framing is not None:
            return Ending.CLOSE
        error = sys.exc_info()[1]
        answer = error_answer(500, f"the application failed: {type(error).__name__}: {error}")
        headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        self._framing = frame(
            "500 Internal Server Error", headers, self._terms, self._request.method
        )
        try:
            body = answer.body if self._framing.has_body else b""
            self._stream.send(self._framing.head + body)
        except PeerGoneError:
            return Ending.CLOSE
        return self._framing.ending
