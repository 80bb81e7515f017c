from __future__ import annotations

import pytest

from mockstudio.endpoints.answer import Answer, Piece


def test_a_connection_is_used_again_and_again(connect):
    client = connect()
    answers = [client.get("/hello") for _ in range(3)]
    assert [answer.body for answer in answers] == [b"hello"] * 3
    assert answers[0].headers == {"x-from": "script", "content-length": "5"}


def test_pipelined_answers_come_in_the_order_of_their_requests(connect):
    client = connect()
    for path in ("/slow", "/hello", "/none", "/slow", "/hello"):
        client.request(path)
    bodies = [client.read().body for _ in range(5)]
    assert bodies == [b"slow", b"hello", b"the app got GET /none", b"slow", b"hello"]


def test_pipelined_delays_count_from_arrival_and_do_not_add_up(connect, clock):
    client = connect()
    began = clock.monotonic()
    client.send(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
    assert [client.read().body for _ in range(3)] == [b"slow"] * 3
    assert 0.2 <= clock.monotonic() - began < 0.4


def test_more_pipelined_requests_than_are_read_at_once_all_get_their_answer(serve, connect):
    client = connect(serve(pipelined_requests=4))
    client.send(b"GET /slow HTTP/1.1\r\n\r\n")
    client.send(b"GET /hello HTTP/1.1\r\n\r\n" * 2_000)
    assert client.read().body == b"slow"
    assert all(client.read().body == b"hello" for _ in range(2_000))


def test_reading_stops_while_too_many_pipelined_requests_wait(serve, connect, endpoints, clock):
    client = connect(serve(pipelined_requests=4))
    client.send(b"GET /never HTTP/1.1\r\n\r\n")
    client.socket.settimeout(0.2)
    block = b"POST /echo HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
    with pytest.raises(TimeoutError):
        client.send(block * 1_000)


def test_thousands_of_pipelined_head_requests_do_not_pile_up_on_the_stack(connect):
    client = connect()
    client.send(b"HEAD /hello HTTP/1.1\r\n\r\n" * 3_000)
    assert all(client.read(has_body=False).status == 200 for _ in range(3_000))


def test_a_chunked_request_is_put_together_and_its_trailers_are_no_headers(connect, endpoints):
    client = connect()
    client.request("/echo", "Transfer-Encoding: chunked", method="POST")
    client.send(b"3\r\nabc\r\n4;note=1\r\ndefg\r\n0\r\nX-Trailer: 1\r\n\r\n")
    assert client.read().body == b"POST abcdefg"
    assert [name for name, _ in endpoints.journal[0].request.headers] == [
        "Host",
        "Transfer-Encoding",
    ]


def test_a_client_that_expects_100_is_told_to_continue(connect):
    client = connect()
    client.request("/echo", "Expect: 100-continue", "Content-Length: 4", method="PUT")
    assert client.read_head()[0] == 100
    client.send(b"body")
    assert client.read().body == b"PUT body"


def test_100_continue_waits_for_the_answer_before_it(connect):
    client = connect()
    client.request("/slow")
    client.request("/echo", "Expect: 100-continue", "Content-Length: 4", method="PUT")
    assert client.read().body == b"slow"
    assert client.read_head()[0] == 100
    client.send(b"body")
    assert client.read().body == b"PUT body"


def test_a_body_that_came_with_its_head_needs_no_100(connect):
    client = connect()
    client.send(b"PUT /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok")
    assert client.read().body == b"PUT ok"


def test_head_gets_the_same_head_and_no_body(connect):
    client = connect()
    client.request("/hello", method="HEAD")
    head = client.read(has_body=False)
    assert head.headers["content-length"] == "5"
    assert client.get("/hello").headers == head.headers


@pytest.mark.parametrize(
    ("version", "sent", "expected"),
    [
        ("1.1", (), None),
        ("1.1", ("Connection: close",), "close"),
        ("1.0", (), "close"),
        ("1.0", ("Connection: keep-alive",), "keep-alive"),
    ],
)
@pytest.mark.parametrize("path", ["/hello", "/slow", "/none"])
def test_the_connection_stays_open_when_the_client_wants_it(connect, path, version, sent, expected):
    client = connect()
    client.request(path, *sent, version=version)
    assert client.read().headers.get("connection") == expected
    if expected == "close":
        assert client.read_all() == b""
    else:
        assert client.get("/hello").body == b"hello"


def test_what_follows_a_last_request_is_ignored(connect, endpoints):
    client = connect()
    client.send(b"GET /hello HTTP/1.1\r\nConnection: close\r\n\r\nGET /slow HTTP/1.1\r\n\r\n")
    assert client.read_all().count(b"HTTP/1.1") == 1
    assert len(endpoints.journal) == 1


@pytest.mark.parametrize("body", [b"", b"some body"])
def test_an_upgrade_request_is_answered_as_a_plain_one(connect, endpoints, body):
    client = connect()
    upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAA")
    client.request("/echo", *upgrade, f"Content-Length: {len(body)}", method="POST")
    client.send(body)
    assert client.read().body == b"POST " + body
    assert ("Upgrade", "h2c") in endpoints.journal[0].request.headers
    assert client.get("/hello").body == b"hello"


def test_a_url_as_target_counts_with_its_host(connect, endpoints):
    client = connect()
    client.request("http://user@orders.twil.io:81/hello?a=1")
    assert client.read().body == b"hello"
    request = endpoints.journal[0].request
    assert (request.host, request.target) == ("orders.twil.io:81", "/hello?a=1")
    assert request.url == "http://orders.twil.io:81/hello?a=1"


def test_the_request_says_who_called_and_when_it_was_complete(connect, endpoints, clock):
    client = connect()
    began = clock.monotonic()
    client.request("/echo", "Content-Length: 2", method="POST")
    clock.sleep(0.05)
    client.send(b"ok")
    client.read()
    request = endpoints.journal[0].request
    assert request.client == "127.0.0.1"
    assert began + 0.05 <= request.arrived <= clock.monotonic()


@pytest.mark.parametrize("path", ["/_mockstudio/x", "/v1/Accounts/AC1", "/%5Fmockstudio/x"])
def test_own_paths_go_to_the_app_whatever_is_scripted(connect, endpoints, text, path):
    endpoints.play("/_mockstudio/x", text())
    endpoints.play("/v1/Accounts/AC1", text())
    assert connect().get(path).status == 404
    assert endpoints.journal == []


def test_an_answer_from_a_thread_keeps_the_order(connect, endpoints, clock):
    def think(request):
        clock.sleep(0.05)
        return Answer(pieces=(Piece(0.0, b"thought"),))

    endpoints.call("/think", think, needs_thread=True)
    client = connect()
    client.send(b"GET /think HTTP/1.1\r\n\r\nGET /hello HTTP/1.1\r\n\r\n")
    assert [client.read().body, client.read().body] == [b"thought", b"hello"]
    assert [entry.finished for entry in endpoints.journal] == [[(7, True)], [(5, True)]]


@pytest.mark.parametrize("needs_thread", [False, True])
def test_an_endpoint_that_fails_is_answered_with_500(connect, endpoints, caplog, needs_thread):
    def fail(request):
        raise KeyError("total")

    endpoints.call("/broken", fail, needs_thread)
    client = connect()
    answer = client.get("/broken")
    assert answer.status == 500
    assert b"KeyError: 'total'" in answer.body
    assert "GET /broken failed" in caplog.text
    assert client.get("/hello").body == b"hello"
