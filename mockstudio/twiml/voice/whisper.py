"""The document that whoever was dialled is played before the caller is there (rest-api.md 8.3)."""

from __future__ import annotations

from collections.abc import Iterator

from mockstudio.twiml.call_progress import IN_PROGRESS
from mockstudio.twiml.model import Document, Element
from mockstudio.twiml.voice.attributes import method
from mockstudio.twiml.voice.base import Session, Steps
from mockstudio.twiml.voice.listening import hear
from mockstudio.twiml.voice.party import Leg
from mockstudio.twiml.voice.prompts import PROMPTS


def whisper(session: Session, leg: Leg) -> Steps:
    """Play the document of a noun's `url`, if it has one.

    Of the document its prompts are played, once each: nobody there answers what it asks. One that
    cannot be had is warned of, and the call is bridged nevertheless.
    """
    noun = leg.party.noun
    if not (url := noun.get("url")):
        return None
    session.heard("Dial", f"{leg.party} is played {url} first", noun)
    document = session.fetch(url, method(noun), leg.parameters(IN_PROGRESS))
    for prompt in _prompts(document or Document()):
        text, seconds = PROMPTS[prompt.name].content(prompt)
        session.heard("Dial", f"{leg.party} is played: {text}", noun)
        yield from hear(session, seconds)
    return None


def _prompts(document: Document) -> Iterator[Element]:
    for verb in document.verbs:
        if verb.name in PROMPTS:
            yield verb
        elif verb.name == "Gather":
            yield from verb.children
