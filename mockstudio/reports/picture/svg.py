"""The picture of a flow as SVG: its widgets and wires, and what of them ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from mockstudio.contracts.coverage import Edge, FlowCoverage
from mockstudio.flows.model import Flow
from mockstudio.reports.coverage_text import percentage, times
from mockstudio.reports.markup import element
from mockstudio.reports.picture.layout import PORT_SIZE, Box, Layout, Port, Wire, lay_out
from mockstudio.reports.picture.lettering import shortened
from mockstudio.reports.picture.style import STYLE

_NAME_SIZE: Final = 15.0
_TYPE_SIZE: Final = 12.0
_PADDING: Final = 12.0
_COUNT_ROOM: Final = 68.0
_LEGEND_HEIGHT: Final = 44.0


def flow_svg(flow: Flow, coverage: FlowCoverage | None = None) -> str:
    """Return the picture of a flow as an SVG document, in ASCII.

    Args:
        flow: which.
        coverage: what of it ran, or None for a plain picture.
    """
    return ET.tostring(flow_picture(flow, coverage)).decode("ascii") + "\n"


def flow_picture(flow: Flow, coverage: FlowCoverage | None = None) -> ET.Element:
    """Return the picture of a flow as an element, which can stand in an HTML page too.

    Args:
        flow: which.
        coverage: what of it ran, or None for a plain picture.
    """
    layout = lay_out(flow)
    lift = _LEGEND_HEIGHT if coverage else 0.0
    top, height = layout.top - lift, layout.height + lift
    numbers = (layout.left, top, layout.width, height)
    return element(
        "svg",
        element("title", f"Flow {flow.name}"),
        element("desc", _description(layout, coverage)),
        element("style", STYLE),
        element("rect", of="paper", x=layout.left, y=top, width=layout.width, height=height),
        *(_legend(layout.left + _PADDING, top + 26, coverage) if coverage else ()),
        element("g", *_wires(layout, coverage), of="wires"),
        element("g", *_widgets(layout, coverage), of="widgets"),
        of="flow-picture",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=" ".join(f"{number:.1f}" for number in numbers),
        width=layout.width,
        height=height,
        role="img",
    )


def _description(layout: Layout, coverage: FlowCoverage | None) -> str:
    if coverage:
        return percentage(coverage)
    return f"{len(layout.boxes)} widgets, {len(layout.wires)} transitions between them"


# --- wires


def _wires(layout: Layout, coverage: FlowCoverage | None) -> Iterator[ET.Element]:
    taken = _taken(coverage)
    for wire in layout.wires:
        widget, number = wire.box.state.name, wire.port.number
        count = taken.get((widget, number)) if coverage else None
        yield _wire(wire, str(Edge(widget, number, wire.port.transition, 0)), count)


def _taken(coverage: FlowCoverage | None) -> Mapping[tuple[str, int], int]:
    edges = coverage.edges if coverage else ()
    return {(edge.widget, edge.number): edge.times for edge in edges}


def _wire(wire: Wire, name: str, count: int | None) -> ET.Element:
    tip = f"M{wire.end.middle - 5:.1f},{wire.end.top - 9:.1f} h10 l-5,9 z"
    return element(
        "g",
        element("title", _with_times(name, count, "taken")),
        element("path", of="grip", d=wire.path),
        element("path", of="line", d=wire.path),
        element("path", of="tip", d=tip),
        of=f"wire {_ran(count)}".rstrip(),
    )


def _with_times(name: str, count: int | None, verb: str) -> str:
    return name if count is None else f"{name}: {times(count, verb)}"


def _ran(count: int | None) -> str:
    if count is None:
        return ""
    return "ran" if count else "missed"


# --- widgets


def _widgets(layout: Layout, coverage: FlowCoverage | None) -> Iterator[ET.Element]:
    for box in layout.boxes:
        yield _widget(box, coverage.entered.get(box.state.name, 0) if coverage else None)


def _widget(box: Box, count: int | None) -> ET.Element:
    place, state = box.place, box.state
    left = place.left + _PADDING
    room = place.right - _PADDING - left
    name = shortened(state.name, room - (0.0 if count is None else _COUNT_ROOM), _NAME_SIZE)
    size = {"x": place.left, "y": place.top, "width": place.right - place.left}
    return element(
        "g",
        element("title", _with_times(f"{state.name} ({state.type})", count, "entered")),
        element("rect", of="box", **size, height=place.height, rx=6),
        element("text", name, of="name", x=left, y=place.top + 22),
        element(
            "text", shortened(state.type, room, _TYPE_SIZE), of="type", x=left, y=place.top + 40
        ),
        *_count(place.right - _PADDING, place.top + 22, count),
        *(_port(port) for port in box.ports),
        of=f"widget {_ran(count)}".rstrip(),
    )


def _count(x: float, y: float, count: int | None) -> Iterator[ET.Element]:
    if count is not None:
        text = f"{count:,}\N{MULTIPLICATION SIGN}" if count else "never"
        yield element("text", text, of="count", x=x, y=y)


def _port(port: Port) -> ET.Element:
    state = "wired" if port.transition.next is not None else "open"
    event, label = port.transition.event, port.label
    full = label if label == event else f"{event}: {label}"
    return element(
        "g",
        element("title", full if state == "wired" else f"{full}, leads nowhere"),
        *_leader(port),
        element("circle", cx=port.x, cy=port.y, r=3.5),
        element(
            "text",
            shortened(label, port.room, PORT_SIZE),
            of="label centred" if port.is_centred else "label",
            x=port.label_x,
            y=port.label_y,
        ),
        of=f"port {state}",
    )


def _leader(port: Port) -> Iterator[ET.Element]:
    """Yield the line from a label in stairs to its dot."""
    if not port.is_centred:
        yield element("path", of="leader", d=f"M{port.x:.1f},{port.label_y - 8:.1f} V{port.y:.1f}")


# --- legend


def _legend(x: float, y: float, coverage: FlowCoverage) -> Iterator[ET.Element]:
    yield element("text", percentage(coverage), of="legend", x=x, y=y)
    for of, word, begin in (("ran", "taken", x), ("missed", "never taken", x + 95)):
        line = f"M{begin:.1f},{y + 16:.1f} h34"
        yield element("g", element("path", of="line", d=line), of=f"sample {of}")
        yield element("text", word, of="legend", x=begin + 42, y=y + 20)
