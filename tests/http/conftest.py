"""Clients over real sockets and in-process, and servers that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests

from mockstudio.clock import SystemClock, VirtualClock
from mockstudio.flows.http.call import StudioClient
from mockstudio.flows.limits import Limits
from mockstudio.http.client import HttpClient
from mockstudio.http.in_process import InProcessAdapter
from mockstudio.http.outgoing import Account, Destination
from mockstudio.http.transport import DeadlineAdapter

Script = Callable[[socket.socket, threading.Event], None]


@pytest.fixture
def account() -> Account:
    return Account("AC" + "0" * 32, "12345", "http://sandbox:8080")


def _client(session, clock, limits, account, resolve=Destination):
    session.trust_env = False
    return StudioClient(HttpClient(session, resolve, clock, account), limits)


@pytest.fixture
def live(account: Account) -> Iterator[Callable[..., StudioClient]]:
    """Make clients over real sockets."""
    with requests.Session() as session:

        def make(
            limits: Limits, clock: Any = None, verify: Any = True, resolve: Any = Destination
        ) -> StudioClient:
            clock = clock or SystemClock()
            session.verify = verify
            session.mount("http://", DeadlineAdapter(clock))
            session.mount("https://", DeadlineAdapter(clock))
            return _client(session, clock, limits, account, resolve)

        yield make


@pytest.fixture
def in_process(account: Account) -> Iterator[Callable[..., StudioClient]]:
    """Make clients that call a WSGI app under a virtual clock."""
    with requests.Session() as session:

        def make(
            app: Any, clock: Any = None, limits: Limits | None = None, resolve: Any = None
        ) -> StudioClient:
            clock = clock or VirtualClock()
            adapter = InProcessAdapter(app, clock)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            resolve = resolve or (lambda url: Destination(url, url.split("/")[2]))
            return _client(session, clock, limits or Limits(), account, resolve)

        yield make


class ScriptedServer:
    """Plays a script on each connection after it has read the request's head."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.over = threading.Event()
        self.heads: list[bytes] = []
        self._script: Script = lambda connection, over: None
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def play(self, script: Script, scheme: str = "http") -> str:
        self._script = script
        return f"{scheme}://{self.address}/x"

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.heads.append(connection.recv(65_536))
            self._script(connection, self.over)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    made = ScriptedServer()
    yield made
    made.close()
