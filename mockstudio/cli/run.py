"""`mockstudio run`: a conversation with a flow in the terminal, or unattended."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import click

from mockstudio.cli.conversation import Conversation
from mockstudio.cli.options import (
    endpoints_option,
    format_option,
    settings_from,
    shared_options,
)
from mockstudio.cli.prompt import Prompt
from mockstudio.cli.run_output import FORMATS, Output, finished_anyway
from mockstudio.cli.talk import Talk
from mockstudio.cli.world import build_sandbox, only_flow, serving
from mockstudio.clock import Clock, SystemClock, VirtualClock
from mockstudio.config import pairs
from mockstudio.errors import UsageError


@click.command("run")
@click.argument("flow", type=click.Path(path_type=Path), required=False)
@endpoints_option()
@click.option("--message", "first_message", metavar="TEXT", help="Begin with this message.")
@click.option("--call", is_flag=True, help="Begin with a call from the person.")
@click.option(
    "--request",
    multiple=True,
    metavar="NAME=VALUE",
    help="Begin as the REST API does, with this in flow.data.",
)
@click.option("--real-time", is_flag=True, help="Let time pass, and call over real HTTP.")
@format_option(FORMATS)
@click.option(
    "--verbose",
    is_flag=True,
    help="Show what is sent, how answers begin, and documents whole.",
)
@shared_options
def command(
    flow: Path | None,
    endpoint_files: tuple[Path, ...],
    first_message: str | None,
    call: bool,
    request: tuple[str, ...],
    real_time: bool,
    form: str,
    verbose: bool,
    **options: Any,
) -> int:
    """Run FLOW, an exported definition (FILE or FILE#/json/pointer).

    Without FLOW, the one that mockstudio.yaml names under `flows`.

    What the person types reaches the flow as a message; in a call, digits, * and # are pressed
    and all else is said, as soon as the flow asks. Lines that begin with a colon are for
    mockstudio: `:help` lists them.

    With piped input, or none, the run is unattended: when the input ends, the person stays silent
    and time passes until the flow ends; with --real-time only until the call is over.
    """
    if sum((first_message is not None, call, bool(request))) > 1:
        raise UsageError("give one of --message, --call and --request")
    clock: Clock = SystemClock() if real_time else VirtualClock()
    output = Output(form, clock, verbose)
    settings = settings_from(options)
    flow_file = flow or only_flow(settings)
    with build_sandbox(settings, clock, options, endpoint_files, [flow_file]) as sandbox:
        prompt = Prompt(output.listener)
        sandbox.listen(prompt)
        output.follow(sandbox.endpoints)
        run = sandbox.library.flows[-1]
        conversation = Conversation(sandbox, sandbox.number_of(run))
        with finished_anyway(lambda: _finish(conversation, output)), serving(sandbox, real_time):
            if request:
                sandbox.request(pairs("--request", request), run)
            else:
                _begin(conversation, first_message, call)
            Talk(conversation, output, prompt).take(sys.stdin or io.StringIO())
        for route in sandbox.router.unused:
            output.say(f"warning: no URL of this run followed the route {route.pattern}")
        return output.finish(conversation.execution, conversation.calls)


def _finish(conversation: Conversation, output: Output) -> None:
    """Print how far the run has come, if it has begun."""
    if conversation.execution is not None or conversation.calls:
        output.finish(conversation.execution, conversation.calls)


def _begin(conversation: Conversation, message: str | None, call: bool) -> None:
    if call:
        conversation.call()
    elif message is not None:
        conversation.send(message)
