"""The conditions of a split: is what came in what the branch wants? (reference 1.3, 2.2).

Comparison is not case sensitive, and both sides are trimmed. A side that cannot be read as the
number, date or time that a condition compares makes the condition false, never an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import partial

import regex

from mockstudio.errors import UnknownNameError

INVALID_CONDITION = 81005
"""Twilio's debugger code for a condition that cannot be used."""

_REGEX_SECONDS = 0.25
"""Real time that one match may take: it guards the machine and is no rule of Studio's."""

_MOST_REPEATS = 100_000
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class ConditionResult:
    """Whether a condition holds, and why.

    Attributes:
        holds: whether the branch may be taken.
        explanation: such as `'3' is less than '5'`.
        warning: what Studio's debugger would say (81005), or None.
    """

    holds: bool
    explanation: str
    warning: str | None = None


Rule = Callable[[str, str], ConditionResult]


def matches(type: str, value_under_test: str, expected: str) -> ConditionResult:  # noqa: A002
    """Return whether a condition holds.

    Args:
        type: one of `CONDITION_TYPES`.
        value_under_test: the rendered argument.
        expected: the rendered value; ignored by `is_blank` and `is_not_blank`.

    Raises:
        UnknownNameError: there is no such condition type.
    """
    rule = _RULES.get(type)
    if rule is None:
        raise UnknownNameError("condition type", type, CONDITION_TYPES)
    return rule(value_under_test.strip(), expected.strip())


def _compared(
    test: Callable[[str, str], bool], wanted: bool, yes: str, no: str, value: str, expected: str
) -> ConditionResult:
    found = test(value.lower(), expected.lower())
    wording = f"{_shown(value)} {yes if found else no} {_shown(expected)}"
    return ConditionResult(found is wanted, wording)


def _both(test: Callable[[str, str], bool], yes: str, no: str) -> tuple[Rule, Rule]:
    """Return a condition and its opposite."""
    return partial(_compared, test, True, yes, no), partial(_compared, test, False, yes, no)


def _in_list(value: str, expected: str) -> bool:
    return value in filter(None, (item.strip() for item in expected.split(",")))


def _blank(wanted: bool, value: str, _: str) -> ConditionResult:
    return ConditionResult(
        (value == "") is wanted, f"{_shown(value)} is {'not ' if value else ''}blank"
    )


@dataclass(frozen=True)
class _Order[Comparable: (Decimal, date, time)]:
    """A condition that puts two values in order; equal ones are in neither (2.2)."""

    read: Callable[[str], Comparable | None]
    kind: str
    wording: str
    reverse: bool = False

    def __call__(self, value: str, expected: str) -> ConditionResult:
        left, right = self.read(value), self.read(expected)
        if left is None or right is None:
            unreadable = value if left is None else expected
            subject = "it" if left is None else _shown(value)
            return ConditionResult(
                False,
                f"{_shown(unreadable)} is not {self.kind}, "
                f"so {subject} is not {self.wording} {_shown(expected)}",
            )
        holds = left > right if self.reverse else left < right
        negation = "" if holds else "not "
        return ConditionResult(
            holds, f"{_shown(value)} is {negation}{self.wording} {_shown(expected)}"
        )
