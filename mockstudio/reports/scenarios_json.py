"""What became of scenarios as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mockstudio.contracts.coverage import Edge, FlowCoverage
from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.outcome import Failure, Outcome
from mockstudio.contracts.scenario.record import Answered, HttpExchange, Line, RanStep
from mockstudio.flows.verdict import Verdict


def scenarios_json(
    outcomes: Sequence[Outcome], coverage: Sequence[FlowCoverage], real_seconds: float
) -> str:
    """Return outcomes and what they covered as one document.

    Args:
        outcomes: in the order in which they came.
        coverage: of each flow that they ran in.
        real_seconds: that all took.
    """
    failed = sum(not outcome.passed for outcome in outcomes)
    document = {
        "summary": {
            "passed": len(outcomes) - failed,
            "failed": failed,
            "real_seconds": real_seconds,
        },
        "scenarios": list(map(_outcome, outcomes)),
        "coverage": list(map(_coverage, coverage)),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        **_place(outcome.place),
        "passed": outcome.passed,
        "failures": list(map(_failure, outcome.failures)),
        "error": _error(outcome),
        "steps": list(map(_step, outcome.steps)),
        "lines": list(map(_line, outcome.lines)),
        "virtual_seconds": outcome.seconds,
        "real_seconds": outcome.real_seconds,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "block": place.block or None}


def _error(outcome: Outcome) -> dict[str, Any] | None:
    if not outcome.error:
        return None
    return {**_place(outcome.error_place or outcome.place), "text": outcome.error}


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        **_place(failure.place),
        "expected": failure.expected,
        "found": list(failure.found),
        "diff": list(failure.diff),
        "step": failure.step,
    }


def _step(step: RanStep) -> dict[str, Any]:
    return {
        "number": step.number,
        "flow": step.flow,
        "depth": step.depth,
        "via": step.via or None,
        "widget": step.widget,
        "type": step.type,
        "took": step.took or None,
        "next": step.next,
        "why": step.why,
        "exchange": _exchange(step.exchange) if step.exchange else None,
    }


def _exchange(exchange: HttpExchange) -> dict[str, Any]:
    request = exchange.request
    return {
        "method": request.method,
        "url": request.url,
        "parameters": [list(pair) for pair in request.parameters],
        "body": request.body,
        "answers": list(map(_answered, exchange.answers)),
        "verdict": _verdict(exchange.verdict) if exchange.verdict else None,
    }


def _answered(answered: Answered) -> dict[str, Any]:
    return {
        "endpoint": answered.endpoint or None,
        "reply": answered.reply,
        "status": answered.status,
        "size": answered.size,
        "effects": list(answered.effects),
        "text": answered.text,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "transition": verdict.transition,
        "reason": str(verdict.reason),
        "explanation": verdict.explanation,
    }


def _line(line: Line) -> dict[str, Any]:
    return {"kind": str(line.kind), "text": line.text, "to": line.to or None, "code": line.code}


def _coverage(covered: FlowCoverage) -> dict[str, Any]:
    return {
        "flow": covered.flow.name,
        "file": covered.flow.source,
        "percent": covered.percent,
        "widgets": dict(covered.entered),
        "transitions": list(map(_edge, covered.edges)),
    }


def _edge(edge: Edge) -> dict[str, Any]:
    conditions = [each.friendly_name or each.value for each in edge.transition.conditions]
    return {
        "widget": edge.widget,
        "event": edge.transition.event,
        "conditions": conditions,
        "next": edge.transition.next,
        "times": edge.times,
    }
