"""How long things last that are played or happen at the other end. Times are seconds.

Nothing is really played: what is spoken takes as long as somebody would speak it, and the world
outside takes its usual time unless a scripted result says otherwise.
"""

from __future__ import annotations

from typing import Final

CHARACTERS_A_SECOND: Final = 15
SHORTEST_SPEECH: Final = 0.5
RECORDING: Final = 5.0
"""One time through whatever is behind the URL of a Play."""
BEEP: Final = 0.5
TONE: Final = 0.2
LONGEST_LOOP: Final = 1_000
"""How often `loop="0"` plays (rest-api.md 8.3)."""

LONGEST_CALL: Final = 14_400.0
"""After which Twilio ends a call: four hours (reference 2.12)."""
RINGING: Final = 5.0
"""Until whoever was dialled answers."""
MOMENT: Final = 2.0
"""Until a dialled leg is known to be busy or unreachable, or a transfer is accepted."""
TALK: Final = 30.0
"""A conversation with whoever answered."""
QUEUED: Final = 10.0
"""In a queue, until somebody is free."""
CONNECTED: Final = 10.0
"""The session of a Connect."""
PAYMENT: Final = 10.0
"""Entering a card's numbers."""

_PAUSES: Final = {"w": 0.5, "W": 1.0}


def speech(words: str) -> float:
    """Return how long it takes to speak these words."""
    return max(SHORTEST_SPEECH, len(words) / CHARACTERS_A_SECOND)


def tones(digits: str) -> float:
    """Return how long the tones and pauses of `digits` take (rest-api.md 8.3, Play)."""
    return sum(_PAUSES.get(digit, TONE) for digit in digits)


def times(loop: int) -> int:
    """Return how often a prompt plays; 0 means until Twilio gives up."""
    return loop or LONGEST_LOOP
