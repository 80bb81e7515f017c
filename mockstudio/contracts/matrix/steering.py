"""Makes a split lead where it should: chooses what was said, sent or answered before it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Final

from mockstudio.contracts.matrix.candidates import candidates
from mockstudio.contracts.matrix.plan import AT_START, KEYPRESS, SPEECH, Choice, Edge, Plan
from mockstudio.contracts.matrix.references import Path, references, value_under, written
from mockstudio.contracts.matrix.simulation import Simulation, text_of
from mockstudio.contracts.matrix.sources import Read, Sources
from mockstudio.contracts.matrix.ways import Obstacle, Way
from mockstudio.flows.program import CompiledCondition, CompiledState
from mockstudio.twiml.phone import KEYS

MOST_TRIED: Final = 300
"""Combinations of values for one split."""

Conditions = list[CompiledCondition]


class Steering:
    """Extends plans by edges.

    Args:
        simulation: says where splits lead.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._whole = simulation.whole
        self._sources = Sources(simulation.whole)

    def extended(self, way: Way, edge: Edge) -> Way | Obstacle:
        """Return the way that goes on by an edge, or why there is none."""
        plan, longer = way.plan, way.plan.longer(edge)
        contexts = self._simulation.after(way.contexts, edge)
        if contexts is not None:
            return Way(longer, contexts, edge.next)
        split = self._whole.compiled(edge.place)
        free = self._free(plan, split, edge.place.via, len(plan.edges))
        if not free:
            return self._fixed(way, split, edge)
        for values in self._choices(way, split, edge, free):
            steered = longer.choosing(values)
            contexts = self._simulation.follow(steered)
            if contexts is not None:
                return Way(steered, contexts, edge.next)
        names = ", ".join(chosen_name(plan, choice) for choice in free)
        return _obstacle(split, edge, f"no value was found for {names}")

    # --- what can be chosen

    def _free(self, plan: Plan, split: CompiledState, via: str, before: int) -> tuple[Choice, ...]:
        """Return what can be chosen that a split after so many edges depends on."""
        return tuple(
            dict.fromkeys(
                choice
                for path in _paths(split)
                for choice in self._sources.choices(plan, Read(path, via, before))
            )
        )

    def _fixed(self, way: Way, split: CompiledState, edge: Edge) -> Obstacle:
        """Return the obstacle that a split is when nothing that it reads can be chosen."""
        plan = way.plan
        reads = [Read(path, edge.place.via, len(plan.edges)) for path in _paths(split)]
        made_of = [origin for read in reads for origin in self._sources.origins(plan, read)]
        for why in (self._sources.why_never, self._sources.why_not_yet):
            reasons = dict.fromkeys(filter(None, (why(plan, each) for each in [*reads, *made_of])))
            if reasons:
                is_final = why == self._sources.why_never
                return _obstacle(split, edge, "; ".join(reasons), is_final)
        values = [
            f"{written(read.path)} is '{value_under(way.contexts[-1], read.path)}' there"
            for read in reads
        ]
        return _obstacle(split, edge, "; ".join(values) or "it reads nothing that can be chosen")

    # --- what is tried

    def _choices(
        self, way: Way, split: CompiledState, edge: Edge, free: tuple[Choice, ...]
    ) -> Iterator[dict[Choice, str]]:
        """Iterate over values of all that is free, the likeliest first."""
        deciding = [*_conditions(split, edge), *self._decided_before(way.plan, free)]
        context = way.contexts[-1]
        tried = candidates((each.condition.type, text_of(each.value, context)) for each in deciding)
        options = [_possible(choice, way.plan, tried) for choice in free]
        for values in itertools.islice(itertools.product(*options), MOST_TRIED):
            yield dict(zip(free, values, strict=True))

    def _decided_before(self, plan: Plan, free: Iterable[Choice]) -> Conditions:
        """Return the conditions of earlier splits that read what is free now."""
        wanted, found = set(free), {}
        for index, edge in enumerate(plan.edges):
            split = self._whole.compiled(edge.place)
            if split.branches and wanted & set(self._free(plan, split, edge.place.via, index)):
                found[edge.place] = _conditions(split)
        return [each for conditions in found.values() for each in conditions]


def chosen_name(plan: Plan, choice: Choice) -> str:
    """Return what is chosen as templates write it, with the visit and the subflow it is about."""
    index, path = choice
    if index == AT_START:
        return written(path)
    place = plan.edges[index].place
    visit = sum(edge.place == place for edge in plan.edges[: index + 1])
    name = written(("widgets", place.widget, *path))
    where = f" in {place.via}" if place.via else ""
    return f"{name}{where}" if visit == 1 else f"{name}{where}, visit {visit}"


def _conditions(split: CompiledState, first: Edge | None = None) -> Conditions:
    """Return all conditions of a split, those of one edge before the others."""
    wanted = split.state.transitions[first.number] if first else None
    ordered = sorted(split.branches, key=lambda branch: branch[0] is not wanted)
    return [condition for _, conditions in ordered for condition in conditions]


def _paths(split: CompiledState) -> tuple[Path, ...]:
    """Return what a split reads."""
    return tuple(dict.fromkeys(path for each in _conditions(split) for path in _read(split, each)))


def _read(split: CompiledState, condition: CompiledCondition) -> tuple[Path, ...]:
    return references(f"{_compared(split, condition)} {condition.condition.value}")


def _compared(split: CompiledState, condition: CompiledCondition) -> str:
    """Return the template whose text a condition compares."""
    return (*condition.condition.arguments, str(split.state.properties.get("input", "")))[0]


def _possible(choice: Choice, plan: Plan, values: Iterable[str]) -> list[str]:
    """Return the values that a choice has: keys are pressed, and silence is not spoken."""
    index, _ = choice
    event = "" if index == AT_START else plan.edges[index].event
    if event == KEYPRESS:
        return [value for value in values if value and set(value) <= set(KEYS)]
    return [value for value in values if value or event != SPEECH]


def _obstacle(split: CompiledState, edge: Edge, reason: str, is_final: bool = False) -> Obstacle:
    """Return why a split cannot be led along an edge, with the conditions concerned."""
    conditions = [
        f"{each.condition.type} '{each.condition.value}' of {_compared(split, each)}"
        for transition, group in split.branches
        for each in group
        if transition is split.state.transitions[edge.number]
    ]
    wanted = " and ".join(conditions) or edge.event
    aim = f"'{edge.next}'" if edge.leads_to else "its end"
    return Obstacle(f"split '{edge.place}' does not lead to {aim} ({wanted})", reason, is_final)
