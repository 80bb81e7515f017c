"""Replies that are written to fail Studio: they say nothing of the answer a service gives."""

from __future__ import annotations

from mockstudio.contracts.drift.model import State
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.model import Reply
from mockstudio.http.client import CallLimits
from mockstudio.http.exchange import Exchange, Failure, FailureKind
from mockstudio.http.failures import overflow, timeout


def scripted_failure(reply: Reply, answer: Answer, limits: CallLimits) -> Failure | None:
    """Return what Studio would find instead of an answer, or None when it would find one.

    A large body that is written as it is counts as an answer; one that is padded does not.

    Args:
        reply: of the script.
        answer: what it makes of the request.
        limits: Studio's.
    """
    ends = max([answer.at, *(piece.at for piece in answer.pieces)])
    if ends > limits.timeout:
        return timeout(ends, limits.timeout, began=answer.at <= limits.timeout)
    if reply.size is not None and reply.size > limits.body:
        return overflow(reply.size, limits.body, exact=True)
    return None


def compared_failures(
    reply: Reply, scripted: Failure, exchange: Exchange, limits: CallLimits
) -> tuple[State, str]:
    """Return how an endpoint stands whose script fails Studio, and why.

    Args:
        reply: of the script.
        scripted: how it fails Studio.
        exchange: with the service.
        limits: Studio's.
    """
    found = exchange.failure
    if scripted.kind is (found.kind if found else _failure_for_studio(exchange, limits)):
        return State.SAME, ""
    if found is not None:
        return State.DRIFTED, f"expected {scripted.kind}, found another failure: {found.text}"
    return State.SKIPPED, _reason(reply, scripted)


def _reason(reply: Reply, scripted: Failure) -> str:
    return f"{reply.label} is a scripted failure, which says nothing of an answer: {scripted.text}"


def _failure_for_studio(exchange: Exchange, limits: CallLimits) -> FailureKind | None:
    """Return why an answer that came is none for Studio, which reads less of it."""
    response = exchange.response
    is_large = response is not None and len(response.body) > limits.body
    return FailureKind.OVERFLOW if is_large else None
