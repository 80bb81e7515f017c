"""Makes a split lead where it should: chooses what was said, sent or answered before it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from mockstudio.contracts.matrix.candidates import candidates
from mockstudio.contracts.matrix.inputs import is_free
from mockstudio.contracts.matrix.plan import KEYPRESS, SPEECH, Edge, Plan
from mockstudio.contracts.matrix.references import Path, references, written
from mockstudio.contracts.matrix.simulation import SET_VARIABLES, SPLIT, Simulation, text_of
from mockstudio.flows.program import CompiledCondition, CompiledState
from mockstudio.twiml.phone import KEYS

MOST_TRIED: Final = 300
"""Combinations of values for one split."""
_DEEPEST: Final = 5
"""How often a variable may be made of another."""

Conditions = list[CompiledCondition]


class Steering:
    """Extends plans by edges.

    Args:
        simulation: says where splits lead.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def extended(self, plan: Plan, edge: Edge) -> Plan | str:
        """Return a plan that goes on by an edge, or why there is none."""
        longer = replace(plan, edges=(*plan.edges, edge))
        split = self._simulation.compiled(edge.widget)
        if split.state.type != SPLIT or self._simulation.follow(longer) is not None:
            return longer
        free = self._free(plan, split)
        if not free:
            return _why(split, edge, "depends on nothing that can be chosen")
        for values in self._choices(plan, split, edge, free):
            steered = replace(longer, values={**plan.values, **values})
            if self._simulation.follow(steered) is not None:
                return steered
        return _why(split, edge, f"no value was found for {', '.join(map(written, free))}")

    # --- what can be chosen

    def _free(self, plan: Plan, split: CompiledState) -> tuple[Path, ...]:
        read = itertools.chain.from_iterable(
            self._sources(plan, path) for each in _conditions(split) for path in _read(split, each)
        )
        return tuple(dict.fromkeys(path for path in read if is_free(path, plan)))

    def _sources(self, plan: Plan, path: Path, depth: int = 0) -> Iterator[Path]:
        """Iterate over what a path's value is made of, through variables that were set before."""
        template = self._value_of_variable(plan, path)
        if template is None or depth >= _DEEPEST:
            yield path
            return
        for each in references(template):
            yield from self._sources(plan, each, depth + 1)

    def _value_of_variable(self, plan: Plan, path: Path) -> str | None:
        """Return the template that set a variable last, or None."""
        for edge in reversed(plan.edges):
            state = self._simulation.compiled(edge.widget).state
            if state.type != SET_VARIABLES:
                continue
            if path[:2] == ("flow", "variables") or path[:2] == ("widgets", state.name):
                for item in state.properties.get("variables") or ():
                    if path[2:3] == (item.get("key"),):
                        return str(item.get("value", ""))
        return None

    # --- what is tried

    def _choices(
        self, plan: Plan, split: CompiledState, edge: Edge, free: tuple[Path, ...]
    ) -> Iterator[dict[Path, str]]:
        """Iterate over values of all that is free, the likeliest first."""
        context = self._simulation.follow(plan)
        if context is None:
            return
        deciding = [*_conditions(split, edge), *self._decided_before(plan, free)]
        tried = candidates((each.condition.type, text_of(each.value, context)) for each in deciding)
        options = [_possible(path, plan, tried) for path in free]
        for values in itertools.islice(itertools.product(*options), MOST_TRIED):
            yield dict(zip(free, values, strict=True))

    def _decided_before(self, plan: Plan, free: Iterable[Path]) -> Conditions:
        """Return the conditions of earlier splits that read what is free now."""
        wanted = set(free)
        splits = [self._simulation.compiled(edge.widget) for edge in plan.edges]
        return [
            each
            for split in splits
            if split.state.type == SPLIT and wanted & set(self._free(plan, split))
            for each in _conditions(split)
        ]


def _conditions(split: CompiledState, first: Edge | None = None) -> Conditions:
    """Return all conditions of a split, those of one edge before the others."""
    wanted = split.state.transitions[first.number] if first else None
    ordered = sorted(split.branches, key=lambda branch: branch[0] is not wanted)
    return [condition for _, conditions in ordered for condition in conditions]


def _read(split: CompiledState, condition: CompiledCondition) -> tuple[Path, ...]:
    argument = condition.condition.arguments[:1] or (str(split.state.properties.get("input", "")),)
    return references(f"{argument[0]} {condition.condition.value}")


def _possible(path: Path, plan: Plan, values: Iterable[str]) -> list[str]:
    """Return the values that a path can have: keys are pressed, and silence is not spoken."""
    edge = plan.edge(path[1])
    event = edge.event if edge else ""
    if event == KEYPRESS:
        return [value for value in values if value and set(value) <= set(KEYS)]
    return [value for value in values if value or event != SPEECH]


def _why(split: CompiledState, edge: Edge, reason: str) -> str:
    """Return why a split cannot be led along an edge, with the conditions concerned."""
    conditions = [
        f"{each.condition.type} '{each.condition.value}' of "
        f"{(*each.condition.arguments, str(split.state.properties.get('input', '')))[0]}"
        for transition, group in split.branches
        for each in group
        if transition is split.state.transitions[edge.number]
    ]
    wanted = " and ".join(conditions) or edge.event
    return f"split '{edge.widget}' does not lead to '{edge.next}' ({wanted}): {reason}"
