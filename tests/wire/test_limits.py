from __future__ import annotations

import contextlib
import json
import socket

import pytest

CHUNKED = b"Transfer-Encoding: chunked\r\n"
BAD_REQUESTS = {
    "both lengths": b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    "lengths reversed": b"POST / HTTP/1.1\r\n" + CHUNKED + b"Content-Length: 3\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
    "list of lengths": b"POST / HTTP/1.1\r\nContent-Length: 3, 4\r\n\r\n",
    "signed length": b"POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n",
    "negative length": b"POST / HTTP/1.1\r\nContent-Length: -3\r\n\r\n",
    "length overflow": b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "not last chunked": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
    "never chunked": b"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "space before colon": b"POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    "bare newlines": b"GET / HTTP/1.1\nHost: a\n\n",
    "bare carriage return": b"GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
    "zero byte": b"GET / HTTP/1.1\r\nA: b\x00c\r\n\r\n",
    "chunk size": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "unknown method": b"BREW / HTTP/1.1\r\n\r\n",
    "raw bytes in the target": b"GET /\xc3\xbc HTTP/1.1\r\n\r\n",
    "no path": b"GET ftp://host/x HTTP/1.1\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
}


@pytest.mark.parametrize("data", BAD_REQUESTS.values(), ids=BAD_REQUESTS.keys())
def test_a_malformed_or_ambiguous_request_is_refused(connect, endpoints, data):
    client = connect()
    client.send(data)
    answer = client.read()
    assert answer.status == 400
    assert answer.headers["connection"] == "close"
    assert json.loads(answer.body)["status"] == 400
    assert client.read_all() == b""
    assert endpoints.journal == []


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"GET / HTTP/1.7\r\n\r\n", 505),
        (b"GET /\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"CONNECT host:443 HTTP/1.1\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 501),
    ],
)
def test_what_is_not_understood_is_refused_by_name(connect, data, status):
    client = connect()
    client.send(data)
    assert client.read().status == status
    assert client.read_all() == b""


def test_a_target_over_the_limit_is_refused_and_one_at_the_limit_is_not(serve, connect):
    server = serve(target_bytes=100)
    assert connect(server).get("/" + "a" * 99).status == 404
    answer = connect(server).get("/" + "a" * 100)
    assert answer.status == 414
    assert b"100 bytes" in answer.body


def test_headers_over_the_limit_are_refused_and_at_the_limit_are_not(serve, connect):
    server = serve(header_bytes=1_000)
    host = len("Host: studio.test\r\n")
    at_limit = "X: " + "a" * (1_000 - host - len("X: \r\n"))
    assert connect(server).get("/hello", at_limit).status == 200
    assert connect(server).get("/hello", at_limit + "a").status == 431


@pytest.mark.parametrize(
    "begin",
    [
        b"GET / HTTP/1.1\r\nX: ",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;x=",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: ",
    ],
    ids=["header", "chunk extension", "trailer"],
)
def test_an_endless_head_or_trailer_is_refused(serve, connect, begin):
    client = connect(serve(header_bytes=1_000, target_bytes=100))
    client.send(begin)
    for _ in range(40):
        client.send(b"a" * 50)
    assert client.read().status == 431


@pytest.mark.parametrize(
    "headers", [("Content-Length: 101",), ("Content-Length: 101", "Expect: 100-continue")]
)
def test_an_announced_body_over_the_limit_is_refused_before_it_comes(serve, connect, headers):
    client = connect(serve(body_bytes=100))
    client.request("/echo", *headers, method="POST")
    answer = client.read()
    assert answer.status == 413
    assert b"100 bytes" in answer.body


def test_a_chunked_body_is_counted_as_it_comes(serve, connect):
    server = serve(body_bytes=100)
    chunk = b"32\r\n" + b"x" * 50 + b"\r\n"
    client = connect(server)
    client.request("/echo", "Transfer-Encoding: chunked", method="POST")
    client.send(chunk * 2 + b"0\r\n\r\n")
    assert client.read().body == b"POST " + b"x" * 100
    client.request("/echo", "Transfer-Encoding: chunked", method="POST")
    client.send(chunk * 3 + b"0\r\n\r\n")
    assert client.read().status == 413


def test_a_refused_client_that_goes_on_sending_still_reads_why(serve, connect):
    client = connect(serve(body_bytes=100))
    client.request("/echo", "Content-Length: 3000000", method="POST")
    client.send(b"x" * 3_000_000)
    assert client.read().status == 413


def test_a_refused_client_that_never_stops_is_cut_off(serve, connect, clock):
    client = connect(serve(linger_seconds=0.1))
    client.send(b"nonsense\r\n\r\n")
    assert client.read().status == 400
    deadline = clock.deadline(2.0)

    def go_on():
        while not deadline.passed:
            client.send(b"x")
            clock.sleep(0.01)

    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        go_on()


def test_a_refusal_waits_for_the_answers_before_it(connect):
    client = connect()
    client.send(b"GET /slow HTTP/1.1\r\n\r\nnonsense\r\n\r\n")
    assert client.read().body == b"slow"
    assert client.read().status == 400


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"GET /hello HTTP/1.1\r\n", b"X: y\r\n"),
        (b"POST /echo HTTP/1.1\r\nContent-Length: 1000\r\n\r\n", b"x"),
    ],
    ids=["head", "body"],
)
def test_a_request_that_dribbles_in_is_cut_off_in_total_time(serve, connect, clock, begin, drop):
    client = connect(serve(receive_seconds=0.3))
    began = clock.monotonic()
    client.send(begin)
    client.socket.settimeout(0.02)
    while clock.monotonic() - began < 2.0:
        client.send(drop)
        with contextlib.suppress(TimeoutError):
            client.socket.recv(1, socket.MSG_PEEK)
            break
    client.socket.settimeout(2)
    assert client.read().status == 408
    assert 0.3 <= clock.monotonic() - began < 0.8


def test_an_idle_connection_is_closed_without_a_word(serve, connect, clock):
    server = serve(idle_seconds=0.2)
    fresh, used = connect(server), connect(server)
    used.get("/hello")
    began = clock.monotonic()
    assert fresh.read_all() == b""
    assert used.read_all() == b""
    assert 0.1 <= clock.monotonic() - began < 0.8


def test_a_connection_with_an_answer_under_way_is_not_idle(serve, connect, text, endpoints):
    endpoints.play("/later", text(at=0.4))
    assert connect(serve(idle_seconds=0.1)).get("/later").body == b"hello"


def test_one_connection_too_many_is_answered_with_503(serve, connect):
    server = serve(connections=2)
    first, second = connect(server), connect(server)
    assert [first.get("/hello").status, second.get("/hello").status] == [200, 200]
    assert connect(server).read().status == 503
    assert first.get("/hello").status == 200


def test_a_client_that_does_not_read_is_cut_off(serve, connect, endpoints, text, eventually):
    endpoints.play("/big", text("x" * 20_000_000))
    client = connect(serve(stalled_seconds=0.2))
    client.request("/big")
    eventually(lambda: bool(endpoints.journal and endpoints.journal[0].finished))
    sent, complete = endpoints.journal[0].finished[0]
    assert sent < 20_000_000
    assert not complete
