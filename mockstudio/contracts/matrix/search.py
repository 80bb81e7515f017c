"""Looks for a way to each HTTP widget of a flow, over the graph of its widgets."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from mockstudio.contracts.matrix.plan import ASKING_WIDGETS, HTTP_WIDGETS, Edge, Plan
from mockstudio.contracts.matrix.simulation import Simulation
from mockstudio.contracts.matrix.steering import Steering
from mockstudio.flows.model import Flow, State
from mockstudio.flows.triggers import (
    INCOMING_CALL,
    INCOMING_CONVERSATION_MESSAGE,
    INCOMING_MESSAGE,
)
from mockstudio.flows.widgets.base import Widget

MOST_ARRIVALS: Final = 24
"""Ways to one widget that are followed further."""
MOST_EXTENSIONS: Final = 3_000
"""Steps of one search."""

OUTGOING_CALLS: Final = ("make-outgoing-call-v1", "make-outgoing-call-v2")
_CHATS: Final = (INCOMING_MESSAGE, INCOMING_CONVERSATION_MESSAGE)

Step = tuple[str, int]
"""A widget, and the place of one of its transitions."""


@dataclass
class Found:
    """What a search came to.

    Attributes:
        plans: by HTTP widget.
        obstacles: why edges could not be taken.
    """

    plans: dict[str, Plan] = field(default_factory=dict)
    obstacles: dict[Step, str] = field(default_factory=dict)


class Search:
    """Finds plans, the shortest first.

    Args:
        simulation: of the flow.
        widgets: the widgets that can run, by type.
        refuted: edges that were not taken when it was tried, and why.
    """

    def __init__(
        self, simulation: Simulation, widgets: Mapping[str, Widget], refuted: Mapping[Step, str]
    ) -> None:
        self._flow = simulation.flow
        self._steering = Steering(simulation)
        self._widgets = widgets
        self._refuted = refuted

    def find(self, triggers: Iterable[str], wanted: Collection[str]) -> Found:
        """Return a plan for each wanted widget that a trigger leads to.

        Args:
            triggers: the ways in, in the order of preference.
            wanted: names of widgets.
        """
        found = Found(obstacles=dict(self._refuted))
        for trigger in triggers:
            self._explore(Plan(trigger), set(wanted), found)
        return found

    def _explore(self, start: Plan, wanted: set[str], found: Found) -> None:
        arrivals: Counter[str] = Counter()
        seen: set[Hashable] = set()
        pending = deque([(start, self._flow.initial_state)])
        for _ in range(MOST_EXTENSIONS):
            if not pending or wanted <= found.plans.keys():
                return
            plan, widget = pending.popleft()
            arrivals[widget] += 1
            situation = widget, self._situation(plan)
            if arrivals[widget] > MOST_ARRIVALS or situation in seen:
                continue
            seen.add(situation)
            if widget in wanted:
                found.plans.setdefault(widget, plan)
            pending.extend(self._onward(plan, self._flow.state(widget), found))

    def _situation(self, plan: Plan) -> Hashable:
        """Return what tells plans apart that lead to one widget: what is chosen, and can be."""
        telling = (*HTTP_WIDGETS, *ASKING_WIDGETS)
        choices = (
            (edge.widget, edge.event)
            for edge in plan.edges
            if self._flow.state(edge.widget).type in telling
        )
        return frozenset(plan.values.items()), frozenset(choices)

    def _onward(self, plan: Plan, state: State, found: Found) -> Iterator[tuple[Plan, str]]:
        """Iterate over the plans that are one edge longer, and where they lead."""
        obstacle = self._cannot_run(plan, state)
        for edge in _edges(state, plan):
            step = edge.widget, edge.number
            if edge.next in plan.widgets or edge.next == edge.widget:
                continue
            result = obstacle or self._refuted.get(step) or self._steering.extended(plan, edge)
            if isinstance(result, str):
                found.obstacles.setdefault(step, result)
            else:
                yield result, edge.next

    def _cannot_run(self, plan: Plan, state: State) -> str:
        """Say why a widget cannot run on this way, or return nothing."""
        widget = self._widgets.get(state.type)
        if widget is None:
            return f"widget '{state.name}' of type {state.type} cannot be played"
        channels = widget.prints_twiml_for
        types = {self._flow.state(name).type for name in plan.widgets}
        can_be_answered = (
            not channels
            or ("message" in channels and plan.trigger in _CHATS)
            or ("call" in channels and plan.trigger == INCOMING_CALL)
            or bool(types & set(OUTGOING_CALLS))
        )
        wanted = " or a ".join(sorted(channels))
        return "" if can_be_answered else f"widget '{state.name}' needs a {wanted}"


def _edges(state: State, plan: Plan) -> Iterator[Edge]:
    for number, transition in enumerate(state.transitions):
        if transition.next is None:
            continue
        if state.type != "trigger" or transition.event == plan.trigger:
            yield Edge(state.name, transition.event, transition.next, number)


def http_widgets(flow: Flow) -> list[str]:
    """Return the names of the HTTP widgets, in the flow's order."""
    return [state.name for state in flow.states if state.type in HTTP_WIDGETS]


def why_unreached(flow: Flow, widget: str, triggers: Iterable[str], found: Found) -> str:
    """Return in words what is between the triggers and a widget: the nearest obstacle to it."""
    leading: dict[str, list[Step]] = {}
    for state in flow.states:
        for number, transition in enumerate(state.transitions):
            if transition.next is not None:
                leading.setdefault(transition.next, []).append((state.name, number))
    pending, seen = deque([widget]), {widget}
    while pending:
        for step in leading.get(pending.popleft(), ()):
            if step in found.obstacles:
                return found.obstacles[step]
            if step[0] not in seen:
                seen.add(step[0])
                pending.append(step[0])
    return f"no way leads to it from {', '.join(triggers) or 'any trigger'}"
