"""What a flow's templates would read along a plan, and where its splits would lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mockstudio.config import Settings
from mockstudio.contracts.matrix.inputs import outputs, trigger_of
from mockstudio.contracts.matrix.plan import Edge, Plan
from mockstudio.flows.conditions import matches
from mockstudio.flows.context import Context, new_context, write
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.liquid import Template
from mockstudio.flows.model import Flow, State, Transition
from mockstudio.flows.program import CompiledCondition, CompiledState, Program, rendered
from mockstudio.flows.widgets.set_variables import JSON_OBJECT, STRING, cast_number
from mockstudio.flows.widgets.split_based_on import NO_MATCH

SPLIT: Final = "split-based-on"
SET_VARIABLES: Final = "set-variables"

UsualAnswer = Callable[[State], Mapping[str, Any]]
"""Returns the JSON object with which an HTTP widget's endpoint answers when all is well."""


class Simulation:
    """Follows plans without running anything.

    Args:
        program: the flow, compiled.
        settings: who calls whom.
        usual: what endpoints answer.
    """

    def __init__(self, program: Program, settings: Settings, usual: UsualAnswer) -> None:
        self._program = program
        self._settings = settings
        self._usual = usual

    @property
    def flow(self) -> Flow:
        """The flow."""
        return self._program.flow

    def compiled(self, widget: str) -> CompiledState:
        """Return a widget, compiled."""
        return self._program.state(widget)

    def follow(self, plan: Plan) -> Context | None:
        """Return the context at the end of a plan; None when a split would lead elsewhere."""
        context = new_context("", self.flow.sid, trigger_of(plan, self._settings))
        for edge in plan.edges:
            if not self.passes(context, plan, edge):
                return None
        return context

    def passes(self, context: Context, plan: Plan, edge: Edge) -> bool:
        """Write what leaving a widget by an edge brings; False when its split leads elsewhere."""
        compiled = self.compiled(edge.widget)
        state = compiled.state
        if state.type == SPLIT:
            return self.taken(compiled, context) is state.transitions[edge.number]
        if state.type == SET_VARIABLES:
            variables = self._variables(compiled, context)
            write(context, state.name, variables, {"variables": variables})
        else:
            write(context, state.name, outputs(plan, state, self._settings, self._usual(state)), {})
        return True

    def taken(self, split: CompiledState, context: Context) -> Transition | None:
        """Return the transition that a split takes (reference 2.2)."""
        for transition, conditions in split.branches:
            if conditions and all(self.holds(split, each, context) for each in conditions):
                return transition
        return split.state.transition(NO_MATCH)

    def holds(self, split: CompiledState, condition: CompiledCondition, context: Context) -> bool:
        """Tell whether a condition of a split holds."""
        if condition.arguments:
            value = text_of(condition.arguments[0], context)
        else:
            source = split.templated.get("input", split.fixed.get("input", ""))
            value = text_of(source, context)
        return matches(condition.condition.type, value, text_of(condition.value, context)).holds

    def _variables(self, compiled: CompiledState, context: Context) -> dict[str, Any]:
        properties = {**compiled.fixed, **compiled.templated}
        items = rendered(properties.get("variables") or [], context, "", _ignored)
        return {str(item.get("key")): _cast(item) for item in items if item.get("key")}


def text_of(template: Template | str, context: Context) -> str:
    """Return a template's text, empty where it fails."""
    return template.render(context).text if isinstance(template, Template) else str(template)


def _ignored(*_: object) -> None:
    """Templates that fail are told of when the flow runs."""


def _cast(item: Mapping[str, Any]) -> Any:
    """Return a variable's value as Set Variables would (reference 2.3)."""
    text = str(item.get("value", ""))
    if item.get("type") != JSON_OBJECT:
        return text.strip() if item.get("type") == STRING else cast_number(text)
    try:
        parsed = parse_json(text)
    except JsonTextError:
        return text
    return parsed if isinstance(parsed, dict) else text
