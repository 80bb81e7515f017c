"""Calls that live in real time: over sockets, on several threads, and on none while they wait."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest

from mockstudio.clock import MOST_CALLERS, ScaledClock, SystemClock, VirtualClock
from mockstudio.config import Settings
from mockstudio.server import serve_in_background
from mockstudio.twiml.events import CallEnded, CallStatusChanged, DocumentRequested
from mockstudio.twiml.phone import HangUp, Moment, Phone, Press, Silence, Speak

HOST = "https://ivr.example.com"
SPEED = 25
PATIENCE = 500.0
"""Seconds of the clock, so twenty real ones."""
PATIENT = Settings(limits={"twiml_timeout": "300s"})
"""A busy machine takes long over a document, in seconds of the clock."""
MENU = (
    '<Gather action="/got" input="dtmf speech" timeout="5"><Play>menu.mp3</Play></Gather>'
    "<Redirect>/nothing</Redirect>"
)


@pytest.fixture
def live(on_stage, line_on):
    """A number in scaled time, behind the server."""
    stage = on_stage(PATIENT, clock=ScaledClock(SPEED))
    with serve_in_background(stage.sandbox):
        yield line_on(stage)


def until(condition):
    """Wait in the real world until something holds."""
    give_up = time.monotonic() + PATIENCE / SPEED
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.002)


def menu_on(line):
    line.takes("/status")
    line.plays("/voice", MENU)
    line.plays("/got", "<Play>thanks.mp3</Play>")
    line.plays("/nothing", "<Play>bye.mp3</Play>")
    return line


PHONES = {
    "keys": Phone(acts=(Press("12#"),)),
    "keys at once": Phone(acts=(Press("1#", 0),)),
    "early keys": Phone(acts=(Press("1#", 2, Moment.PROMPT),)),
    "late keys": Phone(acts=(Press("1#", 7),)),
    "words": Phone(acts=(Speak("a mug"),)),
    "silence": Phone(acts=(Silence(),)),
    "hang-up": Phone(acts=(HangUp(2),)),
    "hang-up seconds into the call": Phone(hangs_up_after=3),
}


def story(line, phone):
    """Tell how a call to the menu went, apart from its times."""
    call = menu_on(line).call(phone)
    assert call.wait(PATIENCE)
    # The callback of a hang-up is made by whoever hangs up, which need not be over yet.
    until(lambda: "/status" in line.paths)
    said = [(told.who, told.what, told.text, told.line) for told in call.transcript]
    results = {name: line.asked("/got")[0].get(name) for name in ("Digits", "SpeechResult")} if (
        line.asked("/got")
    ) else {}  # fmt: skip
    changes = [change.status for change in line.stage.of(CallStatusChanged)]
    return said, results, line.paths, changes, round(call.seconds)


@pytest.mark.parametrize("phone", PHONES.values(), ids=PHONES)
def test_a_call_goes_the_same_way_in_both_times(live, on_stage, line_on, phone):
    *quick, seconds = story(line_on(on_stage(clock=VirtualClock())), phone)
    *real, real_seconds = story(live, phone)
    assert real == quick
    assert real_seconds == pytest.approx(seconds, abs=5)


# --- at the same time


def test_calls_at_the_same_time_do_not_mix(live):
    menu_on(live)
    keys = {f"+1202555{number:04}": f"{number:04}" for number in range(1000, 1040)}
    calls = {}
    for person, digits in keys.items():
        phone = Phone(acts=(Press(f"{digits}#", after=int(digits) % 4),))
        calls[person] = live.call(phone, person=person)
    for person, call in calls.items():
        assert call.wait(PATIENCE)
        pressed = [told.text for told in call.transcript if told.what == "press"]
        assert pressed == [f"{keys[person]}#"]
        assert {told.exchange for told in call.transcript} == {call.sid}
    assert {asked["From"]: asked["Digits"] for asked in live.asked("/got")} == keys
    assert len(live.asked("/got")) == len(keys)
    sids = {asked["CallSid"]: asked["From"] for asked in live.asked("/got")}
    assert sids == {call.sid: person for person, call in calls.items()}


def test_calls_of_a_flow_at_the_same_time_do_not_mix(live, state):
    flow = live.stage.play(
        state("menu", "gather-input-on-call", {"keypress": "echo", "timeout": None}, say="Key?",
              finish_on_key="#", stop_gather=True),
        state("echo", "say-play", {"audioComplete": None},
              say="You pressed {{widgets.menu.Digits}}"),
    )  # fmt: skip
    carrier, number, calls = live.sandbox.carrier, live.sandbox.number_of(flow), {}
    for digits in map(str, range(100, 120)):
        carrier.give_phone(f"+1202555{digits}", Phone(acts=(Press(f"{digits}#"),)))
        calls[digits] = carrier.call_number(number, f"+1202555{digits}")
    for digits, call in calls.items():
        assert call.wait(PATIENCE)
        assert call.transcript.lines[-1].text == f"You pressed {digits}"


def test_a_hang_up_at_the_moment_of_the_end_is_told_once(live):
    live.takes("/status")
    live.plays("/voice", "<Play>a.mp3</Play>")
    calls = [live.call(Phone(hangs_up_after=5)) for _ in range(30)]
    for call in calls:
        assert call.wait(PATIENCE)
    until(lambda: len(live.entries("/status")) == len(calls))
    told = Counter(asked["CallSid"] for asked in live.asked("/status"))
    assert told == {call.sid: 1 for call in calls}
    for kind in (CallEnded, CallStatusChanged):
        ends = Counter(e.exchange for e in live.stage.of(kind) if e.status == "completed")
        assert ends == {call.sid: 1 for call in calls}


# --- no key is lost


class Hasty(VirtualClock):
    """Calls what is due at once before whoever sets the timer has gone on."""

    def call_later(self, seconds, callback):
        timer = super().call_later(seconds, callback)
        if seconds == 0:
            timer.fire()
            timer.cancel()
        return timer


class Leisurely(ScaledClock):
    """Takes its time to set a timer; the other threads have much of it to come in between."""

    def call_later(self, seconds, callback):
        time.sleep(0.01)
        return super().call_later(seconds, callback)


def test_keys_pressed_as_soon_as_it_is_the_persons_turn_are_heard(on_stage, line_on):
    line = line_on(on_stage(clock=Hasty()))
    line.plays("/voice", '<Gather numDigits="1" timeout="60"/>')
    call = line.call(Phone(acts=tuple(Press(digit, after=0) for digit in "314159")))
    assert call.wait()
    assert "nobody listens" not in str(call.transcript)
    assert [asked.get("Digits") for asked in line.asked("/voice")] == [None, *"314159"]


@pytest.mark.parametrize("clock", [ScaledClock, Leisurely])
def test_somebody_who_waits_for_the_turn_is_heard_each_time(on_stage, line_on, clock):
    line = line_on(on_stage(PATIENT, clock=clock(SPEED)))
    line.plays("/voice", '<Gather numDigits="1" timeout="600"><Say>Next</Say></Gather>')
    call = line.call()
    for digit in "3141592653":
        assert call.wait_for_turn(PATIENCE)
        call.press(digit)
    assert call.wait_for_turn(PATIENCE)
    call.hang_up()
    assert call.wait(PATIENCE)
    assert [asked.get("Digits") for asked in line.asked("/voice")] == [None, *"3141592653"]


# --- while a document is being fetched


@pytest.fixture
def fetching(live):
    """A call whose second document takes 10 s to come, as soon as it is asked for."""
    asked = threading.Event()

    def listen(event):
        if isinstance(event, DocumentRequested) and event.url.endswith("/slow"):
            asked.set()

    live.sandbox.listen(listen)
    live.takes("/status")
    live.plays("/voice", "<Gather timeout='1'/><Redirect>/slow</Redirect>")
    live.plays("/slow", "<Say>Never</Say>", delay="14s")
    call = live.call()
    assert asked.wait(PATIENCE / SPEED)
    return call


def test_a_hang_up_from_another_thread_is_told_before_the_document_comes(live, fetching):
    fetching.hang_up()
    assert (fetching.status, fetching.is_over) == ("completed", False)
    (told,) = live.asked("/status")
    assert (told["CallStatus"], told["CallSid"]) == ("completed", fetching.sid)
    assert fetching.wait(PATIENCE)
    (slow,) = live.entries("/slow")
    assert live.entries("/status")[0].request.arrived < slow.request.arrived + 14
    assert len(live.entries("/status")) == 1
    assert [told.what for told in fetching.transcript] == ["silence", "hang up"]


def test_keys_pressed_meanwhile_are_noted_as_unheard(fetching):
    fetching.press("12")
    fetching.speak("hello?")
    assert [told.text for told in fetching.transcript] == [
        "no answer in 1 s",
        "12  (nobody listens)",
        "hello?  (nobody listens)",
    ]


def test_a_reset_from_another_thread_drops_the_call(live, fetching):
    live.sandbox.reset()
    assert fetching.is_over
    assert fetching.wait(0)
    time.sleep(16 / SPEED)
    assert live.stage.of(CallEnded) == []
    assert [told.what for told in fetching.transcript] == ["silence"]
    assert live.entries("/status") == []


# --- threads


def test_calls_that_wait_take_no_threads(on_stage, line_on):
    line = line_on(on_stage(clock=SystemClock()))
    line.plays("/voice", "<Gather timeout='3600'/>")
    before = threading.active_count()
    calls = [line.call(Phone(hangs_up_after=3000)) for _ in range(200)]
    assert all(call.turn.is_set() and not call.is_over for call in calls)
    assert threading.active_count() <= before + 1, "one thread is the clock's"
    for call in calls:
        call.hang_up()
    assert all(call.is_over for call in calls)
    assert threading.active_count() <= before + 1


def test_calls_that_have_been_played_something_take_no_more_threads(on_stage, line_on):
    line = line_on(on_stage(PATIENT, clock=ScaledClock(SPEED)))
    line.plays("/voice", "<Gather timeout='3600'><Say>Press a key</Say></Gather>")
    before = threading.active_count()
    calls = [line.call() for _ in range(200)]
    for call in calls:
        assert call.wait_for_turn(PATIENCE)
    assert threading.active_count() <= before + 1 + MOST_CALLERS
    assert not any(call.is_over for call in calls)
