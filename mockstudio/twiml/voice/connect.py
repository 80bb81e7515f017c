"""`<Connect>`: hands the call to another session until that ends (rest-api.md 8.3)."""

from __future__ import annotations

from mockstudio.store.results import Result
from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.attributes import action_if_any
from mockstudio.twiml.voice.base import Session, Steps, Verb
from mockstudio.twiml.voice.listening import hear
from mockstudio.twiml.voice.media import Media


class Connect(Verb):
    """Blocks until the session of its noun ends."""

    name = "Connect"

    def play(self, session: Session, verb: Element) -> Steps:
        """Wait, and request the action with the session's results; without one go on."""
        if not verb.children:
            return None
        media = Media.of(verb.children[0])
        result = media.result(session)
        session.heard(self.name, f"{media} begins", media.noun)
        media.tell(session, "started")
        seconds = lasting.CONNECTED if result.after is None else result.after
        yield from hear(session, seconds)
        session.heard(self.name, f"{media}: {result.name}", media.noun)
        media.tell(session, "error" if result.name == "failed" else "stopped")
        return action_if_any(verb, _results(media, result, seconds) | dict(result.parameters))


def _results(media: Media, result: Result, seconds: float) -> dict[str, str]:
    if media.noun.name == "VirtualAgent":
        return {"VirtualAgentStatus": result.name}
    if media.noun.name == "ConversationRelay":
        return {
            "SessionId": media.sid,
            "SessionStatus": result.name,
            "SessionDuration": str(int(seconds)),
            "HandoffData": "",
        }
    return {}
