"""The line a person types on, which what happens meanwhile does not garble."""

from __future__ import annotations

import contextlib
import sys

import click

from mockstudio.events import Event, Listener
from mockstudio.flows.events import Ended, Waiting

PROMPT = "you> "


class Prompt:
    """Asks for lines, and passes run events on to a listener that prints them.

    Under a running clock a time-out may come while somebody types: its events are shown below the
    line, and then the prompt again with what was typed so far.

    Args:
        listener: prints the events.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._is_asking = False
        self._is_interrupted = False
        with contextlib.suppress(ImportError):  # absent on Windows
            # Gives `input` arrow keys and a history.
            import readline  # noqa: F401

    def ask(self) -> str:
        """Return the next line.

        Raises:
            EOFError: the person has ended the input.
        """
        self._is_asking = True
        try:
            return _read_line()
        except EOFError:
            click.echo(err=True)
            raise
        finally:
            self._is_asking = False

    def __call__(self, event: Event) -> None:
        """Pass an event on."""
        if not self._is_asking:
            self._listener(event)
            return
        if not self._is_interrupted:
            self._is_interrupted = True
            _write("\n")
        self._listener(event)
        if isinstance(event, Waiting | Ended):
            self._is_interrupted = False
            _write(PROMPT + _typed())


def _read_line() -> str:
    if sys.stdout.isatty():
        return input(PROMPT)
    # `input` would write it to the standard output, which holds data only.
    _write(PROMPT)
    return input()


def _write(text: str) -> None:
    click.echo(text, nl=False, err=not sys.stdout.isatty())


def _typed() -> str:
    """Return what stands on the line so far, where that is known."""
    readline = sys.modules.get("readline")
    return str(readline.get_line_buffer()) if readline else ""
