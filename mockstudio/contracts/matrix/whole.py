"""A flow together with the subflows that it runs, as one graph (reference 2.7)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mockstudio.contracts.matrix.plan import (
    ENTERING,
    HTTP_WIDGETS,
    RUN_SUBFLOW,
    TRIGGER,
    Edge,
    Place,
)
from mockstudio.flows.library import FlowLibrary
from mockstudio.flows.liquid import StudioLiquid
from mockstudio.flows.model import Flow, State
from mockstudio.flows.program import CompiledState, Program
from mockstudio.flows.triggers import INCOMING_PARENT
from mockstudio.flows.widgets.run_subflow import COMPLETED

DEFAULT_REVISION: Final = "LatestPublished"


@dataclass(frozen=True)
class Target:
    """An HTTP widget.

    Attributes:
        widget: its name.
        subflow: the name of the subflow that has it, empty for the flow itself.
        places: where the flow comes to it: a subflow may be run from several widgets.
    """

    widget: str
    subflow: str
    places: tuple[Place, ...]


class WholeFlow:
    """A flow and its subflows, compiled.

    Args:
        flow: what is run.
        library: has the subflows; a widget whose subflow is missing leads into none.
        liquid: compiles the templates.
    """

    def __init__(self, flow: Flow, library: FlowLibrary, liquid: StudioLiquid) -> None:
        self.flow = flow
        self._programs = {"": Program(flow, liquid)}
        for state in flow.states:
            subflow = _subflow(state, library)
            if subflow is not None:
                self._programs[state.name] = Program(subflow, liquid)

    @property
    def start(self) -> Place:
        """Where an execution begins."""
        return Place(self.flow.initial_state)

    @property
    def places(self) -> Iterator[Place]:
        """All widgets: the flow's own, then those of its subflows."""
        for via, program in self._programs.items():
            yield from (Place(state.name, via) for state in program.flow.states)

    @property
    def targets(self) -> tuple[Target, ...]:
        """The HTTP widgets, each once."""
        found: dict[tuple[str, str], Target] = {}
        for place in self.places:
            if self.state(place).type in HTTP_WIDGETS:
                flow = self.flow_of(place)
                known = found.get((flow.sid, place.widget))
                before = known.places if known else ()
                subflow = flow.name if place.via else ""
                found[flow.sid, place.widget] = Target(place.widget, subflow, (*before, place))
        return tuple(found.values())

    def flow_of(self, place: Place) -> Flow:
        """Return the flow or subflow that has a widget."""
        return self._programs[place.via].flow

    def state(self, place: Place) -> State:
        """Return a widget."""
        return self.flow_of(place).state(place.widget)

    def compiled(self, place: Place) -> CompiledState:
        """Return a widget, compiled."""
        return self._programs[place.via].state(place.widget)

    def subflow(self, place: Place) -> Flow | None:
        """Return the subflow that a widget leads into, or None: a subflow runs no other."""
        program = None if place.via else self._programs.get(place.widget)
        return program.flow if program else None

    def edges(self, place: Place, comes_back: bool, triggers: Collection[str]) -> Iterator[Edge]:
        """Iterate over the ways on from a widget.

        Args:
            place: where it is.
            comes_back: whether it runs a subflow that has just ended.
            triggers: the events that may start the flow.
        """
        state, subflow = self.state(place), self.subflow(place)
        if subflow is not None and not comes_back:
            yield Edge(place, "", Place(subflow.initial_state, place.widget), ENTERING)
            return
        events = _events(state, place, subflow is not None, triggers)
        for number, transition in enumerate(state.transitions):
            if events is not None and transition.event not in events:
                continue
            if transition.next is not None:
                yield Edge(place, transition.event, place.beside(transition.next), number)
            elif place.via:
                yield Edge(place, transition.event, Place(place.via), number)

    def every_edge(self, triggers: Collection[str]) -> Iterator[Edge]:
        """Iterate over all ways on from all widgets."""
        for place in self.places:
            yield from self.edges(place, False, triggers)
            if self.subflow(place) is not None:
                yield from self.edges(place, True, triggers)


def missing_subflows(flow: Flow, library: FlowLibrary) -> Mapping[str, str]:
    """Return the widgets whose subflows are not loaded, each with the SID that it runs."""
    return {
        state.name: str(state.properties.get("flow_sid", ""))
        for state in flow.states
        if state.type == RUN_SUBFLOW and _subflow(state, library) is None
    }


def _subflow(state: State, library: FlowLibrary) -> Flow | None:
    if state.type != RUN_SUBFLOW:
        return None
    revision = str(state.properties.get("flow_revision", DEFAULT_REVISION))
    return library.subflow(str(state.properties.get("flow_sid", "")), revision)


def _events(
    state: State, place: Place, has_run: bool, triggers: Collection[str]
) -> Collection[str] | None:
    """Return the events that a widget can take, or None for all it has."""
    if state.type == TRIGGER:
        return (INCOMING_PARENT,) if place.via else triggers
    return (COMPLETED,) if has_run else None
