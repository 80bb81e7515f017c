"""A way to a widget: what happens on it, and which values make the splits lead there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from mockstudio.contracts.matrix.references import Path

HTTP_WIDGETS: Final = ("make-http-request", "run-function")
GATHER: Final = "gather-input-on-call"
ASKING_WIDGETS: Final = ("send-and-wait-for-reply", GATHER)
"""They wait for what a person says."""
RUN_SUBFLOW: Final = "run-subflow"
TRIGGER: Final = "trigger"

INCOMING_MESSAGE: Final = "incomingMessage"
KEYPRESS: Final = "keypress"
SPEECH: Final = "speech"
SUCCESS: Final = "success"

ENTERING: Final = -1
"""The number of an edge that leads into a subflow: no transition does."""
AT_START: Final = -1
"""The index of what is chosen before the first edge: what starts the flow."""

Choice = tuple[int, Path]
"""What can be chosen: the index of an edge and a path below its widget, or AT_START and a path."""


@dataclass(frozen=True)
class Place:
    """Where a widget is.

    Attributes:
        widget: its name.
        via: the run-subflow widget in whose subflow it is, empty in the flow itself.
    """

    widget: str
    via: str = ""

    def __str__(self) -> str:
        return f"{self.via}/{self.widget}" if self.via else self.widget

    def beside(self, widget: str) -> Place:
        """Return the place of another widget of the same flow or subflow."""
        return replace(self, widget=widget)


@dataclass(frozen=True)
class Edge:
    """A transition that is to be taken, or the step into a subflow.

    Attributes:
        place: from where.
        event: which event; empty for the step into a subflow.
        next: where it leads; the run-subflow widget when a branch of a subflow ends.
        number: its place among the widget's transitions, or ENTERING.
        brings: what is chosen to happen there, by the path below the widget.
    """

    place: Place
    event: str
    next: Place
    number: int
    brings: Mapping[Path, str] = field(default_factory=dict)

    @property
    def returns(self) -> bool:
        """Whether a branch of a subflow ends here."""
        return bool(self.place.via) and not self.next.via

    @property
    def leads_to(self) -> str | None:
        """The widget to which the transition leads, or None where the branch ends."""
        return None if self.returns else self.next.widget

    def under(self, *path: str) -> dict[Path, str]:
        """Return what is chosen below a path, by the rest of it."""
        return below(self.brings, *path)


@dataclass(frozen=True)
class Plan:
    """A way through a flow and the subflows it runs.

    Attributes:
        trigger: the event that starts it.
        edges: from the trigger on; a widget may come again.
        values: what starts the flow: texts by the path under which templates read them.
    """

    trigger: str
    edges: tuple[Edge, ...] = ()
    values: Mapping[Path, str] = field(default_factory=dict)

    @property
    def transitions(self) -> Iterator[Edge]:
        """The edges but those into subflows, in order."""
        return (edge for edge in self.edges if edge.number != ENTERING)

    def visit(self, place: Place, number: int) -> Edge | None:
        """Return the transition by which a widget is to be left, or None when it is not.

        Args:
            place: where the widget is.
            number: which visit, counted from 1; after the last one it is the last one again.
        """
        visits = [edge for edge in self.transitions if edge.place == place]
        return visits[min(number, len(visits)) - 1] if visits else None

    def under(self, *path: str) -> dict[Path, str]:
        """Return what starts the flow below a path, by the rest of it."""
        return below(self.values, *path)

    def longer(self, edge: Edge) -> Plan:
        """Return the plan that goes on by an edge."""
        return replace(self, edges=(*self.edges, edge))

    def choosing(self, values: Mapping[Choice, str]) -> Plan:
        """Return the plan with other values."""
        edges, start = list(self.edges), dict(self.values)
        for (index, path), value in values.items():
            if index == AT_START:
                start[path] = value
            else:
                edges[index] = replace(edges[index], brings={**edges[index].brings, path: value})
        return replace(self, edges=tuple(edges), values=start)


def below(values: Mapping[Path, str], *path: str) -> dict[Path, str]:
    """Return the values below a path, by the rest of theirs."""
    depth = len(path)
    return {p[depth:]: v for p, v in values.items() if p[:depth] == path}
