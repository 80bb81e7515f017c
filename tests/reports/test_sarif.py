"""Findings in SARIF: what the format asks for, and fingerprints that stay."""

from __future__ import annotations

import json

import pytest

from mockstudio.contracts.lint.linted import linted
from mockstudio.contracts.lint.linter import lint
from mockstudio.contracts.lint.registry import RULES
from mockstudio.contracts.lint.rule import Finding, Level
from mockstudio.errors import Problem
from mockstudio.flows.definition import parse_flow
from mockstudio.reports.lint import fingerprint, summary, text_lines, to_dict
from mockstudio.reports.sarif import SCHEMA, sarif_log


@pytest.fixture
def findings(state):
    """What is found in a flow of two mistakes."""
    trigger = state("Trigger", "trigger", {"incomingCall": "ask", "incomingMessage": None})
    ask = state("ask", "say-play", {"audioComplete": "ask"}, say="{{ widgets.nobody.x }}")
    definition = {"initial_state": "Trigger", "states": [trigger, ask]}
    flow = linted(parse_flow(json.dumps(definition, indent=1), "my flows/ask.json"))
    return lint(flow, RULES.values())


def rules():
    return list(RULES.values())


def test_a_log_has_what_the_format_asks_for(findings, sarif_schema):
    log = sarif_log(findings, rules())
    assert len(log["runs"][0]["results"]) == len(findings) == 2
    sarif_schema.validate(log)


def test_a_log_names_the_schema_that_it_is_validated_by(sarif_schema):
    assert sarif_log([], rules())["$schema"] == SCHEMA == sarif_schema.schema["id"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda run: run["tool"]["driver"].pop("name"),
        lambda run: run["results"][0].update(level="bad"),
        lambda run: run["results"][0].update(fingerprint="x"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"].update(region={}),
    ],
)
def test_the_schema_refuses_a_log_that_is_none(findings, sarif_schema, spoil):
    log = sarif_log(findings, rules())
    spoil(log["runs"][0])
    assert not sarif_schema.is_valid(log)


def test_every_rule_has_a_help_text_and_a_level():
    for written, rule in zip(described(), rules(), strict=True):
        assert written["shortDescription"]["text"] == f"{rule.title}."
        assert written["help"]["text"] == written["fullDescription"]["text"] == rule.help
        assert written["defaultConfiguration"]["level"] in ("error", "warning", "note")


def described():
    return sarif_log([], rules())["runs"][0]["tool"]["driver"]["rules"]


def test_a_result_names_its_rule_by_id_and_index(findings):
    run = sarif_log(findings, rules())["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(RULES)


def test_a_result_has_file_line_column_and_widget(findings):
    (location,) = sarif_log(findings, rules())["runs"][0]["results"][1]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20flows/ask.json"},
        "region": {"startLine": 29, "startColumn": 12},
    }
    assert location["logicalLocations"][0]["name"] == "ask"
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "#/states/1/properties/say"


def test_a_finding_without_a_place_has_no_region(sarif_schema):
    finding = Finding("MS101", Level.WARNING, "", Problem("odd", "#/states"), "mend it")
    log = sarif_log([finding], rules())
    (location,) = log["runs"][0]["results"][0]["locations"]
    assert "region" not in location["physicalLocation"]
    sarif_schema.validate(log)


def test_an_absolute_file_is_a_file_uri():
    finding = Finding("MS101", Level.NOTE, "", Problem("odd", file="/flows/a b.json"), "x")
    (result,) = sarif_log([finding], rules())["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "file:///flows/a%20b.json"


def finding_at(line, **changes):
    rule, widget, message = (changes.get(n, n) for n in ("MS101", "lookup", "message"))
    problem = Problem(message, f"#/states/{line}", "flow.json", line, 1)
    return Finding(rule, Level.WARNING, widget, problem, "instead")


def test_a_fingerprint_stays_when_lines_and_widgets_move():
    assert fingerprint(finding_at(3)) == fingerprint(finding_at(90))
    assert fingerprint(finding_at(3)) == "3a2539295beb115f66e4f299bdfc1467"


def test_a_finding_is_recognised_after_its_file_was_written_anew(state):
    states = [
        state("Trigger", "trigger", {"incomingCall": "ask", "incomingMessage": None}),
        state("ask", "say-play", {"audioComplete": "ask"}, say="{{ widgets.nobody.x }}"),
        state("lost", "say-play", {"audioComplete": None}, say="hello"),
    ]
    first = lines_by_fingerprint(states, indent=None)
    again = lines_by_fingerprint([*reversed(states)], indent=4)
    assert len(first) == 3
    assert first.keys() == again.keys()
    assert all(again[each] != first[each] for each in first)


def lines_by_fingerprint(states, indent):
    text = json.dumps({"initial_state": "Trigger", "states": states}, indent=indent)
    flow = linted(parse_flow(text, "flow.json"))
    return {fingerprint(each): each.problem.line for each in lint(flow, RULES.values())}


@pytest.mark.parametrize("changed", [{"MS101": "MS103"}, {"lookup": "find"}, {"message": "m"}])
def test_another_finding_has_another_fingerprint(changed):
    assert fingerprint(finding_at(3)) != fingerprint(finding_at(3, **changed))


def test_a_finding_as_text_begins_with_its_place():
    assert text_lines(finding_at(3)) == (
        "flow.json:3:1: warning MS101 lookup: message",
        "    instead",
    )


def test_a_finding_as_json_has_all_of_it():
    assert to_dict(finding_at(3)) == {
        "rule": "MS101",
        "level": "warning",
        "title": RULES["MS101"].title,
        "file": "flow.json",
        "line": 3,
        "column": 1,
        "path": "#/states/3",
        "widget": "lookup",
        "message": "message",
        "instead": "instead",
        "fingerprint": fingerprint(finding_at(3)),
    }


@pytest.mark.parametrize(
    ("count", "flows", "text"),
    [
        (0, 1, "nothing found in 1 flow"),
        (1, 2, "1 warning found in 2 flows"),
        (2, 1, "2 warnings found in 1 flow"),
    ],
)
def test_a_summary_counts_findings_and_flows(count, flows, text):
    assert summary([finding_at(1)] * count, ["flow"] * flows) == text
