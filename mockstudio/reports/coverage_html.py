"""What of flows ran, as parts of a page: a table, and a picture of each flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from mockstudio.contracts.coverage import FlowCoverage
from mockstudio.reports.coverage_text import flow_name, percent, percentage, ratio
from mockstudio.reports.html import table
from mockstudio.reports.markup import element
from mockstudio.reports.picture.svg import flow_picture

_SMALLEST: Final = 0.6
"""Of its natural size: what is smaller cannot be read, and is scrolled."""
COVERAGE_STYLE: Final = """
.canvas { margin: 1em 0; max-height: 85vh; overflow: auto; border: 1px solid var(--line) }
.canvas svg { display: block; height: auto; margin: auto; max-width: 100% }
"""


def coverage_table(coverage: Sequence[FlowCoverage]) -> ET.Element:
    """Return a table with a line for each flow, which leads to its section."""
    rows = (_row(_anchor(number), each) for number, each in enumerate(coverage))
    return table("What of each flow ran", ("flow", "widgets", "transitions", "taken"), rows)


def coverage_sections(coverage: Sequence[FlowCoverage]) -> Iterator[ET.Element]:
    """Yield what there is to say of each flow: what did not run, and a picture."""
    for number, each in enumerate(coverage):
        yield from _section(_anchor(number), each)


def _anchor(number: int) -> str:
    return f"flow-{number + 1}"


def _row(anchor: str, coverage: FlowCoverage) -> tuple[ET.Element | str, ...]:
    return (
        element("a", flow_name(coverage.flow), href=f"#{anchor}"),
        ratio(coverage.missed_widgets, coverage.entered),
        ratio(coverage.missed_edges, coverage.edges),
        percent(coverage),
    )


def _section(anchor: str, coverage: FlowCoverage) -> Iterator[ET.Element]:
    yield element("h2", flow_name(coverage.flow), id=anchor)
    yield element("p", percentage(coverage))
    yield from _missed("Transitions never taken", list(map(str, coverage.missed_edges)))
    yield from _missed("Widgets never entered", coverage.missed_widgets)
    yield element(
        "figure",
        _picture(coverage),
        of="canvas",
        tabindex="0",
        aria_label=f"Picture of {flow_name(coverage.flow)}",
    )


def _missed(heading: str, names: Sequence[str]) -> Iterator[ET.Element]:
    if names:
        yield element("h3", heading)
        yield element("ul", *(element("li", name) for name in names))


def _picture(coverage: FlowCoverage) -> ET.Element:
    picture = flow_picture(coverage.flow, coverage)
    width = float(picture.get("width", "0"))
    picture.set("style", f"min-width: {width * _SMALLEST:.0f}px")
    return picture
