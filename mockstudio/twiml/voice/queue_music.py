"""What somebody in a queue hears: the documents of a waitUrl, over and over (rest-api.md 8.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from mockstudio.twiml.model import Document, Element
from mockstudio.twiml.urls import absolute_url
from mockstudio.twiml.voice.attributes import method
from mockstudio.twiml.voice.base import Action, Left, Session, Steps, Stop
from mockstudio.twiml.voice.listening import hear, until

ALLOWED: Final = ("Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather")
NOT_ALLOWED: Final = 12_200
BETWEEN_EMPTY_DOCUMENTS: Final = 1.0
"""Seconds before the next document, where one took no time at all: it may be the same again."""


@dataclass(frozen=True)
class QueueMusic:
    """The time in a queue.

    Attributes:
        session: the call.
        verb: the Enqueue.
        parameters: returns the queue's parameters as of now, for the request of a document.
    """

    session: Session
    verb: Element
    parameters: Callable[[], Mapping[str, str]]

    def until(self, moment: float) -> Steps:
        """Play until a moment; return a Stop or Left that came first."""
        if url := self.verb.get("waitUrl"):
            outcome = yield from self._documents(
                Action(url, method(self.verb, "waitUrlMethod")), moment
            )
            if outcome is not None:
                return outcome
        elif "waitUrl" not in self.verb.attributes:
            self.session.heard("Enqueue", "hold music", self.verb)
        yield from hear(self.session, moment - self.session.now())
        return None

    def _documents(self, first: Action, moment: float) -> Steps:
        """Play documents; end early when one cannot be had, which leaves the person in silence."""
        asked = first
        while self.session.now() < moment and (document := self._fetch(asked)) is not None:
            outcome = yield from self._play(document, moment)
            if isinstance(outcome, Stop | Left):
                return outcome
            asked = _following(outcome, document) if outcome else first
        return None

    def _fetch(self, asked: Action) -> Document | None:
        parameters = {**self.parameters(), **asked.parameters}
        document = self.session.fetch(asked.url, asked.method, parameters)
        return None if document is None else self._allowed(document)

    def _allowed(self, document: Document) -> Document:
        for verb in document.verbs:
            if verb.name not in ALLOWED:
                self.session.warn(
                    NOT_ALLOWED,
                    f"line {verb.line}: <{verb.name}> is skipped, a waitUrl document may only hold "
                    f"{', '.join(ALLOWED)}",
                )
        return replace(document, verbs=tuple(v for v in document.verbs if v.name in ALLOWED))

    def _play(self, document: Document, moment: float) -> Steps:
        began = self.session.now()
        outcome = yield from until(self.session, self.session.play(document), moment)
        if self.session.now() == began and not isinstance(outcome, Stop | Left):
            yield from hear(self.session, min(BETWEEN_EMPTY_DOCUMENTS, moment - began))
        return outcome


def _following(outcome: Action, document: Document) -> Action:
    return replace(outcome, url=absolute_url(document.url, outcome.url))
