"""The call over real sockets, against servers that do everything a server should not."""

from __future__ import annotations

import gzip
import os
import re
import socket
import ssl
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from urllib3.connection import HTTPConnection

from mockstudio.clock import ScaledClock, SystemClock, VirtualClock
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.limits import Limits
from mockstudio.flows.verdict import judge
from mockstudio.http.outgoing import Destination
from mockstudio.signing import is_signed

TIME = 0.3
SLACK = 1.5
"""How late a busy machine may be; the dribbles below would go on for much longer."""
LIMITS = Limits(http_timeout=TIME)
PEM = Path(__file__).with_name("localhost.pem")


def head(status: str = "200 OK", **headers: object) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{n.replace('_', '-')}: {v}" for n, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def says(*pieces: bytes):
    """Send pieces at once."""
    return lambda connection, over: connection.sendall(b"".join(pieces))


def dribbles(data: bytes, before: bytes = b""):
    """Send a byte every twentieth of a second: never late by the measure of a single read."""

    def script(connection, over):
        connection.sendall(before)
        for byte in data:
            connection.sendall(bytes([byte]))
            if over.wait(0.05):
                return

    return script


def goes_on(before: bytes, forever: bytes):
    def script(connection, over):
        connection.sendall(before)
        while not over.is_set():
            connection.sendall(forever)

    return script


def is_silent(connection, over):
    over.wait(5)


def resets(before: bytes = b""):
    def script(connection, over):
        connection.sendall(before)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return script


def bomb(connection, over):
    """A gzip stream whose blocks of 1 MB of zeros never end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    start = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
    goes_on(head(Content_Encoding="gzip") + start, block)(connection, over)


# What the server does, the rule that decides, whether it takes the whole time.
CASES = {
    "silence": (is_silent, "timeout", True),
    "dribbled head": (dribbles(head(X="y" * 100)), "timeout", True),
    "dribbled body": (dribbles(b"x" * 100, head(Content_Length=100)), "timeout", True),
    "dribbled chunks": (
        dribbles(b"1\r\nx\r\n" * 20, head(Transfer_Encoding="chunked")),
        "timeout",
        True,
    ),
    "dribbled gzip": (
        dribbles(gzip.compress(b"x" * 100), head(Content_Encoding="gzip")),
        "timeout",
        True,
    ),
    "endless interim answers": (goes_on(b"", head("100 Continue")), "timeout", True),
    "endless empty gzip": (
        goes_on(head(Content_Encoding="gzip"), gzip.compress(b"")),
        "timeout",
        True,
    ),
    "endless body": (goes_on(head(), bytes(4096)), "overflow", False),
    "endless chunks": (
        goes_on(head(Transfer_Encoding="chunked"), b"5\r\nhello\r\n"),
        "overflow",
        False,
    ),
    "endless head": (goes_on(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), "network", False),
    "endless header line": (goes_on(b"HTTP/1.1 200 OK\r\nA: ", b"x" * 4096), "network", False),
    "endless status line": (goes_on(b"HTTP/1.1 200 ", b"x" * 4096), "network", False),
    "gzip bomb": (bomb, "overflow", False),
    "reset": (resets(), "reset", False),
    "reset in the body": (resets(head(Content_Length=9) + b"x"), "reset", False),
    "closed at once": (says(), "network", False),
    "closed in the body": (says(head(Content_Length=9), b"x"), "network", False),
    "closed in a chunk": (says(head(Transfer_Encoding="chunked"), b"9\r\nx"), "network", False),
    "only an interim answer": (says(head("100 Continue")), "network", False),
    "garbage": (says(b"\x00\xffthis is not HTTP\x00\xff\r\n"), "network", False),
    "bad gzip": (says(head(Content_Encoding="gzip"), b"not gzip"), "network", False),
    "bad chunk size": (says(head(Transfer_Encoding="chunked"), b"x\r\n"), "network", False),
    "endless redirects": (says(head("302 Found", Location="/x")), "too-many-redirects", False),
    "a redirect with an endless body": (
        goes_on(head("302 Found", Location="/x"), bytes(4096)),
        "too-many-redirects",
        False,
    ),
    "a redirect to ftp": (says(head("302 Found", Location="ftp://x/")), "bad-redirect", False),
}


@pytest.mark.parametrize(("script", "reason", "late"), CASES.values(), ids=CASES.keys())
def test_a_misbehaving_server_ends_with_a_verdict_in_time(server, live, script, reason, late):
    request = WidgetRequest("lookup", server.play(script))
    limits = LIMITS if late else Limits()
    exchange = live(limits).call(request)
    verdict = judge(exchange, request, limits)
    assert verdict.reason == reason, verdict.explanation
    assert not late or exchange.elapsed >= TIME
    assert exchange.elapsed < TIME + SLACK


def test_a_dribbled_body_is_told_apart_from_no_answer(server, live):
    client = live(LIMITS)
    begun = client.call(WidgetRequest("w", server.play(dribbles(b"x" * 99, head()))))
    silent = client.call(WidgetRequest("w", server.play(is_silent)))
    assert re.fullmatch(r"answer not complete after .+ m?s, limit 300 ms", begun.failure.text)
    assert re.fullmatch(r"no answer after .+ m?s, limit 300 ms", silent.failure.text)


def test_a_connection_that_is_closed_meanwhile_is_a_network_failure(server, live, monkeypatch):
    send = HTTPConnection.request

    def send_and_close(connection, *arguments, **keywords):
        send(connection, *arguments, **keywords)
        connection.sock.close()
        connection.sock = None

    monkeypatch.setattr(HTTPConnection, "request", send_and_close)
    exchange = live(LIMITS).call(WidgetRequest("w", server.play(is_silent)))
    assert exchange.failure.kind == "network"


def test_nothing_listening_is_refused(live, server):
    address = server.address
    server.close()
    exchange = live(LIMITS).call(WidgetRequest("w", f"http://{address}/"))
    assert exchange.failure.kind == "refused"
    assert exchange.failure.text == f"{address} refused the connection"
    assert exchange.hops[0].status is None


def test_a_name_that_does_not_exist_is_a_dns_failure(live, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    exchange = live(LIMITS).call(WidgetRequest("w", "http://no-such-host.invalid/"))
    assert exchange.failure.kind == "dns"


def test_the_next_address_is_tried_when_the_first_refuses(live, server, monkeypatch):
    closed = socket.create_server(("127.0.0.2", 0))
    closed.close()
    port = server.listener.getsockname()[1]
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("127.0.0.2", "127.0.0.1")
    ]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: found if host == "two" else real(host, *a, **k)
    )
    url = server.play(says(head(Content_Length=0))).replace("127.0.0.1", "two")
    assert live(LIMITS).call(WidgetRequest("w", url)).response.status == 200


def encrypted(script):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)

    def play(connection, over):
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65_536)
            script(secure, over)

    return play


@pytest.fixture
def tls_server(server, monkeypatch):
    # The handshake is the wrapped socket's business: nothing must be read before it.
    def serve(connection):
        with connection, suppress(OSError):
            server._script(connection, server.over)

    monkeypatch.setattr(server, "_serve", serve)
    return server


def test_an_answer_over_tls_is_read(tls_server, live):
    url = tls_server.play(encrypted(says(head(Content_Length=2), b"ok")), "https")
    exchange = live(Limits(), verify=str(PEM)).call(WidgetRequest("w", url))
    assert exchange.failure is None
    assert exchange.response.body == b"ok"


def test_a_dribbled_body_over_tls_ends_in_time(tls_server, live):
    url = tls_server.play(encrypted(dribbles(b"x" * 99, head())), "https")
    exchange = live(LIMITS, verify=str(PEM)).call(WidgetRequest("w", url))
    assert exchange.failure.kind == "timeout"
    assert TIME <= exchange.elapsed < TIME + SLACK


def test_a_certificate_that_does_not_verify_is_a_tls_failure(tls_server, live):
    url = tls_server.play(encrypted(says(head(Content_Length=0))), "https")
    exchange = live(Limits()).call(WidgetRequest("w", url))
    assert exchange.failure.kind == "tls"
    assert "self-signed certificate" in exchange.failure.text


def test_plain_http_on_a_tls_port_is_a_tls_failure(tls_server, live):
    url = tls_server.play(says(head(Content_Length=0)), "https")
    assert live(Limits()).call(WidgetRequest("w", url)).failure.kind == "tls"


@pytest.mark.parametrize(
    "script", [is_silent, dribbles(b"x" * 99, b"\x16\x03\x03\x40\x00")], ids=["silent", "dribbled"]
)
def test_a_slow_handshake_ends_in_time(tls_server, live, script):
    url = tls_server.play(script, "https")
    exchange = live(LIMITS, verify=str(PEM)).call(WidgetRequest("w", url))
    assert exchange.failure.kind == "timeout"
    assert TIME <= exchange.elapsed < TIME + SLACK


def test_the_deadline_runs_over_all_redirects(server, live):
    def slow_redirect(connection, over):
        over.wait(0.08)
        connection.sendall(head("302 Found", Location="/x"))

    exchange = live(LIMITS).call(WidgetRequest("w", server.play(slow_redirect)))
    assert exchange.failure.kind == "timeout"
    assert 1 < len(exchange.hops) <= 5


def test_a_live_call_under_a_virtual_clock_costs_its_real_time(server, live):
    def late(connection, over):
        over.wait(0.1)
        connection.sendall(head(Content_Length=2))
        over.wait(0.1)
        connection.sendall(b"ok")

    clock = VirtualClock()
    real = SystemClock()
    began = real.monotonic()
    exchange = live(Limits(), clock).call(WidgetRequest("w", server.play(late)))
    assert exchange.response.body == b"ok"
    assert 0.1 < clock.monotonic() == exchange.elapsed <= real.monotonic() - began


def test_a_virtual_clock_stands_at_the_deadline_after_a_live_timeout(server, live):
    exchange = live(LIMITS, VirtualClock()).call(WidgetRequest("w", server.play(is_silent)))
    assert exchange.failure.kind == "timeout"
    assert TIME - 0.1 < exchange.elapsed < TIME + SLACK


def test_a_scaled_clock_shortens_the_real_wait(server, live):
    real = SystemClock()
    began = real.monotonic()
    exchange = live(Limits(), ScaledClock(50)).call(WidgetRequest("w", server.play(is_silent)))
    assert exchange.failure.numbers["limit"] == 10
    assert exchange.elapsed >= 10
    assert real.monotonic() - began < 5


def test_a_connection_is_not_used_again_though_the_server_would(server, live):
    after: list[bytes] = []

    def keeps_open(connection, over):
        connection.sendall(head(Connection="keep-alive", Content_Length=2) + b"ok")
        after.append(connection.recv(1))

    client = live(Limits())
    url = server.play(keeps_open)
    for _ in range(2):
        assert client.call(WidgetRequest("w", url)).response.body == b"ok"
    server.close()
    assert after == [b"", b""]


def test_a_failure_names_where_the_flow_meant_to_go_and_where_it_went(server, live):
    there = server.address
    client = live(Limits(), resolve=lambda url: Destination(f"http://{there}/x"))
    server.close()
    exchange = client.call(WidgetRequest("w", "https://orders.twil.io/x"))
    assert exchange.failure.text == f"orders.twil.io (at {there}) refused the connection"


def test_cookies_are_not_kept(server, live):
    client = live(LIMITS)
    url = server.play(says(head(Content_Length=0, Set_Cookie="a=b")))
    for _ in range(2):
        client.call(WidgetRequest("w", url))
    assert b"Cookie:" not in server.heads[1]


def test_the_request_on_the_wire_is_the_one_that_was_signed(httpserver, live, account):
    httpserver.expect_request("/look up").respond_with_json({"ok": True})
    request = WidgetRequest(
        "w", httpserver.url_for("/look%20up?a=%c3%a9&b=ü+1"), parameters=(("n", "ä b"),)
    )
    exchange = live(Limits()).call(request)
    received, _ = httpserver.log[0]
    assert exchange.response.status == 200
    assert received.headers["User-Agent"] == "TwilioProxy/1.1"
    assert received.headers["Connection"] == "close"
    assert is_signed(
        received.headers["X-Twilio-Signature"],
        account.auth_token,
        f"http://{received.host}{received.environ['REQUEST_URI']}",
        dict(received.form.lists()),
    )


def test_redirects_are_followed_and_each_hop_is_recorded(httpserver, live):
    httpserver.expect_request("/a", method="POST").respond_with_data(
        "", 303, {"Location": "/b?x=1"}
    )
    httpserver.expect_request("/b", method="GET", data=b"").respond_with_data("there")
    exchange = live(Limits()).call(WidgetRequest("w", httpserver.url_for("/a"), body="x=1"))
    assert exchange.response.body == b"there"
    assert [(hop.method, hop.status, hop.location) for hop in exchange.hops] == [
        ("POST", 303, "/b?x=1"),
        ("GET", 200, None),
    ]
    assert exchange.request.url == exchange.hops[1].url == httpserver.url_for("/b?x=1")


MEMORY = """
import resource, sys
import requests
from mockstudio.clock import SystemClock
from mockstudio.flows.http.call import StudioClient
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.limits import Limits
from mockstudio.http.client import HttpClient
from mockstudio.http.outgoing import Account, Destination
from mockstudio.http.transport import DeadlineAdapter

session, clock = requests.Session(), SystemClock()
session.trust_env = False
session.mount("http://", DeadlineAdapter(clock))
client = StudioClient(HttpClient(session, Destination, clock, Account("AC", "t")), Limits())
most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
client.call(WidgetRequest("w", "http://127.0.0.1:1/"))
before = most()
exchange = client.call(WidgetRequest("w", sys.argv[1]))
print(exchange.failure.kind, most() - before, exchange.elapsed)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="measures with getrusage")
@pytest.mark.parametrize(
    "script",
    [goes_on(head(Content_Length=1 << 30), bytes(1 << 20)), goes_on(head(), bytes(1 << 20)), bomb],
    ids=["announced", "until closed", "gzip"],
)
def test_a_gigabyte_is_refused_quickly_in_little_memory(server, script):
    url = server.play(script)
    command = [sys.executable, "-c", MEMORY, url]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    result = subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True, timeout=60
    )
    kind, kilobytes, seconds = result.stdout.split()
    assert kind == "overflow"
    assert int(kilobytes) < 30_000
    assert float(seconds) < 5
