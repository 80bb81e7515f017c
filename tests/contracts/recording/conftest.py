"""A live service that answers what it is told, a recorder before it, and the file played back."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import NotFound

from mockstudio.clock import SystemClock
from mockstudio.contracts.recording.passing_on import PassingOn
from mockstudio.contracts.recording.recorder import Recorder
from mockstudio.contracts.recording.redaction import Redactor
from mockstudio.contracts.recording.service import Service
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.definition import read_endpoints
from mockstudio.endpoints.request import Request
from mockstudio.sandbox import Sandbox
from mockstudio.wire.server import WireServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        live: Live = self.server.live  # type: ignore[attr-defined]
        size = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(size)
        live.seen.append(Request(self.command, self.path, tuple(self.headers.items()), body))
        reply = live.replies.pop(0)
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.has_body:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD" and reply.has_body:
            self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PROPFIND = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Live:
    """The live service: answers in turn, and remembers what it was asked."""

    port: int = 0
    replies: list[Answer] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def live_server() -> Iterator[Live]:
    live = Live()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.live = live  # type: ignore[attr-defined]
    live.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield live
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Studio:
    """Records calls and plays them back."""

    live: Live
    port: int = 0
    recorder: Recorder | None = None
    told: list[str] = field(default_factory=list)

    def note(self, service: Service, request: Request, answer: Answer, seconds: float) -> None:
        assert self.recorder is not None
        self.recorder.note(service, request, answer, seconds)

    def begin(self, output: Path, redactor: Redactor | None = None, delays: bool = False) -> None:
        """Start a new recording."""
        self.live.replies.clear()
        self.live.seen.clear()
        self.told.clear()
        self.recorder = Recorder(output, redactor, self.told.append, delays)

    def record(self, call: Request, reply: Answer) -> Answer:
        """Ask the live service through the recorder and return what came."""
        self.live.replies.append(reply)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as client:
            client.request(call.method, call.target, call.body, dict(call.headers))
            came = client.getresponse()
            return Answer(came.status, tuple(came.getheaders()), (Piece(0.0, came.read()),))

    def played_back(self, *calls: Request) -> list[Answer]:
        """Load the file into a sandbox and return what it answers to calls, in order."""
        assert self.recorder is not None
        host = ("Host", f"127.0.0.1:{self.live.port}")
        with Sandbox() as sandbox:
            sandbox.load_endpoints(self.recorder.output)
            requests = (Request(c.method, c.target, (host, *c.headers), c.body) for c in calls)
            return [sandbox.endpoints.respond(request)[0] for request in requests]

    @property
    def endpoints(self) -> dict[str, Any]:
        """The endpoints of the file by name."""
        assert self.recorder is not None
        return {endpoint.name: endpoint for endpoint in read_endpoints(self.recorder.output)}

    @property
    def text(self) -> str:
        assert self.recorder is not None
        return self.recorder.output.read_text("utf-8")


@pytest.fixture(scope="module")
def recording_server(live_server: Live) -> Iterator[Studio]:
    studio = Studio(live_server)
    with closing(SystemClock()) as clock:
        player = PassingOn(Service.at(live_server.url), clock, studio.note, studio.told.append)
        with WireServer(player, NotFound(), (), clock) as server:
            studio.port = server.port
            yield studio


@pytest.fixture
def studio(recording_server: Studio, tmp_path: Path) -> Studio:
    """A new recording that keeps secrets."""
    recording_server.begin(tmp_path / "recorded.endpoints.yaml")
    return recording_server
