"""Annotations for the lines of a change, where GitHub Actions reads them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mockstudio.reports.github import Annotations


def annotate(made: Callable[[Annotations], Iterable[str]], *, err: bool = False) -> None:
    """Print annotations where GitHub Actions reads them, and nothing elsewhere.

    Args:
        made: makes them.
        err: whether they go to the standard error, where they are read as well.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    from mockstudio.reports.github import Annotations

    root = os.environ.get("GITHUB_WORKSPACE")
    for line in made(Annotations(Path(root) if root else None)):
        click.echo(line, err=err)
