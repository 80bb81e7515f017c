"""Which scenarios `mockstudio test` plays, and in which order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from mockstudio.config import Settings
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.model import Scenario
from mockstudio.contracts.scenario.selection import selector
from mockstudio.errors import Problem, ScenarioFileError, UsageError

PATTERN: Final = "*.scenario.yaml"
LARGEST_SEED: Final = 1_000_000


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Return the scenario files below folders, and the files that are named.

    Args:
        paths: none for the current folder.

    Raises:
        UsageError: there are none.
    """
    found: dict[Path, None] = {}
    for path in paths or [Path()]:
        found |= dict.fromkeys(sorted(path.rglob(PATTERN)) if path.is_dir() else [path])
    if not found:
        where = ", ".join(f"'{path}'" for path in paths) or "this folder"
        raise UsageError(f"no {PATTERN} below {where}; `mockstudio init example` writes one")
    return list(found)


def read_files(files: Iterable[Path], settings: Settings) -> list[Scenario]:
    """Return the scenarios of all files; raises ScenarioFileError with the problems of all."""
    scenarios: list[Scenario] = []
    problems: dict[Problem, None] = {}
    for file in files:
        try:
            scenarios += read_scenarios(file, settings)
        except ScenarioFileError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioFileError(problems)
    return scenarios


def chosen(scenarios: list[Scenario], expression: str | None) -> list[Scenario]:
    """Return the scenarios that words choose; raises UsageError when they fit none."""
    if expression is None:
        return scenarios
    fitting = list(filter(selector(expression), scenarios))
    if not fitting:
        raise UsageError(f"-k '{expression}' fits none of {len(scenarios):,} scenarios")
    return fitting


def shuffled(scenarios: Sequence[Scenario], seed: int) -> list[Scenario]:
    """Return scenarios in the order that belongs to a seed."""
    return random.Random(seed).sample(list(scenarios), len(scenarios))
