"""Real Functions, each with its verdict."""

from __future__ import annotations

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.drift.model import Question as Against
from mockstudio.contracts.drift.verify import verify
from mockstudio.endpoints.definition import parse_endpoints

VERDICTS = [
    # path, caller, transition, reason, rules
    ("/lookup", "run-function", "success", "success", []),
    ("/words", "run-function", "success", "success", []),
    ("/array", "run-function", "success", "success", ["MS012"]),
    ("/missing", "run-function", "fail", "client-error", ["MS006"]),
    ("/nothing-here", "run-function", "fail", "client-error", ["MS006"]),
    ("/crash", "run-function", "fail", "server-error", ["MS007"]),
    ("/large", "run-function", "fail", "overflow", ["MS005"]),
    ("/voice", "run-function", "success", "success", ["MS018"]),
    ("/voice", "twiml-redirect", "return", "played", []),
    ("/lookup", "twiml-redirect", None, "12300", ["MS020"]),
    ("/crash", "twiml-redirect", None, "server-error", ["MS007"]),
]


@pytest.mark.parametrize(("path", "caller", "transition", "reason", "rules"), VERDICTS)
def test_each_function_has_its_verdict(functions, check, path, caller, transition, reason, rules):
    report = check(functions + path, caller, name="lookup")
    assert (report.probe.transition, report.probe.reason) == (transition, reason)
    assert [found.rule.id for found in report.findings] == rules


def test_a_functions_event_holds_the_parameters_and_its_answer_has_names(functions, check):
    report = check(f"{functions}/lookup", name="lookup", parameters=(("order", "42"),))
    names = dict(report.probe.names)
    assert names["widgets.lookup.parsed.order"] == "42"
    assert names["widgets.lookup.parsed.total"] == 12.5


def test_a_function_that_takes_too_long_fails(functions, check):
    report = check(f"{functions}/late", timeout="1s")
    assert (report.probe.transition, report.probe.reason) == ("fail", "timeout")
    assert "limit 1.0 s" in report.probe.explanation


def test_a_function_that_is_protected_is_open_under_twilio_run(functions, check):
    report = check(f"{functions}/locked", is_protected=True)
    assert report.probe.succeeded
    assert [found.rule.id for found in report.findings] == ["MS030", "MS031"]


def test_a_script_is_verified_against_functions(functions):
    script = parse_endpoints(
        [
            {"name": "lookup", "url": "/lookup", "kind": "function",
             "when": {"params": {"order": "42"}}, "reply": {"json": {"order": "1", "total": 1}}},
            {"name": "missing", "url": "/missing", "kind": "function",
             "reply": {"status": 404, "json": {"reason": "gone"}}},
        ]
    )  # fmt: skip
    report = verify(script, Against(functions), Settings(limits={"http-timeout": "30s"}))
    same, drifted = report.comparisons
    assert (same.state, same.differences) == ("same", ())
    assert drifted.differences == ("reason: expected string, but it is missing",)
