"""Scenario files as files of tests: each scenario is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.model import Scenario
from mockstudio.contracts.scenario.play import play
from mockstudio.errors import ExpectationError, MockstudioError
from mockstudio.pytest_plugin import COVERAGE
from mockstudio.pytest_plugin.settings import settings_of
from mockstudio.reports.scenarios import failure_text


class ScenarioFile(pytest.File):
    """A scenario file; every mistake in it is one error of the collection."""

    def collect(self) -> Iterator[ScenarioItem]:
        """Read the file and yield its scenarios."""
        try:
            settings = settings_of(self.config)
            scenarios = read_scenarios(self.path, settings)
        except MockstudioError as error:
            raise self.CollectError(_with_short_path(str(error), self)) from None
        for scenario in scenarios:
            yield ScenarioItem.from_parent(
                self, name=scenario.name, scenario=scenario, settings=settings
            )


class ScenarioItem(pytest.Item):
    """One scenario.

    Args:
        scenario: which.
        settings: of its sandbox.
        keywords: as pytest has them.
    """

    def __init__(self, *, scenario: Scenario, settings: Settings, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._scenario = scenario
        self._settings = settings

    def runtest(self) -> None:
        """Play the scenario; raises ExpectationError when something is not as expected."""
        outcome = play(self._scenario, self._settings)
        covering = self.config.pluginmanager.get_plugin(COVERAGE)
        if covering is not None:
            covering.count(self._scenario, outcome)
        if not outcome.passed:
            raise ExpectationError(_with_short_path(failure_text(outcome), self))

    def repr_failure(  # noqa: D102 - as in pytest
        self, excinfo: pytest.ExceptionInfo[BaseException], *arguments: Any, **keywords: Any
    ) -> Any:
        if isinstance(excinfo.value, ExpectationError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *arguments, **keywords)

    def reportinfo(self) -> tuple[Path, int | None, str]:  # noqa: D102 - lines from 0
        line = self._scenario.place.line
        return self.path, line - 1 if line else None, self.name


def _with_short_path(text: str, node: pytest.File | pytest.Item) -> str:
    """Return a text in which the file is named as pytest names it."""
    return text.replace(str(node.path), node.nodeid.partition("::")[0])
