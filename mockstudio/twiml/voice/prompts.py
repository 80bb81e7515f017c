"""`<Say>`, `<Play>` and `<Pause>`, alone or inside a question (rest-api.md 8.3)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.attributes import number
from mockstudio.twiml.voice.base import Session, Steps, Verb, hears_nothing
from mockstudio.twiml.voice.listening import Counts, Waiting, hear
from mockstudio.twiml.voice.speech import Speech


class Prompt(Verb):
    """A verb that plays something to the person."""

    def play(self, session: Session, verb: Element) -> Steps:
        """Play it to the end."""
        yield from self.present(session, verb)
        return None

    def present(self, session: Session, verb: Element, counts: Counts = hears_nothing) -> Waiting:
        """Play it as often as it loops; return what cut it short, or None."""
        text, seconds = self.content(verb)
        for _ in range(lasting.times(number(verb, "loop", 1)) if text else 0):
            session.heard(self.name, text, verb)
            heard = yield from hear(session, seconds, counts)
            if heard is not None:
                return heard
        return None

    @abstractmethod
    def content(self, verb: Element) -> tuple[str, float]:
        """Return what is heard, in words, and how many seconds one time through takes."""


class Say(Prompt):
    """Speaks."""

    name = "Say"

    def content(self, verb: Element) -> tuple[str, float]:  # noqa: D102
        speech = Speech.of(verb)
        return speech.words, speech.seconds


class Play(Prompt):
    """Plays a recording, or the tones of `digits`."""

    name = "Play"

    def content(self, verb: Element) -> tuple[str, float]:  # noqa: D102
        if digits := verb.get("digits"):
            return digits, lasting.tones(digits)
        return verb.text.strip(), lasting.RECORDING


class Pause(Prompt):
    """Is silent; as the first verb it lets the call ring on (rest-api.md 8.1)."""

    name = "Pause"
    answers = False

    def content(self, verb: Element) -> tuple[str, float]:  # noqa: D102
        seconds = number(verb, "length", 1)
        return f"{seconds} s", seconds


PROMPTS: Final[Mapping[str, Prompt]] = MappingProxyType(
    {prompt.name: prompt for prompt in (Say(), Play(), Pause())}
)
"""The verbs that may stand inside Gather and Prompt."""


def present(
    session: Session, elements: Iterable[Element], counts: Counts = hears_nothing
) -> Waiting:
    """Play the prompts among the elements; return what cut them short, or None."""
    for element in elements:
        if prompt := PROMPTS.get(element.name):
            heard = yield from prompt.present(session, element, counts)
            if heard is not None:
                return heard
    return None
