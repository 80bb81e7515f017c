"""The demo's scenarios notice when an edge of its flow leads elsewhere."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import pytest

from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play

FIXTURES = Path(__file__).parents[1] / "fixtures"
FLOW = json.loads((FIXTURES / "order-status.flow.json").read_text())
EDGES = [
    (at, number)
    for at, state in enumerate(FLOW["states"])
    for number, transition in enumerate(state["transitions"])
    if "next" in transition
]


def changed(at, number, target):
    """Return the flow with one edge that leads to another widget, or to nothing."""
    flow = copy.deepcopy(FLOW)
    transition = flow["states"][at]["transitions"][number]
    if target is None or transition["next"] == target:
        del transition["next"]
    else:
        transition["next"] = target
    return flow


@pytest.mark.parametrize("target", [None, "no_reply", "tell_open"])
@pytest.mark.parametrize(("at", "number"), EDGES)
def test_a_changed_edge_is_noticed(tmp_path, at, number, target):
    for name in ("order-status.endpoints.yaml", "order-status.scenario.yaml"):
        shutil.copy(FIXTURES / name, tmp_path)
    flow = json.dumps(changed(at, number, target))
    (tmp_path / "order-status.flow.json").write_text(flow)
    scenarios = read_scenarios(tmp_path / "order-status.scenario.yaml")
    assert not all(play(scenario).passed for scenario in scenarios)
