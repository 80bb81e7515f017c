"""Run events and requests as log lines."""

from __future__ import annotations

import logging

import pytest

from mockstudio.flows.events import (
    Ended,
    ExecutionStarted,
    MessageSent,
    RequestSent,
    StepEntered,
    Transitioned,
    Waiting,
    Warned,
)
from mockstudio.reports.log import log_event, log_request

SENT = {"sid": "SM1", "from_": "+1", "to": "+2", "body": "100% %s"}


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        (ExecutionStarted, {"flow": "f", "trigger": "t", "contact": "+1"}, "f: t from +1"),
        (StepEntered, {"type": "send-message", "number": 1}, "ask (send-message)"),
        (MessageSent, SENT, "ask: to +2: 100% %s"),
        (Waiting, {"accepts": ("a", "b"), "seconds": 1}, "ask: waiting for a or b"),
        (Transitioned, {"took": "sent", "next": "b"}, "ask: sent -> b"),
        (Transitioned, {"took": "sent", "next": None}, "ask: sent -> end"),
        (Warned, {"code": 81017, "text": "no"}, "ask 81017 no"),
        (Warned, {"code": None, "text": "no", "widget": ""}, "no"),
        (Ended, {"reason": "FLOW_END"}, "ended: FLOW_END"),
    ],
)
def test_each_event_is_a_line_that_names_its_execution(event_of, caplog, kind, fields, expected):
    caplog.set_level(logging.INFO)
    log_event(event_of(kind, **fields))
    assert caplog.messages == [f"FN012345 {expected}"]


def test_warnings_are_warnings_and_all_else_information(event_of, caplog):
    caplog.set_level(logging.INFO)
    log_event(event_of(Warned, code=None, text="no"))
    log_event(event_of(Ended, reason="x"))
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_request_is_logged_once_it_is_answered_and_not_twice(event_of, caplog):
    caplog.set_level(logging.INFO)
    log_event(event_of(RequestSent, method="GET", url="https://x.test/a"))
    assert caplog.messages == []


def test_a_request_is_logged_with_its_endpoint_and_answer(stage, caplog):
    stage.endpoint("a", "https://x.test/a", reply={"text": "x", "delay": "300ms"})
    stage.sandbox.endpoints.subscribe(log_request)
    caplog.set_level(logging.INFO, "mockstudio.requests")
    stage.sandbox.app.test_client().get("/a?b=c")
    assert caplog.messages == ["GET /a?b=c -> a, reply 1: 200 (delay 0.300 s)"]


def test_a_request_that_nothing_matches_is_logged_once_with_what_comes_near(stage, caplog):
    stage.endpoint("a", "https://x.test/a", reply={"text": "x"})
    stage.sandbox.endpoints.subscribe(log_request)
    caplog.set_level(logging.INFO)
    stage.sandbox.app.test_client().get("/b")
    (message,) = caplog.messages
    assert "no endpoint matches GET http://localhost/b" in message
    assert "expected '/a', found '/b'" in message
