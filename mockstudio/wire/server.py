"""The server: listens, runs the event loop, stops within a bounded time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

from mockstudio.clock import Clock
from mockstudio.errors import ServerError
from mockstudio.wire.bridge import Bridge
from mockstudio.wire.dispatcher import Dispatcher
from mockstudio.wire.limits import DEFAULT_LIMITS, WireLimits
from mockstudio.wire.outbox import Outbox
from mockstudio.wire.player import Player
from mockstudio.wire.protocol import Connection, ServerContext
from mockstudio.wire.scripted import ScriptedEndpoints
from mockstudio.wire.workers import Workers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)

BACKLOG = 2048
"""Connections the kernel holds until they are accepted."""

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_WILDCARDS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
_STOP_STEP_SECONDS = 0.005


class WireServer:
    """Serves scripted endpoints from the event loop and everything else through a WSGI app.

    Args:
        endpoints: the scripted endpoints.
        app: the WSGI application.
        own_prefixes: paths beginning with one of these go to the application at once.
        clock: the clock that delays are meant by.
        host: a name or address to listen on.
        port: 0 for a free one.
        limits: what a client may ask.
    """

    def __init__(
        self,
        endpoints: ScriptedEndpoints[Any],
        app: WSGIApplication,
        own_prefixes: tuple[str, ...],
        clock: Clock,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: WireLimits = DEFAULT_LIMITS,
    ) -> None:
        self._endpoints = endpoints
        self._app = app
        self._own_prefixes = own_prefixes
        self._clock = clock
        self._host = host
        self._wanted_port = port
        self._limits = limits
        self._address: tuple[str, int] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._signal: signal.Signals | None = None

    @property
    def port(self) -> int:
        """The port listened on.

        Raises:
            ServerError: the server has not started.
        """
        return self._listening_address()[1]

    @property
    def url(self) -> str:
        """Where the server is reached, such as `http://127.0.0.1:8080`, without a slash at the end.

        Raises:
            ServerError: the server has not started.
        """
        host, port = self._listening_address()
        host = _WILDCARDS.get(host, host)
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> Self:
        """Serve on a thread of its own; returns once the server listens.

        Raises:
            ServerError: the address cannot be listened on, or the server runs already.
        """
        if self._thread is not None:
            raise ServerError("the server runs already; stop() it first, or make another one")
        self._signal = None
        started = threading.Event()
        failures: list[BaseException] = []

        def run() -> None:
            try:
                self._run(lambda _: started.set())
            except BaseException as error:
                failures.append(error)
            finally:
                started.set()

        self._thread = threading.Thread(target=run, name="mockstudio-wire", daemon=True)
        self._thread.start()
        started.wait()
        if failures:
            self.stop()
            raise failures[0]
        return self

    def stop(self) -> None:
        """Stop serving within `limits.shutdown_seconds`; what is still delayed is not answered."""
        self._request_stop()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run_forever(self, on_started: Callable[[str], None]) -> signal.Signals | None:
        """Serve on this thread, which must be the main one, until SIGINT or SIGTERM.

        A second signal ends the process at once.

        Args:
            on_started: called with the URL once the server listens.

        Returns:
            The signal that stopped the server, or None when `stop` did.

        Raises:
            ServerError: the address cannot be listened on.
        """
        self._signal = None
        with self._stop_signals():
            self._run(on_started)
        return self._signal

    def run_in_loop(self, callback: Callable[[], None]) -> None:
        """Call something on the event loop's thread soon.

        Raises:
            ServerError: the server does not run.
        """
        if self._loop is None:
            raise ServerError("the server does not run; start() it first")
        self._loop.call_soon_threadsafe(callback)

    def _listening_address(self) -> tuple[str, int]:
        if self._address is None:
            raise ServerError("the server has no address before it has started; start() it first")
        return self._address

    def _request_stop(self) -> None:
        loop, stopping = self._loop, self._stopping
        if loop is not None and stopping is not None:
            with contextlib.suppress(RuntimeError):  # closed: it has stopped by itself
                loop.call_soon_threadsafe(stopping.set)

    @contextlib.contextmanager
    def _stop_signals(self) -> Iterator[None]:
        def stop(number: int, _: object) -> None:
            self._signal = signal.Signals(number)
            for each in _STOP_SIGNALS:
                signal.signal(each, signal.SIG_DFL)
            self._request_stop()

        before = [(each, signal.signal(each, stop)) for each in _STOP_SIGNALS]
        try:
            yield
        finally:
            for each, handler in before:
                signal.signal(each, handler)

    def _run(self, on_started: Callable[[str], None]) -> None:
        workers = Workers(self._limits.threads)
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            try:
                runner.run(self._serve(workers, on_started))
            finally:
                self._loop = self._stopping = None
                workers.close(self._limits.shutdown_seconds / 3)

    async def _serve(self, workers: Workers, on_started: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._loop = loop
        if self._signal is not None:
            self._stopping.set()
        context = self._context(loop, workers)
        servers = await self._listen(context)
        try:
            on_started(self.url)
            await self._watch(context, self._stopping)
        finally:
            await _close(context, servers)

    def _context(self, loop: asyncio.AbstractEventLoop, workers: Workers) -> ServerContext:
        bridge = Bridge(self._app, workers, self._limits.stream_bytes)
        player = Player(self._clock)
        dispatcher = Dispatcher(self._endpoints, player, bridge, workers, self._own_prefixes)
        return ServerContext(loop, dispatcher, self._clock, self._limits, Outbox(loop))

    async def _listen(self, context: ServerContext) -> list[asyncio.Server]:
        """Listen on every address of the host, with the same port on all of them."""
        servers: list[asyncio.Server] = []
        port = self._wanted_port
        if not 0 <= port <= 65_535:
            raise self._cannot_listen(ValueError("a port is a number from 0 to 65535"))
        try:
            for address in _addresses(self._host):
                server = await context.loop.create_server(
                    lambda: Connection(context), address, port, backlog=BACKLOG
                )
                servers.append(server)
                port = server.sockets[0].getsockname()[1]
        except OSError as error:
            for server in servers:
                server.close()
            raise self._cannot_listen(error) from error
        self._address = self._host, port
        return servers

    def _cannot_listen(self, error: Exception) -> ServerError:
        reason = getattr(error, "strerror", None) or error
        return ServerError(
            f"cannot listen on {self._host} port {self._wanted_port}: {reason}; "
            "use --port 0 for a free port, or another --port or --host"
        )

    async def _watch(self, context: ServerContext, stopping: asyncio.Event) -> None:
        """Look at the connections' time-outs again and again until the server is to stop."""
        while not stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), self._limits.tick_seconds)
            now = context.loop.time()
            for connection in tuple(context.connections):
                connection.check(now)


async def _close(context: ServerContext, servers: list[asyncio.Server]) -> None:
    """Close listeners and connections; the application's answers get a third of the time."""
    for server in servers:
        server.close()
    for connection in tuple(context.connections):
        connection.stop()
    third = context.limits.shutdown_seconds / 3
    await _until_closed(context, third)
    for connection in tuple(context.connections):
        connection.abort()
    await _until_closed(context, third)


async def _until_closed(context: ServerContext, seconds: float) -> None:
    end = context.loop.time() + seconds
    while context.connections and context.loop.time() < end:
        await asyncio.sleep(_STOP_STEP_SECONDS)


def _addresses(host: str) -> list[str]:
    """Return the host's addresses, each once, in the resolver's order."""
    found = socket.getaddrinfo(host or None, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop, uvloop's where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
