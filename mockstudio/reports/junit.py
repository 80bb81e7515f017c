"""What became of scenarios as JUnit XML, which CI servers read."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.reports.markup import markup_text
from mockstudio.reports.scenarios import failure_text


def junit_xml(outcomes: Sequence[Outcome]) -> str:
    """Return outcomes as one document, a test suite for each file.

    Times are real seconds.
    """
    by_file: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_file.setdefault(outcome.place.file, []).append(outcome)
    root = ET.Element("testsuites", _counts("mockstudio", outcomes))
    for file, listed in by_file.items():
        suite = ET.SubElement(root, "testsuite", _counts(file, listed))
        for outcome in listed:
            _test_case(suite, file, outcome)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(name: str, outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {
        "name": markup_text(name),
        "tests": str(len(outcomes)),
        "failures": str(sum(bool(outcome.failures) for outcome in outcomes)),
        "errors": str(sum(bool(outcome.error) for outcome in outcomes)),
        "time": f"{sum(outcome.real_seconds for outcome in outcomes):.3f}",
    }


def _test_case(suite: ET.Element, file: str, outcome: Outcome) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": markup_text(file),
            "name": markup_text(outcome.name),
            "time": f"{outcome.real_seconds:.3f}",
        },
    )
    if not outcome.passed:
        kind = "error" if outcome.error else "failure"
        element = ET.SubElement(case, kind, {"message": markup_text(_headline(outcome))})
        element.text = markup_text(failure_text(outcome))


def _headline(outcome: Outcome) -> str:
    return outcome.error or f"expected {outcome.failures[0].expected}"
