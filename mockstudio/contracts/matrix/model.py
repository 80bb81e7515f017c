"""What a matrix tells, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final

DEAD_END: Final = "dead-end"
LOOP: Final = "loop"
STALE_PARSED: Final = "stale-parsed"
SLOW_CALL: Final = "slow-call"
APPLICATION_ERROR: Final = "application-error"
BROKEN_TEMPLATE: Final = "broken-template"
EMPTY_MESSAGE: Final = "empty-message"
UNPLAYED: Final = "unplayed"
UNREACHED: Final = "unreached"

STOPPED: Final = "stopped"
"""The kind of ending of what mockstudio cannot play, and the finding of a run that comes to it."""

FINDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        DEAD_END: "a failure leads nowhere: the person hears and reads nothing more",
        LOOP: "a failure is tried again until Studio ends the execution",
        STALE_PARSED: "what follows a failure reads `parsed` that the failed call did not bring",
        SLOW_CALL: "a caller waits longer for the flow's TwiML than Twilio does",
        APPLICATION_ERROR: "the caller hears Twilio's application error, and the call is over",
        BROKEN_TEMPLATE: "a template fails on what is missing, and gives empty text",
        EMPTY_MESSAGE: "nothing is left of what was to be sent or said",
        STOPPED: "the flow goes on to what cannot be played, such as a URL that lacks a value",
        UNPLAYED: "the endpoint was never asked, so no outcome was played",
        UNREACHED: "no way was found to an HTTP widget",
    }
)
"""What a matrix can find, by id."""


def named(widget: str, subflow: str) -> str:
    """Return in words which widget is meant, of the flow itself or of a subflow."""
    return f"{widget} in subflow {subflow}" if subflow else widget


@dataclass(frozen=True)
class Finding:
    """Something the flow's author should know.

    Attributes:
        id: one of FINDINGS.
        widget: the HTTP widget whose outcomes show it.
        text: what happens, and where.
        outcomes: of the endpoint, that lead to it; none where none was played.
        subflow: the name of the subflow that has the widget, empty for the flow itself.
    """

    id: str
    widget: str
    text: str
    outcomes: tuple[str, ...] = ()
    subflow: str = ""


@dataclass(frozen=True)
class Ending:
    """Where a contact ends up.

    Attributes:
        kind: `waits`, `ended`, `circles` for widgets that lead to each other without an end, or
            `stopped` for what mockstudio cannot play.
        widget: the last one.
        reason: what is waited for, why the execution ended, or what stopped it.
    """

    kind: str
    widget: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind} at '{self.widget}' ({self.reason})"


@dataclass(frozen=True)
class Cell:
    """What one outcome at one widget comes to.

    Attributes:
        widget: the HTTP widget.
        outcome: what its endpoint played, at each of its calls.
        took: the transition of the first call.
        reason: the rule that decided it.
        explanation: the verdict's sentence.
        path: the widgets that ran after it; a subflow's are written `runs-it/widget`.
        heard: the last thing the person heard or read after it, or empty.
        ending: where the contact ends up.
        seconds: of the clock, from the first call on.
        warnings: what Twilio's debugger would show after the verdict, in words.
        subflow: the name of the subflow that has the widget, empty for the flow itself.
    """

    widget: str
    outcome: str
    took: str
    reason: str
    explanation: str
    path: tuple[str, ...]
    heard: str
    ending: Ending
    seconds: float
    warnings: tuple[str, ...] = ()
    subflow: str = ""


@dataclass(frozen=True)
class Drive:
    """How a widget was reached.

    Attributes:
        widget: the HTTP widget.
        trigger: the event that started the flow.
        path: the widgets before it, in order; a subflow's are written `runs-it/widget`.
        chosen: what was said, pressed, sent and answered on the way, by the name templates use.
        subflow: the name of the subflow that has the widget, empty for the flow itself.
    """

    widget: str
    trigger: str
    path: tuple[str, ...]
    chosen: Mapping[str, str]
    subflow: str = ""


@dataclass(frozen=True)
class Matrix:
    """The matrix of a flow.

    Attributes:
        flow: its name.
        drives: how each widget was reached.
        cells: by widget in the flow's order, then by outcome.
        findings: in the order of FINDINGS.
    """

    flow: str
    drives: tuple[Drive, ...]
    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]

    def of(self, widget: str, subflow: str = "") -> tuple[Cell, ...]:
        """Return the cells of a widget, of the flow itself or of a subflow."""
        return tuple(
            cell for cell in self.cells if (cell.widget, cell.subflow) == (widget, subflow)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the matrix as JSON data."""
        return asdict(self)
