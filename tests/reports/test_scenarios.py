"""Failures of scenarios as a person reads them, and as CI servers do."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.reports.junit import junit_xml
from mockstudio.reports.scenarios import ScenarioView, failure_text, title

HERE = Path(__file__).parent
FIXTURES = HERE.parents[1] / "fixtures"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What became of the scenarios of the table."""
    text = (HERE / "scenario_failures.yaml").read_text()
    for word, name in (("FLOW", "flow.json"), ("ENDPOINTS", "endpoints.yaml")):
        text = text.replace(f": {word}\n", f": {FIXTURES / 'order-status'}.{name}\n")
    path = tmp_path_factory.mktemp("failing") / "a.scenario.yaml"
    path.write_text(text)
    return [play(scenario) for scenario in read_scenarios(path)]


def without_folder(text, outcomes):
    return text.replace(f"{Path(outcomes[0].place.file).parent}/", "")


def test_every_failure_reads_as_it_should(outcomes, pytestconfig):
    told = "\n\n".join(f"## {o.name}\n{failure_text(o)}" for o in outcomes) + "\n"
    told = without_folder(told, outcomes)
    golden = HERE / "scenario_failures.txt"
    if pytestconfig.getoption("--update-golden"):
        golden.write_text(told)
    assert told == golden.read_text()


def test_a_document_that_fails_is_told_with_its_answer_and_the_warning(tmp_path):
    path = tmp_path / "a.scenario.yaml"
    scenario = "- {name: a, given: {start: server-error}, when: [call], then: [{waiting: pay}]}"
    payment = FIXTURES / "payment"
    path.write_text(
        f"flow: {payment}.flow.json\nendpoints: {payment}.endpoints.yaml\n"
        f"scenarios:\n  {scenario}\n"
    )
    (outcome,) = map(play, read_scenarios(path))
    url = outcome.steps[-1].document.request.url
    assert failure_text(outcome).partition("(not left)\n")[2].splitlines() == [
        "the last document that TwiML of 'pay' led to:",
        f"    POST {url}",
        "    endpoint start (server-error) answered 500, 27 bytes",
        '      {"error": "internal error"}',
        "warned:",
        "    11200 answered 500 Internal Server Error, expected 200 OK: "
        '\'{"error": "internal error"}\'',
    ]


def test_what_failed_is_told_at_once_and_why_at_the_end(outcomes):
    lines = []
    view = ScenarioView(lambda line, style: lines.append((style, line)))
    for outcome in outcomes:
        view(outcome)
    assert [style for style, _ in lines] == ["bad"] * len(outcomes)
    view.finish(1.5, left_out=2)
    assert lines[-1] == ("bad", "\n9 failed, 0 passed, 2 not played in 1.5 s")
    assert [line for style, line in lines if style == "head"] == [
        f"\n{title(outcome)}" for outcome in outcomes
    ]


def test_junit_tells_failures_from_errors_and_real_from_virtual_time(outcomes):
    root = ET.fromstring(junit_xml(outcomes))
    (suite,) = root
    assert suite.attrib.items() >= {"tests": "9", "failures": "7", "errors": "2"}.items()
    late = suite[0]
    assert late.get("name") == "a late answer"
    assert float(late.get("time")) < 10
    assert [child.tag for child in suite[5]] == ["error"]


def test_junit_survives_what_xml_cannot_hold(tmp_path):
    path = tmp_path / "a.scenario.yaml"
    flow = FIXTURES / "survey.flow.json"
    text = '- {name: "a\\u0008<&", when: [{message: "\\u0001"}], then: [{sent: "\\u0000]]>"}]}'
    path.write_text(f"flow: {flow}\nstub: true\nscenarios:\n  {text}\n")
    outcomes = [play(scenario) for scenario in read_scenarios(path)]
    case = ET.fromstring(junit_xml(outcomes)).find(".//testcase")
    assert case.get("name") == "a\N{REPLACEMENT CHARACTER}<&"
    assert "\N{REPLACEMENT CHARACTER}]]>" in case[0].get("message")
