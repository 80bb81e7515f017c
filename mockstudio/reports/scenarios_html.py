"""What became of scenarios as one HTML page that needs nothing else, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from mockstudio.contracts.coverage import FlowCoverage
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.durations import format_duration
from mockstudio.reports.coverage_html import COVERAGE_STYLE, coverage_sections, coverage_table
from mockstudio.reports.html import page
from mockstudio.reports.markup import element
from mockstudio.reports.scenario_html import scenario_section

_STYLE: Final = """
.good { color: var(--good); font-weight: 600 }
.bad { color: var(--bad); font-weight: 600 }
.faint { color: var(--faint) }
.scenario { border-top: 1px solid var(--line); padding: .4em 0 }
.scenario > :not(summary) { margin-left: 1.2em }
.scenario > table { width: calc(100% - 1.2em) }
summary { cursor: pointer }
summary h3 { display: inline; font-size: 1em }
caption { color: var(--faint); font-size: .9em; text-align: left }
.difference { overflow-x: auto; white-space: pre }
[hidden] { display: none }
"""
_SCRIPT: Final = """
const filter = document.getElementById("filter");
const scenarios = Array.from(document.querySelectorAll(".scenario"));
const texts = scenarios.map(scenario => scenario.textContent.toLowerCase());
filter.parentElement.hidden = false;
filter.addEventListener("input", () => {
  const words = filter.value.toLowerCase().split(" ");
  scenarios.forEach((scenario, place) => {
    scenario.hidden = !words.every(word => texts[place].includes(word));
  });
});
"""


def scenarios_html(
    outcomes: Sequence[Outcome], coverage: Sequence[FlowCoverage], real_seconds: float
) -> str:
    """Return outcomes and what they covered as a page.

    Failed scenarios come first and are unfolded, those that passed are folded.

    Args:
        outcomes: in the order in which they came.
        coverage: of each flow that they ran in.
        real_seconds: that all took.
    """
    body = (*_head(outcomes, coverage, real_seconds), *_scenarios(outcomes))
    title = f"Scenarios: {_counts(outcomes)}"
    return page(title, (*body, *coverage_sections(coverage)), COVERAGE_STYLE + _STYLE, _SCRIPT)


def _head(
    outcomes: Sequence[Outcome], coverage: Sequence[FlowCoverage], real_seconds: float
) -> Iterator[ET.Element]:
    of = "good" if all(outcome.passed for outcome in outcomes) else "bad"
    yield element("h1", "Scenarios")
    took = f" in {format_duration(real_seconds)}"
    yield element("p", element("strong", _counts(outcomes), of=of), took)
    if coverage:
        yield coverage_table(coverage)


def _counts(outcomes: Sequence[Outcome]) -> str:
    failed = sum(not outcome.passed for outcome in outcomes)
    return f"{failed:,} failed, {len(outcomes) - failed:,} passed"


def _scenarios(outcomes: Sequence[Outcome]) -> Iterator[ET.Element]:
    yield element("h2", "What happened")
    words = element("input", id="filter", type="search")
    yield element("label", "Only those with these words: ", words, hidden="")
    in_order = sorted(outcomes, key=lambda outcome: outcome.passed)
    yield from map(scenario_section, in_order)
