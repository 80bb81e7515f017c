"""A matrix as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from mockstudio.contracts.matrix.model import FINDINGS, Cell, Drive, Finding, Matrix, named
from mockstudio.durations import format_duration
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
_STYLE: Final = """\
:root { color-scheme: light dark }
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 85em; padding: 0 1em }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8884; padding: .3em .6em; text-align: left; vertical-align: top }
thead th { border-bottom-width: 2px }
tbody th { font-weight: 600; white-space: nowrap }
td { overflow-wrap: anywhere; min-width: 4em }"""


def as_html(matrix: Matrix) -> str:
    """Return a matrix as an HTML document: the findings, then a table for each widget."""
    title = escape(f"Matrix of {matrix.flow}")
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>",
            f"<h1>{title}</h1>\n<p>{escape(summary(matrix))}</p>",
            *_findings(matrix.findings),
            *(_section(drive, matrix) for drive in matrix.drives),
            "</main>\n</body>\n</html>\n",
        )
    )


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    yield "<h2>Findings</h2>"
    if not findings:
        yield "<p>None.</p>"
        return
    rows = [
        (each.id, named(each.widget, each.subflow), each.text, ", ".join(each.outcomes))
        for each in findings
    ]
    yield _table(("finding", "widget", "what happens", "outcomes"), rows)
    yield "<dl>"
    for id_ in dict.fromkeys(each.id for each in findings):
        yield f"<dt>{escape(id_)}</dt><dd>{escape(FINDINGS[id_])}</dd>"
    yield "</dl>"


def _section(drive: Drive, matrix: Matrix) -> str:
    name = named(drive.widget, drive.subflow)
    chosen = "".join(
        f"<li><code>{escape(name)}</code> = <code>{escape(value)}</code></li>"
        for name, value in drive.chosen.items()
    )
    heading = f"<h2>{escape(name)}</h2>\n<p>{escape(way(drive))}</p>"
    values = f"\n<ul>{chosen}</ul>" if chosen else ""
    cells = matrix.of(drive.widget, drive.subflow)
    return f"{heading}{values}\n{_table(_COLUMNS, map(_row, cells))}"


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


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "\n".join(map(_table_row, rows))
    return (
        f'<div class="wide">\n<table>\n<thead>\n<tr>{head}</tr>\n</thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _table_row(row: Sequence[str]) -> str:
    first, *others = map(escape, row)
    cells = "".join(f"<td>{text}</td>" for text in others)
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'
