from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import pytest

from mockstudio.clock import Clock, SystemClock
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.request import Request
from mockstudio.wire.limits import WireLimits
from mockstudio.wire.server import WireServer

OWN_PREFIXES = ("/_mockstudio/", "/v1/Accounts/")


@dataclass(frozen=True)
class FakeMatch:
    make: Callable[[Request], Answer]
    needs_thread: bool


@dataclass
class FakeEntry:
    request: Request
    answer: Answer
    finished: list[tuple[int, bool]] = field(default_factory=list)

    def finish(self, sent: int, complete: bool) -> None:
        self.finished.append((sent, complete))


class FakeEndpoints:
    """A dictionary of path to Answer, with a journal."""

    def __init__(self) -> None:
        self.matches: dict[str, FakeMatch] = {}
        self.journal: list[FakeEntry] = []

    def play(self, path: str, answer: Answer) -> None:
        self.matches[path] = FakeMatch(lambda request: answer, needs_thread=False)

    def call(
        self, path: str, make: Callable[[Request], Answer], needs_thread: bool = False
    ) -> None:
        self.matches[path] = FakeMatch(make, needs_thread)

    def find(self, request: Request) -> FakeMatch | None:
        return self.matches.get(request.path)

    def answer(self, match: FakeMatch, request: Request) -> tuple[Answer, FakeEntry]:
        entry = FakeEntry(request, match.make(request))
        self.journal.append(entry)
        return entry.answer, entry


@dataclass(frozen=True)
class Received:
    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """A raw connection that reads HTTP answers."""

    def __init__(self, server: WireServer) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def get(self, path: str, *headers: str) -> Received:
        self.request(path, *headers)
        return self.read()

    def request(self, path: str, *headers: str, method: str = "GET", version: str = "1.1") -> None:
        lines = [f"{method} {path} HTTP/{version}", "Host: studio.test", *headers, "", ""]
        self.send("\r\n".join(lines).encode())

    def read_head(self) -> tuple[int, dict[str, str]]:
        status_line = self.file.readline()
        assert status_line.startswith(b"HTTP/1.1 "), status_line
        headers: dict[str, str] = {}
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        return int(status_line.split()[1]), headers

    def read(self, has_body: bool = True) -> Received:
        status, headers = self.read_head()
        body = b""
        if not has_body:
            pass
        elif headers.get("transfer-encoding") == "chunked":
            body = b"".join(iter(self.read_chunk, b""))
        elif "content-length" in headers:
            body = self.file.read(int(headers["content-length"]))
        return Received(status, headers, body)

    def read_chunk(self) -> bytes:
        size = int(self.file.readline(), 16)
        data = self.file.read(size)
        assert self.file.readline() == b"\r\n"
        return data

    def read_all(self) -> bytes:
        return self.file.read()


def not_found_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    body = f"the app got {environ['REQUEST_METHOD']} {environ['PATH_INFO']}".encode()
    start_response("404 Not Found", [("Content-Length", str(len(body)))])
    return [body]


def text_answer(text: str = "hello", **kwargs: Any) -> Answer:
    at = kwargs.get("at", 0.0)
    return Answer(headers=(("X-From", "script"),), pieces=(Piece(at, text.encode()),), **kwargs)


@pytest.fixture
def text() -> Callable[..., Answer]:
    return text_answer


@pytest.fixture
def endpoints() -> FakeEndpoints:
    found = FakeEndpoints()
    found.play("/hello", text_answer())
    found.play("/slow", text_answer("slow", at=0.2))
    found.play("/never", text_answer("never", at=60.0))
    found.call(
        "/echo",
        lambda request: Answer(pieces=(Piece(0.0, request.method.encode() + b" " + request.body),)),
    )
    return found


@pytest.fixture
def clock() -> Clock:
    return SystemClock()


@pytest.fixture(params=["uvloop", "asyncio"])
def loop_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "asyncio":
        monkeypatch.setitem(sys.modules, "uvloop", None)
    else:
        pytest.importorskip("uvloop")
    return str(request.param)


@pytest.fixture
def serve(
    loop_kind: str, endpoints: FakeEndpoints, clock: Clock
) -> Iterator[Callable[..., WireServer]]:
    servers: list[WireServer] = []

    def make(app: Any = not_found_app, **kwargs: Any) -> WireServer:
        limits = WireLimits(**kwargs)
        server = WireServer(endpoints, app, OWN_PREFIXES, clock, limits=limits)
        servers.append(server)
        return server.start()

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def connect(serve: Callable[..., WireServer]) -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []
    default: list[WireServer] = []

    def make(server: WireServer | None = None) -> Client:
        if server is None:
            default[:] = default or [serve()]
            server = default[0]
        clients.append(Client(server))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def eventually(clock: Clock) -> Callable[[Callable[[], bool]], None]:
    """Wait until something holds, two seconds at most."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = clock.deadline(2.0)
        while not holds() and not deadline.passed:
            clock.sleep(0.005)
        assert holds()

    return wait
