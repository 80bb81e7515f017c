"""`mockstudio test`: scenario files played, each scenario in a sandbox of its own."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import click

from mockstudio.cli import INTERRUPTED
from mockstudio.cli.annotations import annotate
from mockstudio.cli.interruption import Interruption
from mockstudio.cli.last_failed import LastFailed
from mockstudio.cli.options import limit_options, settings_from, variables_option
from mockstudio.cli.progress import with_progress
from mockstudio.cli.scenario_files import (
    LARGEST_SEED,
    broken_files,
    chosen,
    find_files,
    read_files,
    shuffled,
)
from mockstudio.cli.scenario_reports import Reports, report_options
from mockstudio.cli.world import leave_refusals_to_the_command
from mockstudio.config import Settings
from mockstudio.contracts.coverage import coverage
from mockstudio.contracts.scenario.batch import play_all
from mockstudio.contracts.scenario.model import Scenario
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.errors import ScenarioFileError
from mockstudio.reports.scenarios import ScenarioView

WORTH_A_PROCESS: Final = 40
"""So many scenarios take about as long as another process takes to start."""


def _processes(context: click.Context, parameter: click.Parameter, text: str) -> int | None:
    """Return the number of processes, None for as many as are worth it."""
    if text == "auto":
        return None
    if not (text.isdecimal() and int(text)):
        raise click.BadParameter(f"'{text}' is neither a number from 1 nor auto")
    return int(text)


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
@click.option(
    "--last-failed",
    "--lf",
    "only_failed",
    is_flag=True,
    help="Play only what failed last time; all of it when nothing did.",
)
@click.option("-x", "--exitfirst", "stops", is_flag=True, help="Stop at the first failure.")
@click.option(
    "-n",
    "processes",
    default="1",
    callback=_processes,
    metavar="NUMBER",
    help="Play in so many processes at once; auto for as many as are worth it.",
)
@click.option("--seed", type=int, metavar="NUMBER", help="Shuffle as in the run with this seed.")
@click.option("--in-order", is_flag=True, help="Play in the files' order instead of a random one.")
@click.option("-v", "--verbose", is_flag=True, help="A line for each scenario that passed as well.")
@report_options
@variables_option()
@limit_options
def command(
    paths: tuple[Path, ...],
    expression: str | None,
    only_failed: bool,
    stops: bool,
    processes: int | None,
    seed: int | None,
    in_order: bool,
    verbose: bool,
    **options: Any,
) -> int:
    """Play the scenarios of files, and of all *.scenario.yaml below folders.

    Without PATH, those below this folder. Each runs in a sandbox of its own and in virtual time.
    Exit codes: 0 all is as expected, 1 something is not, 2 a file is broken or there is none.
    """
    settings = settings_from(options)
    reports = Reports.of(options)
    reports.prepare()
    last_failed = LastFailed(Path())
    scenarios = chosen(_read(paths, settings, reports), expression)
    if only_failed:
        scenarios = _only_failed(scenarios, last_failed)
    scenarios = _in_order(scenarios, seed, in_order)
    view = ScenarioView(reports.talk, verbose)
    began = time.perf_counter()
    with Interruption() as interruption:
        playing = _play(scenarios, settings, processes or _worth_it(scenarios))
        outcomes = _watched(playing, view, stops, interruption)
    real_seconds = time.perf_counter() - began
    view.finish(real_seconds, len(scenarios) - len(outcomes))
    last_failed.note(outcomes)
    covered = coverage(scenarios, outcomes).of_flows
    is_enough = reports.print_coverage(covered)
    reports.write(outcomes, covered, real_seconds)
    annotate(lambda annotations: annotations.of_outcomes(outcomes), err=reports.takes_stdout)
    if interruption.is_asked:
        return INTERRUPTED
    return int(not is_enough or not all(outcome.passed for outcome in outcomes))


def _read(paths: Sequence[Path], settings: Settings, reports: Reports) -> list[Scenario]:
    """Return all scenarios; when a file is broken, reports say so before this does."""
    try:
        return read_files(find_files(paths), settings)
    except ScenarioFileError as error:
        problems = error.problems
        reports.write(broken_files(problems), (), real_seconds=0.0)
        annotate(lambda annotations: annotations.of_problems(problems), err=reports.takes_stdout)
        raise


def _only_failed(scenarios: list[Scenario], last_failed: LastFailed) -> list[Scenario]:
    failed = last_failed.among(scenarios)
    told = f"the {len(failed):,} that failed last" if failed else "all: none of these failed last"
    click.echo(f"playing {told}", err=True)
    return failed or scenarios


def _in_order(scenarios: list[Scenario], seed: int | None, in_order: bool) -> list[Scenario]:
    """Return scenarios as they are to be played, and tell the seed that gives the order again."""
    if in_order:
        return scenarios
    drawn = random.randrange(LARGEST_SEED) if seed is None else seed
    click.echo(f"order by --seed {drawn}", err=True)
    return shuffled(scenarios, drawn)


def _worth_it(scenarios: Sequence[Scenario]) -> int:
    """Return so many processes that each has more to play than its own start takes."""
    return max(1, min(os.cpu_count() or 1, len(scenarios) // WORTH_A_PROCESS))


def _play(scenarios: Sequence[Scenario], settings: Settings, processes: int) -> Generator[Outcome]:
    leave_refusals_to_the_command()
    playing = play_all(scenarios, settings, processes, leave_refusals_to_the_command)
    with closing(playing), closing(with_progress(playing, len(scenarios), "scenarios")) as shown:
        yield from shown


def _watched(
    playing: Generator[Outcome], view: ScenarioView, stops: bool, interruption: Interruption
) -> list[Outcome]:
    """Show outcomes as they come; end at Ctrl-C, and at the first failure if that is wanted."""
    outcomes: list[Outcome] = []
    with closing(playing):
        for outcome in playing:
            outcomes.append(outcome)
            view(outcome)
            if interruption.is_asked or (stops and not outcome.passed):
                break
    return outcomes
