"""What became of scenarios, for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockstudio.contracts.coverage import coverage
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.reports.scenarios_json import scenarios_json

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEXT = f"""\
flow: {FIXTURES}/order-status.flow.json
endpoints: {FIXTURES}/order-status.endpoints.yaml
scenarios:
  - name: the lookup is late
    given: {{lookup: timeout}}
    when: [{{message: hi}}, {{message: "42"}}]
    then: [{{widget: lookup, took: success}}, ended]
  - name: nobody calls
    when: [{{press: "1"}}]
    then: [ended]
  - name: all is well
    when: [{{message: hi}}]
    then: [waiting]
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    path = tmp_path_factory.mktemp("json") / "a.scenario.yaml"
    path.write_text(TEXT)
    scenarios = read_scenarios(path)
    outcomes = [play(scenario) for scenario in scenarios]
    return json.loads(scenarios_json(outcomes, coverage(scenarios, outcomes).of_flows, 0.25))


def test_the_summary_counts(document):
    assert document["summary"] == {"passed": 1, "failed": 2, "real_seconds": 0.25}


def test_a_failure_has_its_place_and_the_step_concerned(document):
    late = document["scenarios"][0]
    (failure,) = late["failures"]
    assert (late["name"], late["line"], late["passed"]) == ("the lookup is late", 4, False)
    assert failure["expected"] == "widget 'lookup' to take 'success'"
    assert failure["line"] == 7
    assert late["steps"][failure["step"]]["widget"] == "lookup"


def test_a_step_has_request_answer_and_verdict(document):
    lookup = document["scenarios"][0]["steps"][2]
    assert (lookup["took"], lookup["next"]) == ("fail", "sorry")
    exchange = lookup["exchange"]
    assert (exchange["method"], ["order", "42"] in exchange["parameters"]) == ("POST", True)
    assert [answer["endpoint"] for answer in exchange["answers"]] == ["lookup"]
    assert exchange["verdict"]["reason"] == "timeout"
    assert "limit 10.0 s" in exchange["verdict"]["explanation"]


def test_what_was_sent_and_warned_of_is_told_with_its_time(document):
    late = document["scenarios"][0]
    sent = [line["text"] for line in late["lines"] if line["kind"] == "sent"]
    assert sent[-1].startswith("Sorry")
    assert [line["code"] for line in late["lines"] if line["kind"] == "warned"] == [81017]
    assert late["virtual_seconds"] == pytest.approx(10.0, abs=0.5)
    assert late["real_seconds"] > 0


def test_an_error_has_its_place(document):
    error = document["scenarios"][1]["error"]
    assert (error["line"], error["text"]) == (9, "there is no call")
    assert document["scenarios"][2]["error"] is None


def test_coverage_tells_how_often_each_transition_was_taken(document):
    (covered,) = document["coverage"]
    assert covered["flow"] == "order-status"
    assert covered["widgets"]["ask"] == 2
    taken = {(t["widget"], t["event"]): t["times"] for t in covered["transitions"]}
    assert taken["lookup", "fail"] == 1
    assert taken["lookup", "success"] == 0
    assert 0 < covered["percent"] < 100
