"""A bar that grows while something is done, where a person looks on."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from typing import TypeVar

T = TypeVar("T")


def with_progress(items: Iterable[T], total: int, what: str) -> Generator[T]:
    """Yield items, and show how many there were on the standard error if it is a terminal.

    What is printed meanwhile comes above the bar, which is gone at the end.

    Args:
        items: as they come.
        total: how many there will be.
        what: they are, in the plural.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), what, TimeRemainingColumn())
    # A pipe or a file gets what is printed as it is; only a terminal has the bar in its way.
    is_shared = sys.stdout.isatty()
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=is_shared
    ) as progress:
        task = progress.add_task("", total=total)
        for item in items:
            yield item
            progress.advance(task)
