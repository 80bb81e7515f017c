"""Looks for a way to each HTTP widget of a flow, over the graph of its widgets."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mockstudio.contracts.matrix.plan import RUN_SUBFLOW, Edge, Place, Plan
from mockstudio.contracts.matrix.simulation import Simulation
from mockstudio.contracts.matrix.situations import Situations
from mockstudio.contracts.matrix.steering import Steering
from mockstudio.contracts.matrix.ways import Obstacle, Way
from mockstudio.contracts.matrix.whole import Target, WholeFlow
from mockstudio.flows.triggers import (
    INCOMING_CALL,
    INCOMING_CONVERSATION_MESSAGE,
    INCOMING_MESSAGE,
)
from mockstudio.flows.widgets.base import Widget
from mockstudio.flows.widgets.run_subflow import COMPLETED

MOST_STEPS: Final = 4_000
"""Ways that one search looks at."""
MOST_VISITS: Final = 50
"""How often a widget may come on one way."""
_GAVE_UP: Final = (
    f" (looked at {MOST_STEPS:,} ways at most, "
    f"on which no widget comes more than {MOST_VISITS} times)"
)

OUTGOING_CALLS: Final = ("make-outgoing-call-v1", "make-outgoing-call-v2")
_CHATS: Final = (INCOMING_MESSAGE, INCOMING_CONVERSATION_MESSAGE)

Step = tuple[Place, int]
"""A widget, and the place of one of its transitions."""


@dataclass
class Found:
    """What a search came to.

    Attributes:
        plans: by HTTP widget.
        obstacles: why edges could not be taken.
        gave_up: whether there was more to look at.
    """

    plans: dict[Target, Plan] = field(default_factory=dict)
    obstacles: dict[Step, Obstacle] = field(default_factory=dict)
    gave_up: bool = False


class Search:
    """Finds plans, the shortest first.

    Args:
        simulation: of the flow.
        widgets: the widgets that can run, by type.
        refuted: edges that were not taken when it was tried, and why.
    """

    def __init__(
        self,
        simulation: Simulation,
        widgets: Mapping[str, Widget],
        refuted: Mapping[Step, Obstacle],
    ) -> None:
        self._simulation = simulation
        self._whole = simulation.whole
        self._steering = Steering(simulation)
        self._widgets = widgets
        self._refuted = refuted

    def find(self, triggers: Sequence[str], wanted: Iterable[Target]) -> Found:
        """Return a plan for each wanted widget that a trigger leads to.

        Args:
            triggers: the ways in, in the order of preference.
            wanted: HTTP widgets.
        """
        found = Found(obstacles=dict(self._refuted))
        situations = Situations(self._whole, list(self._whole.every_edge(triggers)))
        places = {place: target for target in wanted for place in target.places}
        for trigger in triggers:
            useful = _leading_to(places, self._whole, [trigger])
            self._explore(Plan(trigger), places, useful, situations, found)
        return found

    def _explore(
        self,
        start: Plan,
        wanted: Mapping[Place, Target],
        useful: Collection[Place],
        situations: Situations,
        found: Found,
    ) -> None:
        seen: set[Hashable] = set()
        pending = deque([Way(start, self._simulation.begin(start), self._whole.start)])
        for _ in range(MOST_STEPS):
            if not pending or set(wanted.values()) <= found.plans.keys():
                return
            way = pending.popleft()
            place = way.place
            situation = place, way.comes_back, situations.at(place, way.plan, way.contexts)
            if place not in useful or situation in seen:
                continue
            seen.add(situation)
            if place in wanted:
                found.plans.setdefault(wanted[place], way.plan)
            if way.visits <= MOST_VISITS:
                pending.extend(self._onward(way, found))
            else:
                found.gave_up = True
        found.gave_up = True

    def _onward(self, way: Way, found: Found) -> Iterator[Way]:
        """Iterate over the ways that are one edge longer."""
        obstacle = self._cannot_run(way)
        for edge in self._whole.edges(way.place, way.comes_back, (way.plan.trigger,)):
            step = edge.place, edge.number
            refuted = obstacle or self._refuted.get(step) or self._lacks_its_subflow(edge)
            result = refuted or self._steering.extended(way, edge)
            if isinstance(result, Obstacle):
                found.obstacles.setdefault(step, result)
            else:
                yield result

    def _lacks_its_subflow(self, edge: Edge) -> Obstacle | None:
        """Return why a run-subflow widget cannot complete, or None (reference 2.7)."""
        state = self._whole.state(edge.place)
        if state.type != RUN_SUBFLOW or edge.event != COMPLETED:
            return None
        if self._whole.subflow(edge.place) is not None:
            return None
        what = f"widget '{edge.place}' takes 'failed'"
        if edge.place.via:
            return Obstacle(what, "a subflow cannot run a subflow", is_final=True)
        sid = state.properties.get("flow_sid", "")
        reason = f"no flow {sid} is loaded; give its export with --subflow {sid}=FILE"
        return Obstacle(what, reason, is_final=True)

    def _cannot_run(self, way: Way) -> Obstacle | None:
        """Return why a widget cannot run on this way, or None."""
        plan, place = way.plan, way.place
        channels = self._widgets[self._whole.state(place).type].prints_twiml_for
        types = {self._whole.state(edge.place).type for edge in plan.edges}
        can_be_answered = (
            not channels
            or ("message" in channels and plan.trigger in _CHATS)
            or ("call" in channels and plan.trigger == INCOMING_CALL)
            or bool(types & set(OUTGOING_CALLS))
        )
        wanted = " or a ".join(sorted(channels))
        return None if can_be_answered else Obstacle(f"widget '{place}' needs a {wanted}")


def _leading_to(
    goals: Iterable[Place], whole: WholeFlow, triggers: Sequence[str]
) -> Collection[Place]:
    """Return the widgets from which a way leads to one of the goals, and the goals."""
    before = _before(whole, triggers)
    seen = set(goals)
    pending = deque(seen)
    while pending:
        for edge in before.get(pending.popleft(), ()):
            if edge.place not in seen:
                seen.add(edge.place)
                pending.append(edge.place)
    return seen


def _before(whole: WholeFlow, triggers: Sequence[str]) -> Mapping[Place, list[Edge]]:
    """Return the ways that lead to each widget."""
    found: dict[Place, list[Edge]] = {}
    for edge in whole.every_edge(triggers):
        found.setdefault(edge.next, []).append(edge)
    return found


def why_unreached(whole: WholeFlow, target: Target, triggers: Sequence[str], found: Found) -> str:
    """Return in words what is between the triggers and a widget: the nearest obstacle to it."""
    before = _before(whole, triggers)
    pending = deque(target.places)
    seen = dict.fromkeys(pending)
    while pending:
        for edge in before.get(pending.popleft(), ()):
            obstacle = found.obstacles.get((edge.place, edge.number))
            if obstacle:
                return f"{obstacle}{_GAVE_UP if found.gave_up and not obstacle.is_final else ''}"
            if edge.place not in seen:
                seen[edge.place] = None
                pending.append(edge.place)
    return _why_not_connected(whole, target, triggers, seen)


def _why_not_connected(
    whole: WholeFlow, target: Target, triggers: Sequence[str], before: Collection[Place]
) -> str:
    """Say where the ways to a widget begin, when no obstacle is on them.

    Args:
        whole: the flow and its subflows.
        target: the widget.
        triggers: the events that were tried.
        before: the widgets from which ways lead to it.
    """
    if whole.start in before:
        return f"no way was found to it{_GAVE_UP}"
    started = f"no way leads to it from {', '.join(triggers) or 'any trigger'}"
    others = [
        each.event
        for each in whole.state(whole.start).transitions
        if each.next is not None and Place(each.next) in before
    ]
    if others:
        return f"{started}; ways begin with {', '.join(others)}"
    leading = _before(whole, triggers)
    beginnings = [place for place in before if not leading.get(place)]
    if not beginnings or set(beginnings) & set(target.places):
        return f"{started}: no transition leads to it"
    names = " and ".join(f"'{place}'" for place in beginnings)
    return f"{started}: ways to it begin at {names}, to which no transition leads"
