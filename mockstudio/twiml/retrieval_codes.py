"""From what went wrong with a request to Twilio's debugger code (rest-api.md 8.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from mockstudio.http.exchange import Exchange, Failure, FailureCause, FailureKind, HttpResponse
from mockstudio.twiml.words import beginning

RETRIEVAL_FAILED: Final = 11200
OUT_OF_TOTAL_TIME: Final = 11203
INVALID_CONTENT_TYPE: Final = 12300
CALLBACK_FAILED: Final = 15003

_BY_KIND: Final[Mapping[FailureKind, int]] = MappingProxyType(
    {
        FailureKind.BAD_URL: 11100,
        FailureKind.REFUSED: 11205,
        FailureKind.NETWORK: 11206,
        FailureKind.DNS: 11210,
        FailureKind.TOO_MANY_REDIRECTS: 11215,
        FailureKind.TLS: 11220,
        FailureKind.OVERFLOW: 11750,
    }
)
"""What is not here is 11200, the umbrella: a reset, a late answer, a redirect to no URL."""
_BY_CAUSE: Final[Mapping[FailureCause, int]] = MappingProxyType(
    {
        FailureCause.NOT_CONNECTED: 11205,
        FailureCause.CERTIFICATE_NAME: 11235,
        FailureCause.CERTIFICATE_EXPIRED: 11236,
        FailureCause.CERTIFICATE_ISSUER: 11237,
    }
)


@dataclass(frozen=True)
class Trouble:
    """What Twilio's debugger would show.

    Attributes:
        code: such as 11200, or None for mockstudio's own advice.
        text: the reason.
    """

    code: int | None
    text: str


def usable_answer(exchange: Exchange) -> HttpResponse | Trouble:
    """Return a request's answer when it is a 2xx, else what went wrong."""
    if exchange.failure is not None:
        return Trouble(_code(exchange.failure), exchange.failure.text)
    if exchange.response is None:
        raise ValueError("an exchange has a response or a failure")
    status = exchange.response.status
    if 200 <= status < 300:
        return exchange.response
    told = f"answered {_named(status)}, expected 200 OK"
    words = beginning(exchange.response.body)
    return Trouble(RETRIEVAL_FAILED, f"{told}: {words}" if words else told)


def _code(failure: Failure) -> int:
    if failure.cause is not None:
        return _BY_CAUSE[failure.cause]
    return _BY_KIND.get(failure.kind, RETRIEVAL_FAILED)


def _named(status: int) -> str:
    known = {code.value: code.phrase for code in HTTPStatus}
    return f"{status} {known.get(status, '')}".rstrip()
