"""Split Based On: takes the first branch whose conditions hold (reference 2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mockstudio.flows.conditions import ConditionResult, matches, why_none_holds
from mockstudio.flows.events import BranchChosen
from mockstudio.flows.program import CompiledCondition
from mockstudio.flows.widgets.base import Result, Took, Visit, Widget

NO_MATCHING_TRANSITION = 81005
MATCH = "match"
NO_MATCH = "noMatch"


class SplitBasedOn(Widget):
    """Compares; writes nothing."""

    type = "split-based-on"

    def enter(self, visit: Visit) -> Result:
        """Walk the branches in order; without a match take `noMatch`, wherever it stands."""
        failed: list[_Compared] = []
        for transition, conditions in visit.compiled.branches:
            compared = list(self._compare(visit, conditions))
            if compared and compared[-1].result.holds:
                for each in compared:
                    visit.tell(BranchChosen, explanation=each.result.explanation)
                return Took(MATCH, transition=transition)
            failed += compared[-1:]
        values, results = [each.value for each in failed], [each.result for each in failed]
        visit.tell(BranchChosen, explanation=why_none_holds(values, results))
        fallback = visit.state.transition(NO_MATCH)
        if fallback is None or fallback.next is None:
            visit.warn(NO_MATCHING_TRANSITION, "no matching transition was found")
        return Took(NO_MATCH, transition=fallback)

    def _compare(
        self, visit: Visit, conditions: Iterable[CompiledCondition]
    ) -> Iterator[_Compared]:
        """Compare one condition after another, until one does not hold."""
        for compiled in conditions:
            value = self._value(visit, compiled)
            result = matches(compiled.condition.type, value, visit.render(compiled.value, "value"))
            if result.warning:
                visit.warn(NO_MATCHING_TRANSITION, result.warning)
            yield _Compared(value, result)
            if not result.holds:
                return

    def _value(self, visit: Visit, compiled: CompiledCondition) -> str:
        """Return the value under test: the condition's argument, else the input (8 no. 1)."""
        if compiled.arguments:
            return visit.render(compiled.arguments[0], "arguments[0]")
        return visit.text("input")


@dataclass(frozen=True)
class _Compared:
    """A value under test, and what became of it."""

    value: str
    result: ConditionResult
