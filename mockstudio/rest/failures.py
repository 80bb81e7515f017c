"""Failures on demand: what the REST API does when it has a bad day, and its real limits.

A rule says which requests fail and how: the first few, every so many, or each with a probability
that a seed makes repeat (rest-api.md 2.2).
"""

from __future__ import annotations

import random
import re
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from mockstudio.clock import Clock
from mockstudio.durations import parse_duration
from mockstudio.rest.errors import BAD_PARAMETER, CONFLICT, NOT_FOUND, LoginError, RestError

_RESOURCE = re.compile(r"(?!Latest)[A-Z][A-Za-z]+")

ANY_RESOURCE: Final = "*"
TOO_MANY_REQUESTS: Final = 20429
CODES: Final[Mapping[int, int]] = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: BAD_PARAMETER,
        HTTPStatus.FORBIDDEN: 20403,
        HTTPStatus.NOT_FOUND: NOT_FOUND,
        HTTPStatus.CONFLICT: CONFLICT,
        HTTPStatus.TOO_MANY_REQUESTS: TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR: 20500,
        HTTPStatus.SERVICE_UNAVAILABLE: 20503,
    }
)
"""Twilio's code for a status; that of another is the status itself, as clients read it (0.5)."""
WINDOW: Final = 1.0
"""Seconds over which requests are counted."""


@dataclass(frozen=True)
class FailureRule:
    """Which requests fail, and how.

    Attributes:
        resource: the last name in the path, such as `Messages`, or `*`.
        methods: of HTTP; empty for any.
        status: answered instead of doing anything, or None.
        retry_after: seconds for the Retry-After header, or None.
        delay: seconds that pass first.
        drop: whether the connection is reset instead of an answer.
        first: fails so many requests, then no more; or None.
        every: fails each request of this number; or None.
        probability: of each request to fail, from 0 to 1; or None.
    """

    resource: str = ANY_RESOURCE
    methods: frozenset[str] = frozenset()
    status: int | None = None
    retry_after: int | None = None
    delay: float = 0.0
    drop: bool = False
    first: int | None = None
    every: int | None = None
    probability: float | None = None

    def concerns(self, resource: str, method: str) -> bool:
        """Tell whether a request is one of those that the rule is about."""
        is_it = self.resource in (ANY_RESOURCE, resource)
        return is_it and (not self.methods or method in self.methods)

    def fails(self, number: int, chance: float) -> bool:
        """Tell whether a request fails.

        Args:
            number: of those that the rule is about, counted from 1.
            chance: from 0 up to 1, drawn for this request.
        """
        if self.first is not None:
            return number <= self.first
        if self.every is not None:
            return number % self.every == 0
        return self.probability is None or chance < self.probability


def failure_rule(data: Mapping[str, Any]) -> FailureRule:
    """Return the rule that a settings file writes, already checked by its schema."""
    given = dict(data)
    given["methods"] = frozenset(given.get("methods", ()))
    given["delay"] = parse_duration(str(given.get("delay", 0)))
    return FailureRule(**given)


def as_data(rule: FailureRule) -> dict[str, Any]:
    """Return a rule as a settings file writes it, without what it leaves as usual."""
    members = {name: value for name, value in vars(rule).items() if value != _USUAL[name]}
    if rule.methods:
        members["methods"] = sorted(rule.methods)
    if rule.delay:
        members["delay"] = f"{rule.delay:g}s"
    return members


_USUAL: Final[Mapping[str, Any]] = MappingProxyType(vars(FailureRule()))


class Failures:
    """Decides which requests fail.

    Args:
        rules: the first that fails a request counts.
        seed: makes chance repeat.
    """

    def __init__(self, rules: Iterable[FailureRule], seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self.use(rules)

    @property
    def rules(self) -> tuple[FailureRule, ...]:
        """The rules in force."""
        return self._rules

    def use(self, rules: Iterable[FailureRule]) -> None:
        """Put other rules in force; counting begins anew."""
        with self._lock:
            self._rules = tuple(rules)
            self._begin_anew()

    def restart(self) -> None:
        """Count from the beginning."""
        with self._lock:
            self._begin_anew()

    def next(self, resource: str, method: str) -> FailureRule | None:
        """Return how a request fails, or None when it does not.

        Every rule counts every request that it is about, also one that another rule fails.
        """
        with self._lock:
            failing = [rule for rule in self._concerned(resource, method) if self._draw(rule)]
        return failing[0] if failing else None

    def _begin_anew(self) -> None:
        self._counts = dict.fromkeys(self._rules, 0)
        self._random = random.Random(self._seed)

    def _concerned(self, resource: str, method: str) -> list[FailureRule]:
        return [rule for rule in self._counts if rule.concerns(resource, method)]

    def _draw(self, rule: FailureRule) -> bool:
        self._counts[rule] += 1
        return rule.fails(self._counts[rule], self._random.random())


def failure(rule: FailureRule) -> RestError | None:
    """Return the refusal that a rule asks for, or None when it only delays or drops."""
    if rule.status is None:
        return None
    if rule.status == HTTPStatus.UNAUTHORIZED:
        return LoginError()
    status, wait = HTTPStatus(rule.status), rule.retry_after
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return RestError(status, CODES.get(status, int(status)), status.phrase, headers=headers)


class Limiter:
    """Refuses what comes faster than the account may ask.

    Args:
        limits: by resource, how many may be created in a second.
        clock: whose seconds are meant.
    """

    def __init__(self, limits: Mapping[str, int], clock: Clock) -> None:
        self._limits = dict(limits)
        self._clock = clock
        self._moments: dict[str, deque[float]] = {name: deque() for name in limits}
        self._lock = threading.Lock()

    def count(self, resource: str, method: str) -> None:
        """Count a request; raises RestError (429, 20429) when there are too many already."""
        limit = self._limits.get(resource)
        if limit is None or method != "POST":
            return
        now = self._clock.monotonic()
        with self._lock:
            moments = self._moments[resource]
            while moments and now - moments[0] >= WINDOW:
                moments.popleft()
            if len(moments) >= limit:
                message = f"Too many requests: {limit} {resource} per second are the limit"
                headers = {"Retry-After": "1"}
                status = HTTPStatus.TOO_MANY_REQUESTS
                raise RestError(status, TOO_MANY_REQUESTS, message, headers=headers)
            moments.append(now)


def resource_of(path: str) -> str:
    """Return the name of the resource that a path leads to: its last part that is no SID."""
    parts = [part.removesuffix(".json") for part in path.split("/")]
    named = (part for part in reversed(parts) if _RESOURCE.fullmatch(part))
    return next(named, "")
