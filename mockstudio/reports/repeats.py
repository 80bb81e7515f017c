"""Lines that only repeat themselves: documents that lead to each other, a prompt that loops."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import fields
from typing import Final

from mockstudio.events import Event
from mockstudio.twiml.events import CarrierWarned, DocumentRequested, TranscriptLine

SHOWN_ROUNDS: Final = 3
LONGEST_ROUND: Final = 4
"""Lines of what is taken for one round."""
_UNCOMPARED: Final = frozenset({"at", "parameters"})


class Repeats:
    """Finds what Twilio does round after round while neither person nor flow does anything."""

    def __init__(self) -> None:
        self._recent: deque[Hashable] = deque(maxlen=SHOWN_ROUNDS * LONGEST_ROUND)
        self._hidden = 0

    def hides(self, event: Event) -> bool:
        """Tell whether an event only repeats what was told often enough, but for the time."""
        told = _told(event)
        if told is None:
            self._recent.clear()
            return False
        is_repeated = any(self._repeats(told, period) for period in range(1, LONGEST_ROUND + 1))
        self._recent.append(told)
        self._hidden += is_repeated
        return is_repeated

    def take_hidden(self) -> int:
        """Return how many events in a row were hidden, once."""
        hidden, self._hidden = self._hidden, 0
        return hidden

    def _repeats(self, told: Hashable, period: int) -> bool:
        """Tell whether something goes on with the rounds of so many lines that came before it."""
        recent = list(self._recent)[-SHOWN_ROUNDS * period :]
        if len(recent) < SHOWN_ROUNDS * period or told != recent[-period]:
            return False
        return recent[period:] == recent[:-period]


def _told(event: Event) -> Hashable | None:
    """Return what an event tells but the time; None for what the person or a flow does."""
    if not isinstance(event, CarrierWarned | DocumentRequested | TranscriptLine):
        return None
    if isinstance(event, TranscriptLine) and event.who == "person" and not event.document:
        return None
    names = (member.name for member in fields(event) if member.name not in _UNCOMPARED)
    return (type(event), *(getattr(event, name) for name in names))
