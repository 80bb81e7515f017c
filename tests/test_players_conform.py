"""Both players, asked the same on raw sockets, do the same on the wire and in the journal."""

from __future__ import annotations

import base64
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from mockstudio.clock import ScaledClock, SystemClock
from mockstudio.config import SAMPLE_AUTH_TOKEN
from mockstudio.endpoints.answer import GARBAGE
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.journal import Entry
from mockstudio.sandbox import Sandbox
from mockstudio.server import serve_in_background
from mockstudio.signing import signature

UNCOMPARED = {"date", "server", "connection"}
FUNCTIONS = """
def greet(context, event, request):
    return {"hello": event.get("name"), "domain": context["DOMAIN_NAME"]}

def refuse(context, event, request):
    return 418, "short and stout"

def fail(context, event, request):
    raise ValueError("no such order")
"""

ENDPOINTS: list[dict[str, Any]] = [
    {"url": "/json", "reply": {"json": {"total": 12.5, "name": "Zoë ☕"}}},
    {"url": "/text", "reply": {"text": "grüße"}},
    {"url": "/twiml", "kind": "twiml", "reply": {"twiml": "<Response><Hangup/></Response>"}},
    {"url": "/plain-ok"},
    *({"url": f"/status/{n}", "reply": {"status": n, "text": "x"}} for n in (201, 299, 404, 599)),
    {"url": "/no-content", "reply": {"status": 204, "headers": {"X-A": "1"}}},
    {"url": "/not-modified", "reply": {"status": 304, "headers": {"ETag": '"7"'}}},
    {"url": "/moved", "reply": {"redirect": "https://example.com/a?b=c", "status": 307}},
    {
        "url": "/headers",
        "reply": {
            "headers": {"Set-Cookie": ["a=1", "b=2; Path=/"], "X-Odd": "Zoë ☕", "Server": "x"},
            "text": "",
        },
    },
    {"url": "/sized", "reply": {"json": {"a": 1}, "size": 65_537}},
    {"url": "/large", "reply": {"text": "0123456789" * 100_000}},
    {
        "url": "/orders/{id}",
        "reply": {
            "headers": {"X-Id": "{{ request.path_values.id }}"},
            "text": "{{ request.path }} {{ request.params.q }} no {{ request.n }}",
        },
    },
    {"url": "/sequence", "at_end": 404, "replies": [{"text": "one", "times": 2}, {"json": [2]}]},
    {"url": "/cookie", "when": {"cookies": {"session": "abc"}}, "reply": {"text": "welcome"}},
    {"url": "/cookie", "reply": {"status": 401, "text": "who?"}},
    {"url": "/form", "methods": "POST", "when": {"params": {"order": "4 2"}}},
    {"url": "/body", "methods": "POST", "when": {"json": {"a": [1]}}, "reply": {"text": "found"}},
    {"url": "/café/*", "reply": {"text": "{{ request.path }}"}},
    {"url": "/python", "reply": {"python": "conforming_functions:greet"}},
    {"url": "/teapot", "reply": {"python": "conforming_functions:refuse"}},
    {"url": "/raising", "reply": {"python": "conforming_functions:fail", "delay": "10ms"}},
    {"url": "/signed", "kind": "function", "visibility": "protected"},
    {"url": "/private", "kind": "function", "visibility": "private"},
    {"url": "/basic", "auth": {"user": "u", "password": "p"}},
    {"url": "https://a.twil.io/who", "reply": {"text": "a"}},
    {"url": "https://*.example.com/who", "reply": {"text": "example"}},
    {"url": "/delayed", "reply": {"text": "late", "delay": "100ms"}},
    {"url": "/dribble", "reply": {"text": "abcdef", "dribble": {"chunks": 3, "over": "150ms"}}},
    {
        "url": "/half-dribble",
        "reply": {"text": "abcdef", "dribble": {"chunks": 6, "over": "50ms"}, "fault": "truncate"},
    },
    {"url": "/half", "reply": {"text": "0123456789", "fault": "truncate"}},
    *({"url": f"/{fault}", "reply": {"fault": fault}} for fault in ("reset", "empty", "garbage")),
    {"url": "/late-reset", "reply": {"fault": "reset", "delay": "50ms"}},
]


@dataclass(frozen=True)
class Asked:
    target: str
    method: str = "GET"
    headers: tuple[str, ...] = ()
    body: bytes = b""
    host: str = "studio.test"

    @property
    def data(self) -> bytes:
        lines = [f"{self.method} {self.target} HTTP/1.1", f"Host: {self.host}", *self.headers]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body

    def __str__(self) -> str:
        return f"{self.method} {self.target} {self.host} {' '.join(self.headers)}"[:90]


@dataclass
class Seen:
    """What a socket saw."""

    raw: bytes = b""
    is_reset: bool = False
    status_line: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


FORM = ("Content-Type: application/x-www-form-urlencoded",)
SIGNED = signature(SAMPLE_AUTH_TOKEN, "http://studio.test/signed?a=1", {})
BASIC = base64.b64encode(b"u:p").decode()
REQUESTS = [
    *map(Asked, ["/json", "/text", "/twiml", "/plain-ok", "/no-content", "/not-modified"]),
    *(Asked(f"/status/{n}") for n in (201, 299, 404, 599)),
    *(Asked(path, "HEAD") for path in ("/json", "/no-content", "/large", "/dribble", "/half")),
    *(Asked("/json", method) for method in ("PROPFIND", "PATCH", "DELETE", "OPTIONS")),
    *map(Asked, ["/moved", "/headers", "/sized", "/large", "/orders/a%20b?q=Zo%C3%AB+x"]),
    Asked("/orders/7?q=1&q=2", "POST", FORM, b"q=form"),
    Asked("/cookie", headers=("Cookie: a=b; session=abc",)),
    Asked("/cookie"),
    Asked("/form?order=9", "POST", FORM, b"order=4+2"),
    Asked("/form?order=9", "POST", FORM, b"order=4"),
    Asked("/body", "POST", ("Content-Type: application/json",), b'{"a": [1], "b": 2}'),
    Asked("/form", "POST", (*FORM, "Expect: nothing"), b"order=" + b"4" * 200_000),
    Asked("/caf%C3%A9/x%2Fy"),
    Asked("/python?name=Zo%C3%AB"),
    *map(Asked, ["/teapot", "/raising", "/private", "/basic", "/signed", "/delayed", "/dribble"]),
    Asked("/signed?a=1", headers=(f"X-Twilio-Signature: {SIGNED}",)),
    Asked("/basic", headers=(f"Authorization: Basic {BASIC}",)),
    Asked("/who"),
    Asked("/who", host="a.twil.io"),
    Asked("/who", host="B.example.com"),
    Asked("/json", host="a.twil.io"),
    Asked("http://b.example.com/who?x=1", host="ignored"),
    Asked("/nowhere?a=1", "POST", FORM, b"b=2"),
    Asked("/json?mockstudio-play=server-error"),
    *map(Asked, ["/half", "/half-dribble", "/reset", "/empty", "/garbage", "/late-reset"]),
]


class QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        assert type != "error", message % args


@contextmanager
def werkzeug_server(sandbox: Sandbox) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, sandbox.app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def wire_server(sandbox: Sandbox) -> Iterator[int]:
    with serve_in_background(sandbox) as server:
        yield server.port


PLAYERS = {"wire": wire_server, "flask": werkzeug_server}


@pytest.fixture(scope="module")
def endpoint_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("conforming")
    (folder / "conforming_functions.py").write_text(FUNCTIONS)
    yield folder
    sys.modules.pop("conforming_functions", None)


@pytest.fixture(scope="module")
def worlds(endpoint_file: Path) -> Iterator[dict[str, tuple[Sandbox, int]]]:
    """Make a sandbox with its port for each player, alive for all requests."""
    found = {}
    with ExitStack() as stack:
        for name, serve in PLAYERS.items():
            sandbox = stack.enter_context(Sandbox(clock=SystemClock()))
            source = str(endpoint_file / "conforming.endpoints.yaml")
            sandbox.endpoints.use(parse_endpoints(ENDPOINTS, source, endpoint_file))
            found[name] = sandbox, stack.enter_context(serve(sandbox))
        yield found


def ask(port: int, asked: Asked) -> Seen:
    seen = Seen()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(asked.data)
        try:
            while not is_whole(seen.raw, asked.method) and (data := client.recv(65_536)):
                seen.raw += data
        except ConnectionResetError:
            seen.is_reset = True
    head, _, seen.body = seen.raw.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/"):
        seen.status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = (line.split(": ", 1) for line in lines)
        seen.headers = sorted((n, v) for n, v in headers if n.lower() not in UNCOMPARED)
    return seen


def is_whole(raw: bytes, method: str) -> bool:
    head, end, body = raw.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head, re.IGNORECASE)
    if not end or not raw.startswith(b"HTTP/"):
        return False
    return method == "HEAD" or length is None or len(body) >= int(length[1])


def last_entry(sandbox: Sandbox) -> Entry:
    """Return the newest entry once its answer is over."""
    deadline = SystemClock().deadline(2)
    while not deadline.passed:
        entries = list(sandbox.journal)
        if entries and entries[-1].finished is not None:
            return entries[-1]
        SystemClock().sleep(0.002)
    raise AssertionError("no answer is noted as over")


def noted(entry: Entry) -> dict[str, Any]:
    """Return what the journal says, without what differs from one run to the next."""
    said = entry.to_dict()
    for name in ("number", "at", "seconds"):
        del said[name]
    headers = {name.lower(): value for name, value in said["request"]["headers"]}
    said["request"]["headers"] = headers
    return said


@pytest.mark.parametrize("asked", REQUESTS, ids=str)
def test_both_players_do_the_same(worlds: dict[str, tuple[Sandbox, int]], asked: Asked) -> None:
    seen: dict[str, Seen] = {}
    entries: dict[str, dict[str, Any]] = {}
    for name, (sandbox, port) in worlds.items():
        sandbox.reset()
        seen[name] = ask(port, asked)
        entries[name] = noted(last_entry(sandbox))
        assert entries[name]["answer"]["complete"]
    for part in ("status_line", "headers", "body", "is_reset"):
        assert getattr(seen["wire"], part) == getattr(seen["flask"], part), part
    assert entries["wire"] == entries["flask"]


@pytest.mark.parametrize("player", PLAYERS)
def test_a_sequence_hands_out_its_replies_in_order(
    worlds: dict[str, tuple[Sandbox, int]], player: str
) -> None:
    sandbox, port = worlds[player]
    sandbox.reset()
    bodies = [ask(port, Asked("/sequence")).body for _ in range(4)]
    assert bodies[:3] == [b"one", b"one", b"[2]"]
    assert b"has no reply left for call 4" in bodies[3]


@pytest.mark.parametrize("player", PLAYERS)
@pytest.mark.parametrize(
    ("target", "raw", "is_reset"),
    [
        ("/reset", b"", True),
        ("/late-reset", b"", True),
        ("/empty", b"", False),
        ("/garbage", GARBAGE, False),
    ],
)
def test_a_fault_is_real_on_the_socket(
    worlds: dict[str, tuple[Sandbox, int]], player: str, target: str, raw: bytes, is_reset: bool
) -> None:
    seen = ask(worlds[player][1], Asked(target))
    assert (seen.raw, seen.is_reset) == (raw, is_reset)


@pytest.mark.parametrize("player", PLAYERS)
def test_a_truncated_answer_announces_more_than_it_sends(
    worlds: dict[str, tuple[Sandbox, int]], player: str
) -> None:
    seen = ask(worlds[player][1], Asked("/half"))
    assert ("Content-Length", "10") in seen.headers
    assert (seen.body, seen.is_reset) == (b"01234", False)


@pytest.mark.parametrize("player", PLAYERS)
def test_a_dribbled_body_comes_at_its_moments(
    worlds: dict[str, tuple[Sandbox, int]], player: str
) -> None:
    clock = SystemClock()
    with socket.create_connection(("127.0.0.1", worlds[player][1]), timeout=5) as client:
        began = clock.monotonic()
        client.sendall(Asked("/dribble").data)
        file = client.makefile("rb")
        while file.readline() not in (b"\r\n", b""):
            pass
        for number, part in enumerate((b"ab", b"cd", b"ef")):
            assert file.read(2) == part
            late = clock.monotonic() - began - 0.075 * number
            assert 0 <= late < 0.07, number
        file.close()


@pytest.mark.parametrize("player", PLAYERS)
def test_a_scaled_clock_hastens_both_players(player: str) -> None:
    clock = SystemClock()
    with Sandbox(clock=ScaledClock(50)) as sandbox:
        sandbox.add_endpoints([{"url": "/slow", "reply": {"text": "x", "delay": "5s"}}])
        with PLAYERS[player](sandbox) as port:
            began = clock.monotonic()
            assert ask(port, Asked("/slow")).body == b"x"
            assert 0.1 <= clock.monotonic() - began < 0.5
        # The player may note the end a moment after the peer has read it.
        (entry,) = sandbox.journal
        patience = clock.deadline(5)
        while entry.finished is None and not patience.passed:
            clock.sleep(0.005)
        assert entry.to_dict()["seconds"]["finished"] >= 5
