from __future__ import annotations

import importlib
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client, EnvironBuilder

from mockstudio.app import create_app
from mockstudio.clock import Clock, SystemClock, VirtualClock
from mockstudio.endpoints.answer import GARBAGE
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.journal import Journal
from mockstudio.endpoints.views import create_blueprint
from mockstudio.errors import DeadlinePassed

FAULTS = ["reset", "empty", "garbage"]


class World:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.endpoints = Endpoints(Journal(clock), "12345")
        blueprint = create_blueprint(self.endpoints, clock, ("/_mockstudio/",))
        self.app: Flask = create_app([blueprint])
        self.client = Client(self.app)

    def script(self, *entries: dict, folder: Path | None = None) -> None:
        source = str(folder / "x.yaml") if folder else ""
        self.endpoints.use(parse_endpoints(list(entries), source, folder))

    @property
    def entry(self):
        (found,) = self.endpoints.journal
        return found


@pytest.fixture
def world() -> World:
    return World(VirtualClock())


class RememberedConnection:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def reset(self) -> None:
        self.seen.append("reset")

    def empty(self) -> None:
        self.seen.append("empty")

    def garbage(self, data: bytes) -> None:
        self.seen.append(data)


# --- time


def test_a_delay_takes_the_clocks_time(world: World) -> None:
    world.script({"url": "/x", "reply": {"text": "a", "delay": "3s"}})
    assert world.client.get("/x").data == b"a"
    assert world.clock.monotonic() == 3.0
    assert world.entry.to_dict()["seconds"] == {"made": 0.0, "finished": 3.0}


@pytest.mark.parametrize(("thinking", "answered"), [(1, 3.0), (3, 3.0), (5, 5.0)])
def test_a_delay_counts_from_the_arrival(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, thinking: int, answered: float
) -> None:
    module = f"thinking_{thinking}"
    (tmp_path / f"{module}.py").write_text(
        "clock = None\ndef think(context, event, request):\n"
        f"    clock.advance({thinking})\n    return 'thought'\n"
    )
    reply = {"python": f"{module}:think", "delay": "3s"}
    world.script({"url": "/x", "reply": reply}, folder=tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    imported = importlib.import_module(module)
    monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, module, imported)
    monkeypatch.setattr(imported, "clock", world.clock)
    assert world.client.get("/x").data == b"thought"
    assert world.clock.monotonic() == answered
    assert world.entry.to_dict()["seconds"] == {"made": thinking, "finished": answered}


def test_the_arrival_may_have_been_earlier(world: World) -> None:
    world.clock.advance(10)
    world.script({"url": "/x", "reply": {"text": "a", "delay": "3s"}})
    world.client.get("/x", environ_overrides={"mockstudio.arrived": 8.0})
    assert world.clock.monotonic() == 11.0


def test_dribbled_pieces_come_at_their_moments(world: World) -> None:
    dribble = {"chunks": 3, "over": "4s"}
    world.script({"url": "/x", "reply": {"text": "abc", "delay": "1s", "dribble": dribble}})
    pieces, status, headers = world.client.run_wsgi_app(EnvironBuilder("/x").get_environ())
    came = [(piece, world.clock.monotonic()) for piece in pieces]
    assert came == [(b"a", 1.0), (b"b", 3.0), (b"c", 5.0)]
    assert (status, headers["Content-Length"]) == ("200 OK", "3")


@pytest.mark.parametrize(
    ("reply", "sent"),
    [
        ({"text": "abcd", "delay": "5s"}, 0),
        ({"fault": "reset", "delay": "5s"}, 0),
        ({"text": "abcd", "dribble": {"chunks": 2, "over": "5s"}}, 2),
    ],
)
def test_a_caller_that_stops_waiting_breaks_the_answer_off(
    world: World, reply: dict, sent: int
) -> None:
    world.script({"url": "/x", "reply": reply})
    environ = EnvironBuilder("/x").get_environ()
    environ["mockstudio.deadline"] = world.clock.deadline(2)
    with pytest.raises(DeadlinePassed):
        b"".join(Client(world.app).run_wsgi_app(environ)[0])
    assert (world.entry.sent, world.entry.complete, world.entry.finished) == (sent, False, 2.0)


# --- what goes out


@pytest.mark.parametrize(
    ("method", "reply", "length"),
    [
        ("HEAD", {"text": "abcd"}, "4"),
        ("GET", {"status": 204}, None),
        ("GET", {"status": 304}, None),
    ],
)
def test_an_answer_without_a_body_is_over_with_its_head(
    world: World, method: str, reply: dict, length: str | None
) -> None:
    world.script({"url": "/x", "reply": reply})
    response = world.client.open("/x", method=method)
    assert (response.data, response.headers.get("Content-Length")) == (b"", length)
    assert (world.entry.sent, world.entry.complete, world.entry.finished) == (0, True, 0.0)


@pytest.mark.parametrize(("status", "line"), [(299, "299 Scripted"), (418, "418 I'm a Teapot")])
def test_any_status_has_a_reason(world: World, status: int, line: str) -> None:
    world.script({"url": "/x", "reply": {"status": status}})
    assert world.client.get("/x").status.lower() == line.lower()


@pytest.mark.parametrize("method", ["PROPFIND", "PATCH", "OPTIONS", "TRACE"])
def test_any_method_is_answered(world: World, method: str) -> None:
    world.script({"url": "/x", "reply": {"text": "{{ request.method }}"}})
    assert world.client.open("/x", method=method).data == method.encode()


def test_headers_are_only_those_that_were_scripted(world: World) -> None:
    world.script({"url": "/x", "reply": {"headers": {"X-A": ["ë", "☕"]}}})
    response = world.client.get("/x")
    assert list(response.headers) == [("X-A", "ë"), ("X-A", "?"), ("Content-Length", "0")]


def test_own_paths_are_left_to_others(world: World) -> None:
    world.script({"name": "all", "url": "/*"})
    assert world.client.get("/_mockstudio/x").status_code == 404
    assert world.client.get("/_mockstudio").status_code == 200
    assert [entry.request.path for entry in world.endpoints.journal] == ["/_mockstudio"]


@pytest.mark.parametrize("kept", ["RAW_URI", "REQUEST_URI", None])
def test_the_target_is_what_the_caller_sent(world: World, kept: str | None) -> None:
    environ = EnvironBuilder("/a b/é", query_string="c=d%20e").get_environ()
    del environ["RAW_URI"], environ["REQUEST_URI"]
    if kept:
        environ[kept] = "/%61%20b/%C3%A9?c=d%20e"
    Client(world.app).run_wsgi_app(environ)
    target = "/%61%20b/%C3%A9?c=d%20e" if kept else "/a%20b/%C3%A9?c=d%20e"
    assert (world.entry.request.target, world.entry.request.path) == (target, "/a b/é")


def test_a_whole_url_as_the_target_is_its_path_and_query(world: World) -> None:
    environ = EnvironBuilder("/x", query_string="a=b").get_environ()
    environ["RAW_URI"] = "http://a.test/x?a=b"
    Client(world.app).run_wsgi_app(environ)
    assert world.entry.request.target == "/x?a=b"


def test_the_request_is_noted_as_it_came(world: World) -> None:
    world.client.post(
        "/x",
        data=b"\xff",
        headers={"X-Odd-Name": "v", "Host": "a.test"},
        content_type="text/x",
        environ_overrides={"REMOTE_ADDR": "10.0.0.1"},
    )
    request = world.entry.request
    assert (request.method, request.body, request.host) == ("POST", b"\xff", "a.test")
    assert (request.header("x-odd-name"), request.media_type) == ("v", "text/x")
    assert (request.header("content-length"), request.client) == ("1", "10.0.0.1")


# --- faults


@pytest.mark.parametrize("fault", FAULTS)
def test_a_caller_without_a_socket_is_told_which_fault_cannot_be_played(
    world: World, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.script({"url": "/x", "reply": {"fault": fault}})
    response = world.client.get("/x")
    assert response.status_code == 501
    assert response.json["error"].startswith(f"the fault '{fault}' needs the connection's socket")
    assert caplog.messages == [response.json["error"]]
    assert world.entry.complete is False


@pytest.mark.parametrize(
    ("fault", "seen"), [("reset", "reset"), ("empty", "empty"), ("garbage", GARBAGE)]
)
def test_an_in_process_caller_gives_the_connection_to_break(
    world: World, fault: str, seen: object
) -> None:
    connection = RememberedConnection()
    world.script({"url": "/x", "reply": {"fault": fault, "delay": "2s"}})
    world.client.get("/x", environ_overrides={"mockstudio.connection": connection})
    assert (connection.seen, world.clock.monotonic()) == ([seen], 2.0)
    assert (world.entry.sent, world.entry.complete) == (0, True)


def test_a_truncated_answer_sends_half_of_what_it_announces(world: World) -> None:
    dribble = {"chunks": 4, "over": "3s"}
    reply = {"text": "abcdefgh", "dribble": dribble, "fault": "truncate"}
    world.script({"url": "/x", "reply": reply})
    pieces, _, headers = world.client.run_wsgi_app(EnvironBuilder("/x").get_environ())
    assert (list(pieces), headers["Content-Length"]) == ([b"ab", b"cd"], "8")
    assert world.clock.monotonic() == 1.0
    assert (world.entry.sent, world.entry.complete) == (4, True)


class QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        assert type != "error", message % args


@pytest.fixture
def live() -> Iterator[tuple[World, int]]:
    world = World(SystemClock())
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield world, server.port
    server.shutdown()
    thread.join()
    server.server_close()


def received(port: int) -> bytes:
    """Return all that comes until the server closes.

    Raises ConnectionResetError when it resets instead; a test fails when bytes came before.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
        data = b""
        try:
            while part := client.recv(65_536):
                data += part
        except ConnectionResetError:
            assert data == b""
            raise
        return data


def test_a_reset_is_a_reset_on_werkzeugs_socket(live, capsys: pytest.CaptureFixture[str]) -> None:
    world, port = live
    world.script({"url": "/x", "reply": {"fault": "reset"}})
    for _ in range(5):
        with pytest.raises(ConnectionResetError):
            received(port)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("fault", "raw"), [("empty", b""), ("garbage", GARBAGE)])
def test_empty_and_garbage_are_real_on_werkzeugs_socket(
    live, fault: str, raw: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    world, port = live
    world.script({"url": "/x", "reply": {"fault": fault}})
    assert received(port) == raw
    assert capsys.readouterr().err == ""


def test_truncate_is_real_on_werkzeugs_socket(live) -> None:
    world, port = live
    world.script({"url": "/x", "reply": {"text": "0123456789", "fault": "truncate"}})
    head, _, body = received(port).partition(b"\r\n\r\n")
    assert b"Content-Length: 10" in head
    assert body == b"01234"


def test_a_client_that_does_not_read_leaves_the_answer_incomplete(live) -> None:
    world, port = live
    world.script({"url": "/x", "reply": {"text": "0" * 30_000_000}})
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.recv(4) == b"HTTP"
    deadline = world.clock.deadline(3)
    while world.entry.finished is None and not deadline.passed:
        world.clock.sleep(0.005)
    assert (world.entry.complete, world.entry.finished is None) == (False, False)
