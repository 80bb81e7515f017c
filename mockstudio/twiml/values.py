"""The kinds of values that attributes take (rest-api.md 8.2, 8.3).

A kind reads a value as an author wrote it and returns it as the verbs want it, so that nobody
behind the checker meets `get` for `GET`, `True` for `true` or a comma between two words.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from mockstudio.errors import did_you_mean

_UNSENDABLE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\s]")
_HOST_AND_PORT: Final = re.compile(r"[\w.-]+:[0-9]")
MOST_DIGITS: Final = 9
"""Of a whole number; nothing in TwiML counts further, and Python refuses to read very long ones."""


class Kind(ABC):
    """What an attribute's value has to be.

    Attributes:
        keeps_bad_values: whether a value of another kind counts nevertheless.
    """

    keeps_bad_values: ClassVar[bool] = False

    @property
    @abstractmethod
    def expected(self) -> str:
        """That in words."""

    @abstractmethod
    def read(self, value: str) -> str | None:
        """Return the value as the verbs want it, or None when it is none of this kind."""

    def suggestion(self, value: str) -> str:
        """Return `; did you mean 'x'?` for a bad value, or nothing."""
        return ""


@dataclass(frozen=True)
class Anything(Kind):
    """Any text."""

    @property
    def expected(self) -> str:  # noqa: D102
        return "any text"

    def read(self, value: str) -> str | None:  # noqa: D102
        return value


@dataclass(frozen=True)
class Url(Kind):
    """A URL, absolute or not; a bad one is requested nevertheless (rest-api.md 8.7, 11100).

    Attributes:
        schemes: those that can be requested.
    """

    schemes: tuple[str, ...]
    keeps_bad_values: ClassVar[bool] = True

    @property
    def expected(self) -> str:  # noqa: D102
        return f"an {' or '.join(self.schemes)} URL, or a path"

    def read(self, value: str) -> str | None:  # noqa: D102
        text = value.strip()
        try:
            parts = urlsplit(text)
        except ValueError:
            return None
        is_absolute = parts.scheme in self.schemes and bool(parts.hostname)
        is_sendable = _UNSENDABLE.search(text) is None
        return value if is_sendable and (is_absolute or not parts.scheme) else None

    def suggestion(self, value: str) -> str:  # noqa: D102
        text = value.strip()
        if " " in text:
            return "; write a blank as %20"
        return f"; write {self.schemes[0]}:// before it" if _HOST_AND_PORT.match(text) else ""


@dataclass(frozen=True)
class OneOf(Kind):
    """One of a few words, in whatever case.

    Attributes:
        allowed: the words.
    """

    allowed: tuple[str, ...]

    @property
    def expected(self) -> str:  # noqa: D102
        return " or ".join(filter(None, (", ".join(self.allowed[:-1]), self.allowed[-1])))

    def read(self, value: str) -> str | None:  # noqa: D102
        wanted = value.strip().lower()
        return next((word for word in self.allowed if word.lower() == wanted), None)

    def suggestion(self, value: str) -> str:  # noqa: D102
        return did_you_mean(value.strip(), self.allowed)


@dataclass(frozen=True)
class WordsOf(Kind):
    """Some of a few words, with blanks or commas between them.

    Attributes:
        word: what each of them is.
    """

    word: OneOf

    @property
    def expected(self) -> str:  # noqa: D102
        return f"one or more of {', '.join(self.word.allowed)}, with blanks between them"

    def read(self, value: str) -> str | None:  # noqa: D102
        words = [self.word.read(word) for word in value.replace(",", " ").split()]
        known = [word for word in words if word is not None]
        return " ".join(known) if known and len(known) == len(words) else None

    def suggestion(self, value: str) -> str:  # noqa: D102
        words = value.replace(",", " ").split()
        bad = next((word for word in words if self.word.read(word) is None), "")
        return self.word.suggestion(bad)


@dataclass(frozen=True)
class WholeNumber(Kind):
    """A whole number.

    Attributes:
        at_least: the smallest.
        at_most: the largest, or None when Twilio documents none.
    """

    at_least: int
    at_most: int | None = None

    @property
    def expected(self) -> str:  # noqa: D102
        if self.at_most is None:
            return f"a whole number, {self.at_least} or more"
        return f"a whole number from {self.at_least} to {self.at_most}"

    def read(self, value: str) -> str | None:  # noqa: D102
        digits = value.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
            return None
        number = int(digits)
        within = self.at_least <= number and (self.at_most is None or number <= self.at_most)
        return str(number) if within else None


@dataclass(frozen=True)
class Pattern(Kind):
    """A text of a certain shape.

    Attributes:
        pattern: of the whole value.
        words: the shape in words.
    """

    pattern: re.Pattern[str]
    words: str

    @property
    def expected(self) -> str:  # noqa: D102
        return self.words

    def read(self, value: str) -> str | None:  # noqa: D102
        text = value.strip()
        return text if self.pattern.fullmatch(text) else None


def kind(facts: Mapping[str, Any]) -> Kind:
    """Return the kind that an entry of `kinds` in `grammar.json` describes."""
    if "one_of" in facts:
        return OneOf(tuple(facts["one_of"]))
    if "words_of" in facts:
        return WordsOf(OneOf(tuple(facts["words_of"])))
    if "at_least" in facts:
        return WholeNumber(facts["at_least"], facts.get("at_most"))
    if "schemes" in facts:
        return Url(tuple(facts["schemes"]))
    if "pattern" in facts:
        return Pattern(re.compile(facts["pattern"]), facts["expected"])
    return Anything()
