"""Runs of pytest inside the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.reports.recording import Recording
from mockstudio.sandbox import Sandbox
from mockstudio.server import serve_in_background

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(scope="session", autouse=True)
def all_is_imported() -> None:
    """Import whatever the runs inside will need.

    pytester forgets the modules that such a run was the first to import, and what is imported
    anew does not go together with what still knows the first copy.
    """
    for scenario in read_scenarios(FIXTURES / "order-status.scenario.yaml"):
        assert play(scenario).passed
    with Sandbox() as sandbox, serve_in_background(sandbox):
        assert sandbox.app
        assert str(Recording(sandbox)) == ""
