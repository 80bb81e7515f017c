"""What the endpoint file looks like."""

from __future__ import annotations

from mockstudio.contracts.recording.exchange import Exchange, asked_of
from mockstudio.contracts.recording.script import Script
from mockstudio.contracts.recording.service import Service
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.model import Kind
from mockstudio.endpoints.request import Request
from mockstudio.files.documents import parse_yaml


def call(target="/lookup", method="GET", headers=(), body=b""):
    return Request(method, target, headers, body)


def reply(body=b"", status=200, headers=()):
    return Answer(status, headers, (Piece(0.0, body),))


def answer(body, content_type="text/plain"):
    return Answer(200, (("Content-Type", content_type),), (Piece(0.0, body),))


def script(*exchanges, url="https://o.twil.io", **options):
    made = Script("bodies", **options)
    for method, target, given in exchanges:
        asked = asked_of(Service.at(url), Request(method, target))
        made.add(Exchange(asked, given, 0.1234))
    return parse_yaml(made.text, "").data


def test_names_come_from_paths_and_are_unique():
    made = script(
        ("GET", "/lookup", answer(b"")),
        ("POST", "/lookup", answer(b"")),
        ("GET", "/api/orders?id=1", answer(b"")),
        ("GET", "/", answer(b"")),
    )
    names = [endpoint["name"] for endpoint in made["endpoints"]]
    assert names == ["lookup", "lookup-2", "api-orders", "root"]


def test_what_plays_behind_a_url_decides_the_kind():
    twiml = answer(b'<?xml version="1.0"?>\n<!-- hi -->\n<Response/>', "text/xml")
    made = script(("GET", "/twiml", twiml), ("GET", "/function", answer(b"")))
    other = script(("GET", "/x", answer(b"<Responses/>", "text/xml")), url="http://localhost:3000")
    endpoints = parse_endpoints(made)
    assert [endpoint.kind for endpoint in endpoints] == [Kind.TWIML, Kind.FUNCTION]
    assert parse_endpoints(other)[0].kind is Kind.HTTP


def test_the_url_is_that_of_the_service():
    made = script(("GET", "/a%20b", answer(b"")), url="https://example.com/api")
    assert made["endpoints"][0]["url"] == "https://example.com/api/a%20b"


def test_a_service_that_flows_know_by_another_url_is_written_with_that():
    named = "https://o.twil.io/v1=http://bob:s3cret@localhost:3000/api"
    made = script(("GET", "/orders", answer(b"")), url=named)
    assert made["endpoints"][0]["url"] == "https://o.twil.io/v1/orders"
    assert made["endpoints"][0]["kind"] == "function"


def test_repeated_requests_become_replies_and_equal_ones_in_a_row_are_counted():
    bodies = (b"1", b"1", b"2", b"1", b"1")
    (endpoint,) = script(*(("GET", "/a", answer(body)) for body in bodies))["endpoints"]
    assert [(turn["text"], turn.get("times")) for turn in endpoint["replies"]] == [
        ("1", 2),
        ("2", None),
        ("1", None),
    ]


def test_one_reply_is_written_as_one():
    (endpoint,) = script(*[("GET", "/a", answer(b"1"))] * 3)["endpoints"]
    assert endpoint["reply"]["text"] == "1"
    assert "replies" not in endpoint


def test_delays_are_recorded_when_asked_for():
    exchange = ("GET", "/a", answer(b""))
    (without,) = script(exchange)["endpoints"]
    (with_delays,) = script(exchange, delays=True)["endpoints"]
    assert with_delays["reply"] == {**without["reply"], "delay": "123ms"}


def test_headers_about_the_way_and_the_machine_are_left_out(studio):
    headers = (("X-Kept", "1"), ("X-Request-Id", "r1"), ("X-Powered-By", "Express"))
    given = studio.record(call(), reply(b"a", headers=headers))
    assert set(headers) <= set(given.headers)
    (played,) = studio.played_back(call())
    assert {name for name, _ in played.headers} == {"Content-Type", "X-Kept"}


def test_the_file_is_whole_after_each_request(studio):
    for number in range(3):
        studio.record(call(f"/{number}"), reply(b"\xff%d" % number))
        assert len(studio.endpoints) == number + 1
    (folder,) = (path for path in studio.recorder.output.parent.iterdir() if path.is_dir())
    assert len(list(folder.iterdir())) == 3
    assert len(list(studio.recorder.output.parent.iterdir())) == 2


def test_a_file_that_cannot_be_written_is_told_and_the_answer_given(studio):
    studio.begin(studio.recorder.output.parent / "gone" / "x.yaml")
    assert studio.record(call(), reply(b"a")).body == b"a"
    assert "cannot be written: No such file" in studio.told[0]


def test_a_long_path_makes_no_longer_name_of_a_file_than_there_may_be(studio):
    asked = call("/long" * 100)
    studio.record(asked, reply(b"\xff"))
    assert studio.played_back(asked)[0].body == b"\xff"
