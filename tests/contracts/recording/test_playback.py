"""What was recorded plays back byte for byte."""

from __future__ import annotations

import gzip
import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mockstudio.contracts.recording.redaction import Redactor
from mockstudio.contracts.recording.secret_names import SecretNames
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.request import Request
from mockstudio.sandbox import Sandbox

FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", "'", '"', "a: b", "007", "1e5", "0o17", "yes", "~", "- x", "ä\u2028\x85", "{{ a }}",
     "{% raw %}", "{{{%", "\r\n", "\n a\n", " ", "#", "\ufeff", "\x00", "<<", "null"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
PAIRS = st.lists(st.tuples(st.sampled_from(["a", "b", "<<", "x y", ""]), TEXTS), max_size=4)
PATHS = st.sampled_from(["/", "/a", "/a/b", "/a b", "/ä'", "/{x}", "/{x}{x}", "/*", "/a*", "/a//b"])
STATUSES = st.sampled_from([200, 201, 204, 302, 404, 503])
TYPES = st.sampled_from(
    [None, "application/json", "text/html; charset=utf-8", "text/xml", "text/plain", "image/png"]
)


def call(target="/lookup", method="GET", headers=(), body=b""):
    return Request(method, target, headers, body)


def reply(body=b"", status=200, headers=()):
    return Answer(status, headers, (Piece(0.0, body),))


@st.composite
def calls(draw):
    target = quote(draw(PATHS))
    query = urlencode(draw(PAIRS))
    target += f"?{query}" if query else ""
    method = draw(st.sampled_from(["GET", "HEAD", "POST", "PUT"]))
    if method in ("GET", "HEAD"):
        return call(target, method)
    header, body = draw(
        st.tuples(st.just(FORM), PAIRS.map(lambda pairs: urlencode(pairs).encode()))
        | st.tuples(st.just(JSON), VALUES.map(lambda value: json.dumps(value).encode()))
        | st.tuples(st.just(("Content-Type", "text/plain")), st.binary(max_size=8))
    )
    return call(target, method, (header,), body)


@st.composite
def replies(draw):
    body = draw(
        TEXTS.map(str.encode)
        | VALUES.map(lambda value: json.dumps(value).encode())
        | VALUES.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        | st.binary(max_size=20)
    )
    content_type = draw(TYPES)
    headers = (("Content-Type", content_type),) if content_type else ()
    return reply(body, draw(STATUSES), headers)


def expected(asked, given):
    is_empty = asked.method == "HEAD" or not given.has_body
    return given.status, b"" if is_empty else given.body, content_type(given)


def seen(asked, answer):
    return answer.status, b"" if asked.method == "HEAD" else answer.body, content_type(answer)


def content_type(answer):
    return dict(answer.headers).get("Content-Type", "")


@given(st.lists(st.tuples(calls(), replies()), min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example([(call("/a?b=1"), reply(b"1")), (call("/a?b=1&b=2"), reply(b"2"))])
@example([(call("/a?b=1&b=2"), reply(b"1")), (call("/a?b=2&b=1"), reply(b"2"))])
@example([(call("/a"), reply(b"1")), (call("/a?a="), reply(b"2")), (call("/a"), reply(b"3"))])
@example([(call(), reply(b"x" * 65_537, headers=(JSON,)))])
@example([(call(body=b"1", method="PUT"), reply()), (call(body=b"1.0", method="PUT"), reply(b"2"))])
@example([(call(body=b'{"a":1}', method="POST", headers=(FORM,)), reply(b"form")),
          (call(body=b'{"a":1}', method="POST", headers=(JSON,)), reply(b"json"))])  # fmt: skip
def test_whatever_is_recorded_plays_back_byte_for_byte(studio, exchanges):
    studio.begin(studio.recorder.output, Redactor("a" * 32, SecretNames()))
    for asked, given_back in exchanges:
        assert seen(asked, studio.record(asked, given_back)) == expected(asked, given_back)
    assert studio.recorder.requests == len(exchanges), studio.told
    played = studio.played_back(*(asked for asked, _ in exchanges))
    for (asked, given_back), answer in zip(exchanges, played, strict=True):
        assert seen(asked, answer) == expected(asked, given_back), studio.text
        assert len(answer.body) == (len(given_back.body) if given_back.has_body else 0)


def test_requests_that_differ_may_come_back_in_any_order(studio):
    exchanges = [
        (call("/a"), reply(b"none")),
        (call("/a?x=1"), reply(b"one")),
        (call("/a?x=1&y=2"), reply(b"both")),
        (call("/a", "POST", (JSON,), b'{"a": 1}'), reply(b"json")),
        (call("/a", "POST", (JSON,), b'{"a": 1, "b": [2, {"c": 3}]}'), reply(b"more json")),
        (call("/a", "POST", (JSON,), b'{"b": [2, {"c": 3, "d": 4}]}'), reply(b"other json")),
        (call("/a", "POST", (), b"<order/>"), reply(b"xml")),
    ]
    for asked, given_back in exchanges:
        studio.record(asked, given_back)
    backwards = exchanges[::-1]
    played = studio.played_back(*(asked for asked, _ in backwards))
    assert [answer.body for answer in played] == [given_back.body for _, given_back in backwards]


def test_a_compressed_answer_stays_compressed(studio):
    body = gzip.compress(b'{"total": 12.5}')
    compressed = reply(body, headers=(JSON, ("Content-Encoding", "gzip")))
    assert studio.record(call(), compressed).body == body
    (played,) = studio.played_back(call())
    assert played.body == body
    assert dict(played.headers)["Content-Encoding"] == "gzip"


def test_what_head_announces_plays_back(studio):
    asked, given_back = call(method="HEAD"), reply(b"{}" * 500, headers=(JSON,))
    announced = ("Content-Length", "1000")
    came = studio.record(asked, given_back)
    assert announced in came.headers
    assert came.body == b""
    with Sandbox() as sandbox:
        sandbox.load_endpoints(studio.recorder.output)
        played = sandbox.app.test_client().head("/lookup")
    assert {announced, JSON} <= set(played.headers.items())
    assert played.data == b""


def test_a_redirect_is_given_back_and_not_followed(studio):
    location = ("Location", "http://elsewhere.invalid/{{ x }}")
    answer = studio.record(call(), reply(b"", 302, (location,)))
    assert (answer.status, len(studio.live.seen)) == (302, 1)
    (played,) = studio.played_back(call())
    assert (played.status, dict(played.headers)["Location"]) == (302, location[1])


def test_a_header_that_comes_twice_plays_back_twice(studio):
    cookies = (("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2"))
    studio.record(call(), reply(b"", headers=cookies))
    (played,) = studio.played_back(call())
    assert [pair for pair in played.headers if pair[0] == "Set-Cookie"] == list(cookies)


@pytest.mark.parametrize(
    ("header", "body", "key"),
    [
        (JSON, b'{"total": 12.5, "note": "\xc3\xa4"}', "json:"),
        (JSON, b'{"total":12.5}\n', "text: |"),
        (JSON, b'{"a": 1, "a": 2}', "text:"),
        (("Content-Type", "text/xml"), b"<Response/>", "twiml: <Response/>"),
        (("Content-Type", "text/plain"), b"a\nb\n", "text: |"),
        (("Content-Type", "image/png"), b"\x89PNG\r\n", "file: recorded.endpoints.bodies/lookup-"),
        (("Content-Type", "text/plain"), b"long" * 5_000, "file: recorded.endpoints.bodies/"),
    ],
)
def test_a_body_is_written_as_readably_as_its_bytes_allow(studio, header, body, key):
    studio.record(call(), reply(body, headers=(header,)))
    assert f"      {key}" in studio.text
