"""A way as far as it has been looked at, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass

from mockstudio.contracts.matrix.plan import Place, Plan
from mockstudio.contracts.matrix.simulation import Contexts


@dataclass(frozen=True)
class Way:
    """A plan, and what is so at its end.

    Attributes:
        plan: the plan.
        contexts: as templates read them there.
        place: the widget that it leads to.
    """

    plan: Plan
    contexts: Contexts
    place: Place

    @property
    def visits(self) -> int:
        """How often the widget that it leads to has come, this time included."""
        return 1 + sum(edge.place == self.place for edge in self.plan.transitions)

    @property
    def comes_back(self) -> bool:
        """Whether it leads out of a subflow, to the widget that ran it."""
        return bool(self.plan.edges) and self.plan.edges[-1].returns


@dataclass(frozen=True)
class Obstacle:
    """Why an edge was not taken.

    Attributes:
        what: the edge.
        reason: why, or empty when `what` says it all.
        is_final: whether it is so on every way.
    """

    what: str
    reason: str = ""
    is_final: bool = False

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}" if self.reason else self.what
