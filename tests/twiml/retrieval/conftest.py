"""Retrievers over an app in this process, over real sockets, and over a wire that breaks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from requests.adapters import BaseAdapter
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

from mockstudio.clock import Clock, SystemClock, VirtualClock
from mockstudio.events import Event
from mockstudio.flows.limits import Limits
from mockstudio.http.client import HttpClient
from mockstudio.http.in_process import InProcessAdapter
from mockstudio.http.outgoing import Account, Destination
from mockstudio.http.transport import DeadlineAdapter
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.model import Document
from mockstudio.twiml.retrieval import DocumentRequest, Retriever

TOKEN = "12345"
URL = "https://orders.twil.io/voice"
TWIML = b"<Response><Hangup/></Response>"


@dataclass(frozen=True)
class Reply:
    """What the app answers, or does instead."""

    body: bytes = TWIML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/xml"})
    after: float = 0.0
    fault: str = ""


@dataclass(frozen=True)
class Received:
    """A request as the app saw it."""

    method: str
    url: str
    headers: Mapping[str, str]
    form: Mapping[str, list[str]]
    at: float

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.url.partition("?")[2], keep_blank_values=True)


class App:
    """Answers each URL, without its query, with the replies given for it; the last one stays.

    A URL that nothing was said of answers 404.
    """

    def __init__(self, clock: Clock) -> None:
        self.received: list[Received] = []
        self._clock = clock
        self._replies: dict[str, list[Reply]] = {}

    def on(self, url: str, *replies: Mapping[str, Any], **only: Any) -> None:
        """Say what answers a URL: replies in order, or one; each is a Reply's members."""
        self._replies[url] = [Reply(**reply) for reply in replies or (only,)]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        request = Request(environ)
        url = f"https://{request.host}{environ['REQUEST_URI']}"
        form: MultiDict[str, str] = request.form
        self.received.append(
            Received(
                request.method,
                url,
                dict(request.headers),
                dict(form.lists()),
                self._clock.monotonic(),
            )
        )
        replies = self._replies.get(url.partition("?")[0], [Reply(status=404)])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        self._clock.sleep_until(
            self._clock.monotonic() + reply.after, environ["mockstudio.deadline"]
        )
        if reply.fault:
            arguments = [b"\x00 no HTTP"] if reply.fault == "garbage" else []
            getattr(environ["mockstudio.connection"], reply.fault)(*arguments)
        start_response(f"{reply.status} x", list(reply.headers.items()))
        return [reply.body]


class Broken(BaseAdapter):
    """Raises errors in order, the last one for ever, and counts."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self._errors = list(errors)
        self.sent = 0

    def send(self, *_: Any, **__: Any) -> requests.Response:
        self.sent += 1
        raise self._errors.pop(0) if len(self._errors) > 1 else self._errors[0]

    def close(self) -> None:
        pass


@dataclass
class World:
    """A retriever and everything it told."""

    retriever: Retriever
    app: App
    clock: Clock
    session: requests.Session
    events: list[Event] = field(default_factory=list)

    def retrieve(self, url: str = URL, **members: Any) -> Document | None:
        request = DocumentRequest(url, **{"exchange": "CA1", **members})
        return self.retriever.retrieve(request)

    @property
    def warnings(self) -> list[CarrierWarned]:
        return [event for event in self.events if isinstance(event, CarrierWarned)]

    @property
    def codes(self) -> list[int | None]:
        return [warning.code for warning in self.warnings]

    def breaks(self, *errors: Exception) -> Broken:
        """Let whatever is sent from now on fail like this."""
        broken = Broken(*errors)
        self.session.mount("http://", broken)
        self.session.mount("https://", broken)
        return broken


def _production(url: str) -> Destination:
    return Destination(url, url.split("/")[2])


@pytest.fixture
def worlds() -> Iterator[Callable[..., World]]:
    """Make worlds: in virtual time, in which an app is called in this process, unless told."""
    with requests.Session() as session:
        session.trust_env = False

        def make(
            clock: Clock | None = None,
            limits: Limits | None = None,
            resolve: Callable[[str], Destination] = _production,
        ) -> World:
            clock = clock or VirtualClock()
            app = App(clock)
            live = isinstance(clock, SystemClock)
            adapter = DeadlineAdapter(clock) if live else InProcessAdapter(app, clock)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            client = HttpClient(session, resolve, clock, Account("AC1", TOKEN))
            events: list[Event] = []
            retriever = Retriever(client, clock, limits or Limits(), events.append)
            return World(retriever, app, clock, session, events)

        yield make


@pytest.fixture
def world(worlds: Callable[..., World]) -> World:
    """A world in virtual time."""
    return worlds()


@pytest.fixture
def live(worlds: Callable[..., World]) -> World:
    """A world in real time, over sockets."""
    return worlds(SystemClock(), resolve=Destination)


class SocketServer:
    """Plays a script on each connection, which is given raw: nothing is read before."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.over = threading.Event()
        self.connections = 0
        self._script: Callable[[socket.socket, threading.Event], None] = lambda *_: None
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def play(self, script: Callable[[socket.socket, threading.Event], None]) -> None:
        self._script = script

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                with connection, suppress(OSError):
                    self._script(connection, self.over)


@pytest.fixture
def server() -> Iterator[SocketServer]:
    made = SocketServer()
    yield made
    made.close()


@pytest.fixture(scope="session")
def worlds_once() -> Callable[[], World]:
    """Make worlds in virtual time for a property's many examples; they open nothing."""

    def make() -> World:
        clock, session, events = VirtualClock(), requests.Session(), list[Event]()
        app = App(clock)
        session.mount("https://", InProcessAdapter(app, clock))
        client = HttpClient(session, _production, clock, Account("AC1", TOKEN))
        return World(Retriever(client, clock, Limits(), events.append), app, clock, session, events)

    return make
