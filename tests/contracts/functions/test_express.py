"""Endpoints under Express, each with its verdict; Twilio's library checks the signatures."""

from __future__ import annotations

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.drift.model import Question as Against
from mockstudio.contracts.drift.verify import verify
from mockstudio.contracts.probe.model import Channel
from mockstudio.endpoints.definition import parse_endpoints

VERDICTS = [
    # path, caller, transition, reason, words of the explanation, rules
    ("/lookup", "run-function", "success", "success", "200 is 2xx", []),
    ("/lookup", "make-http-request", "success", "success", "200 is 2xx", []),
    ("/words", "run-function", "success", "success", "200", []),
    ("/mislabelled", "run-function", "success", "success", "200", ["MS013"]),
    ("/array", "run-function", "success", "success", "200", ["MS012"]),
    ("/gone", "run-function", "fail", "client-error", "410 is 4xx", ["MS006"]),
    ("/nothing-here", "make-http-request", "failed", "client-error", "404 is 4xx", ["MS006"]),
    ("/crash", "run-function", "fail", "server-error", "500 is 5xx", ["MS007"]),
    ("/large", "run-function", "fail", "overflow", "limit 65,536", ["MS005"]),
    ("/moved", "run-function", "success", "success", "200", ["MS016", "MS017"]),
    ("/kept", "run-function", "success", "success", "200", ["MS017"]),
    ("/voice", "run-function", "success", "success", "200", ["MS018"]),
    ("/voice", "make-http-request", "success", "success", "200", ["MS014"]),
    ("/untyped-voice", "run-function", "success", "success", "200", ["MS014"]),
    ("/voice", "twiml-redirect", "return", "played", "plays Say", []),
    # As text/html it is played by whoever asks for TwiML.
    ("/untyped-voice", "twiml-redirect", "return", "played", "plays Say", []),
    ("/lookup", "twiml-redirect", None, "12300", "application error", ["MS020"]),
    ("/crash", "twiml-redirect", None, "server-error", "500", ["MS007"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "caller", "transition", "reason", "words", "rules"), VERDICTS)
def test_each_endpoint_has_its_verdict(
    express, check, path, caller, transition, reason, words, rules
):
    method = "GET" if caller == "make-http-request" else "POST"
    report = check(express + path, caller, method=method)
    assert (report.probe.transition, report.probe.reason) == (transition, reason)
    assert words in report.probe.explanation
    assert [found.rule.id for found in report.findings] == rules


def test_a_late_answer_fails_at_the_limit(express, check):
    probe = check(f"{express}/late", timeout="300ms").probe
    assert (probe.transition, probe.reason) == ("fail", "timeout")
    assert "limit 300 ms" in probe.explanation


def test_a_message_is_answered_with_a_message(express, check):
    probe = check(f"{express}/reply", "twiml-redirect", channel=Channel.MESSAGE).probe
    assert (probe.transition, probe.reason) == ("return", "played")
    assert "plays Message" in probe.explanation


@pytest.mark.parametrize(
    ("path", "caller"), [("/locked", "run-function"), ("/locked-voice", "twiml-redirect")]
)
def test_twilios_library_takes_right_signatures_and_no_others(express, check, path, caller):
    parameters = (("a", "1"), ("b", "ü &="))
    report = check(express + path, caller, parameters=parameters, is_protected=True)
    assert (report.probe.succeeded, report.findings) == (True, ())


def test_a_body_of_json_is_signed_as_twilios_library_expects(express, check):
    report = check(f"{express}/locked", "make-http-request", json='{"a": 1}', is_protected=True)
    assert (report.probe.succeeded, report.findings) == (True, ())


def test_an_open_endpoint_is_found_out(express, check):
    report = check(f"{express}/lookup", is_protected=True)
    assert [found.rule.id for found in report.findings] == ["MS030", "MS031"]


def test_a_script_is_verified_against_express(express):
    script = parse_endpoints(
        [
            {"name": "lookup", "url": "/lookup", "kind": "function",
             "when": {"params": {"order": "42"}}, "reply": {"json": {"order": "1", "total": 1}}},
            {"name": "gone", "url": "/gone", "kind": "function", "reply": {"status": 404}},
            {"name": "words", "url": "/words", "kind": "function", "reply": {"text": "hello"}},
        ]
    )  # fmt: skip
    same, status, media_type = verify(script, Against(express), Settings()).comparisons
    assert (same.state, same.differences) == ("same", ())
    assert status.differences == ("status: expected 404, found 410",)
    assert media_type.differences == ("media type: expected text/plain, found text/html",)
