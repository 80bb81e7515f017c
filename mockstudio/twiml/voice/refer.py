"""`<Refer>`: hands a SIP call over to somebody else (rest-api.md 8.1, 8.2)."""

from __future__ import annotations

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.attributes import action_if_any
from mockstudio.twiml.voice.base import Session, Steps, Verb
from mockstudio.twiml.voice.listening import hear
from mockstudio.twiml.voice.party import address_of


class Refer(Verb):
    """Asks the caller's side to call the SIP address instead."""

    name = "Refer"

    def play(self, session: Session, verb: Element) -> Steps:
        """Transfer the call, and request the action with the scripted result."""
        address = next(filter(None, map(address_of, verb.inside("Sip"))), "")
        if not address:
            text = "Refer names nobody to transfer the call to; write <Sip>sip:...</Sip> inside"
            session.warn(None, f"line {verb.line}: {text}")
            return action_if_any(verb, {"ReferCallStatus": "failed"})
        result = session.results.next("Refer")
        session.heard(self.name, f"transfer to {address}", verb)
        yield from hear(session, lasting.MOMENT if result.after is None else result.after)
        session.heard(self.name, f"transfer to {address}: {result.name}", verb)
        return action_if_any(verb, {"ReferCallStatus": result.name, **result.parameters})
