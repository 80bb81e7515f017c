from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.limits import Limits, profile
from mockstudio.flows.verdict import Reason, Verdict, judge
from mockstudio.http.exchange import Exchange, Failure, FailureKind, HttpResponse

HTTP = WidgetRequest("lookup", "https://h/")
FUNCTION = WidgetRequest("lookup", "https://h/", function=True)
LIMITS = Limits()
JSON = "application/json"


def answered(
    status: int = 200,
    body: str | bytes = "",
    content_type: str = "text/plain",
    request: WidgetRequest = HTTP,
    limits: Limits = LIMITS,
    **headers: str,
) -> Verdict:
    data = body if isinstance(body, bytes) else body.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = HttpResponse(status, content_type, named, data)
    return judge(Exchange(None, response, elapsed=0.25), request, limits)


def failed(kind: FailureKind, request: WidgetRequest = HTTP, **numbers: float) -> Verdict:
    failure = Failure(kind, "what happened", numbers)
    return judge(Exchange(None, failure=failure, elapsed=10.0), request, LIMITS)


# Reference 3.5 and 3.8: status; event, rule and code of make-http-request, then of run-function.
STATUSES = {
    200: (("success", "success", None), ("success", "success", None)),
    201: (("success", "success", None), ("success", "success", None)),
    204: (("success", "success", None), ("success", "success", None)),
    299: (("success", "success", None), ("success", "success", None)),
    300: (("failed", "redirect-status", 81016), ("success", "success", None)),
    302: (("failed", "redirect-status", 81016), ("success", "success", None)),
    304: (("failed", "redirect-status", 81016), ("success", "success", None)),
    400: (("failed", "client-error", 81016), ("fail", "client-error", 81017)),
    404: (("failed", "client-error", 81016), ("fail", "client-error", 81017)),
    429: (("failed", "client-error", 81016), ("fail", "client-error", 81017)),
    500: (("failed", "server-error", 81016), ("fail", "server-error", 81017)),
    503: (("failed", "server-error", 81016), ("fail", "server-error", 81017)),
    103: (("failed", "unknown-status", 81016), ("fail", "unknown-status", 81017)),
    999: (("failed", "unknown-status", 81016), ("fail", "unknown-status", 81017)),
}


@pytest.mark.parametrize(("status", "expected"), STATUSES.items())
def test_the_status_decides_as_the_reference_says(status, expected):
    verdicts = [answered(status, request=request) for request in (HTTP, FUNCTION)]
    assert tuple((v.transition, v.reason, v.code) for v in verdicts) == expected


def test_a_functions_redirect_fails_under_the_legacy_profile():
    verdict = answered(302, request=FUNCTION, limits=profile("studio-legacy"))
    assert (verdict.transition, verdict.reason, verdict.code) == ("fail", "redirect-status", 81017)


# Reference 3.5 and 3.8: kind of failure; code of make-http-request, then of run-function.
FAILURES = {
    FailureKind.BAD_URL: (81014, 81014),
    FailureKind.BAD_METHOD: (81014, 81014),
    FailureKind.RESERVED_PARAMETER: (81014, 81014),
    FailureKind.NOT_TWILIO: (81016, 81017),
    FailureKind.TIMEOUT: (81016, 81017),
    FailureKind.OVERFLOW: (81016, 81017),
    FailureKind.REFUSED: (81016, 81010),
    FailureKind.RESET: (81016, 81010),
    FailureKind.NETWORK: (81016, 81010),
    FailureKind.DNS: (81016, 81010),
    FailureKind.TLS: (81016, 81010),
    FailureKind.TOO_MANY_REDIRECTS: (81016, 81017),
    FailureKind.BAD_REDIRECT: (81016, 81017),
}


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_has_its_event_and_code_and_no_outputs(kind):
    verdicts = [failed(kind, request) for request in (HTTP, FUNCTION)]
    assert [v.transition for v in verdicts] == ["failed", "fail"]
    assert tuple(v.code for v in verdicts) == FAILURES[kind]
    assert all(v.reason == kind and v.outputs == {} and not v.twiml for v in verdicts)


@pytest.mark.parametrize(
    ("verdict", "explanation"),
    [
        (answered(200), "success: status 200 is 2xx"),
        (answered(404), "failed: status 404 is 4xx"),
        (answered(500, request=FUNCTION), "fail: status 500 is 5xx"),
        (answered(302), "failed: status 302 is 3xx, not followed, and only 2xx is success"),
        (
            answered(302, request=FUNCTION),
            "success: status 302 is 3xx, which is success for a Function",
        ),
        (failed(FailureKind.OVERFLOW), "failed: what happened"),
        (failed(FailureKind.OVERFLOW, FUNCTION), "fail: what happened"),
    ],
)
def test_the_explanation_names_event_and_rule(verdict, explanation):
    assert verdict.explanation == explanation


def test_the_numbers_come_along():
    assert (answered(body="héllo").size, answered().elapsed) == (6, 0.25)
    assert failed(FailureKind.OVERFLOW, size=65_537, limit=65_536).size == 65_537


def test_only_the_success_rule_succeeds():
    assert answered(200).succeeded
    assert not answered(404).succeeded
    assert not failed(FailureKind.RESET).succeeded


def test_every_kind_of_failure_is_a_reason():
    assert {kind.value for kind in FailureKind} <= {reason.value for reason in Reason}


@pytest.mark.parametrize("status", [200, 404, 500])
def test_outputs_are_set_whatever_the_status(status):
    verdict = answered(status, '{"a": 1}', "application/json; charset=utf-8")
    assert verdict.outputs == {
        "body": '{"a": 1}',
        "content_type": "application/json; charset=utf-8",
        "status_code": status,
        "parsed": {"a": 1},
    }


def test_no_content_needs_no_content_type():
    verdict = answered(204, "", "")
    assert verdict.succeeded
    assert verdict.outputs == {"body": "", "content_type": "", "status_code": 204}
    assert answered(204, "", JSON).warnings == ()


# Reference 3.6: content type and body; `parsed`, and a part of the warning.
BODIES = {
    "object": (JSON, '{"a": 1}', {"a": 1}, None),
    "in capitals": ("Application/JSON", "{}", {}, None),
    "with parameters": ("application/json; charset=utf-8", "{}", {}, None),
    "array": (JSON, "[1]", None, "the JSON is an array; wrap it in an object"),
    "string": (JSON, '"a"', None, "the JSON is no object"),
    "null": (JSON, "null", None, "the JSON is no object"),
    "invalid": (JSON, "{oops", None, "not valid JSON"),
    "empty": (JSON, "", None, "not valid JSON"),
    "NaN": (JSON, '{"a": NaN}', None, "NaN is no JSON number"),
    "deep": (JSON, '{"a":' * 9000 + "1" + "}" * 9000, None, "nested deeper"),
    "problem": ("application/problem+json", "{}", None, "application/problem+json, not"),
    "text/json": ("text/json", "{}", None, "text/json, not application/json"),
    "text": ("text/plain", "{}", None, None),
    "html": ("text/html", "<p>", None, None),
    "none": ("", "{}", None, None),
    "nonsense": ("application/json application/json", "{}", None, None),
}


@pytest.mark.parametrize(
    ("content_type", "body", "parsed", "warning"), BODIES.values(), ids=BODIES.keys()
)
def test_only_objects_under_exactly_application_json_are_parsed(
    content_type, body, parsed, warning
):
    verdict = answered(200, body, content_type)
    assert verdict.outputs.get("parsed") == parsed
    assert verdict.succeeded
    assert [warning in found for found in verdict.warnings] == ([True] if warning else [])


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain", "é".encode(), "é"),
        ("text/plain; charset=latin-1", b"\xe9", "é"),
        ('text/plain; charset="ISO-8859-1"', b"\xe9", "é"),
        ("text/plain; charset=utf-16", "é".encode("utf-16"), "é"),
        ("text/plain; charset=klingon", "é".encode(), "é"),
        ("text/plain; charset=hex", b"6869", "6869"),
        ("text/plain; charset=idna", b"\xff", "\ufffd"),
        ("text/plain", b"\xff", "\ufffd"),
    ],
)
def test_the_body_is_decoded_by_its_charset_or_as_utf_8(content_type, body, text):
    assert answered(200, body, content_type).outputs["body"] == text


def test_a_function_shows_one_header_and_an_http_request_none():
    headers = {"x_twilio_function_concurrency": "3", "x_other": "4"}
    seen = answered(request=FUNCTION, **headers).outputs["headers"]
    assert seen == {"x-twilio-function-concurrency": "3"}
    assert "headers" not in answered(**headers).outputs
    assert "headers" not in answered(request=FUNCTION).outputs


@pytest.mark.parametrize(
    ("status", "content_type", "request_", "twiml"),
    [
        (200, "text/xml", FUNCTION, True),
        (200, "Text/XML; charset=utf-8", FUNCTION, True),
        (200, "application/xml", FUNCTION, False),
        (500, "text/xml", FUNCTION, False),
        (200, "text/xml", HTTP, False),
    ],
)
def test_twiml_from_a_function_takes_the_call_over(status, content_type, request_, twiml):
    assert answered(status, "<Response/>", content_type, request_).twiml is twiml


def test_twiml_for_an_http_request_is_warned_of():
    (warning,) = answered(200, "<Response/>", "text/xml").warnings
    assert "does not play TwiML" in warning


def test_an_exchange_without_an_end_cannot_be_judged():
    with pytest.raises(ValueError, match="a response or a failure"):
        judge(Exchange(None), HTTP, LIMITS)


@given(st.integers(100, 999), st.binary(max_size=200), st.text(max_size=40), st.booleans())
def test_any_answer_gets_a_verdict_that_is_json(status, body, content_type, function):
    request = FUNCTION if function else HTTP
    verdict = answered(status, body, content_type, request)
    assert verdict.transition in {"success", "fail" if function else "failed"}
    assert (verdict.code is None) == verdict.succeeded
    json.dumps(dict(verdict.outputs), allow_nan=False)
