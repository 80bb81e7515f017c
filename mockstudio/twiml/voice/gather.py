"""`<Gather>`: asks for keys or words (rest-api.md 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.attributes import action, call_back, number, truth
from mockstudio.twiml.voice.base import Action, Heard, Key, Session, Steps, Verb, hears_nothing
from mockstudio.twiml.voice.listening import hear
from mockstudio.twiml.voice.prompts import present

CONFIDENCE: Final = "0.9"
"""How sure the recognition of speech is."""


@dataclass(frozen=True)
class Question:
    """What is asked for.

    Attributes:
        keys: whether keys answer it.
        words: whether words answer it.
        timeout: seconds of silence that end it.
        finish: the key that ends it after a first digit; empty for none.
        most: the number of digits that ends it; 0 for none.
    """

    keys: bool
    words: bool
    timeout: int
    finish: str
    most: int

    @classmethod
    def of(cls, verb: Element) -> Question:
        """Read a Gather."""
        inputs = verb.get("input", "dtmf").split()
        return cls(
            keys="dtmf" in inputs,
            words="speech" in inputs,
            timeout=number(verb, "timeout", 5),
            finish=verb.attributes.get("finishOnKey", "#").strip(),
            most=number(verb, "numDigits", 0),
        )


class Reply:
    """What the person has answered so far.

    Attributes:
        digits: without the finish key.
        words: what was said, or empty.
        is_complete: whether nothing more is waited for.
    """

    def __init__(self, question: Question) -> None:
        self.digits = ""
        self.words = ""
        self.is_complete = False
        self._question = question

    def counts(self, heard: Heard) -> bool:
        """Tell whether something answers the question; keys win over words that come later."""
        if isinstance(heard, Key):
            return self._question.keys
        return self._question.words and not self.digits

    def take(self, heard: Heard | None) -> None:
        """Add something that counts, if there was anything."""
        if isinstance(heard, Key):
            self._take_key(heard.digit)
        elif heard is not None:
            self.words, self.is_complete = heard.text, True

    def _take_key(self, digit: str) -> None:
        if digit == self._question.finish:
            self.is_complete = bool(self.digits)
            return
        self.digits += digit
        self.is_complete = len(self.digits) == self._question.most

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the action; none when nothing was answered."""
        if self.digits:
            return {"Digits": self.digits}
        return {"SpeechResult": self.words, "Confidence": CONFIDENCE} if self.words else {}


class Gather(Verb):
    """Plays its prompts while it listens already; the timeout starts behind them."""

    name = "Gather"

    def play(self, session: Session, verb: Element) -> Steps:
        """Ask, and request the action with the answer; without one go on with the next verb."""
        question = Question.of(verb)
        reply = Reply(question)
        session.asks()
        counts = reply.counts if truth(verb, "bargeIn", default=True) else hears_nothing
        reply.take((yield from present(session, verb.children, counts)))
        if not reply.is_complete:
            session.awaits()
        while not reply.is_complete:
            heard = yield from hear(session, question.timeout, reply.counts)
            if heard is None:
                _tell_of_silence(session, verb, question, reply)
                break
            reply.take(heard)
        return _outcome(session, verb, reply)


def _tell_of_silence(session: Session, verb: Element, question: Question, reply: Reply) -> None:
    if question.timeout and not reply.parameters:
        session.heard("silence", f"no answer in {question.timeout} s", verb, who="person")


def _outcome(session: Session, verb: Element, reply: Reply) -> Action | None:
    if reply.words:
        results = {"SequenceNumber": "0", "StableSpeechResult": reply.words}
        parameters = {**session.parameters, **results}
        call_back(session, verb, "partialResultCallback", parameters)
    if reply.parameters or truth(verb, "actionOnEmptyResult"):
        return action(verb, reply.parameters or {"Digits": ""})
    return None
