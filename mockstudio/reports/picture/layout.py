"""From a flow to boxes, ports and curves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mockstudio.flows.model import Flow, State, Transition
from mockstudio.reports.picture.finder import Finder
from mockstudio.reports.picture.lettering import width_of
from mockstudio.reports.picture.paths import AROUND, BEND, path
from mockstudio.reports.picture.places import WIDTH, Place, places

PORT_SIZE: Final = 11.0
"""Of the letters that name a port."""
_HEAD: Final = 54.0
"""From the top of a box to its ports' labels."""
_LINE: Final = 16.0
_FOOT: Final = 8.0
_BETWEEN_LABELS: Final = 10.0
_ROOM_AT_THE_RIGHT: Final = 185.0
"""Enough for the label of a last port: the longest event has 27 letters."""
_MARGIN: Final = 40.0


@dataclass(frozen=True)
class Port:
    """Where a transition leaves a widget: a dot on the box's lower edge, and its label.

    Attributes:
        number: the transition's place among the widget's.
        transition: event, next widget and conditions.
        label: the event, or what a split's conditions are called.
        x: of the dot.
        y: of the dot.
        label_x: where the label begins, or its middle.
        label_y: the label's base line.
        room: how wide the label may be.
        is_centred: whether `label_x` is the middle.
    """

    number: int
    transition: Transition
    label: str
    x: float
    y: float
    label_x: float
    label_y: float
    room: float
    is_centred: bool


@dataclass(frozen=True)
class Box:
    """A widget on the picture."""

    state: State
    place: Place
    ports: tuple[Port, ...]


@dataclass(frozen=True)
class Wire:
    """A transition that leads to a widget.

    Attributes:
        box: where it begins.
        port: where exactly.
        end: the place of the widget it leads to, whose upper edge it meets in the middle.
        path: the curve, as the attribute `d` of SVG's path has it.
    """

    box: Box
    port: Port
    end: Place
    path: str


@dataclass(frozen=True)
class Layout:
    """A flow as boxes and wires; everything is within the rectangle."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    left: float
    top: float
    width: float
    height: float


def lay_out(flow: Flow) -> Layout:
    """Return how the picture of a flow is made up."""
    where = places(flow, {state.name: _height(state) for state in flow.states})
    boxes = tuple(_box(state, where[state.name]) for state in flow.states)
    finder = Finder(where.values())
    wires = tuple(wire for box in boxes for wire in _wires(box, where, finder))
    left = min((place.left for place in where.values()), default=0.0) - AROUND - _MARGIN
    top = min((place.top for place in where.values()), default=0.0) - BEND - _MARGIN
    right = max((place.right for place in where.values()), default=WIDTH) + AROUND + _MARGIN
    bottom = max((place.bottom for place in where.values()), default=0.0) + BEND + _MARGIN
    return Layout(boxes, wires, left, top, right - left, bottom - top)


def label_of(transition: Transition) -> str:
    """Return what a transition is called: its event, or its conditions' names where it has any."""
    names = " or ".join(c.friendly_name or c.value for c in transition.conditions)
    return names or transition.event


def _height(state: State) -> float:
    lines = 1 if _fits_in_a_row(state.transitions) else len(state.transitions)
    return _HEAD + lines * _LINE + _FOOT


def _fits_in_a_row(transitions: Sequence[Transition]) -> bool:
    return sum(map(_label_width, transitions)) <= WIDTH


def _label_width(transition: Transition) -> float:
    return width_of(label_of(transition), PORT_SIZE) + _BETWEEN_LABELS


def _box(state: State, place: Place) -> Box:
    make = _in_a_row if _fits_in_a_row(state.transitions) else _in_steps
    return Box(state, place, tuple(make(state.transitions, place)))


def _in_a_row(transitions: Sequence[Transition], place: Place) -> Iterator[Port]:
    """Yield ports whose labels are beside each other, each above its dot."""
    widths = [_label_width(transition) for transition in transitions]
    spare = (WIDTH - sum(widths)) / max(1, len(widths))
    left, y = place.left, place.bottom - _FOOT - 4
    for number, (transition, width) in enumerate(zip(transitions, widths, strict=True)):
        room = width + spare
        x = left + room / 2
        left += room
        label = label_of(transition)
        yield Port(number, transition, label, x, place.bottom, x, y, room, is_centred=True)


def _in_steps(transitions: Sequence[Transition], place: Place) -> Iterator[Port]:
    """Yield ports with a line for each label.

    Like stairs that go down to the right: a line from label to dot crosses no other label.
    """
    step = (WIDTH - _ROOM_AT_THE_RIGHT) / len(transitions)
    for number, transition in enumerate(transitions):
        x = place.left + 12 + number * step
        y = place.top + _HEAD + number * _LINE + 7
        room = place.right - x - 14
        label = label_of(transition)
        yield Port(number, transition, label, x, place.bottom, x + 6, y, room, is_centred=False)


def _wires(box: Box, where: Mapping[str, Place], finder: Finder) -> Iterator[Wire]:
    for port in box.ports:
        if port.transition.next is not None:
            end = where[port.transition.next]
            yield Wire(box, port, end, path(port.x, box.place, end, finder))
