"""What Studio makes of a call: the one place that compares a status code (reference 3.5 to 3.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from werkzeug.http import parse_options_header

from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.limits import Limits
from mockstudio.http.exchange import Exchange, Failure, FailureKind, HttpResponse

JSON: Final = "application/json"
TWIML: Final = "text/xml"
CONCURRENCY_HEADER: Final = "x-twilio-function-concurrency"
"""The one header of an answer that a flow can read, of run-function only (reference 3.6)."""

FUNCTION_UNREACHABLE: Final = 81010
BAD_REQUEST: Final = 81014
REQUEST_FAILED: Final = 81016
FUNCTION_FAILED: Final = 81017
TITLES: Final[Mapping[int, str]] = MappingProxyType(
    {
        FUNCTION_UNREACHABLE: "the Function could not be invoked",
        BAD_REQUEST: "the HTTP request could not be made",
        REQUEST_FAILED: "the outgoing HTTP request failed",
        FUNCTION_FAILED: "the Function answered with an error, too late or too much",
    }
)
"""What the debugger says beside the code (reference 3.8)."""


class Reason(StrEnum):
    """The rule that decided; the kinds of failure keep their names."""

    SUCCESS = "success"
    REDIRECT_STATUS = "redirect-status"
    CLIENT_ERROR = "client-error"
    SERVER_ERROR = "server-error"
    UNKNOWN_STATUS = "unknown-status"
    """A status that is none of 2xx to 5xx."""
    BAD_URL = FailureKind.BAD_URL.value
    BAD_METHOD = FailureKind.BAD_METHOD.value
    RESERVED_PARAMETER = FailureKind.RESERVED_PARAMETER.value
    NOT_TWILIO = FailureKind.NOT_TWILIO.value
    TIMEOUT = FailureKind.TIMEOUT.value
    OVERFLOW = FailureKind.OVERFLOW.value
    REFUSED = FailureKind.REFUSED.value
    RESET = FailureKind.RESET.value
    NETWORK = FailureKind.NETWORK.value
    DNS = FailureKind.DNS.value
    TLS = FailureKind.TLS.value
    TOO_MANY_REDIRECTS = FailureKind.TOO_MANY_REDIRECTS.value
    BAD_REDIRECT = FailureKind.BAD_REDIRECT.value


_BY_CLASS: Final = {
    2: Reason.SUCCESS,
    3: Reason.REDIRECT_STATUS,
    4: Reason.CLIENT_ERROR,
    5: Reason.SERVER_ERROR,
}
_BAD_REQUESTS: Final = (Reason.BAD_URL, Reason.BAD_METHOD, Reason.RESERVED_PARAMETER)
_UNREACHABLE: Final = (Reason.REFUSED, Reason.RESET, Reason.NETWORK, Reason.DNS, Reason.TLS)


@dataclass(frozen=True)
class Verdict:
    """The transition Studio takes, the rule that decided, and the numbers behind it.

    Attributes:
        transition: the widget's event: `success`, or `failed` (make-http-request) or `fail`
            (run-function).
        reason: the rule.
        explanation: a sentence such as `failed: body is 65,537 bytes, limit 65,536`.
        code: Twilio's debugger code, or None on success (reference 3.8).
        outputs: what the widget writes into the context; empty when there was no answer.
        warnings: what the author should know although it changes no transition.
        numbers: what the explanation's figures are: `limit` and `size`, `seconds` or `redirects`,
            whichever the rule compares; for an answer its `status`.
        elapsed: seconds of the clock.
        size: bytes of the decoded body, all of it or as far as the limit; 0 when it broke off.
        twiml: whether the Function answered TwiML: Studio gives up control (reference 3.7).
    """

    transition: str
    reason: Reason
    explanation: str
    code: int | None = None
    outputs: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    elapsed: float = 0.0
    size: int = 0
    twiml: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether the transition is `success`."""
        return self.reason is Reason.SUCCESS

    @property
    def is_unsent(self) -> bool:
        """Whether nobody was asked: no request could be made of what the widget holds."""
        return self.reason in (*_BAD_REQUESTS, Reason.NOT_TWILIO)


def judge(exchange: Exchange, request: WidgetRequest, limits: Limits) -> Verdict:
    """Return what Studio makes of a call.

    Args:
        exchange: what happened.
        request: whose call it was.
        limits: whether a final redirect is a Function's success.
    """
    if exchange.response is not None:
        return _of_response(exchange.response, exchange.elapsed, request, limits)
    if exchange.failure is None:
        raise ValueError("an exchange has a response or a failure")
    return _of_failure(exchange.failure, exchange.elapsed, request)


def _of_failure(failure: Failure, elapsed: float, request: WidgetRequest) -> Verdict:
    reason = Reason(failure.kind.value)
    transition = _transition(reason, request)
    return Verdict(
        transition,
        reason,
        f"{transition}: {failure.text}",
        _code(reason, request),
        numbers=failure.numbers,
        elapsed=elapsed,
        size=int(failure.numbers.get("size", 0)),
    )


def _of_response(
    response: HttpResponse, elapsed: float, request: WidgetRequest, limits: Limits
) -> Verdict:
    reason, why = _rule(response.status, request, limits)
    transition = _transition(reason, request)
    media_type, options = parse_options_header(response.content_type)
    text = _decoded(response.body, options.get("charset", "utf-8"))
    outputs, problem = _outputs(response, media_type, text, request)
    is_twiml = media_type.lower() == TWIML
    return Verdict(
        transition,
        reason,
        f"{transition}: {why}",
        _code(reason, request),
        outputs,
        tuple(_warnings(problem, is_twiml, request)),
        {"status": response.status},
        elapsed,
        len(response.body),
        twiml=is_twiml and request.function and reason is Reason.SUCCESS,
    )


def _rule(status: int, request: WidgetRequest, limits: Limits) -> tuple[Reason, str]:
    """Return the rule for a final status and the clause that explains it (reference 3.5)."""
    reason = _BY_CLASS.get(status // 100, Reason.UNKNOWN_STATUS)
    why = f"status {status} is {status // 100}xx"
    if reason is Reason.REDIRECT_STATUS:
        if request.function and limits.function_redirect_is_success:
            return Reason.SUCCESS, f"{why}, which is success for a Function"
        return reason, f"{why}, not followed, and only 2xx is success"
    return reason, why


def _transition(reason: Reason, request: WidgetRequest) -> str:
    if reason is Reason.SUCCESS:
        return "success"
    return "fail" if request.function else "failed"


def _code(reason: Reason, request: WidgetRequest) -> int | None:
    """Return the debugger code that goes with a reason (reference 3.8)."""
    if reason is Reason.SUCCESS:
        return None
    if reason in _BAD_REQUESTS:
        return BAD_REQUEST
    if not request.function:
        return REQUEST_FAILED
    return FUNCTION_UNREACHABLE if reason in _UNREACHABLE else FUNCTION_FAILED


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace")
    except (LookupError, UnicodeError):
        return body.decode("utf-8", "replace")


def _outputs(
    response: HttpResponse, media_type: str, text: str, request: WidgetRequest
) -> tuple[dict[str, Any], str | None]:
    """Return what the widget writes, and why there is no `parsed` where one was to be expected."""
    outputs: dict[str, Any] = {
        "body": text,
        "content_type": response.content_type,
        "status_code": response.status,
    }
    if request.function and CONCURRENCY_HEADER in response.headers:
        value = response.headers[CONCURRENCY_HEADER]
        outputs["headers"] = {CONCURRENCY_HEADER: value}
    parsed, problem = _parsed(media_type.lower(), text)
    if parsed is not None:
        outputs["parsed"] = parsed
    return outputs, problem if response.status != HTTPStatus.NO_CONTENT else None


def _parsed(media_type: str, text: str) -> tuple[dict[str, Any] | None, str | None]:
    """Return the body's JSON object, or why it has none (reference 3.6)."""
    if media_type != JSON:
        looks_like_json = media_type == "text/json" or media_type.endswith("+json")
        why = f"no `parsed`: the content type is {media_type}, not {JSON}"
        return None, why if looks_like_json else None
    try:
        value = parse_json(text)
    except JsonTextError as error:
        return None, f"no `parsed`: the body is not valid JSON, though it claims to be: {error}"
    if isinstance(value, dict):
        return value, None
    what = "an array" if isinstance(value, list) else "no object"
    return None, f"no `parsed`: the JSON is {what}; wrap it in an object"


def _warnings(problem: str | None, is_twiml: bool, request: WidgetRequest) -> Iterator[str]:
    if problem:
        yield problem
    if is_twiml and not request.function:
        yield "make-http-request does not play TwiML; the body is data"
