"""Options that several commands share, and the settings they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from mockstudio.config import Settings, load_settings, pairs
from mockstudio.errors import UsageError

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def variables_option(text: str = "Fill the placeholder ${NAME} of the flows.") -> Decorator:
    """Return the option that fills placeholders: `variables`.

    Args:
        text: its help.
    """
    return click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help=text)


_OF_LIMITS: tuple[Decorator, ...] = (
    click.option(
        "--profile", metavar="NAME", help="The set of limits: studio (default) or studio-legacy."
    ),
    click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=VALUE",
        help="Change one limit, such as http-timeout=5s.",
    ),
)
_PLAY: Decorator = click.option(
    "--play",
    "plays",
    multiple=True,
    metavar="ENDPOINT=OUTCOME",
    help="Let an endpoint play an outcome, such as lookup=timeout.",
)
_STUB: Decorator = click.option(
    "--stub", is_flag=True, help="Stand in for every URL that no endpoint covers."
)
_OF_A_WORLD: tuple[Decorator, ...] = (
    click.option(
        "--route",
        "routes",
        multiple=True,
        metavar="FROM=TO",
        help="Send a URL elsewhere: 'https://x.twil.io/*=http://localhost:3000/*'.",
    ),
    click.option(
        "--result",
        "results",
        multiple=True,
        metavar="WHAT=RESULT[,RESULT]",
        help="What the world outside decides, in order: Dial=busy, or Dial=busy,answered.",
    ),
    click.option("--fallback-url", metavar="URL", help="What Twilio asks when a webhook fails."),
    *_OF_LIMITS,
    click.option(
        "--seed", type=int, metavar="NUMBER", help="Draw other random delays; 0 by default."
    ),
)
_OF_A_FLOW: tuple[Decorator, ...] = (
    variables_option("Fill the placeholder ${NAME} of the flow."),
    click.option(
        "--subflow",
        "subflows",
        multiple=True,
        metavar="SID=FILE",
        help="The flow that Run Subflow widgets call by this SID.",
    ),
)

_TAKEN_AS_THEY_ARE = ("profile", "seed", "host", "port", "verify_signatures", "fallback_url")

_MAPPINGS = (
    ("variables", "--var", "NAME=VALUE"),
    ("limits", "--limit", "NAME=VALUE"),
    ("subflows", "--subflow", "SID=FILE"),
)


def shared_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a flow's world is made."""
    return _with((_PLAY, *_OF_A_WORLD, _STUB, *_OF_A_FLOW), function)


def stubbed_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add those options but for what endpoints play, which the command knows."""
    return _with((*_OF_A_WORLD, *_OF_A_FLOW), function)


def world_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how a world without flows is made."""
    return _with((_PLAY, *_OF_A_WORLD), function)


def limit_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what Studio and Twilio allow."""
    return _with(_OF_LIMITS, function)


def endpoints_option(
    text: str = "An endpoint file, besides those of mockstudio.yaml.",
) -> Decorator:
    """Return the option that names endpoint files: `endpoint_files`.

    Args:
        text: its help.
    """
    return click.option(
        "--endpoints",
        "endpoint_files",
        multiple=True,
        type=EXISTING_FILE,
        metavar="FILE",
        help=text,
    )


def format_option(formats: Iterable[str] = ("text", "json")) -> Decorator:
    """Return the option that says how the result is printed: `form`, one of these, else text."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(list(formats)),
        default="text",
        show_default=True,
        help="What goes to the standard output.",
    )


def _with(options: Iterable[Decorator], function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(tuple(options)):
        function = option(function)
    return function


def other_command(command: str, rule_id: str) -> UsageError:
    """Return what to say of a rule that another command has."""
    asked = f"mockstudio {command} --explain {rule_id}"
    return UsageError(f"{rule_id} is a rule of `mockstudio {command}`: ask `{asked}`")


def settings_from(options: dict[str, Any]) -> Settings:
    """Return the settings that options, environment and `mockstudio.yaml` make together.

    Args:
        options: what the shared options hold, and others named as settings are.
    """
    given: dict[str, Any] = {name: options[name] for name in _TAKEN_AS_THEY_ARE if name in options}
    for name, option, expected in _MAPPINGS:
        if options.get(name):
            given[name] = pairs(option, options[name], expected)
    if options.get("results"):
        given["results"] = _results(options["results"])
    present = {name: value for name, value in given.items() if value is not None}
    return load_settings(present, os.environ, Path.cwd())


def _results(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return what `--result` says; options about the same thing follow each other."""
    found: dict[str, list[str]] = {}
    for text in texts:
        what, _, names = text.partition("=")
        results = [name.strip() for name in names.split(",")]
        if not what or not all(results):
            raise UsageError(
                f"--result '{text}': expected WHAT=RESULT[,RESULT], such as Dial=busy,answered"
            )
        found.setdefault(what.strip(), []).extend(results)
    return found
