"""A matrix as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from mockstudio.contracts.matrix.model import Cell, Drive, Finding, Matrix
from mockstudio.durations import format_duration

_COLUMNS: Final = ("outcome", "takes", "because", "ends up", "last heard or read", "clock")
_STYLE: Final = """\
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8884; padding: .3em .6em; text-align: left; vertical-align: top }
:root { color-scheme: light dark }"""


def as_html(matrix: Matrix) -> str:
    """Return a matrix as an HTML document: the findings, then a table for each widget."""
    title = escape(f"Matrix of {matrix.flow}")
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>",
            f"<h1>{title}</h1>",
            *_findings(matrix.findings),
            *(_section(drive, matrix.of(drive.widget)) for drive in matrix.drives),
            "</body>\n</html>\n",
        )
    )


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    yield "<h2>Findings</h2>"
    rows = [
        (finding.id, finding.widget, finding.text, ", ".join(finding.outcomes))
        for finding in findings
    ]
    yield (
        _table(("finding", "widget", "what happens", "outcomes"), rows) if rows else "<p>None.</p>"
    )


def _section(drive: Drive, cells: Iterable[Cell]) -> str:
    way = " > ".join((drive.trigger, *drive.path[1:], drive.widget))
    chosen = "".join(
        f"<li><code>{escape(name)}</code> = <code>{escape(value)}</code></li>"
        for name, value in drive.chosen.items()
    )
    heading = f"<h2>{escape(drive.widget)}</h2>\n<p>{escape(way)}</p>"
    values = f"\n<ul>{chosen}</ul>" if chosen else ""
    return f"{heading}{values}\n{_table(_COLUMNS, map(_row, cells))}"


def _row(cell: Cell) -> tuple[str, ...]:
    return (
        cell.outcome,
        cell.took,
        cell.explanation,
        str(cell.ending),
        cell.heard,
        format_duration(cell.seconds),
    )


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows
    )
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>"
