"""The proxy itself: listens on this machine, on a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from werkzeug.serving import make_server

from mockstudio.errors import ServerError
from mockstudio.proxy.certificates import Authority
from mockstudio.proxy.hosts import Hosts, Way
from mockstudio.proxy.relay import Relay
from mockstudio.proxy.tunnel import join

LOOPBACK = "127.0.0.1"
LONGEST_HEAD = 65_536
STOPS_WITHIN = 0.05
"""Seconds after which the relay notices that it is to stop."""

_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LONGEST_WAIT = 30.0
"""Seconds for a request's head, and for a TLS handshake."""

_ADDRESS = re.compile(r"\[?(?P<host>[^\[\]]+?)\]?:(?P<port>\d{1,5})")


@dataclass(frozen=True)
class _Head:
    """The head of a request to the proxy.

    Attributes:
        method: of HTTP.
        target: `host:port` for CONNECT, a URL otherwise.
        rest: the version, and the header lines, to the empty line's end.
    """

    method: str
    target: str
    rest: bytes


class Proxy:
    """Takes a program's connections and decides where they lead.

    Args:
        hosts: where each host's requests go.
        authority: makes certificates.
        sandbox: the port of the sandbox on this machine.
        relay: the port of the relay on this machine.
        tell: told of each refusal, once for each host.
    """

    def __init__(
        self,
        hosts: Hosts,
        authority: Authority,
        sandbox: int,
        relay: int,
        tell: Callable[[str], None],
    ) -> None:
        self._hosts = hosts
        self._authority = authority
        self._ports = {Way.SANDBOX: sandbox, Way.RELAY: relay}
        self._tell = tell
        self._refused: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        try:
            head = await asyncio.wait_for(_read_head(reader), LONGEST_WAIT)
            if head is None:
                await _answer(
                    writer, 400, "mockstudio: this is a proxy; it expects CONNECT or a URL"
                )
            elif head.method == "CONNECT":
                await self._connect(reader, writer, head)
            else:
                await self._pass_on(reader, writer, head)
        except (OSError, EOFError, TimeoutError, ValueError):
            # Who breaks a connection off, does not trust the certificate, or asks for a host that
            # no certificate can name, sees as much.
            pass

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: _Head
    ) -> None:
        """Open the way to a host: TLS ends here, unless the host itself is meant."""
        address = _ADDRESS.fullmatch(head.target)
        if address is None:
            await _answer(writer, 400, f"mockstudio: expected HOST:PORT, found {head.target}")
            return
        host, port = address["host"], int(address["port"])
        way = self._hosts.way(host)
        if way is Way.REFUSED:
            await self._refuse(writer, host)
            return
        if way is Way.OUT:
            await self._let_out(reader, writer, host, port)
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self._authority.context(host), ssl_handshake_timeout=LONGEST_WAIT)
        await join(reader, writer, LOOPBACK, self._ports[way])

    async def _let_out(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int
    ) -> None:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await join(reader, writer, host, port)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: _Head
    ) -> None:
        """Pass one request without TLS on; its connection is closed after the answer."""
        url = urlsplit(head.target)
        host = url.hostname or ""
        way = self._hosts.way(host)
        if way is Way.REFUSED:
            await self._refuse(writer, host)
            return
        target = url.path or "/"
        if url.query:
            target += f"?{url.query}"
        line = f"{head.method} {target} ".encode("latin-1")
        address = (host, url.port or 80) if way is Way.OUT else (LOOPBACK, self._ports[way])
        await join(reader, writer, *address, head=line + _closing(head.rest))

    async def _refuse(self, writer: asyncio.StreamWriter, host: str) -> None:
        reason = self._hosts.refusal(host)
        if host not in self._refused:
            self._refused.add(host)
            self._tell(reason)
        await _answer(writer, 403, reason)


async def _read_head(reader: asyncio.StreamReader) -> _Head | None:
    """Return a request's head, or None when it is none that a proxy gets."""
    try:
        data = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        return None
    line, _, lines = data.partition(b"\r\n")
    parts = line.decode("latin-1").split(" ")
    if len(parts) != 3:
        return None
    method, target, version = parts
    is_url = target.lower().startswith("http://")
    if method != "CONNECT" and not is_url:
        return None
    return _Head(method, target, version.encode() + b"\r\n" + lines)


def _closing(rest: bytes) -> bytes:
    """Return version and headers with one that has the connection closed after the answer."""
    version, _, lines = rest.partition(b"\r\n")
    hop = re.compile(rb"(?im)^(?:proxy-)?connection:[^\r]*\r\n")
    return version + b"\r\nConnection: close\r\n" + hop.sub(b"", lines)


async def _answer(writer: asyncio.StreamWriter, status: int, reason: str) -> None:
    """Answer; the reason stands in the status line, where clients that tunnel look for it."""
    body = reason.encode()
    line = reason.encode("ascii", "replace").decode()
    writer.write(
        f"HTTP/1.1 {status} {line}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
    with contextlib.suppress(OSError):
        await writer.drain()


@contextmanager
def serve_proxy(
    hosts: Hosts, authority: Authority, sandbox: str, tell: Callable[[str], None]
) -> Iterator[str]:
    """Run a proxy, and yield its URL.

    Args:
        hosts: where each host's requests go.
        authority: makes certificates.
        sandbox: the URL of a sandbox on this machine.
        tell: told of each host that is refused.

    Raises:
        ServerError: no port could be had.
    """
    with _serve_relay(Relay(hosts.routes, sandbox)) as relay:
        proxy = Proxy(hosts, authority, urlsplit(sandbox).port or 80, relay, tell)
        with _Listener(proxy.serve) as port:
            yield f"http://{LOOPBACK}:{port}"


@contextmanager
def _serve_relay(relay: Relay) -> Iterator[int]:
    server = make_server(LOOPBACK, 0, relay, threaded=True)
    thread = threading.Thread(
        target=server.serve_forever, args=(STOPS_WITHIN,), name="mockstudio-relay", daemon=True
    )
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Listener:
    """Accepts connections on a thread with an event loop of its own."""

    def __init__(self, serve: _Serve) -> None:
        self._serve = serve
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._port = 0
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mockstudio-proxy", daemon=True)
        self._open: dict[asyncio.StreamWriter, asyncio.Task[Any] | None] = {}

    def __enter__(self) -> int:
        self._thread.start()
        self._started.wait()
        if not self._port:
            raise ServerError(f"no port of {LOOPBACK} could be had for the proxy")
        return self._port

    def __exit__(self, *error: object) -> None:
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._listen())
        finally:
            self._started.set()

    async def _listen(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._take, LOOPBACK, 0, limit=LONGEST_HEAD)
        self._port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stopping.wait()
        server.close()
        await self._hang_up()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The loop itself holds tasks weakly, and so does a client that has gone.
        self._open[writer] = asyncio.current_task()
        try:
            # Streams take a cancelled task for an accident.
            with contextlib.suppress(asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            del self._open[writer]

    async def _hang_up(self) -> None:
        """Break off what is open or just being accepted, and wait until it is gone."""
        while rest := asyncio.all_tasks() - {asyncio.current_task()}:
            for writer in self._open:
                writer.transport.abort()
            for task in rest:
                task.cancel()
            await asyncio.wait(rest)
