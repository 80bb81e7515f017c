"""Scenarios written down in a test, read from a file and played."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.model import Scenario
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.contracts.scenario.play import play

FIXTURES = Path(__file__).parents[3] / "fixtures"


@pytest.fixture
def scenario_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a scenario file about one of the sample flows."""

    def write(*scenarios: dict[str, Any], flow: str = "order-status", **members: Any) -> Path:
        named = [{"name": f"number {n}", **each} for n, each in enumerate(scenarios, start=1)]
        data = {
            "flow": str(FIXTURES / f"{flow}.flow.json"),
            "endpoints": str(FIXTURES / f"{flow}.endpoints.yaml"),
            **members,
            "scenarios": named,
        }
        path = tmp_path / "a.scenario.yaml"
        path.write_text(json.dumps(data, indent=1))
        return path

    return write


@pytest.fixture
def scenarios(scenario_file: Callable[..., Path]) -> Callable[..., tuple[Scenario, ...]]:
    """Read scenarios that are written down."""
    return lambda *data, **members: read_scenarios(scenario_file(*data, **members))


@pytest.fixture
def outcome(scenarios: Callable[..., tuple[Scenario, ...]]) -> Callable[..., Outcome]:
    """Play one scenario that is written down."""

    def played(flow: str = "order-status", **scenario: Any) -> Outcome:
        (only,) = scenarios(scenario, flow=flow)
        return play(only)

    return played
