from __future__ import annotations

import signal
import socket
import subprocess
import sys
import textwrap
import threading

import pytest

from mockstudio.errors import ServerError
from mockstudio.wire.limits import WireLimits
from mockstudio.wire.server import WireServer

SCRIPT = textwrap.dedent(
    """
    import sys
    from mockstudio.clock import SystemClock
    from mockstudio.endpoints.answer import Answer, Piece
    from mockstudio.wire.server import WireServer

    class Endpoints:
        needs_thread = False
        def find(self, request): return None if request.path == "/app" else self
        def answer(self, match, request): return Answer(pieces=(Piece(60.0, b"x"),), at=60.0), self
        def finish(self, sent, complete): print("finished", sent, complete, flush=True)

    def app(environ, start_response):
        SystemClock().sleep(60)

    server = WireServer(Endpoints(), app, (), SystemClock())
    got = server.run_forever(lambda url: print(url, flush=True))
    print("stopped by", got.name, flush=True)
    """
)


@pytest.fixture
def process():
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with started:
        yield started
        if started.poll() is None:
            started.kill()


def call(process, path):
    port = int(process.stdout.readline().rpartition(":")[2])
    client = socket.create_connection(("127.0.0.1", port), timeout=5)
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    return client


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_with_delayed_answers_in_flight(process, number, clock):
    with call(process, "/delayed"):
        clock.sleep(0.1)
        began = clock.monotonic()
        process.send_signal(number)
        output, errors = process.communicate(timeout=5)
        assert clock.monotonic() - began < 2
    assert output.splitlines() == ["finished 0 False", f"stopped by {number.name}"]
    assert (process.returncode, errors) == (0, "")


def test_an_app_that_hangs_does_not_keep_the_process_from_ending(process, clock):
    with call(process, "/app"):
        clock.sleep(0.1)
        began = clock.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=5)
        assert clock.monotonic() - began < 2
    assert process.returncode == 0


def test_a_second_signal_ends_the_process_at_once(process, clock):
    with call(process, "/app"):
        clock.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        clock.sleep(0.1)
        began = clock.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=5)
        assert clock.monotonic() - began < 0.5
    assert process.returncode == -signal.SIGTERM


def test_stop_ends_delayed_and_hanging_answers_within_two_seconds(serve, connect, endpoints, clock):
    release = threading.Event()

    def hang(environ, start_response):
        release.wait(10)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    server = serve(hang)
    clients = [connect(server) for _ in range(50)]
    for number, client in enumerate(clients):
        client.request("/never" if number % 2 else "/app")
    patience = clock.deadline(5)
    while len(endpoints.journal) < 25 and not patience.passed:
        clock.sleep(0.01)
    clock.sleep(0.1)
    began = clock.monotonic()
    server.stop()
    assert clock.monotonic() - began < 2
    release.set()
    assert all(client.read_all() == b"" for client in clients)
    assert {tuple(entry.finished) for entry in endpoints.journal} == {((0, False),)}


def test_stop_waits_a_moment_for_what_the_app_is_answering(serve, connect, clock):
    def app(environ, start_response):
        clock.sleep(0.2)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    server = serve(app)
    client = connect(server)
    client.request("/")
    clock.sleep(0.1)
    server.stop()
    assert client.read().body == b"ok"


def test_nothing_is_left_after_stop(serve, connect):
    before = set(threading.enumerate())
    server = serve()
    client = connect(server)
    client.get("/hello")
    client.get("/app")
    names = {thread.name for thread in set(threading.enumerate()) - before}
    assert names == {"mockstudio-wire", "mockstudio-worker-1"}
    server.stop()
    assert set(threading.enumerate()) <= before
    assert client.read_all() == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_a_server_can_be_started_again_and_stopped_twice(loop_kind, endpoints, clock):
    server = WireServer(endpoints, None, (), clock)
    for _ in range(2):
        with server:
            socket.create_connection(("127.0.0.1", server.port)).close()
        server.stop()


def test_starting_twice_is_an_error(serve):
    server = serve()
    with pytest.raises(ServerError, match="stop"):
        server.start()


def test_an_address_in_use_names_the_cure(serve, endpoints, clock):
    server = serve()
    other = WireServer(endpoints, None, (), clock, port=server.port)
    with pytest.raises(ServerError, match=rf"127\.0\.0\.1 port {server.port}.*--port 0") as caught:
        other.start()
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(("host", "port"), [("no-such-host.invalid", 0), ("127.0.0.1", 99_999)])
def test_an_impossible_address_is_an_error_too(loop_kind, endpoints, clock, host, port):
    with pytest.raises(ServerError, match=host):
        WireServer(endpoints, None, (), clock, host=host, port=port).start()


def test_there_is_no_url_before_the_start(endpoints, clock):
    with pytest.raises(ServerError, match="start"):
        _ = WireServer(endpoints, None, (), clock).url


@pytest.mark.parametrize(
    ("host", "shown", "reached"),
    [
        ("::1", "http://[::1]:", "::1"),
        ("0.0.0.0", "http://127.0.0.1:", "127.0.0.1"),
        ("localhost", "http://localhost:", "localhost"),
    ],
)
def test_other_hosts_work(loop_kind, endpoints, clock, host, shown, reached):
    with WireServer(endpoints, None, (), clock, host=host) as server:
        assert server.url == f"{shown}{server.port}"
        with socket.create_connection((reached, server.port), timeout=5) as client:
            client.sendall(b"GET /hello HTTP/1.1\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")


def test_a_callback_runs_in_the_loop(serve):
    server = serve()
    names: list[str] = []
    done = threading.Event()
    server.run_in_loop(lambda: (names.append(threading.current_thread().name), done.set()))
    assert done.wait(2)
    assert names == ["mockstudio-wire"]
    server.stop()
    with pytest.raises(ServerError):
        server.run_in_loop(done.set)


def test_the_tick_follows_the_shortest_time_out():
    assert WireLimits().tick_seconds == 0.2
    assert WireLimits(idle_seconds=0.1).tick_seconds == pytest.approx(0.01)
