"""Many scenarios played, one after the other or by several processes at once."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial

from mockstudio.config import Settings
from mockstudio.contracts.scenario.model import Scenario
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.contracts.scenario.play import play
from mockstudio.errors import RunError

_PORTIONS_EACH = 4
"""Into so many portions the work of a process is cut, so that none waits long for the others."""
_LARGEST_PORTION = 25
"""Scenarios, so that outcomes are seen soon."""

Portion = tuple[Scenario, ...]


def play_all(
    scenarios: Sequence[Scenario],
    settings: Settings,
    processes: int = 1,
    begin: Callable[[], None] | None = None,
) -> Generator[Outcome]:
    """Play scenarios and yield what becomes of each.

    One process plays them in their order; of several, outcomes come as they are ready. Closing the
    iterator ends it: what has not begun is not played.

    Args:
        scenarios: each runs in a sandbox of its own.
        settings: of all sandboxes.
        processes: how many play at once; 1 for this one.
        begin: called once in each other process.

    Raises:
        RunError: a process has died.
    """
    portions = _portions(scenarios, processes)
    if processes == 1 or len(portions) < 2:
        yield from map(partial(play, settings=settings), scenarios)
        return
    with ProcessPoolExecutor(
        min(processes, len(portions)),
        # The only way to start one that does the same wherever Python runs.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(begin,),
    ) as pool:
        with _deaf_children():
            work = [pool.submit(_play_portion, portion, settings) for portion in portions]
        try:
            yield from _outcomes(work)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _outcomes(work: Sequence[Future[tuple[Outcome, ...]]]) -> Iterator[Outcome]:
    try:
        for done in as_completed(work):
            yield from done.result()
    except BrokenProcessPool as error:
        raise RunError(
            "a process that played scenarios has died; play them without -n to see at which"
        ) from error


def _portions(scenarios: Sequence[Scenario], processes: int) -> list[Portion]:
    size = min(_LARGEST_PORTION, max(1, len(scenarios) // (processes * _PORTIONS_EACH)))
    return [tuple(scenarios[at : at + size]) for at in range(0, len(scenarios), size)]


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Have processes that start meanwhile never hear Ctrl-C: the first process ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(begin: Callable[[], None] | None) -> None:
    """Leave Ctrl-C to the first process, also where nothing has masked it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if begin is not None:
        begin()


def _play_portion(portion: Portion, settings: Settings) -> tuple[Outcome, ...]:
    return tuple(play(scenario, settings) for scenario in portion)
