"""Split Based On: takes the first branch whose conditions hold (reference 2.2)."""

from __future__ import annotations

from mockstudio.flows.conditions import matches
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
        for transition, conditions in visit.compiled.branches:
            if conditions and all(self._holds(visit, condition) for condition in conditions):
                return Took(MATCH, transition=transition)
        visit.tell(BranchChosen, explanation="no condition holds")
        fallback = visit.state.transition(NO_MATCH)
        if fallback is None or fallback.next is None:
            visit.warn(NO_MATCHING_TRANSITION, "no matching transition was found")
        return Took(NO_MATCH, transition=fallback)

    def _holds(self, visit: Visit, compiled: CompiledCondition) -> bool:
        condition = compiled.condition
        result = matches(
            condition.type, self._value(visit, compiled), visit.render(compiled.value, "value")
        )
        if result.warning:
            visit.warn(NO_MATCHING_TRANSITION, result.warning)
        if result.holds:
            visit.tell(BranchChosen, explanation=result.explanation)
        return result.holds

    def _value(self, visit: Visit, compiled: CompiledCondition) -> str:
        """Return the value under test: the condition's argument, else the input (8 no. 1)."""
        if compiled.arguments:
            return visit.render(compiled.arguments[0], "arguments[0]")
        return visit.text("input")
