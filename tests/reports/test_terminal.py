"""The terminal view: a line for each thing a person wants to know."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.console import Console

from mockstudio.clock import VIRTUAL_START
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
from mockstudio.twiml.events import (
    CallEnded,
    CallStarted,
    CarrierWarned,
    DocumentReceived,
    DocumentRequested,
    TranscriptLine,
)

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
    (RequestSent, {"method": "GET", "url": ""}, "    GET ''\n"),
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


class View:
    """A view, and what it shows."""

    def __init__(self, is_verbose=False, **options):
        self._stream = io.StringIO()
        options = {"width": 40, "highlight": False, "markup": False, "emoji": False, **options}
        self.view = TerminalView(Console(file=self._stream, **options), is_verbose)

    def shows(self, *events):
        """Return what events add to it."""
        before = len(self._stream.getvalue())
        for event in events:
            self.view(event)
        return self._stream.getvalue()[before:]


def shown(event, **options):
    return View(**options).shows(event)


def later(event, seconds):
    return replace(event, at=event.at + timedelta(seconds=seconds))


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


# --- requests and answers


def test_the_verdict_names_what_answered_the_request(event_of):
    view = View()
    request = event_of(RequestSent, method="GET", url="https://x.test/a")
    reached = event_of(VerdictReached, verdict=FAILED)
    view.shows(request)
    view.view.answered("endpoint lookup")
    assert view.shows(reached).endswith("(10 ms, 65,537 bytes, endpoint lookup)\n")
    assert view.shows(request, reached).endswith("(10 ms, 65,537 bytes)\n")


def test_a_verbose_view_shows_what_is_sent_and_how_the_answer_begins(event_of):
    view = View(is_verbose=True)
    url, parameters = "https://x.test/a", (("who", "Ada"), ("long", "x" * 99))
    sent = event_of(RequestSent, method="POST", url=url, parameters=parameters, body="<a\n b>")
    assert view.shows(sent) == (
        f"    POST {url}\n      who = 'Ada'\n      long = '{'x' * 58}…\n      <a b>\n"
    )
    answer = replace(FAILED, outputs={"body": '{"a":\n 1}' + "y" * 200})
    assert view.shows(event_of(VerdictReached, verdict=answer)).splitlines()[1] == (
        '      {"a": 1}' + "y" * 191 + "…"
    )
    quiet = View().shows(sent, event_of(VerdictReached, verdict=answer))
    assert len(quiet.splitlines()) == 2


def test_a_document_longer_than_a_line_is_cut_unless_the_view_is_verbose(event_of):
    twiml = f"<Response><Say>{'word ' * 20}</Say></Response>"
    event = event_of(TwimlPrinted, twiml=f"{twiml}\n{twiml}")
    lines = shown(event).splitlines()
    assert lines == [f"    {twiml[:33]}…", f"      {twiml[:33]}…"]
    assert max(map(len, lines)) == 40
    assert shown(event, is_verbose=True) == f"    {twiml}\n      {twiml}\n"


# --- time


def test_a_timeout_says_how_long_was_waited(event_of):
    view = View()
    timeout = event_of(EventReceived, name="timeout", parameters={})
    view.shows(event_of(Waiting, accepts=("a",), seconds=3600))
    assert view.shows(later(timeout, 3600)) == "    timeout  (after 1 h)\n"
    assert view.shows(later(timeout, 3700)) == "    timeout\n"


@pytest.fixture
def told():
    """Make an event of one call, so many seconds after it began."""

    def make(kind, after=0.0, **fields):
        return kind(at=VIRTUAL_START + timedelta(seconds=after), exchange="CA1", **fields)

    return make


@pytest.fixture
def in_a_call(told):
    """A view in which a call has begun."""
    view = View()
    view.shows(told(CallStarted, direction="inbound", from_="+1", to="+2"))
    return view


def test_what_the_person_does_not_do_has_a_time(told, in_a_call):
    silence = told(TranscriptLine, 8.5, who="person", what="silence", text="no answer in 5 s")
    assert in_a_call.shows(silence) == "  ☎ 0:08.5 » silence: no answer in 5 s\n"


# --- what says nothing new


def test_rounds_of_equal_lines_are_counted_from_the_fourth_on(told, in_a_call):
    asked = [told(DocumentRequested, number, method="POST", url="a.xml") for number in range(9)]
    over = told(CallEnded, 9, status="completed", seconds=9, reason="r")
    lines = in_a_call.shows(*asked, over, *asked[:2]).splitlines()
    assert lines[:4] == [
        *(f"  → 0:0{number}.0 POST a.xml" for number in range(3)),
        "  … 6 more like these",
    ]
    assert lines[4].startswith("☎ call over")
    assert len(lines[5:]) == 2


def test_a_round_may_have_several_lines(told, in_a_call):
    a = told(DocumentRequested, method="POST", url="a.xml")
    said = told(TranscriptLine, who="Twilio", what="Say", text="Hi", document="a.xml", line=1)
    received = told(DocumentReceived, url="a.xml", verbs=("Say",))
    warned = told(CarrierWarned, code=1, text="t")
    lines = in_a_call.shows(*[a, received, said] * 100, warned).splitlines()
    assert len(lines) == 6 + 1 + 1
    assert lines[6] == "  … 194 more like these"


def test_what_person_and_flow_do_again_and_again_is_always_shown(event_of, told, in_a_call):
    pressed = told(TranscriptLine, who="person", what="press", text="1")
    assert len(in_a_call.shows(*[pressed] * 9).splitlines()) == 9
    said = told(TranscriptLine, who="Twilio", what="Say", text="Hi", document="a.xml", line=1)
    entered = event_of(StepEntered, type="say-play", number=1)
    assert len(in_a_call.shows(*[said, entered] * 9).splitlines()) == 18


def test_lines_that_differ_are_all_shown(told, in_a_call):
    asked = [told(DocumentRequested, method="POST", url=f"{number}.xml") for number in range(20)]
    assert len(in_a_call.shows(*asked).splitlines()) == 20


def test_that_a_stopped_flow_has_no_document_is_not_told_besides_the_reason(event_of, told):
    webhook = f"https://x.test/v1/Accounts/AC1/Flows/FW{'a' * 32}"
    failed = told(CarrierWarned, code=11200, text="answered 500", url=webhook)
    view = View()
    assert view.shows(event_of(Ended, reason="STOPPED_BY_ERROR"), failed).count("\n") == 1
    assert "11200 answered 500" in view.shows(failed)
    assert "11200" in View().shows(event_of(Ended, reason="FLOW_END"), failed)
