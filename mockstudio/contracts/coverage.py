"""Which widgets and transitions of flows ran while scenarios were played.

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


def coverage(
    scenarios: Iterable[Scenario], outcomes: Iterable[Outcome]
) -> tuple[FlowCoverage, ...]:
    """Return what ran of every flow that scenarios run in, subflows included, by their files.

    A flow that several files name is one flow; with other variables it is the same one still.

    Args:
        scenarios: also those that were not played, whose flows count all the same.
        outcomes: of those that were.
    """
    flows = {(each.place, each.name): _flows(each) for each in scenarios}
    entered: Counter[tuple[_Key, str]] = Counter()
    taken: Counter[tuple[_Key, str, int | None]] = Counter()
    for outcome in outcomes:
        keys = {flow.sid: key for key, flow in flows[outcome.place, outcome.name].items()}
        for step in outcome.steps:
            key = keys[step.flow]
            entered[key, step.widget] += 1
            taken[key, step.widget, step.transition] += 1
    each_once = {key: flow for of_scenario in flows.values() for key, flow in of_scenario.items()}
    return tuple(
        _covered(key, flow, entered, taken)
        for key, flow in sorted(each_once.items(), key=itemgetter(0))
    )


def _flows(scenario: Scenario) -> dict[_Key, Flow]:
    flows = (loaded.flow for loaded in (scenario.flow, *scenario.world.subflows))
    return {(Path(flow.source).resolve(), flow.sid): flow for flow in flows}


def _covered(
    key: _Key,
    flow: Flow,
    entered: Counter[tuple[_Key, str]],
    taken: Counter[tuple[_Key, str, int | None]],
) -> FlowCoverage:
    edges = (
        Edge(state.name, number, transition, taken[key, state.name, number])
        for state in flow.states
        for number, transition in enumerate(state.transitions)
        if transition.next is not None
    )
    by_widget = {state.name: entered[key, state.name] for state in flow.states}
    return FlowCoverage(flow, by_widget, tuple(edges))
