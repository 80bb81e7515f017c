"""`mockstudio init`: a small working example in an empty folder."""

from __future__ import annotations

import shlex
from importlib.resources import files
from pathlib import Path

import click

from mockstudio.errors import UsageError

EXAMPLE = (
    "mockstudio.yaml",
    "greeting.flow.json",
    "hotline.flow.json",
    "customers.endpoints.yaml",
    "greeting.scenario.yaml",
)

TO_TRY = (
    "mockstudio run greeting.flow.json --message hi",
    "mockstudio run greeting.flow.json --message hi --play lookup=timeout",
    "mockstudio run hotline.flow.json --call",
    "mockstudio test",
    "mockstudio serve",
)


@click.command("init")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
def command(folder: Path) -> int:
    """Write two flows, endpoints, a scenario and settings into FOLDER, which must be empty."""
    if folder.exists() and any(entry.name != ".git" for entry in folder.iterdir()):
        raise UsageError(f"'{folder}' is not empty; give the name of a new folder")
    try:
        _write_example(folder)
    except OSError as error:
        raise UsageError(f"cannot write into '{folder}': {error.strerror}") from error
    click.echo("now try:", err=True)
    if folder != Path():
        click.echo(f"  cd {shlex.quote(str(folder))}", err=True)
    for line in TO_TRY:
        click.echo(f"  {line}", err=True)
    return 0


def _write_example(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in EXAMPLE:
        text = files("mockstudio.cli").joinpath("example", name).read_text("utf-8")
        (folder / name).write_text(text, "utf-8")
        click.echo(f"wrote {folder / name}", err=True)
