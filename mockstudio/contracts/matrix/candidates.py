"""Values for which a split's condition holds, or does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from mockstudio.contracts.matrix.patterns import example

ANYTHING: Final = ("mockstudio", "1", "0", "")
"""What is tried besides: a text that is nobody's, numbers, nothing."""

_SAMPLES: Final = (
    "1",
    "12",
    "123",
    "1234",
    "12345",
    "123456",
    "yes",
    "a",
    "Jo Doe",
    "a@example.com",
    "+12025550123",
    "2026-01-31",
    "12:30",
)
"""What patterns commonly ask for."""
_LONGEST: Final = 160
"""What a text's length may be wanted to be."""


def candidates(conditions: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return values worth trying where conditions decide; whoever tries compares.

    Args:
        conditions: type and rendered value of each, the wanted ones first.
    """
    found: dict[str, None] = {}
    for kind, value in conditions:
        found.update(dict.fromkeys(_MAKERS.get(kind, _as_it_is)(value.strip())))
    return tuple(dict.fromkeys([*found, *ANYTHING]))


def _as_it_is(value: str) -> Iterable[str]:
    """Return a value, and a text of so many characters where it may be a length."""
    is_length = value.isdecimal() and int(value) <= _LONGEST
    return (value, "1" * int(value)) if is_length else (value,)


def _items(value: str) -> Iterable[str]:
    return filter(None, (item.strip() for item in value.split(",")))


def _around(value: str) -> Iterator[str]:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return
    if number.is_finite():
        yield from (f"{number + 1:f}", f"{number - 1:f}", f"{number:f}")


def _matching(pattern: str) -> Iterator[str]:
    """Guess what a pattern matches: an example of it, and usual inputs."""
    yield example(pattern)
    yield from _SAMPLES


def _times(value: str) -> Iterable[str]:
    return ("00:00", "23:59", value)


def _dates(value: str) -> Iterator[str]:
    try:
        day = date.fromisoformat(value)
        yield from ((day + timedelta(days=days)).isoformat() for days in (-1, 1))
    except (ValueError, OverflowError):
        return


def _presence(value: str) -> Iterable[str]:
    return ("", "1")


_MAKERS: Final[Mapping[str, Callable[[str], Iterable[str]]]] = MappingProxyType(
    {
        "matches_any_of": _items,
        "does_not_match_any_of": _items,
        "is_blank": _presence,
        "is_not_blank": _presence,
        "regex": _matching,
        "less_than": _around,
        "greater_than": _around,
        "is_before_time": _times,
        "is_after_time": _times,
        "is_before_date": _dates,
        "is_after_date": _dates,
    }
)
