"""`<Start>` and `<Stop>`: begin and end streams beside the call (rest-api.md 8.3)."""

from __future__ import annotations

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.base import Session, Steps, Verb
from mockstudio.twiml.voice.media import Media


class StartMedia(Verb):
    """Forks without blocking: the next verb plays at once."""

    name = "Start"
    answers = False

    def play(self, session: Session, verb: Element) -> Steps:
        """Begin a session for each noun."""
        yield from ()
        for noun in verb.children:
            media = Media.of(noun)
            has_failed = media.result(session).name == "failed"
            session.heard(self.name, f"{media}: failed" if has_failed else str(media), noun)
            media.tell(session, "error" if has_failed else "started")
        return None


class StopMedia(Verb):
    """Ends what a Start began."""

    name = "Stop"
    answers = False

    def play(self, session: Session, verb: Element) -> Steps:
        """End the session of each noun."""
        yield from ()
        for noun in verb.children:
            session.heard(self.name, str(Media.of(noun)), noun)
        return None
