"""What runs inside subflows can be expected as well (reference 2.7)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.errors import ScenarioFileError
from mockstudio.reports.scenarios import failure_text

SID = "FW" + "5" * 32
HI, ADA = {"message": "hi"}, {"message": "Ada"}


def state(name, kind, **transitions):
    return {
        "name": name,
        "type": kind,
        "transitions": [{"event": event, "next": to} for event, to in transitions.items()],
        "properties": {},
    }


def sends(name, body, **transitions):
    made = state(name, "send-message", **{"sent": None, "failed": None, **transitions})
    return {**made, "properties": {"body": body, "from": "{{flow.channel.address}}"}}


def runs(name, to):
    made = state(name, "run-subflow", completed=to, failed=None)
    reference = {"flow_sid": SID, "flow_revision": "LatestPublished", "parameters": []}
    return {**made, "properties": reference}


def flow(*states):
    first = states[0]["name"]
    trigger = state("Trigger", "trigger", incomingMessage=first, incomingParent=first)
    return {
        "description": "",
        "flags": {"allow_concurrent_calls": True},
        "initial_state": "Trigger",
        "states": [trigger, *states],
    }


ASK = {
    **state("ask", "send-and-wait-for-reply", incomingMessage="keep", timeout=None),
    "properties": {"body": "Your name?", "from": "{{flow.channel.address}}", "timeout": "60"},
}
KEEP = {
    **state("keep", "set-variables", next=None),
    "properties": {"variables": [{"key": "name", "value": "{{widgets.ask.inbound.Body}}"}]},
}
DETAILS = flow(sends("greet", "We ask for details.", sent="ask"), ASK, KEEP)
PARENT = flow(
    sends("greet", "Hello!", sent="details"),
    runs("details", "tell"),
    sends("tell", "Thank you {{widgets.details.name}}.", sent="again"),
    runs("again", None),
)
WHEN = [HI, ADA]


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read one scenario of a flow that runs a subflow twice."""
    monkeypatch.chdir(tmp_path)
    Path("parent.flow.json").write_text(json.dumps(PARENT))
    Path("details.flow.json").write_text(json.dumps(DETAILS))

    def of(*then, when=WHEN):
        scenario = {"name": "a", "when": when, "then": list(then)}
        data = {"flow": "parent.flow.json", "subflows": {SID: "details.flow.json"}}
        Path("a.scenario.yaml").write_text(json.dumps({**data, "scenarios": [scenario]}))
        (made,) = read_scenarios(Path("a.scenario.yaml"))
        return made

    return of


@pytest.mark.parametrize(
    "then",
    [
        {"widget": "ask", "took": "incomingMessage"},
        {"widget": "details.ask", "took": "incomingMessage"},
        {"widget": "greet", "took": "sent"},
        {"widget": "details.greet", "took": "sent"},
        {"widget": "again.greet", "took": "sent"},
        {"widget": "details", "took": "completed"},
        {
            "path": [
                *("greet", "details.greet", "ask", "keep", "details", "tell"),
                "again.greet",
            ]
        },
        {
            "path": [
                *("greet", "details.greet", "details.ask", "details.keep", "details", "tell"),
                "again.greet",
            ]
        },
        {"steps": 7},
        {"waiting": "ask"},
        {"waiting": "again.ask"},
        {"sent": "Thank you Ada."},
        {"context": {"widgets.details.name": "Ada"}},
    ],
)
def test_it_holds(read, then):
    outcome = play(read(then))
    assert outcome.passed, failure_text(outcome)


@pytest.mark.parametrize(
    "then",
    [
        [{"widget": "again.ask", "took": "incomingMessage"}],
        [{"widget": "greet", "took": "failed"}],
        [{"widget": "tell"}, {"widget": "greet"}],
        [{"widget": "again.greet"}, {"widget": "details.greet"}],
        [{"path": ["greet", "greet", "ask", "keep", "details", "tell", "greet"]}],
        [{"waiting": "details.ask"}],
        [{"waiting": "again"}],
    ],
)
def test_it_fails(read, then):
    outcome = play(read(*then))
    assert not outcome.passed
    assert not outcome.error


def test_a_failure_calls_a_widget_as_one_writes_it(read):
    told = failure_text(play(read({"path": ["greet"]}, {"waiting": "details.greet"})))
    assert "found: greet, details.greet, ask, keep, details, tell, again.greet" in told
    assert "found: it waits at 'ask'" in told
    assert "    greet " in told


def test_a_flow_whose_own_widget_is_not_there_yet_is_not_taken_for_its_subflows(read):
    outcome = play(read({"widget": "again.greet"}, when=[HI]))
    assert failure_text(outcome).splitlines()[1].endswith("it did not run; what ran: " + RAN)


RAN = "Trigger, greet, details.Trigger, details.greet, details, ask"


@pytest.mark.parametrize(
    ("then", "problem"),
    [
        ({"widget": "details.aks"}, "no widget 'details.aks'; did you mean 'details.ask'?"),
        ({"widget": "tell.ask"}, "no widget 'tell.ask'"),
        ({"widget": "again.ask", "took": "sent"}, "no event of 'again.ask' 'sent'"),
        ({"path": ["kep"]}, "no widget 'kep'; did you mean 'keep'?"),
    ],
)
def test_a_name_that_no_subflow_has_is_told(read, then, problem):
    with pytest.raises(ScenarioFileError) as caught:
        read(then)
    assert problem in str(caught.value)
