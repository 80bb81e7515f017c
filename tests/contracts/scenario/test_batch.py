"""Many scenarios, in one process and in several."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.scenario.batch import play_all
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.errors import RunError

FIXTURES = Path(__file__).parents[3] / "fixtures"
FILES = sorted(FIXTURES.glob("*.scenario.yaml"))


def what_happened(outcomes):
    return {
        (outcome.place, outcome.name): (
            outcome.failures,
            [(step.widget, step.took, step.next, step.reason) for step in outcome.steps],
            [(line.kind, line.text) for line in outcome.lines],
            # A refused connection is a real one, whose time is real.
            pytest.approx(outcome.seconds, abs=0.05),
        )
        for outcome in outcomes
    }


def test_processes_come_to_what_one_comes_to():
    scenarios = [each for file in FILES for each in read_scenarios(file)]
    alone = list(play_all(scenarios, Settings()))
    together = list(play_all(scenarios, Settings(), processes=2))
    assert [outcome.name for outcome in alone] == [scenario.name for scenario in scenarios]
    assert what_happened(together) == what_happened(alone)
    assert len(together) == len(alone) > 30


def test_settings_and_python_functions_reach_the_other_processes(tmp_path):
    (tmp_path / "dice.py").write_text("def throw(context, event, request):\n    return {'n': 6}\n")
    (tmp_path / "a.endpoints.yaml").write_text(
        "endpoints: [{name: lookup, url: /lookup, reply: {python: 'dice:throw'}}]"
    )
    listed = "\n".join(
        f"  - {{name: '{n}', when: [{{message: hi}}, {{message: '1'}}],"
        " then: [{context: {widgets.lookup.parsed.n: 6}}]}"
        for n in range(8)
    )
    (tmp_path / "a.scenario.yaml").write_text(
        f"flow: {FIXTURES}/order-status.flow.json\nstub: true\n"
        f"endpoints: a.endpoints.yaml\nscenarios:\n{listed}\n"
    )
    scenarios = read_scenarios(tmp_path / "a.scenario.yaml")
    outcomes = list(play_all(scenarios, Settings(contact="+12025550199"), processes=2))
    assert [outcome.failures for outcome in outcomes] == [()] * 8
    assert {line.to for outcome in outcomes for line in outcome.lines if line.to} == {
        "+12025550199"
    }


def test_few_scenarios_start_no_process():
    (first, *_) = read_scenarios(FILES[0])
    assert [each.passed for each in play_all([first], Settings(), 4, pytest.fail)] == [True]


def test_a_process_that_dies_is_told():
    scenarios = read_scenarios(FILES[0])
    with pytest.raises(RunError, match="has died; play them without -n"):
        list(play_all(scenarios, Settings(), processes=2, begin=os.abort))


def test_what_has_not_begun_when_it_is_closed_is_not_played():
    scenarios = [each for _ in range(30) for each in read_scenarios(FILES[0])]
    playing = play_all(scenarios, Settings(), processes=2)
    assert next(playing).passed
    playing.close()
    assert list(playing) == []
