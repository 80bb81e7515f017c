"""`<Echo>`: sends back to callers what they say (rest-api.md 8.2)."""

from __future__ import annotations

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.base import Key, Session, Steps, Verb, hears_everything
from mockstudio.twiml.voice.listening import hear


class Echo(Verb):
    """Lasts until the person hangs up, or a call can last no longer."""

    name = "Echo"

    def play(self, session: Session, verb: Element) -> Steps:
        """Repeat whatever is heard."""
        end = session.now() + lasting.LONGEST_CALL
        session.heard(self.name, "until the person hangs up", verb)
        while (left := end - session.now()) > 0:
            session.asks()
            session.awaits()
            heard = yield from hear(session, left, hears_everything)
            if heard is not None:
                said = heard.digit if isinstance(heard, Key) else heard.text
                session.heard(self.name, said, verb)
        return None
