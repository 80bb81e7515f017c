"""What `mockstudio run` and `mockstudio twiml` print: text as it happens, or JSON."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from mockstudio.clock import Clock
from mockstudio.durations import format_duration
from mockstudio.endpoints.collection import Endpoints
from mockstudio.errors import MockstudioError
from mockstudio.events import Listener
from mockstudio.flows.engine import STOPPED
from mockstudio.flows.execution import Execution
from mockstudio.flows.stubs import STUB
from mockstudio.reports.json_lines import JsonDocument, JsonLines
from mockstudio.twiml.call import Call

if TYPE_CHECKING:
    from mockstudio.reports.terminal import TerminalView

FORMATS = ("text", "json", "ndjson")


class Output:
    """The output of one run.

    Args:
        form: text, json or ndjson.
        clock: the sandbox's; its time and real time are both shown.
        is_verbose: whether the text shows what is sent and what comes back.

    Attributes:
        listener: prints events.
        rename: makes of a transcript what is shown of it.
    """

    def __init__(self, form: str, clock: Clock, is_verbose: bool = False) -> None:
        self._form = form
        self._is_verbose = is_verbose
        self._clock = clock
        self._began = clock.monotonic()
        self._really_began = time.perf_counter()
        self._document = JsonDocument()
        self._view = self._new_view() if form == "text" else None
        self.rename: Callable[[str], str] = str
        self.listener: Listener = self._view or self._data_listener()

    def _data_listener(self) -> Listener:
        return self._document if self._form == "json" else JsonLines(sys.stdout)

    def _new_view(self) -> TerminalView:
        from rich.console import Console

        from mockstudio.reports.terminal import TerminalView

        console = Console(highlight=False, markup=False, emoji=False)
        return TerminalView(console, self._is_verbose)

    def follow(self, endpoints: Endpoints) -> None:
        """Show with each verdict which endpoint has answered."""
        view = self._view
        if view is not None:
            endpoints.subscribe(lambda entry: view.answered(_answering(endpoints, entry.endpoint)))

    def say(self, text: str) -> None:
        """Tell the person at the terminal something; it is no part of the run's data."""
        click.echo(text, err=True)

    def show(self, text: str) -> None:
        """Print what the person asked to see; beside a format for programs it is talk."""
        click.echo(text, err=self._form != "text")

    def finish(
        self, execution: Execution | None, calls: Iterable[Call] = (), state: str = ""
    ) -> int:
        """Print how the run stands and how long it took; return the exit code.

        Args:
            execution: the run's, if there is one.
            calls: what was heard.
            state: how it stands, in words, unless the execution tells.

        The code is 1 for a run that was cut short: by a widget that cannot run, a URL without a
        route, or one of Studio's limits.
        """
        passed = self._clock.monotonic() - self._began
        real = time.perf_counter() - self._really_began
        if self._form == "json":
            document = {
                "execution": execution.to_dict() if execution else None,
                "events": self._document.events,
                "calls": [self._heard(call) for call in calls],
                "seconds": {"clock": passed, "real": real},
            }
            click.echo(as_json(document))
        elif self._form == "text":
            click.echo(f"{state or _state(execution)} after {_times(self._clock, passed, real)}")
        return int(execution is not None and _was_cut_short(execution))

    def _heard(self, call: Call) -> dict[str, Any]:
        """Return a call for programs, with its transcript for people."""
        return {
            "sid": call.sid,
            "direction": call.setup.direction,
            "from": call.setup.from_,
            "to": call.setup.to,
            "status": call.status,
            "seconds": call.seconds,
            "transcript": self.rename(str(call.transcript)).splitlines(),
        }


@contextlib.contextmanager
def finished_anyway(finish: Callable[[], object]) -> Iterator[None]:
    """Print how far a run has come when an error or Ctrl-C stops it."""
    try:
        yield
    except (MockstudioError, KeyboardInterrupt):
        finish()
        raise


def _answering(endpoints: Endpoints, name: str) -> str:
    """Return in words what has answered; an empty name is that of no endpoint."""
    if not name:
        return "no endpoint matched"
    is_stub = endpoints.definition(name).source.startswith(STUB)
    return f"{'stub' if is_stub else 'endpoint'} {name}"


def as_json(value: Any) -> str:
    """Return a value as JSON for people and programs."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def _was_cut_short(execution: Execution) -> bool:
    # Studio's limits end an execution with their debugger code.
    return execution.ended_reason == STOPPED or execution.ended_reason.isdecimal()


def _state(execution: Execution | None) -> str:
    if execution is None:
        return "nothing was run (begin with --message, --call or --request)"
    if execution.is_active:
        waits = f" for {' or '.join(execution.wait.accepts)}" if execution.wait else ""
        return f"still waiting at '{execution.widget}'{waits}"
    return f"ended ({execution.ended_reason})"


def _times(clock: Clock, passed: float, real: float) -> str:
    if clock.name == "system":
        return f"{format_duration(real)} of real time"
    return f"{format_duration(passed)} of {clock.name} time, {format_duration(real)} of real time"
