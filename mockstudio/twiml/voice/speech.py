"""What a Say speaks: its words without SSML, and the breaks between them (rest-api.md 8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from mockstudio.durations import parse_duration
from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting

_APART: Final = ("break", "p", "s")
"""The elements of SSML whose words are set off from their neighbours."""


@dataclass(frozen=True)
class Speech:
    """Something to be spoken.

    Attributes:
        words: with single spaces, without markup.
        breaks: seconds of the breaks inside.
    """

    words: str
    breaks: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it takes to speak it."""
        return lasting.speech(self.words) + self.breaks

    @classmethod
    def of(cls, say: Element) -> Speech:
        """Read the speech of a Say, or of any element that holds text."""
        if not say.children:
            return cls(_spaced(say.text))
        text = _text(say.markup) if say.markup else say.text
        return cls(_spaced(text), sum(_break(child) for child in say.children))


def _text(markup: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, recover=True, remove_comments=True)
    root = etree.fromstring(f"<Say>{markup}</Say>", parser)
    if root is None:
        return ""
    for node in root.iter(*_APART):
        node.text, node.tail = f" {node.text or ''}", f" {node.tail or ''}"
    return "".join(map(str, root.itertext()))


def _break(element: Element) -> float:
    """Return the seconds of all the breaks in an element of SSML."""
    own = _seconds(element.get("time", "0")) if element.name == "break" else 0.0
    return own + sum(_break(child) for child in element.children)


def _seconds(text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError:
        return 0.0


def _spaced(text: str) -> str:
    return " ".join(text.split())
