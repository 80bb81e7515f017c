"""A way to a widget: what happens on it, and which values make the splits lead there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mockstudio.contracts.matrix.references import Path

HTTP_WIDGETS: Final = ("make-http-request", "run-function")
GATHER: Final = "gather-input-on-call"
ASKING_WIDGETS: Final = ("send-and-wait-for-reply", GATHER)
"""They wait for what a person says."""

INCOMING_MESSAGE: Final = "incomingMessage"
KEYPRESS: Final = "keypress"
SPEECH: Final = "speech"
SUCCESS: Final = "success"


@dataclass(frozen=True)
class Edge:
    """A transition that is to be taken.

    Attributes:
        widget: from where.
        event: which event.
        next: where it leads.
        number: its place among the widget's transitions.
    """

    widget: str
    event: str
    next: str
    number: int


@dataclass(frozen=True)
class Plan:
    """A way through a flow.

    Attributes:
        trigger: the event that starts it.
        edges: from the trigger on; no widget comes twice.
        values: texts by the path under which templates read them.
    """

    trigger: str
    edges: tuple[Edge, ...] = ()
    values: Mapping[Path, str] = field(default_factory=dict)

    @property
    def widgets(self) -> tuple[str, ...]:
        """The widgets that are left, in order."""
        return tuple(edge.widget for edge in self.edges)

    def edge(self, widget: str) -> Edge | None:
        """Return the edge by which a widget is to be left, or None when it is not on the way."""
        return next((edge for edge in self.edges if edge.widget == widget), None)

    def under(self, *path: str) -> dict[Path, str]:
        """Return the values below a path, by the rest of theirs."""
        depth = len(path)
        return {p[depth:]: v for p, v in self.values.items() if p[:depth] == path}
