"""A person in a call: does what a `Phone` says, when its time has come."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Protocol

from mockstudio.clock import Clock, Timer
from mockstudio.twiml.phone import CallAct, HangUp, Moment, Phone, Press, Silence, Speak


class Line(Protocol):
    """What a person can do in a call."""

    def await_person(self) -> None:
        """Note that it is the person's turn."""

    def press(self, digits: str) -> None:
        """Press keys."""

    def speak(self, words: str) -> None:
        """Say something."""

    def hang_up(self) -> None:
        """Hang up."""


class Person:
    """Somebody at the other end of one call.

    Args:
        phone: how the person behaves.
        line: the call.
        clock: times what is done.
    """

    def __init__(self, phone: Phone, line: Line, clock: Clock) -> None:
        self._phone = phone
        self._line = line
        self._clock = clock
        self._timers: list[Timer] = []
        self._answers = deque(act for act in phone.acts if _since(act) is not Moment.ANSWERED)
        self._answer: CallAct | None = None

    def answered(self) -> None:
        """The call was answered: what does not depend on questions takes its course."""
        for act in self._phone.acts:
            if _since(act) is Moment.ANSWERED:
                self._plan(act)
        if self._phone.hangs_up_after is not None:
            self._plan(HangUp(self._phone.hangs_up_after))

    def asked(self) -> None:
        """A question's prompts begin."""
        self._answer = self._answers.popleft() if self._answers else self._phone.otherwise
        if _since(self._answer) is Moment.PROMPT:
            self._plan(self._answer)

    def awaited(self) -> None:
        """A question's prompts are over."""
        self._line.await_person()
        if _since(self._answer) is Moment.ASKED:
            self._plan(self._answer)

    def left(self) -> None:
        """The call is over: nothing more is done."""
        for timer in self._timers:
            timer.cancel()

    def _plan(self, act: CallAct | None) -> None:
        if act is not None and not isinstance(act, Silence):
            self._timers.append(self._clock.call_later(act.after, partial(self._do, act)))

    def _do(self, act: CallAct) -> None:
        match act:
            case Press():
                self._line.press(act.digits)
            case Speak():
                self._line.speak(act.words)
            case HangUp():
                self._line.hang_up()


def _since(act: CallAct | None) -> Moment | None:
    return None if act is None or isinstance(act, Silence) else act.since
