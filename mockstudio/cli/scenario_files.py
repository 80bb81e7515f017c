"""Which scenarios `mockstudio test` plays, and in which order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from mockstudio.config import Settings
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.model import Place, Scenario
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.contracts.scenario.selection import selector
from mockstudio.errors import Problem, ScenarioFileError, UsageError

PATTERN: Final = "*.scenario.yaml"
LARGEST_SEED: Final = 1_000_000


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Return the scenario files below folders, and the files that are named.

    Hidden folders, virtual environments and node_modules are passed over.

    Args:
        paths: none for the current folder.

    Raises:
        UsageError: there are none.
    """
    found: dict[Path, None] = {}
    for path in paths or [Path()]:
        found |= dict.fromkeys(sorted(_below(path)) if path.is_dir() else [path])
    if not found:
        where = ", ".join(f"'{path}'" for path in paths) or "this folder"
        raise UsageError(f"no {PATTERN} below {where}; `mockstudio init example` writes one")
    return list(found)


def _below(folder: Path) -> Iterator[Path]:
    """Iterate over the scenario files of a project, not over those of what it has installed."""
    for path in folder.iterdir():
        if not path.is_dir():
            if path.match(PATTERN):
                yield path
        elif not path.is_symlink() and not _is_foreign(path):
            yield from _below(path)


def _is_foreign(folder: Path) -> bool:
    is_hidden = folder.name.startswith(".")
    return is_hidden or folder.name == "node_modules" or (folder / "pyvenv.cfg").exists()


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


def broken_files(problems: Iterable[Problem]) -> list[Outcome]:
    """Return for each file with mistakes an outcome that tells them, for reports."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file or "", []).append(problem)
    return [
        Outcome(
            "the file can be used",
            Place(file, listed[0].line or 0),
            error="\n".join(map(str, listed)),
        )
        for file, listed in by_file.items()
    ]


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
