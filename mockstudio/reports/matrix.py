"""A matrix as text for people, and as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from mockstudio.contracts.matrix.model import (
    FINDINGS,
    STOPPED,
    UNREACHED,
    Cell,
    Drive,
    Finding,
    Matrix,
    named,
)
from mockstudio.durations import format_duration
from mockstudio.excerpts import line_excerpt

_COLUMNS = ("outcome", "takes", "because", "ends up", "last heard or read", "clock")
_WIDEST = 48


def as_json(matrix: Matrix) -> str:
    """Return a matrix as a JSON document."""
    return json.dumps(matrix.to_dict(), indent=2, ensure_ascii=False)


def as_text(matrix: Matrix) -> str:
    """Return a matrix as a table for each widget, and the findings under them."""
    parts = ["\n".join(_widget(drive, matrix)) for drive in matrix.drives]
    parts += ["\n".join(_findings(matrix.findings))] if matrix.findings else []
    return "\n\n".join([*parts, summary(matrix)])


def way(drive: Drive) -> str:
    """Return how a widget was reached: each widget on the way once, with how often it ran."""
    times = Counter(drive.path[1:])
    names = (f"{name} x{count}" if count > 1 else name for name, count in times.items())
    return " > ".join((drive.trigger, *names, drive.widget))


def _widget(drive: Drive, matrix: Matrix) -> Iterator[str]:
    yield f"{named(drive.widget, drive.subflow)}  ({way(drive)})"
    for name, value in drive.chosen.items():
        yield f"  with {name} = '{_short(value)}'"
    cells = matrix.of(drive.widget, drive.subflow)
    yield from _table([_COLUMNS, *map(_row, cells)])
    for cell in cells:
        if cell.ending.kind == STOPPED:
            yield from _stopped(cell)


def _stopped(cell: Cell) -> Iterator[str]:
    """Iterate over the lines of all that is to be said of what mockstudio cannot play."""
    first, *others = cell.ending.reason.splitlines() or [""]
    yield f"  {cell.outcome} stopped: {first}"
    yield from (f"    {line.strip()}" for line in others)


def _row(cell: Cell) -> tuple[str, ...]:
    return (
        cell.outcome,
        cell.took or "-",
        cell.reason or "not reached",
        _short(str(cell.ending)),
        _short(cell.heard) or "-",
        format_duration(cell.seconds),
    )


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    yield "findings"
    for finding in findings:
        outcomes = f" ({', '.join(finding.outcomes)})" if finding.outcomes else ""
        widget = named(finding.widget, finding.subflow)
        yield f"  {finding.id}: {widget}: {finding.text}{outcomes}"


def summary(matrix: Matrix) -> str:
    """Return in one line how much was reached, run and found."""
    if not matrix.drives and not matrix.findings:
        return f"{matrix.flow}: no HTTP widgets, so there is nothing to play"
    unreached = sum(finding.id == UNREACHED for finding in matrix.findings)
    counts = [(id_, sum(finding.id == id_ for finding in matrix.findings)) for id_ in FINDINGS]
    found = ", ".join(f"{count} {id_}" for id_, count in counts if count) or "nothing found"
    total = len(matrix.drives) + unreached
    reached = f"{len(matrix.drives)} of {total} HTTP widgets reached"
    runs = "1 run" if len(matrix.cells) == 1 else f"{len(matrix.cells)} runs"
    return f"{matrix.flow}: {reached}, {runs}, {found}"


def _short(text: str) -> str:
    return line_excerpt(text, _WIDEST)
