"""The command line: a file per command, each loaded only when it is used."""

from __future__ import annotations

import importlib
import io
import os
import sys
from dataclasses import dataclass

import click

from mockstudio.errors import MockstudioError, did_you_mean
from mockstudio.version import VERSION

INTERNAL_ERROR = 3
INTERRUPTED = 130


@dataclass(frozen=True)
class LazyCommand:
    """Where a command lives.

    Attributes:
        module: under this package; it has an attribute `command`.
        summary: the line in `mockstudio --help`.
    """

    module: str
    summary: str


COMMANDS = {
    "run": LazyCommand("run", "Talk to a flow in the terminal; shows each step and verdict."),
    "serve": LazyCommand("serve", "Serve endpoints, flows' webhooks, REST and control API."),
    "exec": LazyCommand("exec", "Run a program that uses Twilio against the sandbox, unchanged."),
    "twiml": LazyCommand("twiml", "Check a TwiML document and play it."),
    "test": LazyCommand("scenarios", "Play scenario files and say what is not as expected."),
    "matrix": LazyCommand("matrix", "Play every outcome at every HTTP widget of a flow."),
    "lint": LazyCommand("lint", "Find mistakes in flows that can be seen without running them."),
    "check": LazyCommand("check", "Say what Studio would make of a live endpoint, and why."),
    "verify": LazyCommand("verify", "Say whether a live service still answers as scripted."),
    "record": LazyCommand("record", "Record what live services answer as an endpoint file."),
    "draw": LazyCommand("draw", "Draw a flow as SVG, as Studio's canvas shows it."),
    "init": LazyCommand("init", "Write a small working example into an empty folder."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"mockstudio.cli.{COMMANDS[cmd_name].module}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command when there is none of that name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"no command '{args[0]}'{hint} (known: {', '.join(COMMANDS)})")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="mockstudio")
def cli() -> None:
    """Twilio Studio's world on a laptop.

    Exit codes: 0 fine, 1 a run failed, 2 usage or a broken file, 3 internal error, 4 an address
    could not be bound or reached, 130 interrupted.
    """


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without our signs shows question marks, which beats an error.
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code; errors go to stderr without a traceback."""
    try:
        # click itself knows nothing of https://no-color.org
        color = False if os.environ.get("NO_COLOR") else None
        result = cli.main(arguments, "mockstudio", standalone_mode=False, color=color)
    except MockstudioError as error:
        return _say(f"error: {error}", error.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted", INTERRUPTED)
    except OSError as error:
        return _say(f"error: {error.strerror or error}", 1)
    except Exception as error:
        import logging

        logging.getLogger("mockstudio").debug("internal error", exc_info=True)
        return _say(f"internal error: {type(error).__name__}: {error}", INTERNAL_ERROR)
    return result if isinstance(result, int) else 0


def _say(text: str, exit_code: int) -> int:
    click.echo(text, err=True)
    return exit_code
