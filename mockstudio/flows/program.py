"""A flow with its templates compiled: once per flow, not per step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockstudio.flows.liquid import StudioLiquid, Template, TemplateFault
from mockstudio.flows.model import Condition, Flow, State, Transition

OnFault = Callable[[str, TemplateFault], None]
"""Told of a template that failed: the property's name and what was wrong."""

NEVER_LIQUID = frozenset({"offset", "flow_sid", "flow_revision"})
"""Properties that Studio never renders (reference 5.3)."""


@dataclass(frozen=True)
class CompiledCondition:
    """A condition with its templates compiled.

    Attributes:
        condition: as exported.
        arguments: the values under test.
        value: what they are compared with.
    """

    condition: Condition
    arguments: tuple[Template, ...]
    value: Template


@dataclass(frozen=True)
class CompiledState:
    """A widget with its templates compiled.

    Attributes:
        state: as exported.
        fixed: the properties without Liquid, as exported.
        templated: the properties with Liquid, each such string a Template.
        branches: the `match` transitions with their conditions, in order.
    """

    state: State
    fixed: Mapping[str, Any]
    templated: Mapping[str, Any]
    branches: tuple[tuple[Transition, tuple[CompiledCondition, ...]], ...]


class Program:
    """A flow ready to run.

    Args:
        flow: the definition.
        liquid: compiles its templates.
    """

    def __init__(self, flow: Flow, liquid: StudioLiquid) -> None:
        self.flow = flow
        self._liquid = liquid
        self._compiled: dict[str, CompiledState] = {}

    def state(self, name: str) -> CompiledState:
        """Return a widget by name, compiled at the first call."""
        if name not in self._compiled:
            self._compiled[name] = self._compile(self.flow.state(name))
        return self._compiled[name]

    def _compile(self, state: State) -> CompiledState:
        templated = {
            name: self._compile_value(value)
            for name, value in state.properties.items()
            if name not in NEVER_LIQUID and _holds_liquid(value)
        }
        fixed = {n: value for n, value in state.properties.items() if n not in templated}
        branches = tuple(
            (transition, tuple(self._compile_condition(c) for c in transition.conditions))
            for transition in state.transitions
            if transition.event == "match"
        )
        return CompiledState(state, fixed, templated, branches)

    def _compile_condition(self, condition: Condition) -> CompiledCondition:
        return CompiledCondition(
            condition=condition,
            arguments=tuple(self._liquid.compile(argument) for argument in condition.arguments),
            value=self._liquid.compile(condition.value),
        )

    def _compile_value(self, value: Any) -> Any:
        if not _holds_liquid(value):
            return value
        if isinstance(value, str):
            return self._liquid.compile(value)
        if isinstance(value, Mapping):
            return {key: self._compile_value(member) for key, member in value.items()}
        if isinstance(value, Sequence):
            return [self._compile_value(member) for member in value]
        return value


def _holds_liquid(value: Any) -> bool:
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    if isinstance(value, Mapping):
        return any(_holds_liquid(member) for member in value.values())
    return isinstance(value, Sequence) and any(_holds_liquid(member) for member in value)


def rendered(value: Any, context: Mapping[str, Any], name: str, on_fault: OnFault) -> Any:
    """Return a compiled property with all its templates rendered.

    A template that fails renders to an empty string (reference 5.2).

    Args:
        value: a compiled property, or a part of one.
        context: what the templates read.
        name: the property's name, for `on_fault`.
        on_fault: told of each template that fails.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {
            key: rendered(member, context, f"{name}.{key}", on_fault)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [
            rendered(member, context, f"{name}[{index}]", on_fault)
            for index, member in enumerate(value)
        ]
    return _text(value, context, name, on_fault) if isinstance(value, Template) else value


def _text(template: Template, context: Mapping[str, Any], name: str, on_fault: OnFault) -> str:
    result = template.render(context)
    if result.error is not None:
        on_fault(name, result.error)
    return result.text
