"""A matrix as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from mockstudio.contracts.matrix.model import FINDINGS, Cell, Drive, Finding, Matrix, named
from mockstudio.durations import format_duration
from mockstudio.reports.html import page, table
from mockstudio.reports.markup import element
from mockstudio.reports.matrix import summary, way

_COLUMNS: Final = (
    "outcome",
    "takes",
    "because",
    "goes on by",
    "ends up",
    "last heard or read",
    "clock",
)
_OF_FINDINGS: Final = ("finding", "widget", "what happens", "outcomes")
_STYLE: Final = """
.wide { overflow-x: auto }
.wide td { min-width: 4em }
.wide tbody th { color: inherit; white-space: nowrap }
"""


def as_html(matrix: Matrix) -> str:
    """Return a matrix as an HTML document: the findings, then a table for each widget."""
    title = f"Matrix of {matrix.flow}"
    sections = (part for drive in matrix.drives for part in _section(drive, matrix))
    head = element("h1", title), element("p", summary(matrix))
    return page(title, [element("main", *head, *_findings(matrix.findings), *sections)], _STYLE)


def _findings(findings: Sequence[Finding]) -> Iterator[ET.Element]:
    yield element("h2", "Findings")
    if not findings:
        yield element("p", "None.")
        return
    rows = [
        (each.id, named(each.widget, each.subflow), each.text, ", ".join(each.outcomes))
        for each in findings
    ]
    yield _table("What its author should know", _OF_FINDINGS, rows)
    ids = dict.fromkeys(each.id for each in findings)
    meanings = ((element("dt", id_), element("dd", FINDINGS[id_])) for id_ in ids)
    yield element("dl", *(part for meaning in meanings for part in meaning))


def _section(drive: Drive, matrix: Matrix) -> Iterator[ET.Element]:
    name = named(drive.widget, drive.subflow)
    yield element("h2", name)
    yield element("p", way(drive))
    if drive.chosen:
        yield element("ul", *map(_chosen, drive.chosen.items()))
    rows = [_row(cell) for cell in matrix.of(drive.widget, drive.subflow)]
    yield _table(f"Outcomes at {name}", _COLUMNS, rows)


def _chosen(choice: tuple[str, str]) -> ET.Element:
    name, value = choice
    return element("li", element("code", name), " = ", element("code", value))


def _row(cell: Cell) -> tuple[str, ...]:
    return (
        cell.outcome,
        cell.took or "-",
        cell.explanation or "not reached",
        " > ".join(cell.path) or "-",
        str(cell.ending),
        cell.heard or "-",
        format_duration(cell.seconds),
    )


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> ET.Element:
    return element("div", table(caption, columns, rows, named_rows=True), of="wide")
