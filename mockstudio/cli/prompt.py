"""The line a person types on, which what happens meanwhile does not garble."""

from __future__ import annotations

import contextlib
import sys
import threading

import click

from mockstudio.events import Event, Listener

PROMPT = "you> "


class Prompt:
    """Asks for lines, and passes events on to a listener that prints them.

    Under a running clock things happen while somebody types: the line is taken away, what happens
    is shown, and the line stands below it again with what was typed so far.

    Args:
        listener: prints the events.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._is_asking = False
        self._printing = threading.Lock()
        with contextlib.suppress(ImportError):  # absent on Windows
            # Gives `input` arrow keys and a history.
            import readline  # noqa: F401

    def ask(self) -> str:
        """Return the next line.

        Raises:
            EOFError: the person has ended the input.
            KeyboardInterrupt: the person wants no more.
        """
        self._is_asking = True
        try:
            return _read_line()
        except (EOFError, KeyboardInterrupt):
            click.echo(err=True)
            raise
        finally:
            self._is_asking = False

    def __call__(self, event: Event) -> None:
        """Pass an event on; one at a time, whichever threads they come from."""
        with self._printing:
            # Where only data is printed, nothing comes in the way of the prompt.
            if not self._is_asking or not sys.stdout.isatty():
                self._listener(event)
                return
            line = PROMPT + _typed()
            _print(f"\r{' ' * len(line)}\r")
            self._listener(event)
            _print(line)


def _read_line() -> str:
    if sys.stdout.isatty():
        return input(PROMPT)
    # `input` would write it to the standard output, which holds data only.
    click.echo(PROMPT, nl=False, err=True)
    return input()


def _print(text: str) -> None:
    click.echo(text, nl=False)


def _typed() -> str:
    """Return what stands on the line so far, where that is known."""
    readline = sys.modules.get("readline")
    return str(readline.get_line_buffer()) if readline else ""
