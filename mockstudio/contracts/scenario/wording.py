"""Conditions in the words of a sentence about what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mockstudio.endpoints.predicates import (
    Absent,
    AllOf,
    AnyOf,
    Contains,
    Equals,
    Matches,
    Operator,
    StartsWith,
)

_INFINITIVES: Final[Mapping[type[Operator], str]] = {
    Contains: "to contain",
    StartsWith: "to start with",
    Matches: "to match",
}
_CLAUSES: Final[Mapping[type[Operator], str]] = {
    Contains: "contains",
    StartsWith: "starts with",
    Matches: "matches",
}


def as_object(condition: Operator) -> str:
    """Return what fits a condition: `'hi'`, `something that contains '502'`."""
    match condition:
        case Equals():
            return condition.expectation
        case AnyOf() if all(isinstance(each, Equals) for each in condition.alternatives):
            return condition.expectation
        case Absent():
            return "nothing" if condition.expected else "anything"
    return f"something that {as_clause(condition)}"


def as_part(name: str, condition: Operator) -> str:
    """Return what a request is to have: `order: '42'`, `no colour`."""
    if isinstance(condition, Absent):
        return f"{'no' if condition.expected else 'any'} {name}"
    return f"{name}: {as_object(condition)}"


def as_infinitive(condition: Operator) -> str:
    """Return what a value is to do, to be read behind its name: `to be '42'`, `to contain '4'`."""
    there = "to be absent", "to be there"
    return _joined(condition, "to be", _INFINITIVES, there)


def as_clause(condition: Operator) -> str:
    """Return what a value does, to be read behind `that`: `is '42'`, `contains '502'`."""
    return _joined(condition, "is", _CLAUSES, ("is absent", "is there"))


def _joined(
    condition: Operator, equals: str, verbs: Mapping[type[Operator], str], there: tuple[str, str]
) -> str:
    match condition:
        case AnyOf():
            return " or ".join(_joined(a, equals, verbs, there) for a in condition.alternatives)
        case AllOf():
            parts = ((_joined(c, equals, verbs, there), c) for c in condition.conditions)
            return " and ".join(f"either {p}" if isinstance(c, AnyOf) else p for p, c in parts)
        case Absent():
            return there[0] if condition.expected else there[1]
        case Contains() | StartsWith():
            return f"{verbs[type(condition)]} {Equals(condition.text).expectation}"
        case Matches():
            return f"{verbs[Matches]} {Equals(condition.pattern).expectation}"
    return f"{equals} {condition.expectation}"
