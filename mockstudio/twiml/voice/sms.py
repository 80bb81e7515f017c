"""`<Sms>`: sends a message during a call; Twilio has deprecated it (rest-api.md 8.2)."""

from __future__ import annotations

from mockstudio.sids import new_sid
from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.attributes import action_if_any
from mockstudio.twiml.voice.base import Session, Steps, Verb


class Sms(Verb):
    """Is told, but brings the message to nobody."""

    name = "Sms"
    answers = False

    def play(self, session: Session, verb: Element) -> Steps:
        """Note the message, and request the action; without one go on."""
        yield from ()
        to = verb.get("to", session.parameters.get("From", ""))
        session.heard(self.name, f"to {to}: {' '.join(verb.text.split())}", verb)
        session.warn(None, f"line {verb.line}: <Sms> is deprecated, and nobody gets this message")
        return action_if_any(verb, {"SmsSid": new_sid("SM"), "SmsStatus": "sent"})
