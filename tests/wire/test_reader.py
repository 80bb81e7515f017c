from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockstudio.clock import VirtualClock
from mockstudio.wire.exchange import TERMS
from mockstudio.wire.limits import WireLimits
from mockstudio.wire.reader import RequestReader
from mockstudio.wire.refusals import RefusedError


def read(pieces):
    found = []

    def deliver(request, terms):
        found.append((request.method, request.target, request.headers, request.body, terms))

    reader = RequestReader(deliver, WireLimits(), VirtualClock(), "")
    unfinished = [reader.feed(piece) for piece in pieces]
    return found, unfinished[-1] if unfinished else False


TARGETS = st.text("abc/%20?=&", max_size=20).map(lambda text: "/" + text)
TOKENS = st.text("abcXYZ-", min_size=1, max_size=10)
VALUES = st.text("abc XYZ,;=", max_size=20).map(str.strip)
HEADERS = st.lists(st.tuples(TOKENS.map(lambda token: "X-" + token), VALUES), max_size=5)
UPGRADES = st.sampled_from([[], [("Upgrade", "h2c"), ("Connection", "Upgrade")]])


@st.composite
def requests(draw):
    method, target = draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"])), draw(TARGETS)
    chunks = draw(st.lists(st.binary(min_size=1, max_size=30), max_size=4))
    headers, upgrade = draw(HEADERS), draw(UPGRADES)
    if draw(st.booleans()):
        framing = [("Transfer-Encoding", "chunked")]
        data = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    else:
        data = b"".join(chunks)
        framing = [("Content-Length", str(len(data)))]
    sent = [*headers, *upgrade, *framing]
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent)]
    kept = [header for header in sent if header[0] != "Connection"]
    seen = (method, target, kept, b"".join(chunks), TERMS["1.1", True])
    return "\r\n".join([*lines, "", ""]).encode() + data, seen


@st.composite
def streams(draw):
    drawn = draw(st.lists(requests(), min_size=1, max_size=4))
    data = b"".join(raw for raw, _ in drawn)
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=10)))
    edges = [0, *cuts, len(data)]
    pieces = [data[a:b] for a, b in itertools.pairwise(edges)]
    return pieces, [seen for _, seen in drawn]


@given(streams())
def test_requests_are_the_same_however_their_bytes_are_split(stream):
    pieces, expected = stream
    assert read(pieces) == (expected, False)


@given(streams(), st.integers(1, 20))
def test_a_request_without_its_end_is_unfinished(stream, missing):
    pieces, expected = stream
    data = b"".join(pieces)
    found, unfinished = read([data[: max(0, len(data) - missing)]])
    assert found == expected[: len(found)]
    assert len(found) < len(expected)
    assert unfinished or len(data) <= missing or not data[:-missing].rstrip().endswith(b"HTTP/1.1")


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_are_requests_or_refused(pieces):
    refused = b"HTTP/1.1 400 "
    try:
        read(pieces)
    except RefusedError as refusal:
        refused = refusal.data
    assert refused.startswith((b"HTTP/1.1 4", b"HTTP/1.1 50"))


@pytest.fixture
def echoing(serve, connect):
    def app(environ, start_response):
        line = f"{environ['REQUEST_METHOD']} {environ['REQUEST_URI']} ".encode()
        body = line + environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return serve(app), connect


@given(streams())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_the_same_however_the_bytes_are_split(echoing, stream):
    server, connect = echoing
    pieces, expected = stream
    with connect(server) as client:
        for piece in pieces:
            client.send(piece)
        answers = [client.read().body for _ in expected]
    assert answers == [f"{method} {path} ".encode() + body for method, path, _, body, _ in expected]
