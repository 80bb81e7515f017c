"""What a script says, compared with what a live service answers."""

from __future__ import annotations

import json
import socket

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.drift.model import Question
from mockstudio.contracts.drift.verify import verify
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.signing import is_signed

ANSWERS = [
    # reply, status, type, body of the service, differences
    ({"json": {"a": 1}}, 200, "application/json", '{"a": 2, "b": 3}', []),
    ({"json": {"a": 1}}, 200, "application/json", '{"a": 2.5}', []),
    ({"json": {"a": 1}}, 200, "application/json; charset=utf-8", '{"a": 2}', []),
    ({"json": {"a": None}}, 200, "application/json", '{"a": "x"}', []),
    ({"json": {"a": 1}}, 200, "application/json", "{}", ["a: expected number, but it is missing"]),
    ({"json": {"a": {"b": "x"}}}, 200, "application/json", '{"a": {"b": null}}',
     ["a.b: expected string, found null"]),
    ({"json": {"a": True}}, 200, "application/json", '{"a": 1}',
     ["a: expected boolean, found number"]),
    ({"json": {"a": [{"b": 1}]}}, 200, "application/json", '{"a": [{"b": 2}, {"b": "x"}]}',
     ["a[1].b: expected number, found string"]),
    ({"json": {"a": [1, "x"]}}, 200, "application/json", '{"a": ["y", 2]}', []),
    ({"json": {"a": []}}, 200, "application/json", '{"a": [1, "x"]}', []),
    ({"json": {"a": 1}}, 200, "application/json", "[1]",
     ["the JSON: expected object, found array"]),
    ({"json": {"a": 1}}, 200, "application/json", "oops", ["body: expected JSON, found b'oops'"]),
    ({"json": {"a": 1}}, 200, "text/html", "oops",
     ["media type: expected application/json, found text/html"]),
    ({"json": {"a": 1}}, 500, "text/html", "oops", ["status: expected 200, found 500"]),
    ({"status": 404, "json": {"e": "x"}}, 404, "application/json", '{"e": "y"}', []),
    ({"status": 204}, 204, "text/plain", "", []),
    ({"text": "hello"}, 200, "text/plain", "good day", []),
    ({"twiml": "<Response/>"}, 200, "text/xml", "<Response><Say>Hi</Say></Response>", []),
    ({"json": {"q": "{{ request.method }}"}}, 200, "application/json", '{"q": "GET"}', []),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "status", "content_type", "body", "differences"), ANSWERS)
def test_status_media_type_and_shape_are_compared(
    httpserver, compared, reply, status, content_type, body, differences
):
    httpserver.expect_request("/one").respond_with_data(body, status, content_type=content_type)
    found = compared(reply=reply)
    assert list(found.differences) == differences
    assert found.state == ("drifted" if differences else "same")


@pytest.mark.parametrize(
    ("reply", "body", "differences"),
    [
        ({"json": {"a": 1, "b": [1]}}, '{"b": [1], "a": 1}', []),
        ({"json": {"a": 1}}, '{"a": 2}', ["a: expected 1, found 2"]),
        ({"json": {"a": 1}}, '{"a": true}', ["a: expected 1, found true"]),
        ({"json": {"a": 1}}, '{"a": 1, "b": 2}', ["b: expected nothing, found 2"]),
        ({"json": {"a": 1}}, "{}", ["a: expected 1, but it is missing"]),
        ({"json": {"a": [1, 2]}}, '{"a": [1]}', ["a: expected [1, 2], found [1]"]),
        ({"json": {"a": [1, 2]}}, '{"a": [1, 3]}', ["a[1]: expected 2, found 3"]),
        ({"json": {"a": None}}, '{"a": 0}', ["a: expected null, found 0"]),
    ],
)
def test_exactly_the_same_json_is_demanded_where_asked(
    httpserver, compared, reply, body, differences
):
    httpserver.expect_request("/one").respond_with_data(body, content_type="application/json")
    assert list(compared({"is_exact": True}, reply=reply).differences) == differences


def test_exactly_the_same_is_demanded_of_one_endpoint(httpserver, verified):
    httpserver.expect_request("/one").respond_with_json({"a": 2})
    loose, exact = (
        {"name": name, "url": "/one", "reply": {"json": {"a": 1}}} for name in ("loose", "exact")
    )
    report = verified(loose, exact, exact_for=frozenset({"exact"}))
    assert [each.differences for each in report.comparisons] == [(), ("a: expected 1, found 2",)]


def test_exactly_the_same_text_is_demanded_where_asked(httpserver, compared):
    httpserver.expect_request("/one").respond_with_data("good day", content_type="text/plain")
    assert compared({"is_exact": True}, reply={"text": "good day"}).state == "same"
    drifted = compared({"is_exact": True}, reply={"text": "hello"})
    assert drifted.differences == ("body: expected b'hello', found b'good day'",)


def test_when_becomes_the_request(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({})
    when = {
        "params": {"order": "42", "note": {"starts_with": "a"}, "spam": {"absent": True},
                   "lang": {"any_of": ["en", "de"]}, "tag": {"values": ["b", "a", "b"]},
                   "x": {"contains": "b", "starts_with": "a"}},
        "headers": {"Accept": {"contains": "json"}, "X-Key": "k"},
        "cookies": {"session": "s1"},
    }  # fmt: skip
    assert compared(kind="function", when=when, reply={"json": {}}).state == "same"
    request = httpserver.log[0][0]
    assert request.method == "POST"
    assert request.form.to_dict(flat=False) == {
        "order": ["42"], "note": ["a"], "lang": ["en"], "tag": ["b", "a", "b"], "x": ["ab"],
    }  # fmt: skip
    assert (request.headers["Accept"], request.headers["X-Key"]) == ("json", "k")
    assert request.cookies["session"] == "s1"


def test_requests_are_signed_as_twilio_signs(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({})
    compared(kind="function", when={"params": {"order": "42"}}, reply={"json": {}})
    request = httpserver.log[0][0]
    given = request.headers["X-Twilio-Signature"]
    form = {name: request.form.getlist(name) for name in request.form}
    assert is_signed(given, Settings().auth_token, request.url, form)


def test_a_json_condition_is_posted_as_the_body(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({})
    when = {"json": {"customer": {"id": 7}}, "params": {"page": "2"}}
    assert compared(when=when, reply={"json": {}}).state == "same"
    request = httpserver.log[0][0]
    assert (request.method, request.args["page"]) == ("POST", "2")
    assert json.loads(request.get_data()) == {"customer": {"id": 7}}


def test_credentials_of_an_endpoint_are_sent(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({})
    compared(auth={"user": "ann", "password": "secret"}, reply={"json": {}})
    assert httpserver.log[0][0].authorization.password == "secret"


def test_credentials_of_the_service_are_sent_and_not_shown(httpserver):
    httpserver.expect_request("/one").respond_with_json({})
    base = httpserver.url_for("/").replace("://", "://ann:secret@")
    endpoints = parse_endpoints([{"name": "one", "url": "/one", "reply": {"json": {}}}])
    report = verify(endpoints, Question(base), Settings())
    assert report.passed
    assert httpserver.log[0][0].authorization.username == "ann"
    assert "secret" not in json.dumps(report.to_json())


def test_a_method_that_is_demanded_is_used(httpserver, compared):
    httpserver.expect_request("/one", method="PUT").respond_with_json({})
    assert compared(methods=["PUT"], reply={"json": {}}).state == "same"


def test_head_is_asked_without_a_body_and_compared_without_one(httpserver, compared):
    httpserver.expect_request("/one", method="HEAD").respond_with_json({"a": 1})
    when = {"params": {"order": "42"}}
    reply = {"text": "", "size": 70_000, "headers": {"Content-Type": "application/json"}}
    found = compared({"is_exact": True}, methods="HEAD", when=when, reply=reply)
    assert (found.state, found.differences) == ("same", ())
    request = httpserver.log[0][0]
    assert (request.query_string, request.get_data()) == (b"order=42", b"")


def test_parts_of_a_url_are_filled_in(httpserver, compared):
    httpserver.expect_request("/orders/4 2/x").respond_with_json({"id": "4 2"})
    url = "https://orders-1234.twil.io/orders/{id}/*"
    found = compared({"values": {"id": "4 2", "*": "x"}, "is_exact": True}, url=url,
                     reply={"json": {"id": "{{ request.id }}"}})  # fmt: skip
    assert (found.state, found.differences) == ("same", ())


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ({"url": "/orders/{id}"}, "give --param 'id=VALUE'"),
        ({"when": {"params": {"order": {"matches": "^[0-9]{9}$"}}}}, "give --param 'order=VALUE'"),
        ({"reply": "reset"}, "reset"),
        ({"kind": "function", "visibility": "private"}, "no URL"),
    ],
)
def test_what_cannot_be_asked_is_skipped_with_the_reason(httpserver, compared, endpoint, reason):
    found = compared(**endpoint)
    assert found.state == "skipped"
    assert reason in found.differences[0]
    assert httpserver.log == []


def test_a_value_that_fits_a_condition_can_be_given(httpserver, compared):
    httpserver.expect_request("/one", query_string="order=123456789").respond_with_json({})
    when = {"params": {"order": {"matches": "^[0-9]{9}$"}}}
    given = {"values": {"order": "123456789"}}
    assert compared(given, when=when, reply={"json": {}}).state == "same"


def test_redirects_are_followed_unless_they_are_scripted(httpserver, compared):
    httpserver.expect_request("/one").respond_with_data("", 302, {"Location": "/two"})
    httpserver.expect_request("/two").respond_with_json({"a": 1})
    assert compared(reply={"json": {"a": 2}}).state == "same"
    assert compared(reply={"status": 302, "headers": {"Location": "/x"}}).state == "same"
    assert compared(reply={"status": 301}).differences == ("status: expected 301, found 200",)


def test_of_several_replies_the_first_is_compared(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({"a": 1})
    found = compared(replies=[{"json": {"a": 1}}, {"status": 500}])
    assert (found.state, found.reply) == ("same", "reply 1")


def test_an_outcome_is_compared_by_its_reply(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({"error": "gone"}, 404)
    found = compared(reply="client-error")
    assert found.reply == "client-error"
    assert found.differences == ()


def test_a_report_counts_and_passes_only_if_something_is_the_same(httpserver, verified):
    httpserver.expect_request("/one").respond_with_json({})
    same = {"name": "same", "url": "/one", "reply": {"json": {}}}
    drifted = {"name": "drifted", "url": "/one", "reply": {"status": 201}}
    skipped = {"name": "skipped", "url": "/{part}"}
    report = verified(same, drifted, skipped)
    assert [each.state for each in report.comparisons] == ["same", "drifted", "skipped"]
    assert not report.passed
    assert verified(same, skipped).passed
    assert not verified(skipped).passed
    assert not verified(skipped).reached_nobody


def test_a_service_that_is_not_there_is_told():
    endpoints = parse_endpoints([{"name": "one", "url": "/one"}])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        asked = Question(f"http://127.0.0.1:{taken.getsockname()[1]}")
        report = verify(endpoints, asked, Settings())
    assert report.reached_nobody
    assert "refused" in report.comparisons[0].differences[0]


def test_given_headers_are_sent_with_every_request_before_all_others(httpserver, verified):
    for path in ("/one", "/two"):
        httpserver.expect_request(path).respond_with_json({})
    secret = {"Authorization": "Bearer abc", "X-Api-Key": "k", "Content-Type": "text/csv"}
    report = verified(
        {"name": "one", "url": "/one", "auth": {"user": "ann", "password": "x"},
         "reply": {"json": {}}},
        {"name": "two", "url": "/two", "kind": "function",
         "when": {"headers": {"authorization": {"matches": "^Bearer [a-z]{3}$"},
                              "X-API-KEY": {"absent": False}}},
         "reply": {"json": {}}},
        headers=secret,
    )  # fmt: skip
    assert [each.state for each in report.comparisons] == ["same", "same"]
    for request, _ in httpserver.log:
        assert request.headers.getlist("Authorization") == ["Bearer abc"]
        assert request.headers.getlist("X-Api-Key") == ["k"]
    assert httpserver.log[1][0].headers.getlist("Content-Type") == ["text/csv"]


def test_a_service_that_gives_a_header_back_does_not_make_it_known(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({"a": "hunter2-hunter2"})
    question = {"headers": {"Authorization": "Bearer hunter2-hunter2"}, "is_exact": True}
    found = compared(question, reply={"json": {"a": "x"}})
    assert found.differences == ('a: expected "x", found "redacted......."',)
    assert "hunter2" not in repr(Question("http://x", headers=question["headers"]))


def test_a_value_for_a_header_may_have_its_name_in_any_case(httpserver, compared):
    httpserver.expect_request("/one").respond_with_json({})
    when = {"headers": {"Authorization": {"matches": "^Bearer [0-9]{9}$"}}}
    given = {"values": {"Authorization": "Bearer 123456789"}}
    assert compared(given, when=when, reply={"json": {}}).state == "same"
    assert httpserver.log[0][0].headers["Authorization"] == "Bearer 123456789"


def test_a_service_that_redirects_to_nobody_is_there(httpserver, verified, free_url):
    httpserver.expect_request("/one").respond_with_data("", 302, {"Location": free_url})
    report = verified({"name": "one", "url": "/one", "reply": {"json": {}}})
    assert report.comparisons[0].state == "drifted"
    assert not report.reached_nobody
