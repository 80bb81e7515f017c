"""The person hangs up because a scripted result has it so, not by any act."""

from __future__ import annotations

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice.base import Session


def hang_up(session: Session, verb: Element) -> None:
    """Let the person hang up while a verb plays; its action may still be requested."""
    session.heard("hang up", "", verb, who="person")
    session.hang_up()
