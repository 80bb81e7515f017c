"""Which widgets and transitions of flows ran.

What counts is what Studio's canvas draws: every widget, and every transition that leads to another
one. An event without a next widget is counted by nobody: there is no line to see it on, and most
widgets have several that no test can be asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from mockstudio.contracts.scenario.model import Scenario
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.flows.model import Flow, Transition

_Key = tuple[Path, str]
"""What tells flows apart: the file, and the SID where a file has several."""


@dataclass(frozen=True)
class Edge:
    """A transition that leads to another widget.

    Attributes:
        widget: where it begins.
        number: its place among the widget's transitions, from 0.
        transition: event, next widget and conditions.
        times: how often it was taken.
    """

    widget: str
    number: int
    transition: Transition
    times: int

    def __str__(self) -> str:
        """Return it as a person reads it: `ask.timeout → sorry`."""
        conditions = " or ".join(c.friendly_name or c.value for c in self.transition.conditions)
        label = f" ({conditions})" if conditions else ""
        return f"{self.widget}.{self.transition.event}{label} → {self.transition.next}"


@dataclass(frozen=True)
class FlowCoverage:
    """What of a flow ran.

    Attributes:
        flow: which.
        entered: how often each of its widgets was entered, in the flow's order.
        edges: in the flow's order.
    """

    flow: Flow
    entered: Mapping[str, int]
    edges: tuple[Edge, ...]

    @property
    def missed_widgets(self) -> tuple[str, ...]:
        """The widgets that were never entered."""
        return tuple(name for name, times in self.entered.items() if not times)

    @property
    def missed_edges(self) -> tuple[Edge, ...]:
        """The transitions that were never taken."""
        return tuple(edge for edge in self.edges if not edge.times)

    @property
    def percent(self) -> float:
        """How many of the transitions were taken; 100 for a flow that has none."""
        if not self.edges:
            return 100.0
        return 100 * (len(self.edges) - len(self.missed_edges)) / len(self.edges)


class Coverage:
    """Counts what runs of flows; what several processes have counted can be added up.

    A flow that several files name is one flow; with other variables it is the same one still.
    """

    def __init__(self) -> None:
        self._files: dict[str, Path] = {}
        self._flows: dict[_Key, Flow] = {}
        self._entered: Counter[tuple[_Key, str]] = Counter()
        self._taken: Counter[tuple[_Key, str, int]] = Counter()

    def know(self, flow: Flow) -> None:
        """Count a flow, although nothing of it may have run yet."""
        self._flows[self._key(flow)] = flow

    def enter(self, flow: Flow, widget: str) -> None:
        """Count that a widget was entered."""
        self._entered[self._key(flow), widget] += 1

    def leave(self, flow: Flow, widget: str, transition: int | None) -> None:
        """Count that a widget was left.

        Args:
            flow: that has the widget.
            widget: its name.
            transition: its place among the widget's transitions; None for none of them.
        """
        if transition is not None:
            self._taken[self._key(flow), widget, transition] += 1

    def add(self, other: Coverage) -> None:
        """Count all that another one has counted."""
        self._flows.update(other._flows)
        self._entered.update(other._entered)
        self._taken.update(other._taken)

    @property
    def of_flows(self) -> tuple[FlowCoverage, ...]:
        """What ran of each flow, by their files."""
        listed = sorted(self._flows.items(), key=itemgetter(0))
        return tuple(self._of(key, flow) for key, flow in listed)

    def _key(self, flow: Flow) -> _Key:
        # Steps are many and files are few, and to resolve one asks the file system.
        if flow.source not in self._files:
            self._files[flow.source] = Path(flow.source).resolve()
        return self._files[flow.source], flow.sid

    def _of(self, key: _Key, flow: Flow) -> FlowCoverage:
        edges = (
            Edge(state.name, number, transition, self._taken[key, state.name, number])
            for state in flow.states
            for number, transition in enumerate(state.transitions)
            if transition.next is not None
        )
        by_widget = {state.name: self._entered[key, state.name] for state in flow.states}
        return FlowCoverage(flow, by_widget, tuple(edges))


def coverage(scenarios: Iterable[Scenario], outcomes: Iterable[Outcome]) -> Coverage:
    """Return what ran of every flow that scenarios run in, subflows included.

    Args:
        scenarios: also those that were not played, whose flows count all the same.
        outcomes: of those that were.
    """
    counted = Coverage()
    flows = {(each.place, each.name): _flows(each) for each in scenarios}
    for of_scenario in flows.values():
        for flow in of_scenario.values():
            counted.know(flow)
    for outcome in outcomes:
        by_sid = flows[outcome.place, outcome.name]
        for step in outcome.steps:
            counted.enter(by_sid[step.flow], step.widget)
            counted.leave(by_sid[step.flow], step.widget, step.transition)
    return counted


def _flows(scenario: Scenario) -> dict[str, Flow]:
    """Return the flows of a scenario by their SIDs."""
    return {each.flow.sid: each.flow for each in (scenario.flow, *scenario.world.subflows)}
