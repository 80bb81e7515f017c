from __future__ import annotations

import socket

import pytest

from mockstudio.clock import ScaledClock
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.model import Fault
from mockstudio.wire.player import GARBAGE
from mockstudio.wire.server import WireServer


def test_a_delay_counts_from_the_arrival(connect, endpoints, clock):
    client = connect()
    began = clock.monotonic()
    assert client.get("/slow").body == b"slow"
    assert 0.2 <= clock.monotonic() - began < 0.35
    assert endpoints.journal[0].finished == [(4, True)]


def test_a_delay_counts_from_the_arrival_when_making_the_answer_took_time(
    connect, endpoints, text, clock
):
    def think(request):
        clock.sleep(0.15)
        return text(at=0.3)

    endpoints.call("/think", think, needs_thread=True)
    client = connect()
    began = clock.monotonic()
    assert client.get("/think").status == 200
    assert 0.3 <= clock.monotonic() - began < 0.42


def test_no_delay_ends_early(connect, endpoints, text, clock):
    endpoints.play("/short", text(at=0.0123))
    client = connect()
    for _ in range(20):
        began = clock.monotonic()
        client.get("/short")
        assert clock.monotonic() - began >= 0.0123


def test_a_dribbled_body_comes_at_its_moments(connect, endpoints, clock):
    pieces = tuple(Piece(0.05 + 0.1 * n, bytes([97 + n])) for n in range(4))
    endpoints.play("/dribble", Answer(pieces=pieces, at=0.05))
    client = connect()
    began = clock.monotonic()
    client.request("/dribble")
    assert client.read_head()[1]["content-length"] == "4"
    moments = []
    for n in range(4):
        assert client.file.read(1) == bytes([97 + n])
        moments.append(clock.monotonic() - began)
    assert [0.05 + 0.1 * n <= moment < 0.13 + 0.1 * n for n, moment in enumerate(moments)] == [
        True
    ] * 4


def test_the_head_of_a_dribble_does_not_wait_for_its_first_piece(connect, endpoints, clock):
    endpoints.play("/late-body", Answer(pieces=(Piece(0.3, b"late"),)))
    client = connect()
    began = clock.monotonic()
    client.request("/late-body")
    client.read_head()
    assert clock.monotonic() - began < 0.2
    assert client.file.read(4) == b"late"
    assert clock.monotonic() - began >= 0.3


def test_a_scaled_clock_makes_delays_shorter(loop_kind, endpoints, text, clock):
    endpoints.play("/long", text(at=10.0))
    with WireServer(endpoints, None, (), ScaledClock(50)) as server:
        began = clock.monotonic()
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
            client.sendall(b"GET /long HTTP/1.1\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        assert 0.2 <= clock.monotonic() - began < 0.4


@pytest.fixture
def many_files():
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard not in (resource.RLIM_INFINITY,) and hard < 4_096:
        pytest.skip(f"needs 4096 open files, the limit is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4_096), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_slow_answers_take_no_longer_than_one(
    many_files, serve, connect, endpoints, text, clock
):
    endpoints.play("/second", text(at=1.0))
    server = serve()
    clients = [connect(server) for _ in range(1_000)]
    began = clock.monotonic()
    for client in clients:
        client.request("/second")
    assert all(client.read().body == b"hello" for client in clients)
    assert 1.0 <= clock.monotonic() - began < 2.0
    assert len(endpoints.journal) == 1_000


@pytest.mark.parametrize("at", [0.0, 0.05])
def test_a_reset_is_seen_as_a_reset(connect, endpoints, text, at):
    endpoints.play("/fault", text(fault=Fault.RESET, at=at))
    client = connect()
    client.request("/fault")
    with pytest.raises(ConnectionResetError):
        client.socket.recv(1)
    assert endpoints.journal[0].finished == [(0, True)]


def test_empty_closes_without_a_byte(connect, endpoints, text):
    endpoints.play("/fault", text(fault=Fault.EMPTY))
    client = connect()
    client.request("/fault")
    assert client.read_all() == b""
    assert endpoints.journal[0].finished == [(0, True)]


def test_truncate_announces_everything_and_sends_half(connect, endpoints, text):
    endpoints.play("/fault", text("0123456789", fault=Fault.TRUNCATE))
    client = connect()
    client.request("/fault")
    status, headers = client.read_head()
    assert (status, headers["content-length"]) == (200, "10")
    assert "connection" not in headers
    assert client.read_all() == b"01234"
    assert endpoints.journal[0].finished == [(5, True)]


def test_a_truncated_dribble_breaks_off_half_way(connect, endpoints, clock):
    pieces = tuple(Piece(0.1 * n, b"ab") for n in range(4))
    endpoints.play("/fault", Answer(pieces=pieces, fault=Fault.TRUNCATE))
    client = connect()
    began = clock.monotonic()
    client.request("/fault")
    client.read_head()
    assert client.read_all() == b"abab"
    assert 0.1 <= clock.monotonic() - began < 0.19


def test_garbage_is_no_http(connect, endpoints, text):
    endpoints.play("/fault", text(fault=Fault.GARBAGE))
    client = connect()
    client.request("/fault")
    assert client.read_all() == GARBAGE


@pytest.mark.parametrize("status", [100, 103, 199])
def test_after_a_1xx_the_connection_closes_as_no_final_answer_follows(connect, endpoints, status):
    endpoints.play("/early", Answer(status=status, pieces=(Piece(0.0, b"x"),)))
    client = connect()
    client.request("/early")
    assert client.read_head() == (status, {"connection": "close"})
    assert client.read_all() == b""


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_body_sends_none_and_stays_open(connect, endpoints, status):
    endpoints.play("/none", Answer(status=status, pieces=(Piece(0.0, b"x"),)))
    client = connect()
    assert client.get("/none").headers == {}
    assert client.get("/hello").body == b"hello"
    assert endpoints.journal[0].finished == [(0, True)]


def test_a_large_body_arrives_whole_at_a_client_that_reads_slowly(connect, endpoints, clock):
    body = bytes(range(256)) * 20_000
    endpoints.play(
        "/big", Answer(pieces=(Piece(0.0, body[:3_000_000]), Piece(0.0, body[3_000_000:])))
    )
    client = connect()
    client.send(b"GET /big HTTP/1.1\r\n\r\nGET /hello HTTP/1.1\r\n\r\n")
    clock.sleep(0.1)
    assert client.read().body == body
    assert client.read().body == b"hello"
    assert endpoints.journal[0].finished == [(len(body), True)]


@pytest.mark.parametrize("path", ["/never", "/dribble"])
def test_a_client_that_goes_away_ends_the_answer(connect, endpoints, eventually, path):
    endpoints.play("/dribble", Answer(pieces=(Piece(0.0, b"abc"), Piece(60.0, b"d"))))
    client = connect()
    client.request(path)
    eventually(lambda: len(endpoints.journal) == 1)
    if path == "/dribble":
        client.read_head()
    client.close()
    eventually(lambda: bool(endpoints.journal[0].finished))
    assert endpoints.journal[0].finished == [(3 if path == "/dribble" else 0, False)]


def test_a_client_that_goes_away_while_a_thread_thinks_ends_the_answer(
    connect, endpoints, eventually, text, clock
):
    def think(request):
        clock.sleep(0.2)
        return text()

    endpoints.call("/think", think, needs_thread=True)
    client = connect()
    client.request("/think")
    client.close()
    eventually(lambda: [entry.finished for entry in endpoints.journal] == [[(0, False)]])
