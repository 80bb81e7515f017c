"""What is asked of a live endpoint, and what was found, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mockstudio.contracts.probe.rules import Finding, Level
from mockstudio.flows.verdict import Reason
from mockstudio.http.exchange import Hop
from mockstudio.twiml.urls import shown


class Caller(StrEnum):
    """The widget that would call."""

    RUN_FUNCTION = "run-function"
    MAKE_HTTP_REQUEST = "make-http-request"
    TWIML_REDIRECT = "twiml-redirect"


class Channel(StrEnum):
    """What the flow runs on: it decides what TwiML is for."""

    CALL = "call"
    MESSAGE = "message"


NOBODY_THERE: Final = frozenset({Reason.REFUSED, Reason.DNS})
"""Reasons that say nothing of the endpoint: it does not run, or has another address."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        url: of the endpoint.
        caller: the widget.
        channel: what the flow runs on.
        method: GET or POST.
        parameters: names and values in order.
        json: the body of make-http-request, or None.
        name: how templates call the widget.
        is_signed: whether the requests are signed, as Twilio's are.
        is_protected: whether requests that are not rightly signed must be refused.
        repeat: how often the endpoint is asked.
    """

    url: str
    caller: Caller = Caller.RUN_FUNCTION
    channel: Channel = Channel.CALL
    method: str = "POST"
    parameters: tuple[tuple[str, str], ...] = ()
    json: str | None = None
    name: str = "NAME"
    is_signed: bool = True
    is_protected: bool = False
    repeat: int = 1


@dataclass(frozen=True)
class Margin:
    """How much of a limit was used, in seconds or bytes.

    Attributes:
        used: by the call.
        limit: what there is.
    """

    used: float
    limit: float

    @property
    def left(self) -> float:
        """What is left, 0 when it was too much."""
        return max(0.0, self.limit - self.used)

    @property
    def share(self) -> float:
        """What was used of the limit, 1 for all."""
        return self.used / self.limit if self.limit else 1.0

    def to_json(self) -> dict[str, float]:
        """Return the margin as JSON data."""
        return {"used": self.used, "limit": self.limit, "left": self.left}


@dataclass(frozen=True)
class Probe:
    """One call, and what Studio makes of it.

    Attributes:
        transition: the one that the widget takes, or None when the flow is never told.
        reason: the rule of the verdict; for TwiML that cannot be played its debugger code.
        explanation: the same in words.
        succeeded: whether the widget does what its author hopes for.
        time: seconds, redirects included.
        size: bytes of the decoded body.
        hops: every request in order.
        content_type: of the answer.
        code: Twilio's debugger code, or None.
        names: what templates can read, in order, with the values.
        findings: of the rules.
    """

    transition: str | None
    reason: str
    explanation: str
    succeeded: bool
    time: Margin
    size: Margin
    hops: tuple[Hop, ...] = ()
    content_type: str = ""
    code: int | None = None
    names: tuple[tuple[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def reached_nobody(self) -> bool:
        """Whether there was nobody to be checked."""
        return self.reason in NOBODY_THERE

    def to_json(self) -> dict[str, Any]:
        """Return the call as JSON data, but for its findings."""
        return {
            "transition": self.transition,
            "reason": self.reason,
            "explanation": self.explanation,
            "succeeded": self.succeeded,
            "code": self.code,
            "seconds": self.time.to_json(),
            "bytes": self.size.to_json(),
            "content_type": self.content_type,
            "requests": [_hop(hop) for hop in self.hops],
            "names": dict(self.names),
        }


def _hop(hop: Hop) -> dict[str, Any]:
    return {
        "method": hop.method,
        "url": hop.url,
        "status": hop.status,
        "location": hop.location,
    }


@dataclass(frozen=True)
class Repeats:
    """What came of many calls.

    Attributes:
        calls: how many.
        failed: how many of them failed.
        reasons: how often each reason decided.
        percentiles: seconds by percentile; 100 is the slowest.
    """

    calls: int
    failed: int
    reasons: Mapping[str, int]
    percentiles: Mapping[int, float]

    @property
    def share(self) -> float:
        """Of the calls, those that failed; 1 for all."""
        return self.failed / self.calls

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as JSON data."""
        return {
            "calls": self.calls,
            "failed": self.failed,
            "share_failed": self.share,
            "reasons": dict(self.reasons),
            "percentiles": {str(rank): value for rank, value in self.percentiles.items()},
        }


@dataclass(frozen=True)
class Report:
    """All that was found out about an endpoint.

    Attributes:
        question: what was asked.
        probe: the one call; of several the first that failed, or the slowest.
        findings: of all rules, the worst first.
        repeats: numbers over several calls, or None for one.
    """

    question: Question
    probe: Probe
    findings: tuple[Finding, ...]
    repeats: Repeats | None = None

    @property
    def passed(self) -> bool:
        """Whether the widget succeeds and no rule has found an error."""
        has_error = any(found.rule.level is Level.ERROR for found in self.findings)
        return self.probe.succeeded and not has_error

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON data."""
        return {
            "url": shown(self.question.url),
            "widget": self.question.caller.value,
            "channel": self.question.channel.value,
            "passed": self.passed,
            **self.probe.to_json(),
            "findings": [found.to_json() for found in self.findings],
            "repeats": self.repeats.to_json() if self.repeats else None,
        }
