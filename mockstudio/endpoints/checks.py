"""An endpoint's `when`, compiled: each condition with the part of a request that it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mockstudio.endpoints.model import Predicate, When
from mockstudio.endpoints.predicates import json_difference
from mockstudio.endpoints.request import Request


class Check(Protocol):
    """A condition on a request."""

    def holds(self, request: Request) -> bool:
        """Tell whether it holds."""

    def differences(self, request: Request) -> Iterator[str]:
        """Say what was expected and found, in sentences; nothing when it holds."""


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """A predicate on a named value.

    Attributes:
        what: how the value is called: `param order`.
        values: finds the value's values in a request.
        predicate: the condition.
    """

    what: str
    values: Callable[[Request], Sequence[str]]
    predicate: Predicate

    def holds(self, request: Request) -> bool:  # noqa: D102 - as in Check
        return self.predicate.holds(self.values(request))

    def differences(self, request: Request) -> Iterator[str]:  # noqa: D102
        if found := self.predicate.difference(self.values(request)):
            yield f"{self.what}: {found}"


@dataclass(frozen=True, slots=True)
class JsonCheck:
    """A subset that the JSON body must contain."""

    expected: Any

    def holds(self, request: Request) -> bool:  # noqa: D102
        return not json_difference(self.expected, request.json)

    def differences(self, request: Request) -> Iterator[str]:  # noqa: D102
        for difference in json_difference(self.expected, request.json):
            yield f"json {difference}"


def compile_checks(when: When) -> tuple[Check, ...]:
    """Return the conditions of a `when`, the cheapest to look at first."""
    checks: list[Check] = [
        ValueCheck(f"header {name}", _header(name), predicate)
        for name, predicate in when.headers.items()
    ]
    checks += [ValueCheck(f"param {n}", _param(n), p) for n, p in when.params.items()]
    checks += [ValueCheck(f"cookie {n}", _cookie(n), p) for n, p in when.cookies.items()]
    if when.json is not ...:
        checks.append(JsonCheck(when.json))
    if when.body is not None:
        checks.append(ValueCheck("body", _text, when.body))
    return tuple(checks)


def _header(name: str) -> Callable[[Request], Sequence[str]]:
    return lambda request: request.header_values(name)


def _param(name: str) -> Callable[[Request], Sequence[str]]:
    return lambda request: request.params.get(name, ())


def _cookie(name: str) -> Callable[[Request], Sequence[str]]:
    return lambda request: (request.cookies[name],) if name in request.cookies else ()


def _text(request: Request) -> Sequence[str]:
    return (request.text,)
