"""The sample flows' stories, told in virtual time and over real HTTP."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mockstudio.clock import ScaledClock, VirtualClock
from mockstudio.config import Settings
from mockstudio.flows.engine import FLOW_END
from mockstudio.flows.events import Ended, StepEntered, Waiting
from mockstudio.flows.execution import HANGUP
from mockstudio.server import serve_in_background
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.phone import HangUp, Phone, Press, Speak
from mockstudio.twiml.voice.player import APPLICATION_ERROR

FIXTURES = Path(__file__).parents[1] / "fixtures"
SPEED = 20
"""Fast enough for a test, and slow enough that a busy machine's hiccup is no 5 s of silence."""
PATIENCE = 120


@pytest.fixture(params=["virtual", "real"])
def world(request, on_stage):
    """Open a sample's world in virtual time, or behind a server."""
    with ExitStack() as servers:

        def opened(name, script="", **settings):
            is_real = request.param == "real"
            clock = ScaledClock(SPEED) if is_real else VirtualClock()
            stage = on_stage(Settings(**settings), clock)
            stage.sandbox.load_endpoints(FIXTURES / f"{name}{script}.endpoints.yaml")
            stage.sandbox.load_flow(FIXTURES / f"{name}.flow.json")
            if is_real:
                servers.enter_context(serve_in_background(stage.sandbox))
            return stage

        yield opened


def when(stage, kind):
    """Return what is set at the next event of a kind."""
    happened = threading.Event()
    stage.sandbox.listen(lambda event: isinstance(event, kind) and happened.set())
    return happened


def call(stage, phone=None):
    """Call the flow; return the call and its execution when both are over."""
    ended = when(stage, Ended)
    made = stage.sandbox.call(phone=phone)
    assert made.wait()
    assert stage.sandbox.clock.wait(ended, PATIENCE)
    return made, stage.sandbox.execution_of(made)


def said(transcript):
    """Return what Twilio said or wrote."""
    lines = [line for line in transcript if line.who == "Twilio"]
    return [line.text for line in lines if line.what in ("Say", "Message")]


def answered(stage):
    return [entry.endpoint for entry in stage.sandbox.journal]


def carrier_codes(stage):
    return [warning.code for warning in stage.of(CarrierWarned)]


# --- phone-menu

WELCOME = "Welcome to the mug shop."
MENU = "For your order press 1 or say order. For a person press 2 or say agent."
ORDER = "Your blue mug is on its way."
SORRY = "Your order cannot be found just now."
GOODBYE = "Goodbye."
ASKED = ["welcome", "menu", "pressed"]
TRIED = ["lookup", "count", "tried_enough"]


@dataclass(frozen=True)
class MenuCall:
    """A call to the phone menu.

    Attributes:
        phone: what the caller does.
        path: the widgets behind the trigger.
        said: what the caller hears.
        plays: the outcome that the Function plays, or None for its reply.
        agent: what becomes of dialling the agent.
        reason: why the execution ends.
        written: messages.
    """

    phone: Phone
    path: list[str]
    said: list[str]
    plays: str | None = None
    agent: str = "completed"
    reason: str = FLOW_END
    written: list[str] = field(default_factory=list)


MENU_CALLS = {
    "an order is found by key": MenuCall(
        Phone(acts=(Press("1"),)),
        [*ASKED, "lookup", "tell", "goodbye"],
        [WELCOME, MENU, ORDER, GOODBYE],
    ),
    "an order is found by voice": MenuCall(
        Phone(acts=(Speak("Order."),)),
        ["welcome", "menu", "said", "lookup", "tell", "goodbye"],
        [WELCOME, MENU, ORDER, GOODBYE],
    ),
    "a word after an unknown key counts": MenuCall(
        Phone(acts=(Press("9"), Speak("An agent, please"))),
        [*ASKED, "menu", "said", "agent", "reached", "goodbye"],
        [WELCOME, MENU, MENU, GOODBYE],
    ),
    "an unknown key asks again": MenuCall(
        Phone(acts=(Press("9"), Press("1"))),
        [*ASKED, "menu", "pressed", "lookup", "tell", "goodbye"],
        [WELCOME, MENU, MENU, ORDER, GOODBYE],
    ),
    "the Function fails three times and not four": MenuCall(
        Phone(acts=(Press("1"),)),
        [*ASKED, *TRIED * 3, "sorry", "agent", "reached", "goodbye"],
        [WELCOME, MENU, SORRY, GOODBYE],
        plays="server-error",
    ),
    "the agent is busy and a message is left": MenuCall(
        Phone(acts=(Press("2"), Speak("Where is my mug?"))),
        [*ASKED, "agent", "reached", "voicemail", "goodbye"],
        [WELCOME, MENU, GOODBYE],
        agent="busy",
    ),
    "a message is left by hanging up": MenuCall(
        Phone(acts=(Press("2"), Speak("Where is my mug?")), hangs_up_after=13),
        [*ASKED, "agent", "reached", "voicemail"],
        [WELCOME, MENU],
        agent="failed",
        reason=HANGUP,
    ),
    "the caller hangs up at the voicemail": MenuCall(
        Phone(acts=(Press("2"), HangUp())),
        [*ASKED, "agent", "reached", "voicemail", "note"],
        [WELCOME, MENU],
        agent="no-answer",
        written=[f"A caller hung up at the voicemail: {Settings().contact}"],
    ),
    "the caller says nothing": MenuCall(
        Phone(), ["welcome", "menu", "goodbye"], [WELCOME, MENU, GOODBYE]
    ),
    "the caller hangs up at the menu": MenuCall(
        Phone(acts=(HangUp(),)), ["welcome"], [WELCOME, MENU], reason=HANGUP
    ),
}


@pytest.mark.parametrize("story", MENU_CALLS.values(), ids=list(MENU_CALLS))
def test_a_call_to_the_phone_menu(world, story):
    stage = world("phone-menu", results={"Dial": (story.agent,)})
    stage.sandbox.endpoints.play("newest-order", story.plays)
    made, execution = call(stage, story.phone)
    assert execution.path == ["Trigger", *story.path]
    assert said(made.transcript) == story.said
    assert execution.ended_reason == story.reason
    assert stage.sent == story.written
    assert answered(stage) == ["newest-order"] * story.path.count("lookup")
    assert carrier_codes(stage) == []


# --- survey

ASK = "How was your mug? Reply with a grade from 1 to 5."
REMIND = "We would love to know: 1 to 5?"
NO_GRADE = "Sorry, that is no grade."
THANKS = "Thank you!"


@dataclass(frozen=True)
class SurveyChat:
    """A survey.

    Attributes:
        replies: what the person sends, each when it is awaited; None lets the wait time out.
        path: the widgets behind the trigger.
        said: what the person reads.
        grade: what the endpoint gets, or None.
        plays: the outcome that the grades' endpoint plays, or None for its reply.
    """

    replies: list[str | None]
    path: list[str]
    said: list[str]
    grade: str | None = None
    plays: str | None = None


SURVEYS = {
    "a grade is stored": SurveyChat(
        ["4"], ["ask", "is_grade", "store", "thank"], [ASK, THANKS], grade="4"
    ),
    "nobody replies": SurveyChat([None, None], ["ask", "remind", "no_answer"], [ASK, REMIND]),
    "a reminder helps": SurveyChat(
        [None, "5"],
        ["ask", "remind", "is_grade", "store", "thank"],
        [ASK, REMIND, THANKS],
        grade="5",
    ),
    "a bad grade is explained": SurveyChat(
        ["great", "3"],
        ["ask", "is_grade", "explain", "remind", "is_grade", "store", "thank"],
        [ASK, NO_GRADE, REMIND, THANKS],
        grade="3",
    ),
    "a bad grade and then silence": SurveyChat(
        ["6", None],
        ["ask", "is_grade", "explain", "remind", "no_answer"],
        [ASK, NO_GRADE, REMIND],
    ),
    "the grade cannot be stored": SurveyChat(
        ["1"],
        ["ask", "is_grade", "store", "thank"],
        [ASK, THANKS],
        grade="1",
        plays="server-error",
    ),
}


@pytest.mark.parametrize("story", SURVEYS.values(), ids=list(SURVEYS))
def test_a_survey_by_message(world, story):
    stage = world("survey")
    stage.sandbox.endpoints.play("grades", story.plays)
    ended = when(stage, Ended)
    chat = stage.sandbox.chat()
    chat.send("hi")
    for reply in story.replies:
        answer_or_wait(stage, chat, reply)
    assert stage.sandbox.clock.wait(ended, PATIENCE)
    (execution,) = stage.sandbox.executions.all()
    assert execution.path == ["Trigger", *story.path]
    assert said(chat.transcript) == story.said
    assert answered(stage) == [e for e in ("grades",) if story.grade] + [
        e for e in ("unanswered",) if "no_answer" in story.path
    ]
    if story.grade:
        contact = stage.sandbox.settings.contact
        (entry,) = stage.sandbox.journal
        assert entry.request.json == {"person": contact, "grade": story.grade}


def answer_or_wait(stage, chat, reply):
    """Reply, or advance the clock to the time-out and let it be noticed."""
    if reply is not None:
        chat.send(reply)
        return
    (execution,) = stage.sandbox.executions.all()
    moved = when(stage, StepEntered)
    waits = execution.times_out_at - stage.sandbox.clock.now()
    stage.sandbox.clock.advance(waits.total_seconds())
    assert stage.sandbox.clock.wait(moved, PATIENCE)
    settled = when(stage, Waiting | Ended)
    is_settled = execution.wait is not None or not execution.is_active
    assert is_settled or stage.sandbox.clock.wait(settled, PATIENCE)


# --- payment

OWE = "You owe 12 dollars. Type the last four digits of your card."
NOT_PAID = "The payment did not go through."
START = "https://pay-1234.twil.io/start"
MUSIC = '<Response><Play loop="0">https://a.example/song</Play></Response>'


@pytest.mark.parametrize(
    ("phone", "path", "heard", "reason"),
    [
        (
            Phone(acts=(Press("1234"),)),
            ["pay", "is_paid", "thank"],
            [OWE, "One moment.", "Thank you. Your receipt is R1234."],
            FLOW_END,
        ),
        (Phone(), ["pay", "is_paid", "sorry"], [OWE, NOT_PAID], FLOW_END),
        (Phone(acts=(HangUp(),)), [], [OWE], HANGUP),
    ],
    ids=["pays", "gives no digits", "hangs up"],
)
def test_a_payment_by_call(world, phone, path, heard, reason):
    stage = world("payment")
    made, execution = call(stage, phone)
    assert execution.path == ["Trigger", "price", *path]
    assert said(made.transcript) == heard
    assert execution.ended_reason == reason
    assert stage.sent == []
    assert carrier_codes(stage) == []


def test_a_payer_who_never_returns_is_written_to_after_ten_minutes(world):
    stage = world("payment")
    stage.sandbox.endpoints.remove("start")
    stage.endpoint("music", START, kind="twiml", reply={"twiml": MUSIC})
    ended = when(stage, Ended)
    made = stage.sandbox.call()
    stage.sandbox.clock.advance(600)
    assert stage.sandbox.clock.wait(ended, PATIENCE)
    execution = stage.sandbox.execution_of(made)
    assert execution.path == ["Trigger", "price", "pay", "note"]
    assert stage.sent == ["Your payment was not finished. Please call again."]
    assert answered(stage) == ["music"]
    assert not made.is_over
    made.hang_up()
    assert made.wait()
    assert len(stage.sandbox.executions.all()) == 1


def test_a_payment_page_that_is_down_is_heard_and_no_fail(world):
    stage = world("payment")
    stage.sandbox.endpoints.play("start", "server-error")
    made, execution = call(stage)
    assert said(made.transcript) == [APPLICATION_ERROR]
    assert (execution.path, execution.ended_reason) == (["Trigger", "price"], HANGUP)
    assert stage.sent == []


# --- random-number

DRAW = ["draw", "is_large"]
AGAIN = ["count", "drawn_enough"]
PYTHON = ".python"


@pytest.fixture
def numbers(monkeypatch):
    """Say what the Python Functions draw."""

    def said(*drawn):
        left = iter(drawn)
        monkeypatch.setattr("random.randint", lambda low, high: next(left))

    return said


def write(stage):
    """Write to the flow; return the chat and the execution when it is over."""
    ended = when(stage, Ended)
    chat = stage.sandbox.chat()
    chat.send("hi")
    assert stage.sandbox.clock.wait(ended, PATIENCE)
    (execution,) = stage.sandbox.executions.all()
    return chat, execution


@pytest.mark.parametrize("script", ["", PYTHON], ids=["scripted", "python"])
def test_a_number_is_drawn_again_until_it_is_large(world, numbers, script):
    numbers(7, 42, 99)
    stage = world("random-number", script=script)
    chat, execution = write(stage)
    assert execution.path == ["Trigger", *DRAW, *AGAIN, *DRAW, *AGAIN, *DRAW, "tell"]
    assert said(chat.transcript) == ["Your number is 99."]


def test_no_more_than_three_numbers_are_drawn(world, numbers):
    numbers(7, 42, 50, 99)
    stage = world("random-number", script=PYTHON)
    chat, execution = write(stage)
    assert execution.path == ["Trigger", *(DRAW + AGAIN) * 3, "give_up"]
    assert said(chat.transcript) == ["No large number today."]
    assert len(stage.sandbox.journal) == 3


@pytest.mark.parametrize("script", ["", PYTHON], ids=["scripted", "python"])
def test_a_number_that_cannot_be_drawn(world, script):
    stage = world("random-number", script=script)
    stage.sandbox.endpoints.play("random-number", "server-error")
    chat, execution = write(stage)
    assert execution.path == ["Trigger", "draw", "sorry"]
    assert said(chat.transcript) == ["No number can be drawn."]


@pytest.mark.parametrize(
    ("script", "number"), [("", "Seven"), (PYTHON, "42")], ids=["scripted", "python"]
)
def test_a_functions_twiml_tells_a_caller_the_number_and_comes_back(world, numbers, script, number):
    numbers(42)
    stage = world("random-number", script=script)
    made, execution = call(stage)
    assert said(made.transcript) == [number, "That was your number."]
    assert execution.path == ["Trigger", "draw_for_call", "say_number"]
    assert execution.ended_reason == FLOW_END
    assert answered(stage) == ["random-number-call"]
