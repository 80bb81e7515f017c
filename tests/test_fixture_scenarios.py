"""The sample flows' own scenarios, and the example's, all hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.reports.scenarios import failure_text

ROOT = Path(__file__).parents[1]
FILES = sorted(
    [*ROOT.glob("fixtures/*.scenario.yaml"), *ROOT.glob("mockstudio/cli/example/*.scenario.yaml")]
)
SCENARIOS = [
    pytest.param(scenario, id=f"{file.name.partition('.')[0]}: {scenario.name}")
    for file in FILES
    for scenario in read_scenarios(file)
]


def test_every_sample_flow_has_scenarios():
    flows = {path.name.partition(".")[0] for path in ROOT.glob("fixtures/*.flow.json")}
    assert flows <= {file.name.partition(".")[0] for file in FILES}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_holds(scenario):
    outcome = play(scenario)
    assert outcome.passed, failure_text(outcome)
