"""What a flow's templates would read along a plan, and where its splits would lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mockstudio.config import Settings
from mockstudio.contracts.matrix.inputs import outputs, trigger_of
from mockstudio.contracts.matrix.plan import ENTERING, RUN_SUBFLOW, Edge, Place, Plan
from mockstudio.contracts.matrix.whole import WholeFlow
from mockstudio.flows.conditions import matches
from mockstudio.flows.context import Context, copied, new_context, subflow_context, write
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.liquid import Template
from mockstudio.flows.model import Transition
from mockstudio.flows.program import CompiledCondition, CompiledState, rendered
from mockstudio.flows.widgets.set_variables import JSON_OBJECT, STRING, cast_number
from mockstudio.flows.widgets.split_based_on import NO_MATCH

SPLIT: Final = "split-based-on"
SET_VARIABLES: Final = "set-variables"

Contexts = tuple[Context, ...]
"""What templates read: the flow's, and a running subflow's."""
UsualAnswer = Callable[[Place], Mapping[str, Any]]
"""Returns the JSON object with which an HTTP widget's endpoint answers when all is well."""


class Simulation:
    """Follows plans without running anything.

    Args:
        whole: the flow and its subflows.
        settings: who calls whom.
        usual: what endpoints answer.
    """

    def __init__(self, whole: WholeFlow, settings: Settings, usual: UsualAnswer) -> None:
        self.whole = whole
        self._settings = settings
        self._usual = usual

    def begin(self, plan: Plan) -> Contexts:
        """Return the context with which a plan starts the flow."""
        return (new_context("", self.whole.flow.sid, trigger_of(plan, self._settings)),)

    def follow(self, plan: Plan) -> Contexts | None:
        """Return the contexts at the end of a plan; None when a split would lead elsewhere."""
        contexts: list[Context] = list(self.begin(plan))
        for edge in plan.edges:
            if not self._step(contexts, edge):
                return None
        return tuple(contexts)

    def after(self, contexts: Contexts, edge: Edge) -> Contexts | None:
        """Return the contexts after one more edge; None when a split would lead elsewhere."""
        changed = [copied(context) for context in contexts]
        return tuple(changed) if self._step(changed, edge) else None

    def _step(self, contexts: list[Context], edge: Edge) -> bool:
        if edge.number == ENTERING:
            contexts.append(self._beginning(contexts[-1], edge))
        elif not self._passes(contexts[-1], edge):
            return False
        if edge.returns:
            _bring_back(contexts.pop(), contexts[-1], edge.next.widget)
        return True

    def _passes(self, context: Context, edge: Edge) -> bool:
        """Write what leaving a widget by an edge brings; False when its split leads elsewhere."""
        compiled = self.whole.compiled(edge.place)
        state = compiled.state
        if state.type == SPLIT:
            return self.taken(compiled, context) is state.transitions[edge.number]
        if state.type == SET_VARIABLES:
            variables = _items(compiled, "variables", context)
            write(context, state.name, variables, {"variables": variables})
        else:
            usual = self._usual(edge.place)
            write(context, state.name, outputs(edge, state, self._settings, usual), {})
        return True

    def _beginning(self, parent: Context, edge: Edge) -> Context:
        """Return the context with which a subflow begins."""
        parameters = _items(self.whole.compiled(edge.place), "parameters", parent)
        sid = self.whole.flow_of(edge.next).sid
        return subflow_context(parent, sid, {"parameters": parameters})

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


def text_of(template: Template | str, context: Context) -> str:
    """Return a template's text, empty where it fails."""
    return template.render(context).text if isinstance(template, Template) else str(template)


def _bring_back(subflow: Context, parent: Context, widget: str) -> None:
    """Write a subflow's variables under the widget that ran it (reference 2.7)."""
    variables = subflow["flow"]["variables"]
    write(parent, widget, variables, {})


def _items(compiled: CompiledState, name: str, context: Context) -> dict[str, Any]:
    """Return the rendered values of a property that lists keys and values."""
    properties = {**compiled.fixed, **compiled.templated}
    cast = _parameter if compiled.state.type == RUN_SUBFLOW else _variable
    items = rendered(properties.get(name) or [], context, "", _ignored)
    return {str(item.get("key")): cast(item) for item in items if item.get("key")}


def _ignored(*_: object) -> None:
    """Templates that fail are told of when the flow runs."""


def _variable(item: Mapping[str, Any]) -> Any:
    """Return a variable's value as Set Variables would (reference 2.3)."""
    text = str(item.get("value", ""))
    if item.get("type") == JSON_OBJECT:
        return _object_or_text(text)
    return text.strip() if item.get("type") == STRING else cast_number(text)


def _parameter(item: Mapping[str, Any]) -> Any:
    """Return a parameter's value as Run Subflow would (reference 2.7)."""
    text = str(item.get("value", ""))
    return _object_or_text(text) if item.get("type") == JSON_OBJECT else text


def _object_or_text(text: str) -> Any:
    try:
        parsed = parse_json(text)
    except JsonTextError:
        return text
    return parsed if isinstance(parsed, dict) else text
