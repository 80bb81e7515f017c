"""The terminal view: a line for each thing a person wants to know."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from mockstudio.flows.events import (
    BranchChosen,
    Ended,
    EventReceived,
    ExecutionStarted,
    MessageSent,
    RequestSent,
    StepEntered,
    Transitioned,
    TwimlPrinted,
    VariablesSet,
    VerdictReached,
    Waiting,
    Warned,
)
from mockstudio.flows.verdict import Reason, Verdict
from mockstudio.reports.terminal import TerminalView

SENT = {"sid": "SM1", "from_": "+1", "to": "+2"}


def verdict(reason, explanation, elapsed, size):
    return Verdict(
        transition=explanation.split(":")[0],
        reason=reason,
        explanation=explanation,
        code=None,
        outputs={},
        warnings=(),
        elapsed=elapsed,
        size=size,
    )


FAILED = verdict(Reason.OVERFLOW, "failed: body is 65,537 bytes, limit 65,536", 0.01, 65_537)
LINES = [
    (
        ExecutionStarted,
        {"flow": "f", "trigger": "incomingMessage", "contact": "+1"},
        "▶ f: incomingMessage from +1\n",
    ),
    (StepEntered, {"type": "send-message", "number": 1}, "● ask  (send-message)\n"),
    (RequestSent, {"method": "GET", "url": "https://x.test/a"}, "    GET https://x.test/a\n"),
    (
        VerdictReached,
        {"verdict": FAILED},
        "    failed: body is 65,537 bytes, limit 65,536  (10 ms, 65,537 bytes)\n",
    ),
    (BranchChosen, {"explanation": "no condition holds"}, "    no condition holds\n"),
    (VariablesSet, {"variables": {"a": 1, "b": "x"}}, "    a = 1\n    b = 'x'\n"),
    (VariablesSet, {"variables": {"a": "x" * 99}}, "    a = '" + "x" * 58 + "…\n"),
    (MessageSent, {**SENT, "body": "one\ntwo"}, "    « one\n      two\n"),
    (MessageSent, {**SENT, "body": "", "media_url": "u"}, "    «  [u]\n"),
    (TwimlPrinted, {"twiml": "<Response/>"}, "    <Response/>\n"),
    (Waiting, {"accepts": ("a", "b"), "seconds": 3600}, "    waiting for a or b, at most 1 h\n"),
    (Waiting, {"accepts": ("a",), "seconds": None}, "    waiting for a\n"),
    (EventReceived, {"name": "incomingMessage", "parameters": {"Body": "[b]42"}}, "    » [b]42\n"),
    (EventReceived, {"name": "timeout", "parameters": {}}, "    timeout\n"),
    (Transitioned, {"took": "sent", "next": "b"}, "    sent → b\n"),
    (Transitioned, {"took": "sent", "next": None}, "    sent → end\n"),
    (Warned, {"code": 81017, "text": "no"}, "    ⚠ 81017 no\n"),
    (Warned, {"code": None, "text": "no", "detail": "a\nb"}, "    ⚠ no\n      a\n      b\n"),
    (Ended, {"reason": "FLOW_END"}, "■ ended: FLOW_END\n"),
]


def shown(event, **options):
    stream = io.StringIO()
    console = Console(file=stream, width=40, highlight=False, markup=False, emoji=False, **options)
    TerminalView(console)(event)
    return stream.getvalue()


@pytest.mark.parametrize(("kind", "fields", "expected"), LINES)
def test_each_event_has_its_lines(event_of, kind, fields, expected):
    assert shown(event_of(kind, **fields)) == expected


def test_a_subflows_lines_are_indented(event_of):
    assert shown(event_of(Ended, reason="x", depth=1)) == "  ■ ended: x\n"


def test_long_lines_are_left_to_whoever_shows_them(event_of):
    body = " ".join(["word"] * 50)
    assert shown(event_of(MessageSent, **SENT, body=body)) == f"    « {body}\n"


def test_what_a_person_writes_is_neither_markup_nor_emoji(event_of):
    body = "[red]:smile:[/red] [link=x]"
    assert f"« {body}\n" in shown(event_of(MessageSent, **SENT, body=body))


@pytest.mark.parametrize(
    ("reason", "colour"), [(Reason.SUCCESS, "\x1b[32m"), (Reason.OVERFLOW, "\x1b[31m")]
)
def test_a_verdict_is_green_or_red(event_of, reason, colour):
    transition = "success" if reason == Reason.SUCCESS else "failed"
    event = event_of(VerdictReached, verdict=verdict(reason, f"{transition}: x", 0, 0))
    options = {"force_terminal": True, "color_system": "standard", "no_color": False}
    assert colour in shown(event, **options)
