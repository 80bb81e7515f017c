"""What a Say speaks: its words without SSML, and the breaks between them (rest-api.md 8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting

LONGEST_BREAK: Final = 10.0
"""Seconds; speech engines cut a longer break short."""


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
        """Read the speech of a Say; its text holds all words already, those of SSML too."""
        return cls(" ".join(say.text.split()), sum(map(_break, say.children)))


def _break(element: Element) -> float:
    """Return the seconds of all the breaks in an element of SSML."""
    own = _seconds(element.get("time", "0s")) if element.name == "break" else 0.0
    return own + sum(map(_break, element.children))


def _seconds(time: str) -> float:
    """Return the seconds of a break's time, as the checker lets it through: `2s`, `250ms`."""
    amount = float(time.rstrip("ms")) / (1000 if time.endswith("ms") else 1)
    return min(amount, LONGEST_BREAK)
