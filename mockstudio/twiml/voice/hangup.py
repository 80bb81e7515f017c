"""`<Hangup>` and `<Reject>`: end the call (rest-api.md 8.3)."""

from __future__ import annotations

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.base import Session, Steps, Stop, Verb


class Hangup(Verb):
    """Hangs up; as the first verb it answers the call before."""

    name = "Hangup"

    def play(self, session: Session, verb: Element) -> Steps:
        """End the call."""
        yield from ()
        return Stop()


class Reject(Verb):
    """Refuses a call that rings; one that was answered is hung up."""

    name = "Reject"
    answers = False

    def play(self, session: Session, verb: Element) -> Steps:
        """End the call, busy or unanswered as the reason has it."""
        yield from ()
        reason = verb.get("reason", "rejected")
        if session.is_answered:
            return Stop(reason="the document rejected a call that was answered already")
        return Stop("busy" if reason == "busy" else "no-answer", f"rejected: {reason}")
