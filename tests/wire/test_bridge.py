from __future__ import annotations

import json
import sys
import threading
from queue import SimpleQueue
from wsgiref.validate import validator

import pytest
from flask import Flask, Response, jsonify, request


def app_of(status="200 OK", headers=(), pieces=(b"",)):
    def app(environ, start_response):
        start_response(status, list(headers))
        return pieces

    return app


@pytest.fixture
def flask_app():
    app = Flask("bridged")

    @app.route("/api/<name>", methods=["GET", "POST", "DELETE"])
    def show(name):
        return jsonify(
            name=name,
            method=request.method,
            args=request.args.to_dict(),
            form=request.form.to_dict(),
            url=request.url,
            cookies=request.cookies,
            remote=request.remote_addr,
            arrived=request.environ["mockstudio.arrived"],
            protocol=request.environ["SERVER_PROTOCOL"],
            twice=request.headers.get("X-Twice"),
        )

    @app.route("/broken")
    def broken():
        raise RuntimeError("no such thing")

    return app


def test_a_flask_app_sees_the_whole_request(serve, connect, flask_app, clock):
    client = connect(serve(flask_app))
    client.send(
        b"POST /api/gr%C3%BC%C3%9Fe?a=1 HTTP/1.1\r\nHost: studio.test\r\nX-Twice: 1\r\n"
        b"X-Twice: 2\r\nCookie: a=1\r\nCookie: b=2\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nx=1\r\n4\r\n&y=2\r\n0\r\n\r\n"
    )
    answer = client.read()
    seen = json.loads(answer.body)
    assert seen.pop("arrived") <= clock.monotonic()
    assert seen == {
        "name": "grüße",
        "method": "POST",
        "args": {"a": "1"},
        "form": {"x": "1", "y": "2"},
        "url": "http://studio.test/api/grüße?a=1",
        "cookies": {"a": "1", "b": "2"},
        "remote": "127.0.0.1",
        "protocol": "HTTP/1.1",
        "twice": "1,2",
    }


def test_a_header_with_an_underscore_cannot_pass_for_another(serve, connect, flask_app):
    client = connect(serve(flask_app))
    assert b'"twice":null' in client.get("/api/x", "X_Twice: 1").body


def test_the_environ_is_complete_and_the_calls_are_by_the_book(serve, connect):
    failures = []

    def app(environ, start_response):
        environ["wsgi.input"].read(3)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]

    checked = validator(app)

    def guarded(environ, start_response):
        try:
            return checked(environ, start_response)
        except AssertionError as error:
            failures.append(error)
            raise

    client = connect(serve(guarded))
    client.send(b"POST /a%20b?q HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
    assert client.read().body == b"ok"
    assert failures == []


def test_a_body_of_unknown_length_is_chunked_piece_by_piece(serve, connect):
    pieces: SimpleQueue[bytes | None] = SimpleQueue()

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return iter(pieces.get, None)

    client = connect(serve(app))
    client.request("/events")
    pieces.put(b"data: 1\n\n")
    assert client.read_head()[1]["transfer-encoding"] == "chunked"
    assert client.read_chunk() == b"data: 1\n\n"
    pieces.put(b"data: 2\n\n")
    assert client.read_chunk() == b"data: 2\n\n"
    pieces.put(b"")
    pieces.put(None)
    assert client.read_chunk() == b""
    client.request("/events")
    pieces.put(None)
    assert client.read().headers["content-length"] == "0"


def test_a_body_of_unknown_length_ends_with_the_connection_for_http_1_0(serve, connect):
    client = connect(serve(app_of(pieces=[b"abc", b"def"])))
    client.request("/", "Connection: keep-alive", version="1.0")
    assert client.read_head()[1] == {"connection": "close"}
    assert client.read_all() == b"abcdef"


def test_head_and_bodiless_statuses_carry_no_body(serve, connect):
    def endless():
        while True:
            yield b"x"

    server = serve(app_of(pieces=endless()))
    client = connect(server)
    client.request("/", method="HEAD")
    assert client.read(has_body=False).status == 200
    other = connect(serve(app_of("204 No Content", pieces=[b"no"])))
    assert other.get("/").headers == {}
    assert other.get("/").status == 204


def test_headers_about_the_connection_are_the_servers_business(serve, connect):
    headers = [("Transfer-Encoding", "gzip"), ("Keep-Alive", "timeout=5"), ("Connection", "close")]
    client = connect(serve(app_of(headers=[*headers, ("Content-Length", "2")], pieces=[b"ok"])))
    assert client.get("/").headers == {"content-length": "2", "connection": "close"}
    assert client.read_all() == b""


def test_write_sends_before_what_is_returned(serve, connect):
    def app(environ, start_response):
        write = start_response("200 OK", [("Content-Length", "6")])
        write(b"abc")
        return [b"def"]

    assert connect(serve(app)).get("/").body == b"abcdef"


def test_an_answer_shorter_than_announced_is_broken_off_and_a_longer_one_cut(
    serve, connect, caplog
):
    short = connect(serve(app_of(headers=[("Content-Length", "9")], pieces=[b"abc"])))
    short.request("/")
    short.read_head()
    assert short.read_all() == b"abc"
    assert "announced 9 bytes and sent 3" in caplog.text
    long = connect(serve(app_of(headers=[("Content-Length", "2")], pieces=[b"abc", b"def"])))
    assert [long.get("/").body, long.get("/").body] == [b"ab", b"ab"]


def failing_before(environ, start_response):
    raise RuntimeError("no such thing")


def failing_before_its_first_piece(environ, start_response):
    start_response("200 OK", [("Content-Length", "9")])
    raise RuntimeError("no such thing")
    yield b""


def failing_to_start(environ, start_response):
    return [b"no such thing"]


def failing_headers(environ, start_response):
    start_response("200 OK", [("X-No", "such\r\nthing: 1")])
    return [b"x"]


@pytest.mark.parametrize(
    "app", [failing_before, failing_before_its_first_piece, failing_to_start, failing_headers]
)
def test_an_app_that_fails_is_answered_with_500_and_logged(serve, connect, caplog, app):
    client = connect(serve(app))
    answer = client.get("/x")
    assert answer.status == 500
    assert answer.headers["content-type"] == "application/json"
    assert "GET /x failed" in caplog.text
    assert "Traceback" in caplog.text
    assert client.get("/x").status == 500


def test_an_app_that_fails_in_the_middle_does_not_look_complete(serve, connect, caplog):
    def app(environ, start_response):
        start_response("200 OK", [])
        yield b"abc"
        raise RuntimeError("no such thing")

    client = connect(serve(app))
    client.request("/")
    client.read_head()
    assert client.read_chunk() == b"abc"
    assert client.read_all() == b""
    assert "no such thing" in caplog.text


def test_start_response_with_exc_info_replaces_a_head_not_yet_sent(serve, connect):
    def app(environ, start_response):
        start_response("200 OK", [])
        try:
            raise RuntimeError
        except RuntimeError:
            start_response("503 Later", [("Content-Length", "2")], sys.exc_info())
        return [b"ok"]

    assert connect(serve(app)).get("/").status == 503


def test_a_worker_waits_while_the_client_does_not_read(serve, connect, clock):
    made = []

    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", str(500 * 100_000))])
        for _ in range(500):
            made.append(1)
            yield b"x" * 100_000

    client = connect(serve(app))
    client.request("/")
    clock.sleep(0.3)
    assert 0 < len(made) < 250
    assert len(client.read().body) == 50_000_000
    assert len(made) == 500


@pytest.mark.parametrize("piece", [b"x", b"x" * 300_000], ids=["small", "large"])
def test_a_client_that_goes_away_ends_the_iteration_and_closes_it(serve, connect, clock, piece):
    closed = threading.Event()

    class Endless:
        def __iter__(self):
            return self

        def __next__(self):
            clock.sleep(0.001)
            return piece

        def close(self):
            closed.set()

    client = connect(serve(app_of(pieces=Endless())))
    client.request("/")
    client.read_head()
    client.close()
    assert closed.wait(2)


def test_a_flask_stream_and_its_teardown(serve, connect):
    app = Flask("streaming")
    torn_down = []

    @app.route("/stream")
    def stream():
        response = Response((str(n) for n in range(3)), mimetype="text/plain")
        response.call_on_close(lambda: torn_down.append(True))
        return response

    assert connect(serve(app)).get("/stream").body == b"012"
    assert torn_down == [True]


def test_slow_app_requests_run_side_by_side(serve, connect, clock):
    def app(environ, start_response):
        clock.sleep(0.2)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    server = serve(app, threads=8)
    clients = [connect(server) for _ in range(8)]
    began = clock.monotonic()
    for client in clients:
        client.request("/")
    assert [client.read().body for client in clients] == [b"ok"] * 8
    assert clock.monotonic() - began < 0.8
