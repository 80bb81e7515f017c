"""Real sockets with a total deadline, whatever the peer does (reference 3.5).

A socket's own timeout starts anew with every byte, so a peer that dribbles is never late. Here the
timeout a connection is given runs from the moment it is set: `urllib3` sets it before connecting
and again, less what connecting took, before the answer is awaited. Each wait of the socket is
given what is left then. The one wait that cannot be cut short is the system's name lookup; it is
noticed as soon as it ends.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError
from urllib3.response import HTTPResponse
from urllib3.util import Timeout
from urllib3.util.connection import create_connection

from mockstudio.clock import Clock, Deadline, SystemClock

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class DeadlineAdapter(HTTPAdapter):
    """Sends requests over sockets, each with a total deadline and a connection of its own.

    Real time spent in sockets is added to the clock, so that a live call has its cost under a
    virtual clock too.

    Args:
        clock: in whose seconds `timeout` is given.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        meter = _Meter(clock)
        self._clock = clock
        self._connections = {
            "http": partial(_TimedConnection, meter=meter),
            "https": partial(_TimedTlsConnection, meter=meter),
        }

    def send(  # type: ignore[override]
        self,
        request: requests.PreparedRequest,
        *,
        timeout: float,
        connect: float | None = None,
        **settings: Any,
    ) -> requests.Response:
        """Send a request and return the answer's head with its body still to be read.

        Args:
            request: what to send.
            timeout: seconds of the clock until the body must be read, in total.
            connect: seconds of these in which a connection must be made, or None for all.
            settings: as `requests` passes them: stream, verify, cert and proxies.
        """
        real = self._clock.real_seconds
        limits = Timeout(total=real(timeout), connect=None if connect is None else real(connect))
        return super().send(request, timeout=cast("Any", limits), **settings)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:  # noqa: D102 - as in HTTPAdapter
        pool = cast("HTTPConnectionPool", super().get_connection_with_tls_context(*args, **kwargs))
        pool.ConnectionCls = cast("Any", self._connections[pool.scheme or "http"])
        return pool


class _Meter:
    """Measures the real time that sockets take and charges it to a clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._real = SystemClock()

    def deadline(self, seconds: float) -> Deadline:
        return self._real.deadline(seconds)

    @contextmanager
    def running(self) -> Iterator[None]:
        began = self._real.monotonic()
        try:
            yield
        finally:
            self._clock.add_real(self._real.monotonic() - began)


class _TimedConnection(HTTPConnection):
    """A connection whose timeout is total: over addresses, handshake, request and answer."""

    def __init__(self, *args: Any, meter: _Meter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._meter = meter

    def connect(self) -> None:
        try:
            with self._meter.running():
                super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"no connection to {self.host} in time") from error
        self.sock = cast("Any", _TimedSocket(self.sock, self._meter))

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        """Return the answer; it keeps the socket until it is read, and nobody else does."""
        try:
            response = super().getresponse()
        except AttributeError:
            if self.sock is not None:
                raise
            # Whoever ends the sandbox has closed it meanwhile, in another thread.
            raise ConnectionAbortedError("closed while an answer was awaited") from None
        if self.sock is not None:
            self.sock.close()
            self.sock = None
        return response

    def _new_conn(self) -> socket.socket:
        """Connect to the first address that answers, and leave the rest of the time on it."""
        deadline = self._meter.deadline(self.timeout or 0.0)
        error = OSError(f"{self.host} has no address")
        for *_, found in socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM):
            address = cast("tuple[str, int]", found[:2])
            options = self.socket_options
            try:
                made = create_connection(address, _left(deadline), socket_options=options)
            except OSError as failed:
                error = failed
            else:
                # A timeout of 0 would mean not to block; the shortest wait there is will do.
                made.settimeout(deadline.remaining() or 0.001)
                return made
        raise error


class _TimedTlsConnection(_TimedConnection, HTTPSConnection):
    """The same over TLS: OpenSSL counts a handshake's timeout in total."""


class _TimedSocket:
    """A connected socket whose timeout runs once, from when it is set."""

    def __init__(self, connected: socket.socket, meter: _Meter) -> None:
        self._socket = connected
        self._meter = meter
        self._deadline = meter.deadline(connected.gettimeout() or 0.0)

    def settimeout(self, seconds: float) -> None:
        self._deadline = self._meter.deadline(seconds)

    def sendall(self, data: ReadableBuffer) -> None:
        with self._meter.running():
            self._socket.settimeout(_left(self._deadline))
            self._socket.sendall(data)

    def recv_into(self, buffer: WriteableBuffer) -> int:
        with self._meter.running():
            self._socket.settimeout(_left(self._deadline))
            return self._socket.recv_into(buffer)

    def makefile(self, mode: Literal["rb"]) -> io.BufferedReader:
        # The unused raw file keeps the socket open after `close`, as http.client expects of it.
        return io.BufferedReader(_TimedFile(self, self._socket.makefile(mode, buffering=0)))

    def shutdown(self, how: int) -> None:
        self._socket.shutdown(how)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()


class _TimedFile(io.RawIOBase):
    """The answer as a file; every read is a read of the timed socket."""

    def __init__(self, timed: _TimedSocket, holder: io.IOBase) -> None:
        self._timed = timed
        self._holder = holder

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._timed.recv_into(buffer)

    def close(self) -> None:
        self._holder.close()
        super().close()


def _left(deadline: Deadline) -> float:
    """Return the real seconds that are left; raises TimeoutError when there are none."""
    if deadline.passed:
        raise TimeoutError("timed out")
    return deadline.remaining()
