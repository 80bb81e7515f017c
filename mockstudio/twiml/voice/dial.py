"""`<Dial>`: connects the call to somebody else (rest-api.md 8.3).

A scripted result decides what becomes of it: of all numbers at once, or of each in turn where they
are called one after another.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mockstudio.store.results import Result
from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.attributes import action_if_any, number, truth
from mockstudio.twiml.voice.base import (
    Heard,
    Interrupted,
    Key,
    Listen,
    Session,
    Steps,
    Verb,
    hears_everything,
)
from mockstudio.twiml.voice.listening import hear
from mockstudio.twiml.voice.party import Leg, parties
from mockstudio.twiml.voice.recording import Recording
from mockstudio.twiml.voice.whisper import whisper

TIMEOUT: Final = 30
TIME_LIMIT: Final = 14_400
NOBODY_TO_CALL: Final = 13_223
_ANSWERED: Final = frozenset({"completed", "answered"})
_UNRECORDED: Final = frozenset({"do-not-record", "false"})


@dataclass
class _Ending:
    """How it ended.

    Attributes:
        result: what was scripted, or is usual.
        call_sid: of the leg that was answered, or tried first.
        seconds: of the conversation.
        recording: of the conversation, where one was made.
    """

    result: Result
    call_sid: str = ""
    seconds: float = 0.0
    recording: Recording | None = None

    @property
    def was_answered(self) -> bool:
        return self.result.name in _ANSWERED


_Attempt = Generator[Listen, Heard | None, _Ending]


class Dial(Verb):
    """Calls, and lets both sides talk."""

    name = "Dial"
    answers = False

    def play(self, session: Session, verb: Element) -> Steps:
        """Call, and request the action when the leg is over; without one go on."""
        if not truth(verb, "answerOnBridge"):
            session.answer()
        ending = yield from _Dialling(session, verb).attempts()
        return action_if_any(verb, _parameters(session, ending))


def _parameters(session: Session, ending: _Ending) -> dict[str, str]:
    parameters = {
        "DialCallStatus": ending.result.name,
        "DialCallSid": ending.call_sid,
        "DialCallDuration": str(math.ceil(ending.seconds)),
        "DialBridged": str(ending.was_answered).lower(),
    }
    if recording := ending.recording:
        parameters["RecordingUrl"] = recording.url(session)
    return {**parameters, **ending.result.parameters}


@dataclass
class _Dialling:
    """One Dial while it plays."""

    session: Session
    verb: Element
    legs: list[Leg] = field(init=False)

    def __post_init__(self) -> None:
        self.legs = [Leg(self.session, self.verb, party) for party in parties(self.verb)]

    def attempts(self) -> _Attempt:
        """Call everybody at once, or one after another until somebody answers."""
        if not self.legs:
            self.session.warn(NOBODY_TO_CALL, "Dial names nobody to call; write a number inside")
            return _Ending(Result("failed"))
        one_by_one = truth(self.verb, "sequential")
        groups = [[leg] for leg in self.legs] if one_by_one else [self.legs]
        for group in groups:
            ending = yield from self._attempt(group)
            if ending.was_answered:
                break
        return ending

    def _attempt(self, legs: Sequence[Leg]) -> _Attempt:
        result = self.session.results.next("Dial")
        ending = _Ending(result, legs[0].party.call_sid)
        yield from self._ring(legs, result)
        if ending.was_answered:
            yield from self._connect(legs, ending)
            return ending
        for leg in legs:
            leg.tell("completed", result.name)
            self._heard(f"{leg.party}: {result.name}", leg, "Twilio")
        return ending

    def _ring(self, legs: Sequence[Leg], result: Result) -> Steps:
        for leg in legs:
            leg.tell("initiated", "initiated")
            leg.tell("ringing", "ringing")
            self._heard(leg.party.approach, leg, "Twilio")
        try:
            yield from hear(self.session, self._ringing(result))
        except Interrupted:
            _cancel(legs)
            raise
        return None

    def _ringing(self, result: Result) -> float:
        timeout = number(self.verb, "timeout", TIMEOUT)
        if result.name in _ANSWERED:
            return min(lasting.RINGING, timeout)
        if result.after is not None:
            return result.after
        return timeout if result.name == "no-answer" else lasting.MOMENT

    def _connect(self, legs: Sequence[Leg], ending: _Ending) -> Steps:
        """The first party answers, and the others stop ringing."""
        first, *others = legs
        _cancel(others)
        first.tell("answered", "in-progress")
        self._heard(first.party.arrival, first, "agent")
        started = self.session.date()
        try:
            yield from whisper(self.session, first)
            self.session.answer()
            yield from self._talk(first, ending.result)
        except Interrupted:
            self._over(first, ending, started)
            raise
        self._over(first, ending, started)
        return None

    def _talk(self, leg: Leg, result: Result) -> Steps:
        limit = number(self.verb, "timeLimit", TIME_LIMIT)
        talk = lasting.TALK if result.after is None else result.after
        seconds = min(talk, limit)
        if truth(self.verb, "hangupOnStar"):
            heard = yield from hear(self.session, seconds, _is_star, hears_everything)
        else:
            heard = yield from hear(self.session, seconds)
        if heard is not None:
            self._heard(f"{leg.party}: ended by *", leg, "Twilio")
        elif limit < talk:
            self._heard(f"{leg.party}: ended by the time limit of {limit} s", leg, "Twilio")
        else:
            self._heard(leg.party.farewell, leg, "agent")
        return None

    def _over(self, leg: Leg, ending: _Ending, started: datetime) -> None:
        seconds = ending.seconds = (self.session.date() - started).total_seconds()
        leg.tell("completed", "completed", seconds)
        for element in (self.verb, leg.party.noun):
            if seconds and element.get("record", "do-not-record") not in _UNRECORDED:
                ending.recording = Recording("DialVerb", seconds, started)
                ending.recording.tell(self.session, element)
                return

    def _heard(self, text: str, leg: Leg, who: str) -> None:
        self.session.heard("Dial", text, leg.party.noun, who)


def _cancel(legs: Sequence[Leg]) -> None:
    for leg in legs:
        leg.tell("completed", "canceled")


def _is_star(heard: Heard) -> bool:
    return isinstance(heard, Key) and heard.digit == "*"
