"""The sample flows' own scenarios, and the example's, all hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockstudio.contracts.coverage import coverage
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.reports.scenarios import failure_text

OUT_OF_REACH = {"pay.fail → sorry"}
"""Nothing that happens makes a URL that cannot be parsed of the one in the flow."""
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


def test_every_transition_of_the_sample_flows_is_taken():
    scenarios = [each.values[0] for each in SCENARIOS]
    covered = coverage(scenarios, map(play, scenarios)).of_flows
    samples = [each for each in covered if "fixtures" in each.flow.source]
    missed = {str(edge) for each in samples for edge in each.missed_edges}
    assert len(samples) == len(list(ROOT.glob("fixtures/*.flow.json")))
    assert missed == OUT_OF_REACH
