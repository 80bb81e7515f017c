"""What `mockstudio verify` found, for people."""

from __future__ import annotations

from collections.abc import Iterator

from mockstudio.contracts.drift.model import Comparison, DriftReport, State


def drift_text(report: DriftReport) -> str:
    """Return a report as text: a line for each endpoint, with its differences below.

    Where nobody answers, that is all there is to say.
    """
    if report.reached_nobody:
        return f"nobody answers at {report.against}: nothing was compared"
    return "\n".join(_lines(report))


def _lines(report: DriftReport) -> Iterator[str]:
    for each in report.comparisons:
        yield from _endpoint(each)
    counts = ", ".join(f"{report.count(state)} {state}" for state in State)
    yield f"{counts} against {report.against}"


def _endpoint(comparison: Comparison) -> Iterator[str]:
    request = f"  {comparison.request}" if comparison.request else ""
    yield f"{comparison.state:<8}{comparison.endpoint} ({comparison.reply}){request}"
    yield from (f"        {difference}" for difference in comparison.differences)
    if comparison.state is State.DRIFTED and comparison.source:
        yield f"        scripted at {comparison.source}"
