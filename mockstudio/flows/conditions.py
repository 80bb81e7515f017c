"""The conditions of a split: is what came in what the branch wants? (reference 1.3, 2.2).

Comparison is not case sensitive, and both sides are trimmed. A side that cannot be read as the
number, date or time that a condition compares makes the condition false, never an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
_MOST_CONDITIONS_SHOWN = 5

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REPEAT = re.compile(r"\{(?:[0-9]*,)?([0-9]{1,9})\}")
_REPEATED_GROUP = re.compile(r"\)\{(?:[0-9]*,)?([0-9]{1,9})\}")


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


def why_none_holds(values: Iterable[str], failed: Sequence[ConditionResult]) -> str:
    """Return in one line why no condition holds: `'3' is not equal to '1', is not equal to '2'`.

    Args:
        values: the values under test, one for each of `failed`; one that comes again is named once.
        failed: the conditions that decided.
    """
    clauses: dict[str, None] = {}
    named = None
    for value, result in zip(values, failed, strict=True):
        subject = f"{_shown(value.strip())} "
        is_again = subject == named and result.explanation.startswith(subject)
        clauses[result.explanation.removeprefix(subject) if is_again else result.explanation] = None
        named = subject
    more = len(clauses) - _MOST_CONDITIONS_SHOWN
    shown = ", ".join(list(clauses)[:_MOST_CONDITIONS_SHOWN])
    return f"{shown}, and {more} more" if more > 0 else shown or "there are no conditions"


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


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _minutes(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    return int(match[1]) * 60 + int(match[2]) if match else None


def _days(text: str) -> int | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


@dataclass(frozen=True)
class _Order:
    """A condition that puts two values in order; equal ones are neither before nor after.

    Attributes:
        read: makes a text comparable, or returns None.
        kind: what a readable text is.
        wording: what the condition says of the first value.
        reverse: whether the first value must be the greater one.
    """

    read: Callable[[str], Decimal | int | None]
    kind: str
    wording: str
    reverse: bool = False

    def __call__(self, value: str, expected: str) -> ConditionResult:
        left, right = self.read(value), self.read(expected)
        if left is None or right is None:
            return self._unreadable(value, expected, left is None)
        holds = left > right if self.reverse else left < right
        wording = f"{'' if holds else 'not '}{self.wording}"
        return ConditionResult(holds, f"{_shown(value)} is {wording} {_shown(expected)}")

    def _unreadable(self, value: str, expected: str, first: bool) -> ConditionResult:
        culprit, subject = (value, "it") if first else (expected, _shown(value))
        return ConditionResult(
            False,
            f"{_shown(culprit)} is not {self.kind}, "
            f"so {subject} is not {self.wording} {_shown(expected)}",
        )


def _regex(value: str, expected: str) -> ConditionResult:
    try:
        _check_repeats(expected)
        pattern = regex.compile(expected, regex.IGNORECASE)
        found = pattern.fullmatch(value, timeout=_REGEX_SECONDS) is not None
    except TimeoutError:
        return _unusable(value, expected, "takes too long to match")
    except (regex.error, ArithmeticError, LookupError, RuntimeError, ValueError) as error:
        return _unusable(value, expected, f"is not valid: {error}")
    wording = "matches" if found else "does not match"
    return ConditionResult(found, f"{_shown(value)} {wording} the pattern {_shown(expected)}")


def _check_repeats(pattern: str) -> None:
    """Refuse repeats of repeats that would take all memory to compile."""
    most = max(map(int, _REPEAT.findall(pattern)), default=1)
    if most * math.prod(map(int, _REPEATED_GROUP.findall(pattern))) > _MOST_REPEATS:
        raise ValueError(f"it repeats more than {_MOST_REPEATS:,} times")


def _unusable(value: str, pattern: str, reason: str) -> ConditionResult:
    problem = f"the pattern {_shown(pattern)} {reason}"
    return ConditionResult(
        False, f"{problem}, so {_shown(value)} does not match", f"{INVALID_CONDITION}: {problem}"
    )


def _shown(text: str) -> str:
    return f"'{text}'" if len(text) <= _LONGEST_SHOWN else f"'{text[:_LONGEST_SHOWN]}…'"


_EQUAL, _NOT_EQUAL = _both(lambda value, wanted: value == wanted, "is equal to", "is not equal to")
_ANY, _NONE = _both(_in_list, "is one of", "is none of")
_CONTAINS, _CONTAINS_NOT = _both(lambda value, part: part in value, "contains", "does not contain")
_STARTS, _STARTS_NOT = _both(str.startswith, "starts with", "does not start with")

_RULES: Mapping[str, Rule] = {
    "equal_to": _EQUAL,
    "not_equal_to": _NOT_EQUAL,
    "matches_any_of": _ANY,
    "does_not_match_any_of": _NONE,
    "is_blank": partial(_blank, True),
    "is_not_blank": partial(_blank, False),
    "regex": _regex,
    "contains": _CONTAINS,
    "does_not_contain": _CONTAINS_NOT,
    "starts_with": _STARTS,
    "does_not_start_with": _STARTS_NOT,
    "less_than": _Order(_number, "a number", "less than"),
    "greater_than": _Order(_number, "a number", "greater than", reverse=True),
    "is_before_time": _Order(_minutes, "a time (HH:MM)", "before"),
    "is_after_time": _Order(_minutes, "a time (HH:MM)", "after", reverse=True),
    "is_before_date": _Order(_days, "a date (YYYY-MM-DD)", "before"),
    "is_after_date": _Order(_days, "a date (YYYY-MM-DD)", "after", reverse=True),
}

CONDITION_TYPES: tuple[str, ...] = tuple(_RULES)
"""The condition types, as flow definitions spell them (2.2)."""
