"""`<Redirect>`: goes on with another document (rest-api.md 8.3)."""

from __future__ import annotations

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.attributes import method
from mockstudio.twiml.voice.base import Action, Session, Steps, Verb


class Redirect(Verb):
    """Requests the URL in its text; without one, the current document again."""

    name = "Redirect"
    answers = False

    def play(self, session: Session, verb: Element) -> Steps:
        """End the document."""
        yield from ()
        return Action(verb.text.strip(), method(verb))
