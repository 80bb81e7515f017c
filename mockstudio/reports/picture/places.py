"""Where the widgets of a flow are on a picture: where its author put them, as far as that goes.

`properties.offset` is the place on Studio's canvas; flows written by hand leave it out (reference
1.2). Widgets without one come in rows below the others, by their distance from the trigger.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final, TypeGuard

from mockstudio.flows.model import Flow, State

WIDTH: Final = 300.0
"""Of a widget, as on Studio's canvas, where neighbours in real flows are 320 apart and more."""
_FARTHEST: Final = 100_000.0
_GAP: Final = 30.0
_BETWEEN_ROWS: Final = 70.0
_IN_A_ROW: Final = 6


@dataclass(frozen=True)
class Place:
    """Where a widget is; x grows to the right and y downwards, as on a screen."""

    left: float
    top: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + WIDTH

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """The middle between left and right."""
        return self.left + WIDTH / 2

    def has(self, x: float, y: float) -> bool:
        """Tell whether a point is in it."""
        return self.left < x < self.right and self.top < y < self.bottom

    def overlaps(self, other: Place) -> bool:
        """Tell whether the two share some of the canvas."""
        beside = self.right <= other.left or other.right <= self.left
        return not beside and self.top < other.bottom and other.top < self.bottom


def places(flow: Flow, heights: Mapping[str, float]) -> dict[str, Place]:
    """Return where the widgets of a flow are, none on top of another.

    Args:
        flow: which.
        heights: of the widgets, by their names.
    """
    wanted = {
        state.name: Place(*offset, heights[state.name])
        for state in flow.states
        if (offset := _offset(state)) is not None
    }
    placed = _apart(wanted)
    others = [state.name for state in flow.states if state.name not in placed]
    placed |= _in_rows(_rows(flow, others), heights, tuple(placed.values()))
    return {state.name: placed[state.name] for state in flow.states}


def _offset(state: State) -> tuple[float, float] | None:
    offset = state.properties.get("offset")
    if not isinstance(offset, Mapping):
        return None
    x, y = offset.get("x"), offset.get("y")
    return (float(x), float(y)) if _is_near(x) and _is_near(y) else None


def _is_near(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= _FARTHEST


def _apart(wanted: Mapping[str, Place]) -> dict[str, Place]:
    """Return the places with those that overlap an earlier one moved down below it."""
    placed: dict[str, Place] = {}
    by_top: list[Place] = []
    for name, place in wanted.items():
        # From the top: what is moved down cannot come upon anything that was passed.
        top = place.top
        for other in by_top:
            if replace(place, top=top).overlaps(other):
                top = other.bottom + _GAP
        placed[name] = replace(place, top=top)
        insort(by_top, placed[name], key=attrgetter("top"))
    return placed


def _rows(flow: Flow, names: Iterable[str]) -> Iterator[list[str]]:
    """Yield the names in rows by their distance from the trigger, those out of reach last."""
    distances = _distances(flow)
    by_distance: defaultdict[float, list[str]] = defaultdict(list)
    for name in names:
        by_distance[distances.get(name, math.inf)].append(name)
    for distance in sorted(by_distance):
        row = by_distance[distance]
        yield from (row[begin : begin + _IN_A_ROW] for begin in range(0, len(row), _IN_A_ROW))


def _distances(flow: Flow) -> dict[str, int]:
    found = {flow.initial_state: 0}
    waiting = [flow.initial_state]
    for name in waiting:
        for transition in flow.state(name).transitions:
            if transition.next is not None and transition.next not in found:
                found[transition.next] = found[name] + 1
                waiting.append(transition.next)
    return found


def _in_rows(
    rows: Iterable[Sequence[str]], heights: Mapping[str, float], above: Sequence[Place]
) -> dict[str, Place]:
    """Return places of rows below all others, each row in the middle."""
    middle = sum(place.middle for place in above) / len(above) if above else WIDTH / 2
    top = max((place.bottom + _BETWEEN_ROWS for place in above), default=0.0)
    placed: dict[str, Place] = {}
    for row in rows:
        left = middle - (len(row) * (WIDTH + _GAP) - _GAP) / 2
        for number, name in enumerate(row):
            placed[name] = Place(left + number * (WIDTH + _GAP), top, heights[name])
        top = max(placed[name].bottom for name in row) + _BETWEEN_ROWS
    return placed
