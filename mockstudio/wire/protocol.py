"""One client connection: requests in order, time-outs, flow control and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import deque
from dataclasses import dataclass, field
from typing import cast

from mockstudio.clock import Clock
from mockstudio.endpoints.request import Request
from mockstudio.wire.dispatcher import Dispatcher
from mockstudio.wire.exchange import Ending, Exchange, Terms
from mockstudio.wire.limits import WireLimits
from mockstudio.wire.outbox import Outbox
from mockstudio.wire.reader import RequestReader
from mockstudio.wire.refusals import RefusedError

_HELD_AT_MOST = 16
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class ServerContext:
    """What the connections of a server share.

    Attributes:
        loop: the event loop they live on.
        dispatcher: finds who answers a request.
        clock: gives the moment of a request's arrival.
        limits: what a client may ask of the server.
        outbox: sends small answers together.
        connections: those that are open.
    """

    loop: asyncio.AbstractEventLoop
    dispatcher: Dispatcher
    clock: Clock
    limits: WireLimits
    outbox: Outbox
    connections: set[Connection] = field(default_factory=set)


class Connection(asyncio.Protocol):
    """A client's connection.

    Requests are answered one after another in the order they came; what has come meanwhile waits,
    and past a limit the server stops reading. A delay counts from the arrival all the same.

    Args:
        context: shared with the server's other connections.
    """

    __slots__ = (
        "_context",
        "_deaf",
        "_dispatch",
        "_exchange",
        "_held",
        "_last",
        "_lingering_since",
        "_owes_continue",
        "_paused_since",
        "_queue",
        "_queued_bytes",
        "_quiet_since",
        "_reader",
        "_reading_paused",
        "_receiving_since",
        "_refusal",
        "_time",
        "_transport",
        "_write",
        "loop",
        "paused",
    )

    _reader: RequestReader
    _transport: asyncio.Transport

    def __init__(self, context: ServerContext) -> None:
        self._context = context
        self._dispatch = context.dispatcher.begin
        self.loop = context.loop
        self.paused = False
        self._time = context.loop.time
        self._exchange: Exchange | None = None
        self._held: list[bytes] = []
        self._queue: deque[tuple[Request, Terms]] = deque()
        self._queued_bytes = 0
        self._refusal: RefusedError | None = None
        self._owes_continue = False
        self._reading_paused = False
        self._deaf = False
        self._last = False
        self._quiet_since = self._time()
        self._receiving_since: float | None = None
        self._lingering_since: float | None = None
        self._paused_since = 0.0

    # What the transport says.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:  # noqa: D102
        context = self._context
        # A cast and no check: uvloop's transports are not subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._write = self._transport.write
        # A peer that is gone again already has no name.
        client = (transport.get_extra_info("peername") or ("",))[0]
        self._reader = RequestReader(self._received, context.limits, context.clock, client)
        if len(context.connections) >= context.limits.connections:
            limit = context.limits.connections
            self._refuse(RefusedError(503, f"all of this server's {limit} connections are in use"))
        context.connections.add(self)

    def data_received(self, data: bytes) -> None:  # noqa: D102
        if self._deaf:
            return
        try:
            unfinished = self._reader.feed(data)
            self._quiet_since = self._time()
            if unfinished:
                self._expect_more()
        except RefusedError as refusal:
            self._refuse(refusal)

    def eof_received(self) -> None:  # noqa: D102 - the transport closes: a half-open peer is gone
        pass

    def connection_lost(self, error: Exception | None) -> None:  # noqa: D102
        self._context.connections.discard(self)
        self._deaf = True
        self._held.clear()
        self._queue.clear()
        self._refusal = None
        self._owes_continue = False
        self._reader.close()
        self._cancel_exchange()

    def pause_writing(self) -> None:  # noqa: D102
        self.paused = True
        self._paused_since = self._time()

    def resume_writing(self) -> None:  # noqa: D102
        self.paused = False
        if self._exchange is not None:
            self._exchange.resume()
        else:
            self._go_on()

    # What the server says.

    def check(self, now: float) -> None:
        """Look whether something has taken too long.

        Args:
            now: the loop's time in seconds.
        """
        limits = self._context.limits
        if self.paused:
            if now - self._paused_since > limits.stalled_seconds:
                self._transport.abort()
        elif self._lingering_since is not None:
            if now - self._lingering_since > limits.linger_seconds:
                self._transport.abort()
        elif self._receiving_since is not None and not self._reading_paused:
            if now - self._receiving_since > limits.receive_seconds:
                seconds = limits.receive_seconds
                self._refuse(
                    RefusedError(408, f"the request took longer than {seconds:g} s to arrive")
                )
        elif not self.is_busy and now - self._quiet_since > limits.idle_seconds:
            self._close(Ending.CLOSE)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is under way or waits for its turn."""
        return self._exchange is not None or bool(self._queue)

    def stop(self) -> None:
        """End the connection, after the answer under way if that is one to wait for."""
        self._deaf = self._last = True
        self._queue.clear()
        self._refusal = None
        if self._exchange is None or not self._exchange.is_patient:
            self._close(Ending.CLOSE)

    def abort(self) -> None:
        """End the connection now."""
        self._transport.abort()

    # What those who answer say (see Channel).

    @property
    def server_address(self) -> tuple[str, int]:
        """The address and port the peer connected to."""
        address: tuple[str, int] = self._transport.get_extra_info("sockname")[:2]
        return address

    def write(self, data: bytes) -> None:
        """Send bytes."""
        if self._held:
            self.flush()
        self._write(data)

    def write_soon(self, data: bytes) -> None:
        """Send bytes when the loop has come round, or when they are many."""
        held = self._held
        if not held:
            self._context.outbox.add(self)
        held.append(data)
        if len(held) >= _HELD_AT_MOST:
            self.flush()

    def flush(self) -> None:
        """Send what is held (see Outbox)."""
        held, self._held = self._held, []
        if held:
            self._write(held[0] if len(held) == 1 else b"".join(held))

    def finished(self, ending: Ending) -> None:
        """Go on after an answer, or end the connection with it."""
        self._exchange = None
        self._quiet_since = self._time()
        if ending is not Ending.KEEP_OPEN or self._last:
            self._close(ending)
        elif self._queue or self._refusal is not None or self._owes_continue:
            # By way of the loop: thousands of pipelined requests must not pile up on the stack.
            self.loop.call_soon(self._go_on)

    def play_instead(self, exchange: Exchange | None) -> None:
        """Let another exchange take the present one's place; None when it is over already."""
        if exchange is None:
            self.finished(Ending.KEEP_OPEN)
        else:
            self._exchange = exchange
            exchange.start()

    # Requests, in order.

    def _received(self, request: Request, terms: Terms) -> None:
        self._receiving_since = None
        self._owes_continue = False
        if not terms.keep_alive:
            self._deaf = True
        if self._exchange is None and not self._queue and not self.paused:
            self._begin(request, terms)
        else:
            self._enqueue(request, terms)

    def _begin(self, request: Request, terms: Terms) -> None:
        exchange = self._dispatch(self, request, terms)
        if exchange is not None:
            self._exchange = exchange
            exchange.start()

    def _enqueue(self, request: Request, terms: Terms) -> None:
        if self._last:
            return
        self._queue.append((request, terms))
        self._queued_bytes += len(request.body)
        if self._is_full and not self._reading_paused:
            self._reading_paused = True
            self._transport.pause_reading()

    @property
    def _is_full(self) -> bool:
        limits = self._context.limits
        waiting = len(self._queue)
        return waiting >= limits.pipelined_requests or self._queued_bytes > limits.body_bytes

    def _go_on(self) -> None:
        """Do what has waited for the answer that was under way."""
        while self._queue and self._exchange is None and not self.paused:
            request, terms = self._queue.popleft()
            self._queued_bytes -= len(request.body)
            self._begin(request, terms)
        if self._reading_paused and not self._is_full:
            self._read_again()
        if self.is_busy or self.paused:
            return
        if self._refusal is not None:
            self.write(self._refusal.data)
            self._linger()
        elif self._owes_continue:
            self._owes_continue = False
            self.write(_CONTINUE)

    def _read_again(self) -> None:
        self._reading_paused = False
        if self._receiving_since is not None:
            self._receiving_since = self._time()
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def _expect_more(self) -> None:
        """See to a request of which only a part has come."""
        if self._receiving_since is None:
            self._receiving_since = self._quiet_since
        if self._reader.awaits_continue():
            self._owes_continue = True
            self._go_on()

    # The end.

    def _refuse(self, refusal: RefusedError) -> None:
        self._deaf = True
        self._receiving_since = None
        self._owes_continue = False
        self._refusal = refusal
        self._go_on()

    def _linger(self) -> None:
        """Close our side and let the peer finish talking.

        Closing with its bytes unread would reset the connection, and the answer that says what
        was wrong could be lost on the way.
        """
        self._refusal = None
        self._lingering_since = self._time()
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _close(self, ending: Ending) -> None:
        self.flush()
        self._deaf = True
        self._queue.clear()
        self._cancel_exchange()
        if ending is Ending.RESET:
            raw: socket.socket = self._transport.get_extra_info("socket")
            with contextlib.suppress(OSError):  # the peer may be gone already
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._transport.abort()
        else:
            self._transport.close()

    def _cancel_exchange(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.cancel()
