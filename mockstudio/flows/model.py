"""A flow as Studio exports it, as plain frozen data (reference 1.1 to 1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Condition:
    """One condition of a split's `match` transition (reference 1.3, 2.2).

    Attributes:
        type: such as `equal_to`.
        arguments: templates of the value under test, one in real flows.
        value: a template to compare with.
        friendly_name: what the canvas shows.
    """

    type: str
    arguments: tuple[str, ...] = ()
    value: str = ""
    friendly_name: str = ""


@dataclass(frozen=True)
class Transition:
    """Where an event of a widget leads.

    Attributes:
        event: the widget type's own spelling.
        next: the next widget's name, or None when the branch ends here.
        conditions: only on `match`.
    """

    event: str
    next: str | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class State:
    """One widget of a flow.

    Attributes:
        name: unique in the flow.
        type: the type string, such as `make-http-request`.
        transitions: in the file's order.
        properties: as exported, nulls left out.
        index: position in `states`, counted from 0, for property paths like `#/states/3`.
    """

    name: str
    type: str
    transitions: tuple[Transition, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
    index: int = 0

    def transition(self, event: str) -> Transition | None:
        """Return the first transition for an event, or None when the widget has none."""
        return next((t for t in self.transitions if t.event == event), None)


@dataclass(frozen=True)
class Flow:
    """A flow definition that passed validation.

    Attributes:
        sid: `FW…`; derived from the file's name unless given, so that it stays the same.
        name: the file's name or the friendly name.
        states: in the file's order.
        initial_state: the trigger's name.
        description: free text.
        allow_concurrent_calls: reference 6.
        revision: counted from 1.
        source: the file, or how else it came.
        definition: what all this was read from, as Studio has it.
    """

    sid: str
    name: str
    states: tuple[State, ...]
    initial_state: str
    description: str = ""
    allow_concurrent_calls: bool = True
    revision: int = 1
    source: str = ""
    definition: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def by_name(self) -> Mapping[str, State]:
        """The widgets by name."""
        return {state.name: state for state in self.states}

    def state(self, name: str) -> State:
        """Return a widget by name; raises KeyError when there is none."""
        return self.by_name[name]
