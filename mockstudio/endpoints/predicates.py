"""The conditions of `when`: the operators on one value, and the subset match on JSON."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mockstudio.excerpts import excerpt
from mockstudio.files.scalars import as_text

_SHOWN_AT_MOST = 200


class Operator(ABC):
    """A condition that holds when any of the values satisfies it."""

    @property
    @abstractmethod
    def expectation(self) -> str:
        """What is expected, to be read after `expected`."""

    @abstractmethod
    def holds(self, values: Sequence[str]) -> bool:
        """Tell whether the condition holds; `values` is empty when the name is absent."""

    def difference(self, values: Sequence[str]) -> str | None:
        """Return None when it holds, else `expected '42', found '41'`."""
        if self.holds(values):
            return None
        if not values:
            return f"expected {self.expectation}, but it is missing"
        return f"expected {self.expectation}, found {', '.join(map(_quoted, values))}"


@dataclass(frozen=True)
class Equals(Operator):
    """The value is exactly this text."""

    text: str

    @property
    def expectation(self) -> str:  # noqa: D102 - as in Operator
        return _quoted(self.text)

    def holds(self, values: Sequence[str]) -> bool:  # noqa: D102
        return self.text in values


@dataclass(frozen=True)
class Contains(Operator):
    """This text occurs in the value."""

    text: str

    @property
    def expectation(self) -> str:  # noqa: D102
        return f"it to contain {_quoted(self.text)}"

    def holds(self, values: Sequence[str]) -> bool:  # noqa: D102
        return any(self.text in value for value in values)


@dataclass(frozen=True)
class StartsWith(Operator):
    """The value begins with this text."""

    text: str

    @property
    def expectation(self) -> str:  # noqa: D102
        return f"it to start with {_quoted(self.text)}"

    def holds(self, values: Sequence[str]) -> bool:  # noqa: D102
        return any(value.startswith(self.text) for value in values)


@dataclass(frozen=True)
class Matches(Operator):
    """A regular expression of Python's is found somewhere in the value.

    Raises:
        ValueError: the pattern is no regular expression; the message says where it breaks.
    """

    pattern: str

    def __post_init__(self) -> None:
        try:
            self._regex  # noqa: B018 - compiled now, so that a mistake shows at once
        except (re.error, OverflowError, RecursionError) as error:
            message = f"not a regular expression: {error}, in {_quoted(self.pattern)}"
            raise ValueError(message) from error

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @property
    def expectation(self) -> str:  # noqa: D102
        return f"it to match {_quoted(self.pattern)}"

    def holds(self, values: Sequence[str]) -> bool:  # noqa: D102
        return any(self._regex.search(value) for value in values)


@dataclass(frozen=True)
class Absent(Operator):
    """The name is not there at all; with `expected` False, it is there with whatever value."""

    expected: bool = True

    @property
    def expectation(self) -> str:  # noqa: D102
        return "it to be absent" if self.expected else "any value"

    def holds(self, values: Sequence[str]) -> bool:  # noqa: D102
        return bool(values) is not self.expected


@dataclass(frozen=True)
class Values(Operator):
    """These are all values of a name that is repeated, in this order."""

    texts: tuple[str, ...]

    @property
    def expectation(self) -> str:  # noqa: D102
        return f"exactly {', '.join(map(_quoted, self.texts))}"

    def holds(self, values: Sequence[str]) -> bool:  # noqa: D102
        return tuple(values) == self.texts


@dataclass(frozen=True)
class AnyOf(Operator):
    """At least one of several conditions holds."""

    alternatives: tuple[Operator, ...]

    @property
    def expectation(self) -> str:  # noqa: D102
        return " or ".join(alternative.expectation for alternative in self.alternatives)

    def holds(self, values: Sequence[str]) -> bool:  # noqa: D102
        return any(alternative.holds(values) for alternative in self.alternatives)


@dataclass(frozen=True)
class AllOf(Operator):
    """One and the same value satisfies several conditions."""

    conditions: tuple[Operator, ...]

    @property
    def expectation(self) -> str:  # noqa: D102
        return " and ".join(condition.expectation for condition in self.conditions)

    def holds(self, values: Sequence[str]) -> bool:  # noqa: D102
        candidates: list[Sequence[str]] = [[value] for value in values] or [()]
        return any(all(c.holds(candidate) for c in self.conditions) for candidate in candidates)


def _values(texts: Any) -> Operator:
    return Values(tuple(map(as_text, texts)))


def _any_of(alternatives: Any) -> Operator:
    return AnyOf(tuple(make_operator(alternative) for alternative in alternatives))


def _on_text(operator: Callable[[str], Operator]) -> Callable[[Any], Operator]:
    return lambda argument: operator(as_text(argument))


OPERATORS: Mapping[str, Callable[[Any], Operator]] = {
    "equals": _on_text(Equals),
    "contains": _on_text(Contains),
    "matches": _on_text(Matches),
    "starts_with": _on_text(StartsWith),
    "absent": Absent,
    "values": _values,
    "any_of": _any_of,
}
"""What makes an operator from its argument in a file, by name."""


def make_operator(condition: Any) -> Operator:
    """Return the predicate that a condition in a file means.

    Args:
        condition: text, a number or a boolean for equality, or a mapping of operators to
            arguments, all of which must hold.

    Raises:
        ValueError: a pattern is no regular expression.
    """
    if not isinstance(condition, Mapping):
        return Equals(as_text(condition))
    operators = tuple(OPERATORS[name](argument) for name, argument in condition.items())
    return operators[0] if len(operators) == 1 else AllOf(operators)


def json_difference(expected: Any, actual: Any) -> list[str]:
    """Return what keeps `expected` from being a subset of `actual`; empty when it is one.

    Objects may have more keys than expected, lists may not be longer, and `true` is not `1`.

    Returns:
        Sentences with the path of the value, such as `customer.id: expected 7, found 8`.
    """
    return _differences(expected, actual, "")


def _differences(expected: Any, actual: Any, path: str) -> list[str]:
    match expected, actual:
        case Mapping(), Mapping():
            return _in_object(expected, actual, path)
        case list(), list() if len(expected) == len(actual):
            pairs = zip(expected, actual, strict=True)
            found = (_differences(e, a, f"{path}[{n}]") for n, (e, a) in enumerate(pairs))
            return [difference for differences in found for difference in differences]
        case list(), list():
            return [_at(path, f"expected {_items(expected)}, found {_items(actual)}")]
    if _same(expected, actual):
        return []
    return [_at(path, f"expected {_as_json(expected)}, found {_as_json(actual)}")]


def _in_object(expected: Mapping[str, Any], actual: Mapping[str, Any], path: str) -> list[str]:
    found: list[str] = []
    for key, value in expected.items():
        inner = f"{path}.{key}" if path else key
        if key in actual:
            found += _differences(value, actual[key], inner)
        else:
            found.append(_at(inner, f"expected {_as_json(value)}, but it is missing"))
    return found


def _same(expected: Any, actual: Any) -> bool:
    return isinstance(expected, bool) is isinstance(actual, bool) and expected == actual


def _at(path: str, difference: str) -> str:
    return f"{path}: {difference}" if path else difference


def _items(value: Sequence[Any]) -> str:
    return f"{len(value)} item{'' if len(value) == 1 else 's'}"


def _as_json(value: Any) -> str:
    return _shortened(json.dumps(value, ensure_ascii=False))


def _quoted(text: str) -> str:
    return f"'{_shortened(text)}'"


def _shortened(text: str) -> str:
    return excerpt(text, _SHOWN_AT_MOST)
