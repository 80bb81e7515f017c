"""`<Sms>`: sends a message during a call; Twilio has deprecated it (rest-api.md 8.2)."""

from __future__ import annotations

from dataclasses import replace

from mockstudio.store.messages import OUTBOUND_CALL, QUEUED, Message, new_message
from mockstudio.twiml.model import Element
from mockstudio.twiml.urls import absolute_url
from mockstudio.twiml.voice.attributes import action_if_any
from mockstudio.twiml.voice.base import Session, Steps, Verb


class Sms(Verb):
    """Sends a message to the person in the call, unless it names somebody else."""

    name = "Sms"
    answers = False

    def play(self, session: Session, verb: Element) -> Steps:
        """Send the message, and request the action; without one go on."""
        yield from ()
        message = _message(session, verb)
        session.heard(self.name, f"to {message.to}: {message.body}", verb)
        session.warn(None, f"line {verb.line}: <Sms> is deprecated; Twilio wants the REST API used")
        session.send(message)
        return action_if_any(verb, {"SmsSid": message.sid, "SmsStatus": "sent"})


def _message(session: Session, verb: Element) -> Message:
    call = session.parameters
    ends = call.get("From", ""), call.get("To", "")
    person, number = ends[::-1] if call.get("Direction", "").startswith("outbound") else ends
    message = new_message(
        account_sid=call.get("AccountSid", ""),
        from_=verb.get("from", number),
        to=verb.get("to", person),
        body=" ".join(verb.text.split()),
        media_urls=(),
        status=QUEUED,
        now=session.date(),
        direction=OUTBOUND_CALL,
    )
    callback = verb.get("statusCallback")
    return replace(
        message,
        status_callback=absolute_url(session.document.url, callback) if callback else "",
    )
