"""A document cannot be had: its code and reason, then the fallback, then the application error."""

from __future__ import annotations

import pytest

from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.twiml.events import CallEnded
from mockstudio.twiml.phone import Phone, Press
from mockstudio.twiml.voice.player import APPLICATION_ERROR

HOST = "https://ivr.example.com"
FAILURES = {
    "client-error": (11200, "answered 404 Not Found", 0),
    "server-error": (11200, "answered 500 Internal Server Error", 0),
    "timeout": (11200, "no answer after 15.0 s, limit 15.0 s", 15),
    "dribble": (11200, "15.0 s", 15),
    "reset": (11200, "reset the connection", 0),
    "refused": (11205, "refused", 0),
    "empty": (11206, "did not give a complete HTTP answer", 0),
    "truncate": (11206, "did not give a complete HTTP answer", 0),
    "garbage": (11206, "did not give a complete HTTP answer", 0),
    "redirect-loop": (11215, "redirected 11 times, limit 10", 0),
    "overflow": (11750, "65,537 bytes, limit 65,536", 0),
    "bad-twiml": (12100, "line 1", 0),
    "not-json": (12300, "application/json", 0),
    "json-array": (12300, "application/json", 0),
    "wrong-type": (12300, "application/json", 0),
    "no-content": (12100, "empty", 0),
}
"""The code, what the reason says, and the seconds it takes (rest-api.md 8.6, 8.7)."""
FINE = {"ok", "redirect", "at-limit"}
each_failure = pytest.mark.parametrize("outcome", FAILURES)


@pytest.fixture
def failing(line):
    """A number whose document fails by a named outcome, with a status callback."""

    def fail(outcome, path="/voice"):
        line.takes("/status")
        line.plays(path, "<Say>All is well</Say>")
        line.sandbox.endpoints.play(path, outcome)
        return line

    return fail


def texts(call):
    return [said.text for said in call.transcript if said.who == "Twilio"]


def test_every_outcome_is_looked_at():
    assert FAILURES.keys() | FINE == set(OUTCOME_NAMES)


@pytest.mark.parametrize("outcome", sorted(FINE))
def test_a_document_that_can_be_had_is_played(failing, outcome):
    line = failing(outcome)
    call = line.call()
    assert call.wait()
    assert (texts(call), line.codes) == (["All is well"], [])


@each_failure
def test_without_fallback_the_caller_hears_an_application_error(failing, outcome):
    line = failing(outcome)
    call = line.call()
    assert call.wait()
    code, reason, seconds = FAILURES[outcome]
    (warning,) = line.warnings
    assert (warning.code, warning.exchange) == (code, call.sid)
    assert warning.url.startswith(f"{HOST}/voice")
    assert reason in warning.text
    assert texts(call) == [APPLICATION_ERROR]
    (told,) = line.asked("/status")
    assert told["CallStatus"] == call.status == "completed"
    assert line.asked_at("/status") == [pytest.approx(seconds + 4)]
    assert line.stage.of(CallEnded)[0].reason == "no document could be had"


@each_failure
def test_the_fallback_is_asked_with_code_and_url_and_played(failing, outcome):
    line = failing(outcome)
    line.plays("/fallback", "<Say>Sorry</Say><Redirect>/next</Redirect>")
    line.plays("/next", "<Say>Later</Say>")
    call = line.call(voice_fallback_url="/fallback")
    assert call.wait()
    (asked,) = line.asked("/fallback")
    assert asked["ErrorCode"] == str(FAILURES[outcome][0])
    assert asked["ErrorUrl"].startswith(f"{HOST}/voice")
    assert (asked["CallSid"], asked["CallStatus"]) == (call.sid, "ringing")
    assert texts(call) == ["Sorry", "Later"]
    assert "ErrorCode" not in line.asked("/next")[0]
    assert line.codes == [FAILURES[outcome][0]]


@each_failure
def test_when_the_fallback_fails_too_the_caller_hears_an_application_error(failing, outcome):
    line = failing(outcome, "/fallback")
    line.plays("/voice")
    line.sandbox.endpoints.play("/voice", "server-error")
    call = line.call(voice_fallback_url="/fallback")
    assert call.wait()
    assert line.codes == [11200, FAILURES[outcome][0]]
    assert texts(call) == [APPLICATION_ERROR]
    assert line.asked("/status")[0]["CallStatus"] == "completed"


@pytest.mark.parametrize("fallback", [{}, {"voice_fallback_url": "/fallback"}])
def test_a_later_document_fails_in_the_same_way(failing, fallback):
    line = failing("server-error", "/got")
    line.plays("/voice", '<Gather numDigits="1" action="/got"/><Say>No key</Say>')
    line.plays("/fallback", "<Say>Sorry</Say>")
    call = line.call(Phone(acts=(Press("1"),)), **fallback)
    assert call.wait()
    assert texts(call) == (["Sorry"] if fallback else [APPLICATION_ERROR])
    asked = line.asked("/fallback")
    assert [a["ErrorUrl"] for a in asked] == ([f"{HOST}/got"] if fallback else [])
    assert all(a["CallStatus"] == "in-progress" and a["Digits"] == "1" for a in asked)


def test_the_application_error_answers_a_call_that_rings(failing):
    line = failing("server-error")
    assert line.call().wait()
    assert line.asked("/status")[0]["CallDuration"] == "4"


@pytest.mark.parametrize("outcome", ["server-error", "timeout", "garbage", "refused"])
def test_a_failing_status_callback_is_15003_and_does_no_harm(failing, outcome):
    line = failing("ok")
    line.sandbox.endpoints.play("/status", outcome)
    call = line.call()
    assert call.wait()
    assert (texts(call), call.status, call.seconds) == (["All is well"], "completed", 11 / 15)
    assert [(w.code, w.url) for w in line.warnings] == [(15003, f"{HOST}/status")]


def test_odd_verbs_are_remarked_on_and_the_rest_is_played(line):
    call = line.play("<Say>One</Say><Sing>Two</Sing><Say>Three</Say>")
    assert texts(call) == ["One", "Three"]
    assert 12200 in line.codes
    assert all(warning.url == f"{HOST}/voice" for warning in line.warnings)
