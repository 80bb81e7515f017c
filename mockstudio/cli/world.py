"""The sandbox that a command's options describe."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click

from mockstudio.clock import Clock
from mockstudio.config import Settings, pairs
from mockstudio.errors import UsageError
from mockstudio.flows import webhook
from mockstudio.flows.definition import LoadedFlow
from mockstudio.flows.routes import parse_route
from mockstudio.sandbox import Sandbox

STUB_HINT = "to stand in for every URL of the flow that no endpoint covers, add --stub"


def build_sandbox(
    settings: Settings,
    clock: Clock,
    options: dict[str, Any],
    endpoint_files: Sequence[Path],
    flow_files: Sequence[Path],
) -> Sandbox:
    """Return a sandbox with the flows and endpoints that options and settings name.

    The settings' number is set to the first of the flow files.

    Raises:
        DocumentError: a file is broken.
        UsageError: an option is.
        UnknownNameError: `--play` names an endpoint or outcome that there is none of.
    """
    sandbox = Sandbox(settings, clock, [parse_route(text) for text in options["routes"]])
    if options.get("stub") is False:
        sandbox.router.hints = (STUB_HINT,)
    sandbox.load_endpoints(*each_once([*settings.endpoints, *endpoint_files]))
    subflows = [sandbox.load_flow(path, sid) for sid, path in settings.subflows.items()]
    flows = [sandbox.load_flow(path) for path in flow_files]
    for loaded in (*subflows, *flows):
        _warn(loaded)
        if options.get("stub"):
            sandbox.stub(loaded.flow)
    if flows:
        sandbox.bind(flows[0].flow)
    for name, outcome in pairs("--play", options.get("plays", ()), "ENDPOINT=OUTCOME").items():
        sandbox.endpoints.play(name, outcome)
    return sandbox


def only_flow(settings: Settings) -> Path:
    """Return the one flow that the settings name, for a command that is given none.

    Raises:
        UsageError: they name none, or several.
    """
    if len(settings.flows) == 1:
        return settings.flows[0]
    if settings.flows:
        found = ", ".join(str(path) for path in settings.flows)
        raise UsageError(f"name the FLOW; there are several: {found}")
    command = click.get_current_context().info_name
    raise UsageError(
        f"name the FLOW, such as `mockstudio {command} flow.json`; `mockstudio init example` "
        "writes a small working example into a new folder"
    )


def each_once(paths: Sequence[Path]) -> list[Path]:
    """Return each file once, however it is written: settings and options may name the same."""
    return list({path.resolve(): path for path in reversed(paths)}.values())[::-1]


def _warn(loaded: LoadedFlow) -> None:
    for warning in loaded.warnings:
        click.echo(f"warning: {warning}", err=True)


def serving(sandbox: Sandbox, real_time: bool) -> AbstractContextManager[Any]:
    """Return a server for the endpoints while a run lasts, or nothing under a virtual clock."""
    if not real_time:
        leave_refusals_to_the_command()
        return nullcontext()
    from mockstudio.server import serve_in_background

    return serve_in_background(sandbox)


def leave_refusals_to_the_command() -> None:
    """Keep the log from telling what stopped a flow: in virtual time the command does at once."""
    log = logging.getLogger(webhook.__name__)
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def log_to_stderr(level: int) -> None:
    """Show the log from this level on where people talk, not where data goes."""
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(message)s", datefmt="%H:%M:%S"
    )
