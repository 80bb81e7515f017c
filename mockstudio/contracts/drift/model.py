"""What came of comparing a script with a live service, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mockstudio.http.exchange import FailureKind


class State(StrEnum):
    """How an endpoint stands."""

    SAME = "same"
    """The service answers as the script says."""
    DRIFTED = "drifted"
    """It answers otherwise, or not at all."""
    SKIPPED = "skipped"
    """The service was not asked; the reason says why."""


@dataclass(frozen=True)
class Question:
    """What is asked of every endpoint.

    Attributes:
        against: the live service's base URL; the endpoints' paths are added to it.
        values: for the parts of URLs and for conditions that do not tell a value, by name.
        is_exact: whether bodies must be the same, rather than of one shape.
        exact_for: the endpoints whose bodies must be the same in any case.
        headers: sent with every request, by name such as `X-Api-Key`; their values are secret.
    """

    against: str
    values: Mapping[str, str] = field(default_factory=dict)
    is_exact: bool = False
    exact_for: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def demands_the_same_of(self, endpoint: str) -> bool:
        """Tell whether the bodies of an endpoint must be the same."""
        return self.is_exact or endpoint in self.exact_for


@dataclass(frozen=True)
class Comparison:
    """One endpoint, compared.

    Attributes:
        endpoint: its name.
        source: `file:line` where it was written.
        state: how it stands.
        reply: what of the script was compared.
        request: method and URL, or empty when nothing was asked.
        differences: between script and service; for one that was skipped, why.
        failure: why there was no answer to the first request, or None.
        elapsed: seconds the service took.
    """

    endpoint: str
    source: str
    state: State
    reply: str = ""
    request: str = ""
    differences: tuple[str, ...] = ()
    failure: FailureKind | None = None
    elapsed: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON data."""
        return {
            "endpoint": self.endpoint,
            "source": self.source,
            "state": self.state.value,
            "reply": self.reply,
            "request": self.request,
            "differences": list(self.differences),
            "seconds": self.elapsed,
        }


@dataclass(frozen=True)
class DriftReport:
    """All endpoints of a script.

    Attributes:
        against: the live service.
        comparisons: in the script's order.
    """

    against: str
    comparisons: tuple[Comparison, ...]

    def count(self, state: State) -> int:
        """Return how many endpoints stand so."""
        return sum(each.state is state for each in self.comparisons)

    @property
    def passed(self) -> bool:
        """Whether something was compared and nothing has drifted."""
        return self.count(State.SAME) > 0 and self.count(State.DRIFTED) == 0

    @property
    def reached_nobody(self) -> bool:
        """Whether nothing that was asked was there to answer."""
        asked = [each for each in self.comparisons if each.state is not State.SKIPPED]
        absent = (FailureKind.REFUSED, FailureKind.DNS)
        return bool(asked) and all(each.failure in absent for each in asked)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON data."""
        return {
            "against": self.against,
            "passed": self.passed,
            **{state.value: self.count(state) for state in State},
            "endpoints": [each.to_json() for each in self.comparisons],
        }
