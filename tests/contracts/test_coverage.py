"""Which widgets and transitions ran."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from mockstudio.contracts.coverage import Edge, FlowCoverage, coverage
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.flows.model import Condition, Flow, Transition

SUBFLOW = "FW" + "5" * 32
BODY = "{{trigger.message.Body}}"


def widget(name: str, type_: str, leads: dict[str, str | None], **properties: Any) -> dict:
    transitions = [
        {"event": event, **({"next": next_} if next_ else {})} for event, next_ in leads.items()
    ]
    return {"name": name, "type": type_, "transitions": transitions, "properties": properties}


def trigger(**leads: str | None) -> dict:
    return widget("Trigger", "trigger", leads)


def message(name: str, leads: str | None = None) -> dict:
    return widget(name, "send-message", {"sent": leads, "failed": None}, body=name)


def split(name: str, *values: str) -> dict:
    """Return a split that leads to a widget named as the value, and to `other`."""
    made = widget(name, "split-based-on", {"noMatch": "other"}, input=BODY)
    for value in values:
        condition = {
            "friendly_name": f"If value is {value}",
            "arguments": [BODY],
            "type": "equal_to",
            "value": value,
        }
        made["transitions"].append({"event": "match", "next": value, "conditions": [condition]})
    return made


def written(path: Path, *states: dict) -> Path:
    path.parent.mkdir(exist_ok=True)
    data = {"description": "", "states": list(states), "initial_state": "Trigger"}
    path.write_text(json.dumps(data))
    return path


def scenarios_of(path: Path, *messages: str, then: Any = "no-warnings", **members: Any):
    """Write a scenario for each message into a file, and read them."""
    scenarios = [{"name": text, "when": [{"message": text}], "then": [then]} for text in messages]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**members, "scenarios": scenarios}))
    return read_scenarios(path)


def covered(scenarios: Iterable) -> tuple[FlowCoverage, ...]:
    played = list(scenarios)
    return coverage(played, map(play, played)).of_flows


def counts(of: FlowCoverage) -> dict[str, int]:
    return {str(edge): edge.times for edge in of.edges}


@pytest.fixture
def choice(tmp_path):
    """A flow that splits by what is written."""
    return written(
        tmp_path / "choice.flow.json",
        trigger(incomingMessage="which", incomingCall=None),
        split("which", "red", "blue"),
        message("red"),
        message("blue"),
        message("other"),
    )


def test_the_transitions_of_a_split_are_told_apart(tmp_path, choice):
    scenarios = scenarios_of(tmp_path / "a.scenario.yaml", "blue", "pink", flow=choice.name)
    (found,) = covered(scenarios)
    assert counts(found) == {
        "Trigger.incomingMessage → which": 2,
        "which.noMatch → other": 1,
        "which.match (If value is red) → red": 0,
        "which.match (If value is blue) → blue": 1,
    }
    assert found.missed_widgets == ("red",)
    assert [edge.number for edge in found.missed_edges] == [1]
    assert found.percent == 75


def test_only_what_leads_somewhere_counts(tmp_path, choice):
    (found,) = covered(scenarios_of(tmp_path / "a.scenario.yaml", "red", flow=choice.name))
    assert {edge.transition.event for edge in found.edges} == {
        "incomingMessage",
        "noMatch",
        "match",
    }


def test_a_flow_that_two_folders_name_is_one(tmp_path, choice):
    here = scenarios_of(tmp_path / "a.scenario.yaml", "red", flow=choice.name)
    there = scenarios_of(tmp_path / "deep" / "b.scenario.yaml", "blue", flow="../choice.flow.json")
    (found,) = covered([*here, *there])
    assert found.entered == {"Trigger": 2, "which": 2, "red": 1, "blue": 1, "other": 0}


def test_flows_of_one_name_in_two_folders_are_two(tmp_path):
    states = trigger(incomingMessage="hello"), message("hello")
    scenarios = []
    for name in ("a", "b"):
        written(tmp_path / name / "same.flow.json", *states)
        file = tmp_path / name / "a.scenario.yaml"
        scenarios += scenarios_of(file, "hi", "ho", flow="same.flow.json")
    played = [play(scenario) for scenario in scenarios[:3]]
    first, second = coverage(scenarios, played).of_flows
    assert [found.entered["hello"] for found in (first, second)] == [2, 1]


def test_a_subflow_is_covered_by_its_own_widgets(tmp_path):
    written(
        tmp_path / "sub.flow.json",
        trigger(incomingParent="shared"),
        message("shared", "last"),
        message("last"),
    )
    run = {"flow_sid": SUBFLOW, "flow_revision": "LatestPublished"}
    written(
        tmp_path / "parent.flow.json",
        trigger(incomingMessage="run"),
        widget("run", "run-subflow", {"completed": "shared", "failed": "sorry"}, **run),
        message("shared"),
        message("sorry"),
    )
    subflows = {SUBFLOW: "sub.flow.json"}
    file = tmp_path / "a.scenario.yaml"
    parent, sub = covered(scenarios_of(file, "hi", flow="parent.flow.json", subflows=subflows))
    assert counts(parent) == {
        "Trigger.incomingMessage → run": 1,
        "run.completed → shared": 1,
        "run.failed → sorry": 0,
    }
    assert sub.entered == {"Trigger": 1, "shared": 1, "last": 1}
    assert sub.percent == 100


def test_a_flow_without_transitions_is_wholly_covered_once_it_ran(tmp_path):
    written(tmp_path / "lone.flow.json", trigger(incomingMessage=None))
    scenarios = scenarios_of(tmp_path / "a.scenario.yaml", "hi", flow="lone.flow.json")
    (found,) = covered(scenarios)
    assert (found.edges, found.percent, found.entered) == ((), 100.0, {"Trigger": 1})
    assert coverage(scenarios, []).of_flows[0].missed_widgets == ("Trigger",)


def test_what_ran_before_a_failure_counts(tmp_path):
    type_, leads = "send-and-wait-for-reply", {"incomingMessage": "thanks", "timeout": "late"}
    written(
        tmp_path / "ask.flow.json",
        trigger(incomingMessage="ask"),
        widget("ask", type_, {**leads, "deliveryFailure": None}, body="?", timeout="60"),
        message("thanks"),
        message("late"),
    )
    file = tmp_path / "a.scenario.yaml"
    steps = [
        {"when": [{"message": "hi"}], "then": ["ended"]},
        {"when": [{"message": "yes"}], "then": ["ended"]},
    ]
    file.write_text(
        json.dumps({"flow": "ask.flow.json", "scenarios": [{"name": "stops", "steps": steps}]})
    )
    scenarios = read_scenarios(file)
    outcomes = [play(scenario) for scenario in scenarios]
    assert [outcome.passed for outcome in outcomes] == [False]
    (found,) = coverage(scenarios, outcomes).of_flows
    assert found.entered == {"Trigger": 1, "ask": 1, "thanks": 0, "late": 0}
    assert counts(found) == {
        "Trigger.incomingMessage → ask": 1,
        "ask.incomingMessage → thanks": 0,
        "ask.timeout → late": 0,
    }


def test_flows_of_scenarios_that_were_not_played_are_there(tmp_path, choice):
    scenarios = scenarios_of(tmp_path / "a.scenario.yaml", "red", flow=choice.name)
    (found,) = coverage(scenarios, []).of_flows
    assert found.percent == 0
    assert len(found.missed_widgets) == len(found.entered) == 5


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), "ask.match → say"),
        (("If 1",), "ask.match (If 1) → say"),
        (("If 1", ""), "ask.match (If 1 or v) → say"),
    ],
)
def test_a_transition_reads_as_a_person_would_say_it(names, said):
    conditions = tuple(Condition("equal_to", ("x",), "v", name) for name in names)
    assert str(Edge("ask", 0, Transition("match", "say", conditions), 0)) == said


def test_a_percentage_is_of_transitions():
    edges = tuple(Edge("a", number, Transition("sent", "b"), number) for number in range(4))
    flow = Flow("FW1", "a", (), "a")
    assert FlowCoverage(flow, {"a": 0}, edges).percent == 75
