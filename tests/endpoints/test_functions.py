from __future__ import annotations

import logging
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from mockstudio.endpoints.functions import call_function, function_context, function_event
from mockstudio.endpoints.model import (
    Body,
    Fault,
    FixedDelay,
    JsonBody,
    PythonBody,
    Reply,
    TextBody,
)
from mockstudio.endpoints.request import FORM, Request
from mockstudio.errors import FunctionError

WRITTEN = Reply(
    status=201,
    headers=(("X-Order", "42"),),
    body=PythonBody("orders", "lookup"),
    delay=FixedDelay(2.0),
    size=500,
)
REQUEST = Request("GET", "/lookup?order=42", [("Host", "Orders-1234.twil.io")])
JSON = ("Content-Type", "application/json; charset=utf-8")


def returned(result: object) -> Reply:
    return call_function(lambda context, event, request: result, WRITTEN, REQUEST, {})


def raised(error: BaseException) -> Reply:
    def lookup(context: Mapping[str, str], event: Mapping[str, Any], request: Request) -> object:
        raise error

    return call_function(lookup, WRITTEN, REQUEST, {})


def voice_response(xml: str | bytes) -> object:
    return SimpleNamespace(to_xml=lambda: xml)


@pytest.mark.parametrize(
    ("result", "status", "body"),
    [
        ("hello", 201, TextBody("hello", "text/plain")),
        ({"a": 1}, 201, JsonBody({"a": 1})),
        ([1, 2], 201, JsonBody([1, 2])),
        (False, 201, JsonBody(False)),
        (None, 201, None),
        ((404, {"error": "no order"}), 404, JsonBody({"error": "no order"})),
        ((204, None), 204, None),
        (voice_response("<Response/>"), 201, TextBody("<Response/>", "text/xml")),
        (voice_response("<Say>Ü</Say>".encode()), 201, TextBody("<Say>Ü</Say>", "text/xml")),
    ],
)
def test_what_a_function_returns_is_sent_with_the_written_effects(
    result: object, status: int, body: Body
) -> None:
    assert returned(result) == Reply(
        status, (("X-Order", "42"),), body, delay=FixedDelay(2.0), size=500
    )


def test_a_reply_says_everything_itself() -> None:
    reply = Reply(status=503, fault=Fault.EMPTY)
    assert returned(reply) is reply


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        (42, "found int"),
        (object(), "found object"),
        ((), r"\(status, body\), found \(\)"),
        ((99, "low"), "found .99, 'low'."),
        ((200, "a", "b"), "status, body"),
        ((200, (201, "b")), "status, body"),
        ((200, 42), "found int"),
        (Reply(body=PythonBody("orders", "lookup")), "played by a function"),
    ],
)
def test_what_is_no_answer_is_refused(result: object, problem: str) -> None:
    with pytest.raises(FunctionError, match=problem):
        returned(result)


@pytest.mark.parametrize("error", [ValueError("no order"), SystemExit("no order")])
def test_a_function_that_raises_answers_as_a_function_does(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = raised(error)
    assert isinstance(reply.body, JsonBody)
    thrown = reply.body.value
    assert (reply.status, reply.delay) == (500, FixedDelay(2.0))
    assert (thrown["message"], thrown["name"]) == ("no order", type(error).__name__)
    assert "in lookup" in thrown["stack"]
    assert caplog.records[0].exc_info
    assert "'lookup' raised" in caplog.text


def test_an_interrupt_ends_the_program() -> None:
    with pytest.raises(KeyboardInterrupt):
        raised(KeyboardInterrupt())


def test_a_function_of_other_arguments_answers_500() -> None:
    reply = call_function(lambda: "hello", WRITTEN, REQUEST, {})  # type: ignore[arg-type, misc]
    assert reply.status == 500


def test_a_function_gets_context_event_and_request() -> None:
    def lookup(context: Mapping[str, str], event: Mapping[str, Any], request: Request) -> object:
        return [context["GREETING"], event["order"], request.path]

    reply = call_function(lookup, WRITTEN, REQUEST, {"GREETING": "hello"})
    assert reply.body == JsonBody(["hello", "42", "/lookup"])


def test_the_context_holds_the_environment_and_cannot_be_changed() -> None:
    context = function_context(REQUEST, {"ACCOUNT_SID": "AC1", "PATH": "/own"})
    assert dict(context) == {
        "DOMAIN_NAME": "orders-1234.twil.io",
        "PATH": "/own",
        "ACCOUNT_SID": "AC1",
    }
    with pytest.raises(TypeError):
        context["NEW"] = "value"  # type: ignore[index]


@pytest.mark.parametrize(
    ("target", "headers", "body", "expected"),
    [
        ("/?a=1&b=2&b=3", [], b"", {"a": "1", "b": ["2", "3"]}),
        ("/?a=1&b=2", [("Content-Type", FORM)], b"b=3&c=", {"a": "1", "b": "3", "c": ""}),
        ("/?a=1&b=2", [JSON], b'{"b": {"c": null}}', {"a": "1", "b": {"c": None}}),
        ("/?a=1", [JSON], b"[1, 2]", {"a": "1"}),
        ("/?a=1", [JSON], b"{no json", {"a": "1"}),
        ("/?a=1", [("Content-Type", "text/plain")], b'{"b": 2}', {"a": "1"}),
        ("/?request=mine", [], b"", {}),
    ],
)
def test_the_event_is_query_and_body_the_body_first(
    target: str, headers: list[tuple[str, str]], body: bytes, expected: dict[str, Any]
) -> None:
    event = function_event(Request("POST", target, headers, body))
    own = event.pop("request")
    assert event == expected
    assert own["headers"] == {name.lower(): value for name, value in headers}


def test_the_event_holds_the_headers_that_the_gateway_passes_on() -> None:
    passed = [("X-Twilio-Signature", "abc="), ("Accept", "a"), ("accept", "b"), ("Cookie", "c=1")]
    removed = [
        ("Via", "1.1 proxy"),
        ("Connection", "close"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("X-Amz-Cf-Id", "1"),
        ("I-Twilio-Token", "1"),
        ("ot-tracer", "1"),
    ]
    event = function_event(Request("GET", "/", [*passed, *removed]))
    assert event["request"] == {
        "headers": {"x-twilio-signature": "abc=", "accept": "a, b", "cookie": "c=1"},
        "cookies": {"c": "1"},
    }
