"""`mockstudio draw`: a flow as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mockstudio.cli.options import settings_from, variables_option
from mockstudio.cli.world import only_flow
from mockstudio.errors import UsageError
from mockstudio.flows.unfilled import read_unfilled
from mockstudio.reports.picture.svg import flow_svg


@click.command("draw")
@click.argument("flow", required=False, type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the picture there instead of to the standard output.",
)
@variables_option("Fill the placeholder ${NAME} of the flow; it may stay open.")
def command(flow: Path | None, output: Path | None, **options: Any) -> None:
    """Draw FLOW (FILE or FILE#/json/pointer) as SVG.

    Without FLOW, the one that mockstudio.yaml names under `flows`.

    Widgets are where they are on Studio's canvas; those without a place come in rows below, by
    their distance from the trigger. Placeholders without a value stay as they are.
    """
    settings = settings_from(options)
    read = read_unfilled(flow or only_flow(settings), settings.variables)
    picture = flow_svg(read.loaded.flow)
    if output is None:
        click.echo(picture, nl=False)
    else:
        _write(output, picture)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write '{path}': {error.strerror}") from error
