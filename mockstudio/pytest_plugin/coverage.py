"""What of flows ran in all tests of a pytest run, whatever process they ran in."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from mockstudio.contracts.coverage import Coverage, coverage
from mockstudio.contracts.scenario.model import Scenario
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.events import Event
from mockstudio.flows.events import StepEntered, Transitioned
from mockstudio.reports.coverage_text import below_floor, coverage_lines
from mockstudio.sandbox import Sandbox

TITLE: Final = "coverage of flows"
_OUTPUT: Final = "mockstudio_coverage"


class CoveragePlugin:
    """Adds up what ran, and tells it at the end.

    Args:
        config: of the run.
        floor: percent of each flow's transitions that must have run, or None.
    """

    def __init__(self, config: pytest.Config, floor: float | None) -> None:
        self._worker_output: dict[str, Any] | None = getattr(config, "workeroutput", None)
        self._floor = floor
        self._coverage = Coverage()

    @contextmanager
    def counting(self, sandbox: Sandbox) -> Iterator[None]:
        """Count what runs in a sandbox meanwhile."""
        events: list[StepEntered | Transitioned] = []

        def note(event: Event) -> None:
            if isinstance(event, StepEntered | Transitioned):
                events.append(event)

        sandbox.listen(note)
        yield
        self._count(sandbox, events)

    def count(self, scenario: Scenario, outcome: Outcome) -> None:
        """Count what ran in a scenario."""
        self._coverage.add(coverage([scenario], [outcome]))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over to the process that started this one, or see to the floor."""
        if self._worker_output is not None:
            self._worker_output[_OUTPUT] = pickle.dumps(self._coverage)
        elif self._low and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a process of pytest-xdist has counted; one that died has nothing to tell."""
        counted = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if counted is not None:
            self._coverage.add(pickle.loads(counted))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell what ran of each flow, and which flow is below the floor."""
        terminalreporter.section(TITLE)
        for line in coverage_lines(self._coverage.of_flows):
            terminalreporter.write_line(line)
        for line in self._low:
            terminalreporter.write_line(line, red=True)

    @property
    def _low(self) -> list[str]:
        return below_floor(self._coverage.of_flows, self._floor or 0.0)

    def _count(self, sandbox: Sandbox, events: list[StepEntered | Transitioned]) -> None:
        """Count events of flows that came from files: the others are nobody's to cover."""
        flows = {f.sid: f for f in sandbox.library.flows if Path(f.source).is_file()}
        for event in events:
            of = flows.get(event.flow)
            if of is not None and isinstance(event, StepEntered):
                self._coverage.know(of)
                self._coverage.enter(of, event.widget)
            elif of is not None and isinstance(event, Transitioned):
                self._coverage.leave(of, event.widget, event.transition)
