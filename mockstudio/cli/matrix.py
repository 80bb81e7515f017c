"""`mockstudio matrix`: every HTTP widget of a flow times every outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click

from mockstudio.cli.options import endpoints_option, format_option, settings_from, stubbed_options
from mockstudio.cli.world import build_sandbox, only_flow
from mockstudio.clock import VirtualClock
from mockstudio.contracts.matrix.inputs import TRIGGERS
from mockstudio.contracts.matrix.matrix import make_matrix
from mockstudio.contracts.matrix.model import FINDINGS, Matrix
from mockstudio.contracts.matrix.whole import missing_subflows
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.errors import UnknownNameError
from mockstudio.flows.model import Flow
from mockstudio.reports.matrix import as_json, as_text
from mockstudio.reports.matrix_html import as_html
from mockstudio.sandbox import Sandbox

FORMATS: Final[Mapping[str, Callable[[Matrix], str]]] = MappingProxyType(
    {"text": as_text, "json": as_json, "html": as_html}
)

ALL: Final = "all"
"""Stands for every finding."""


@click.command("matrix")
@click.argument("flow", required=False, type=click.Path(path_type=Path))
@endpoints_option("An endpoint file; every URL that none covers is stubbed.")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="NAME",
    help="Play only this outcome; may be given again. All by default.",
)
@click.option(
    "--trigger",
    "triggers",
    multiple=True,
    type=click.Choice(TRIGGERS),
    metavar="EVENT",
    help="Start only with this event, such as incomingCall; may be given again. "
    "All that are wired by default.",
)
@click.option(
    "--fail-on",
    metavar="ID[,ID]",
    default="",
    help=f"Exit with 1 if one of these is found: {', '.join(FINDINGS)}; or {ALL}: any of them.",
)
@format_option(FORMATS)
@stubbed_options
def command(
    flow: Path | None,
    endpoint_files: tuple[Path, ...],
    outcomes: tuple[str, ...],
    triggers: tuple[str, ...],
    fail_on: str,
    form: str,
    **options: Any,
) -> int:
    """Drive FLOW (FILE or FILE#/json/pointer) to every HTTP widget, and play every outcome there.

    Without FLOW, the one that mockstudio.yaml names under `flows`.

    Those of its subflows are HTTP widgets of it, too: give their exports with --subflow.

    For each outcome it says which transition is taken and why, and where the contact ends up:
    what is heard or read last, what is waited for or why the execution ends. What its author
    should know is listed under the tables, by id: see --fail-on.
    """
    wanted = _findings(fail_on)
    settings = settings_from(options)
    flows, stubbed = [flow or only_flow(settings)], {**options, "stub": True}
    with build_sandbox(settings, VirtualClock(), stubbed, endpoint_files, flows) as sandbox:
        played = _known("outcome", outcomes, _outcomes(sandbox.endpoints))
        run = sandbox.library.flows[-1]
        _warn_of_missing_subflows(sandbox, run)
        matrix = make_matrix(sandbox, run, played or OUTCOME_NAMES, triggers)
    click.echo(FORMATS[form](matrix))
    return int(_has(matrix, wanted))


def _warn_of_missing_subflows(sandbox: Sandbox, flow: Flow) -> None:
    for widget, sid in missing_subflows(flow, sandbox.library).items():
        click.echo(
            f"warning: widget '{widget}' runs flow {sid}, which is not loaded: it takes 'failed'; "
            f"give its export with --subflow {sid}=FILE",
            err=True,
        )


def _known(what: str, names: Iterable[str], valid: Iterable[str]) -> tuple[str, ...]:
    """Return names without blanks around them; raises UnknownNameError."""
    stripped = tuple(name.strip() for name in names)
    known = tuple(valid)
    for name in stripped:
        if name not in known:
            raise UnknownNameError(what, name, known)
    return stripped


def _findings(ids: str) -> tuple[str, ...]:
    """Return the ids that a text names, with commas between; raises UnknownNameError."""
    named = _known("finding", filter(str.strip, ids.split(",")), (*FINDINGS, ALL))
    return tuple(FINDINGS) if ALL in named else named


def _outcomes(endpoints: Endpoints) -> tuple[str, ...]:
    """Return the names of all outcomes that some endpoint has."""
    own = (name for endpoint in endpoints.definitions for name in endpoint.outcomes)
    return tuple(dict.fromkeys((*OUTCOME_NAMES, *own)))


def _has(matrix: Matrix, ids: Iterable[str]) -> bool:
    return bool(set(ids) & {finding.id for finding in matrix.findings})
