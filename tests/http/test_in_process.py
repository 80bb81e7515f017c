"""The call in-process: the same verdicts as over sockets, with real limits, in virtual time."""

from __future__ import annotations

import gzip
import zlib
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask import request as flask_request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockstudio.clock import VirtualClock
from mockstudio.errors import DeadlinePassed, RouteError
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.limits import Limits, profile
from mockstudio.flows.verdict import judge
from mockstudio.http.outgoing import Destination
from mockstudio.signing import is_signed

LIMITS = Limits()
POST = WidgetRequest("lookup", "https://orders.twil.io/x")


def answers(*pieces: bytes, status: str = "200 OK", wait: float = 0, **headers: object):
    """Make an app that waits so many seconds before its answer and before each further piece."""

    def make(clock):
        def app(environ, start_response):
            arrived = clock.monotonic()
            clock.sleep_until(arrived + wait, environ["mockstudio.deadline"])
            start_response(status, [(n.replace("_", "-"), str(v)) for n, v in headers.items()])
            return body(environ, arrived)

        def body(environ, arrived):
            for place, piece in enumerate(pieces, 1):
                clock.sleep_until(arrived + wait * place, environ["mockstudio.deadline"])
                yield piece

        return app

    return make


def endless(piece: bytes, status: str = "200 OK", **headers: object):
    def make(clock):
        def app(environ, start_response):
            start_response(status, [(n.replace("_", "-"), str(v)) for n, v in headers.items()])
            return iter(lambda: piece, None)

        return app

    return make


def breaks(fault: str, *arguments: bytes, after: bytes = b""):
    """Make an app that breaks the connection, in the call or behind the first piece."""

    def make(clock):
        def app(environ, start_response):
            start_response("200 OK", [("Content-Length", "9")])
            return pieces(environ) if after else play(environ)

        def play(environ):
            getattr(environ["mockstudio.connection"], fault)(*arguments)
            return [b"never seen"]

        def pieces(environ):
            yield after
            play(environ)

        return app

    return make


def bomb(clock):
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    start = b"\x1f\x8b\x08" + bytes(6) + b"\xff"

    def app(environ, start_response):
        start_response("200 OK", [("Content-Encoding", "gzip")])
        return (start if place == 0 else block for place in range(1_000_000))

    return app


# What the app does, the rule that decides, the seconds that pass.
CASES = {
    "success": (answers(b"ok"), "success", 0),
    "just in time": (answers(b"ok", wait=9.999), "success", 9.999),
    "at the deadline": (answers(b"ok", wait=10), "timeout", 10),
    "long after the deadline": (answers(b"ok", wait=14_400), "timeout", 10),
    "dribbled body": (answers(*[b"x"] * 12, wait=1), "timeout", 10),
    "dribbled gzip": (
        answers(*(bytes([b]) for b in gzip.compress(b"x")), wait=1, Content_Encoding="gzip"),
        "timeout",
        10,
    ),
    "body that ends in time": (answers(*[b"x"] * 9, wait=1), "success", 9),
    "a slow announced body": (answers(*[b"x"] * 9, wait=1, Content_Length=9), "success", 9),
    "endless body": (endless(bytes(4096)), "overflow", 0),
    "gzip bomb": (bomb, "overflow", 0),
    "one byte too many": (answers(bytes(65_537), Content_Length=65_537), "overflow", 0),
    "as large as allowed": (answers(bytes(65_536)), "success", 0),
    "reset": (breaks("reset"), "reset", 0),
    "reset in the body": (breaks("reset", after=b"x"), "reset", 0),
    "closed at once": (breaks("empty"), "network", 0),
    "closed in the body": (answers(b"x", Content_Length=9), "network", 0),
    "only an interim answer": (answers(status="100 Continue"), "network", 0),
    "garbage": (breaks("garbage", b"\x00\xffno HTTP\r\n"), "network", 0),
    "garbage of nothing": (breaks("garbage", b""), "network", 0),
    "bad gzip": (answers(b"not gzip", Content_Encoding="gzip"), "network", 0),
    "endless redirects": (
        answers(status="302 Found", Location="/x"),
        "too-many-redirects",
        0,
    ),
    "slow redirects": (
        answers(b"moved", status="302 Found", wait=3, Location="/x"),
        "timeout",
        10,
    ),
    "a redirect with an endless body": (
        endless(b"x", status="302 Found", Location="/x"),
        "too-many-redirects",
        0,
    ),
    "a redirect to ftp": (answers(status="302 Found", Location="ftp://x/"), "bad-redirect", 0),
}


@pytest.mark.parametrize(("make", "reason", "seconds"), CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("start", [0.0, 0.1, 12_345.678])
def test_an_app_gets_the_verdict_a_server_would(in_process, make, reason, seconds, start):
    clock = VirtualClock()
    clock.advance(start)
    exchange = in_process(make(clock), clock).call(POST)
    assert judge(exchange, POST, LIMITS).reason == reason, exchange.failure
    assert exchange.elapsed == pytest.approx(seconds, abs=1e-9)
    assert clock.monotonic() == pytest.approx(start + seconds, abs=1e-9)


def test_a_call_that_would_take_longer_ends_at_exactly_ten_seconds(in_process):
    clock = VirtualClock()
    exchange = in_process(answers(b"late", wait=12)(clock), clock).call(POST)
    assert exchange.elapsed == clock.monotonic() == 10.0
    assert judge(exchange, POST, LIMITS).explanation == (
        "failed: no answer after 10.0 s, limit 10.0 s"
    )


def test_the_legacy_profile_ends_after_five_seconds(in_process):
    clock = VirtualClock()
    legacy = profile("studio-legacy")
    exchange = in_process(answers(b"late", wait=6)(clock), clock, legacy).call(POST)
    assert clock.monotonic() == 5.0
    assert exchange.failure.numbers == {"seconds": 5.0, "limit": 5.0}


@pytest.mark.parametrize("propagate", [True, False])
def test_an_app_that_swallows_the_deadline_is_late_all_the_same(in_process, propagate):
    clock = VirtualClock()
    app = Flask("slow")
    app.config["PROPAGATE_EXCEPTIONS"] = propagate
    app.logger.disabled = True

    @app.post("/x")
    def slow():
        clock.sleep_until(clock.monotonic() + 60, flask_request.environ["mockstudio.deadline"])

    exchange = in_process(app, clock).call(POST)
    assert exchange.failure.kind == "timeout"
    assert clock.monotonic() == 10.0


def test_a_deadline_of_somebody_elses_does_not_escape(in_process):
    def app(environ, start_response):
        raise DeadlinePassed("not this one")

    assert in_process(app).call(POST).failure.kind == "timeout"


def test_a_mistake_of_the_apps_comes_through(in_process):
    def app(environ, start_response):
        raise FileNotFoundError("orders.json")

    with pytest.raises(FileNotFoundError):
        in_process(app).call(POST)


def test_the_app_sees_the_request_as_a_server_would_hand_it_over(in_process):
    seen = {}

    def app(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("204 No Content", [])
        return []

    url = "https://user:pass@orders.twil.io/caf%C3%A9/a%2Fb?x=%20+1"
    in_process(app).call(WidgetRequest("w", url, parameters=(("n", "ä b"),)))
    assert seen["REQUEST_METHOD"] == "POST"
    assert seen["PATH_INFO"] == "/café/a/b".encode().decode("latin-1")
    assert seen["RAW_URI"] == "/caf%C3%A9/a%2Fb?x=%20+1"
    assert seen["QUERY_STRING"] == "x=%20+1"
    assert (seen["HTTP_HOST"], seen["SERVER_PORT"], seen["wsgi.url_scheme"]) == (
        "orders.twil.io",
        "443",
        "https",
    )
    assert seen["CONTENT_TYPE"] == "application/x-www-form-urlencoded; charset=UTF-8"
    assert seen["CONTENT_LENGTH"] == str(len(seen["body"]))
    assert seen["body"] == b"n=%C3%A4+b"
    assert seen["HTTP_USER_AGENT"] == "TwilioProxy/1.1"
    assert "HTTP_CONTENT_TYPE" not in seen


def test_a_flask_app_reads_and_answers_as_usual(in_process):
    app = Flask("orders")

    @app.post("/x")
    def lookup():
        return {"order": flask_request.form["order"], "host": flask_request.host}

    exchange = in_process(app).call(
        WidgetRequest("w", "https://orders.twil.io/x", parameters=(("order", "42"),))
    )
    assert exchange.response.body == b'{"host":"orders.twil.io","order":"42"}\n'
    assert exchange.response.content_type == "application/json"
    assert exchange.hops[0].status == 200


def test_a_compressed_answer_is_decoded(in_process):
    app = answers(gzip.compress(b"hello"), Content_Encoding="gzip")(VirtualClock())
    assert in_process(app).call(POST).response.body == b"hello"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "103 Early Hints"])
def test_a_status_without_a_body_has_none_whatever_the_app_yields(in_process, status):
    clock = VirtualClock()
    exchange = in_process(answers(b"x", b"y", wait=4, status=status)(clock), clock).call(POST)
    assert (exchange.response.status, exchange.response.body) == (int(status[:3]), b"")
    assert clock.monotonic() == 4


def test_more_than_was_announced_is_not_read(in_process):
    app = answers(b"hello", b" world", Content_Length=5)(VirtualClock())
    assert in_process(app).call(POST).response.body == b"hello"


@pytest.mark.parametrize(
    "make",
    [
        lambda clock: answers(b"ok"),
        lambda clock: answers(b"late", wait=99),
        lambda clock: endless(b"x"),
        lambda clock: breaks("reset", after=b"x"),
        lambda clock: answers(status="302 Found", Location="ftp://x"),
    ],
)
def test_the_app_is_told_when_its_answer_is_no_longer_read(in_process, make):
    clock = VirtualClock()
    inner, closed = make(clock)(clock), []

    class Body:
        def __init__(self, pieces):
            self._pieces = iter(pieces)

        def __iter__(self):
            return self._pieces

        def close(self):
            closed.append(True)

    def app(environ, start_response):
        try:
            return Body(inner(environ, start_response))
        except DeadlinePassed:
            return Body(())

    in_process(app, clock).call(POST)
    assert closed == [True]


def test_a_generator_runs_to_its_end_when_the_announced_body_is_read(in_process):
    finished = []

    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", "2")])

        def pieces():
            yield b"ok"
            finished.append(True)

        return pieces()

    in_process(app).call(POST)
    assert finished == [True]


def test_an_unrouted_url_is_the_callers_error(in_process):
    def refuse(url):
        raise RouteError(f"no route covers {url}")

    client = in_process(answers(b"ok")(VirtualClock()), resolve=refuse)
    with pytest.raises(RouteError, match=r"https://orders\.twil\.io/x"):
        client.call(POST)


def test_a_redirect_is_routed_like_the_first_request(in_process):
    clock = VirtualClock()
    app = answers(status="302 Found", Location="https://production.com/")(clock)
    asked = []

    def resolve(url):
        asked.append(url)
        if "production" in url:
            raise RouteError("not there")
        return Destination(url, "orders.twil.io")

    client = in_process(app, resolve=resolve)
    with pytest.raises(RouteError):
        client.call(POST)
    assert asked == ["https://orders.twil.io/x", "https://production.com/"]


def test_nothing_is_sent_for_a_url_that_is_none(in_process):
    exchange = in_process(answers(b"ok")(VirtualClock())).call(WidgetRequest("w", "no url"))
    assert (exchange.request, exchange.hops, exchange.elapsed) == (None, (), 0.0)
    assert exchange.failure.kind == "bad-url"


def test_an_exchange_is_json_data(in_process):
    data = (
        in_process(answers(b"\xff", Content_Type="text/plain")(VirtualClock())).call(POST).to_json()
    )
    assert data["response"]["body"] == "\ufffd"
    assert data["request"]["body"] == ""
    assert data["hops"][0]["sent_to"] == "https://orders.twil.io/x"
    assert data["failure"] is None


def test_credentials_do_not_get_into_the_json_data(in_process):
    request = WidgetRequest("w", "https://ann:secret@orders.twil.io/")
    exchange = in_process(answers(b"ok")(VirtualClock())).call(request)
    assert exchange.request.headers["Authorization"].startswith("Basic ")
    assert exchange.to_json()["request"]["headers"]["Authorization"] == "(hidden)"


KEEP = (307, 308)
statuses = st.lists(st.sampled_from([301, 302, 303, 307, 308]), max_size=7)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(statuses, st.booleans())
def test_any_chain_of_redirects_ends_as_the_rules_say(in_process, account, chain, json):
    received = []

    def app(environ, start_response):
        place = int(environ["PATH_INFO"][1:])
        body = environ["wsgi.input"].read()
        form = {} if json or environ["REQUEST_METHOD"] == "GET" else parse_qs(body.decode())
        url = f"https://h{environ['RAW_URI']}"
        signature = environ["HTTP_X_TWILIO_SIGNATURE"]
        verified = is_signed(signature, account.auth_token, url, form, body)
        received.append((environ["REQUEST_METHOD"], body, verified))
        if place < len(chain):
            start_response(f"{chain[place]} Moved", [("Location", f"/{place + 1}")])
        else:
            start_response("200 OK", [])
        return [b"there"]

    kind = "application/json" if json else None
    exchange = in_process(app).call(
        WidgetRequest("w", "https://h/0", body="a=1", content_type=kind)
    )
    followed = chain[:5]
    expected = [
        ("POST", b"a=1", True) if all(s in KEEP for s in followed[:hop]) else ("GET", b"", True)
        for hop in range(len(followed) + 1)
    ]
    assert received == expected
    assert len(exchange.hops) == len(expected)
    assert (exchange.failure is None) == (len(chain) <= 5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=9), max_size=6), st.integers(0, 40))
def test_the_body_read_is_the_body_sent_up_to_the_limit(in_process, pieces, limit):
    client = in_process(answers(*pieces)(VirtualClock()), limits=Limits(http_body=limit))
    exchange = client.call(POST)
    sent = b"".join(pieces)
    if len(sent) <= limit:
        assert exchange.response.body == sent
    else:
        assert exchange.failure.numbers == {"size": limit + 1, "limit": limit}
