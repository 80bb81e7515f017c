"""`mockstudio test`: scenario files played, each scenario in a sandbox of its own."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from mockstudio.cli.options import settings_from
from mockstudio.cli.world import leave_refusals_to_the_command
from mockstudio.config import Settings
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.model import Scenario
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.contracts.scenario.play import play
from mockstudio.contracts.scenario.selection import selector
from mockstudio.errors import Problem, ScenarioFileError, UsageError
from mockstudio.reports.scenarios import ScenarioView

PATTERN: Final = "*.scenario.yaml"
_LARGEST_SEED: Final = 1_000_000
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "good": {"fg": "green"},
    "bad": {"fg": "red"},
    "head": {"bold": True},
    "": {},
}


@click.command("test")
@click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]..."
)
@click.option(
    "-k",
    "expression",
    metavar="WORDS",
    help="Play only what these words are in: 'timeout', 'stock and not timeout'.",
)
@click.option("-x", "--exitfirst", "stops", is_flag=True, help="Stop at the first failure.")
@click.option("--seed", type=int, metavar="NUMBER", help="Shuffle as in the run with this seed.")
@click.option("--in-order", is_flag=True, help="Play in the files' order instead of a random one.")
@click.option("-v", "--verbose", is_flag=True, help="A line for each scenario that passed as well.")
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write the outcomes as JUnit XML too.",
)
@click.option(
    "--var",
    "variables",
    multiple=True,
    metavar="NAME=VALUE",
    help="Fill the placeholder ${NAME} of the flows.",
)
@click.option("--profile", metavar="NAME", help="The set of limits: studio or studio-legacy.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change one limit, such as http-timeout=5s.",
)
def command(
    paths: tuple[Path, ...],
    expression: str | None,
    stops: bool,
    seed: int | None,
    in_order: bool,
    verbose: bool,
    junit: Path | None,
    **options: Any,
) -> int:
    """Play the scenarios of files, and of all *.scenario.yaml below folders.

    Without PATH, those below this folder. Each runs in a sandbox of its own and in virtual time.
    Exit codes: 0 all is as expected, 1 something is not, 2 a file is broken or there is none.
    """
    settings = settings_from(options)
    scenarios = _chosen(_read(_files(paths), settings), expression)
    _order(scenarios, seed, in_order)
    leave_refusals_to_the_command()
    view = ScenarioView(_write, verbose)
    began = time.perf_counter()
    outcomes = _play(scenarios, settings, view, stops)
    view.finish(time.perf_counter() - began, len(scenarios) - len(outcomes))
    if junit is not None:
        _write_junit(junit, outcomes)
    return int(not all(outcome.passed for outcome in outcomes))


def _files(paths: Sequence[Path]) -> list[Path]:
    """Return the scenario files; raises UsageError when there are none."""
    found: dict[Path, None] = {}
    for path in paths or [Path()]:
        found |= dict.fromkeys(sorted(path.rglob(PATTERN)) if path.is_dir() else [path])
    if not found:
        where = ", ".join(f"'{path}'" for path in paths) or "this folder"
        raise UsageError(f"no {PATTERN} below {where}; `mockstudio init example` writes one")
    return list(found)


def _read(files: Iterable[Path], settings: Settings) -> list[Scenario]:
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


def _chosen(scenarios: list[Scenario], expression: str | None) -> list[Scenario]:
    if expression is None:
        return scenarios
    chosen = list(filter(selector(expression), scenarios))
    if not chosen:
        raise UsageError(f"-k '{expression}' fits none of {len(scenarios):,} scenarios")
    return chosen


def _order(scenarios: list[Scenario], seed: int | None, in_order: bool) -> None:
    """Shuffle, and tell the seed by which the same order comes again."""
    if in_order:
        return
    drawn = random.randrange(_LARGEST_SEED) if seed is None else seed
    click.echo(f"order by --seed {drawn}", err=True)
    random.Random(drawn).shuffle(scenarios)


def _play(
    scenarios: Iterable[Scenario], settings: Settings, view: ScenarioView, stops: bool
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for outcome in map(partial(play, settings=settings), scenarios):
        outcomes.append(outcome)
        view(outcome)
        if stops and not outcome.passed:
            break
    return outcomes


def _write_junit(path: Path, outcomes: Sequence[Outcome]) -> None:
    from mockstudio.reports.junit import junit_xml

    try:
        path.write_text(junit_xml(outcomes), "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write '{path}': {error.strerror}") from error


def _write(line: str, style: str) -> None:
    click.secho(line, **_STYLES[style])
