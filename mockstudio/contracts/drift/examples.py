"""Values for which conditions hold: what a request must carry to be the one that is scripted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from mockstudio.endpoints.model import Predicate
from mockstudio.endpoints.predicates import (
    AllOf,
    AnyOf,
    Contains,
    Equals,
    Matches,
    StartsWith,
    Values,
)

ANY: Final = ("1", "a", "")
"""Tried where a condition tells no value."""


def example_for(condition: Predicate) -> str | None:
    """Return a value for which a condition holds, or None when none was found.

    A condition that the name is absent has none either: ask `holds([])` first.
    """
    candidates = chain(_candidates(condition), ANY)
    return next((text for text in candidates if condition.holds([text])), None)


def examples_for(condition: Predicate) -> tuple[str, ...]:
    """Return all values of a name for which a condition holds; none when none were found."""
    example = example_for(condition)
    if example is not None:
        return (example,)
    return next((texts for texts in _lists(condition) if condition.holds(texts)), ())


def _lists(condition: Predicate) -> Iterator[tuple[str, ...]]:
    match condition:
        case Values(texts):
            yield texts
        case AnyOf(inner):
            for alternative in inner:
                yield from _lists(alternative)


def _candidates(condition: Predicate) -> Iterator[str]:
    match condition:
        case Equals(text) | Contains(text) | StartsWith(text):
            yield text
        case Matches(pattern):
            # Many patterns are plain words, perhaps with anchors.
            yield pattern.strip("^$")
        case AnyOf(inner):
            for alternative in inner:
                yield from _candidates(alternative)
        case AllOf(inner):
            beginning_first = sorted(inner, key=lambda each: not isinstance(each, StartsWith))
            found = [text for each in beginning_first for text in _candidates(each)]
            yield from found
            yield "".join(found)
