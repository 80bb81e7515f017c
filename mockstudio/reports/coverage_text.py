"""What of flows ran while scenarios were played, as lines for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Sized
from pathlib import Path

from mockstudio.contracts.coverage import FlowCoverage
from mockstudio.flows.model import Flow
from mockstudio.reports.text import printable


def coverage_lines(coverage: Sequence[FlowCoverage]) -> list[str]:
    """Return what ran of each flow, and below it what did not.

    Args:
        coverage: of the flows.
    """
    return [line for each in coverage for line in _lines(each)]


def below_floor(coverage: Sequence[FlowCoverage], floor: float) -> list[str]:
    """Return a line for each flow of which too little ran.

    Args:
        coverage: of the flows.
        floor: percent of a flow's transitions.
    """
    low = (flow_name(each.flow) for each in coverage if each.percent < floor)
    return [f"{printable(name)}: fewer than {floor:g} % of the transitions ran" for name in low]


def percentage(coverage: FlowCoverage) -> str:
    """Return how much of a flow ran: `widgets 5 of 6, transitions 7 of 8, 87.5 %`."""
    widgets = ratio(coverage.missed_widgets, coverage.entered)
    transitions = ratio(coverage.missed_edges, coverage.edges)
    return f"widgets {widgets}, transitions {transitions}, {percent(coverage)}"


def percent(coverage: FlowCoverage) -> str:
    """Return the share of transitions that were taken; only all of them are 100 %."""
    return f"{math.floor(coverage.percent * 10) / 10:g} %"


def ratio(missed: Sized, among: Sized) -> str:
    """Return how many were not missed, such as `5 of 6`."""
    return f"{len(among) - len(missed):,} of {len(among):,}"


def times(count: int, verb: str) -> str:
    """Return how often something was, such as `taken 3 times` or `never taken`."""
    if count == 0:
        return f"never {verb}"
    return f"{verb} once" if count == 1 else f"{verb} {count:,} times"


def flow_name(flow: Flow) -> str:
    """Return the file that a flow came from, as seen from here, or its name without one."""
    if not flow.source:
        return flow.name
    file, here = Path(flow.source), Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def _lines(coverage: FlowCoverage) -> Iterator[str]:
    yield f"{printable(flow_name(coverage.flow))}: {percentage(coverage)}"
    for edge in coverage.missed_edges:
        yield f"    never taken    {_in_a_line(str(edge))}"
    for widget in coverage.missed_widgets:
        yield f"    never entered  {_in_a_line(widget)}"


def _in_a_line(text: str) -> str:
    return printable(" ".join(text.split()))
