"""What a test says to a call, and asks of it."""

from __future__ import annotations

import pytest

from mockstudio.errors import ExpectationError, RouteError
from mockstudio.twiml.phone import Phone

MENU = """
<Say>Hello.</Say><Play>a.mp3</Play>
<Gather numDigits="1" action="/done"><Say>1 or 2?</Say></Gather>
"""


@pytest.fixture
def menu(line):
    """A call to a menu behind a greeting."""
    line.plays("/voice", MENU)
    line.plays("/done", "<Say>Thanks.</Say>")
    return line.call(Phone(rings=1.0))


def test_what_is_pressed_when_asked_is_heard(line, menu):
    menu.when_asked().press("1")
    assert menu.wait()
    assert line.asked("/done")[0]["Digits"] == "1"


def test_what_is_pressed_before_anybody_listens_is_lost(line, menu):
    menu.press("1")
    assert menu.wait()
    assert line.asked("/done") == []


def test_who_is_asked_already_needs_not_wait(line, menu):
    menu.when_asked()
    before = line.sandbox.clock.monotonic()
    assert menu.when_asked() is menu
    assert line.sandbox.clock.monotonic() == before


def test_what_was_said_and_what_was_heard(menu):
    menu.when_asked().press("1")
    menu.wait()
    assert menu.said == ["Hello.", "1 or 2?", "Thanks."]
    assert menu.heard == ["Hello.", "a.mp3", "1 or 2?", "Thanks."]
    assert menu.transcript.played == ["a.mp3"]


def test_a_call_that_asks_nothing_is_an_expectation_that_failed(line):
    line.plays("/voice", "<Say>Closed.</Say>")
    call = line.call()
    with pytest.raises(ExpectationError, match=r"ended, nothing was asked\n.*Closed\."):
        call.when_asked()


def test_what_stopped_the_call_is_raised(line):
    line.plays("/voice", "<Redirect>https://nowhere.example.com/</Redirect>")
    call = line.call()
    with pytest.raises(RouteError, match="nowhere"):
        call.when_asked()
