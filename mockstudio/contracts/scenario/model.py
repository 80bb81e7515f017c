"""Scenarios as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockstudio.endpoints.model import Endpoint, OutcomeReply, Reply
from mockstudio.flows.definition import LoadedFlow
from mockstudio.twiml.phone import Phone

if TYPE_CHECKING:
    from mockstudio.contracts.scenario.acts import Act
    from mockstudio.contracts.scenario.expectations import Expectation


@dataclass(frozen=True)
class Place:
    """Where something is written.

    Attributes:
        file: as the user gave it.
        line: counted from 1, 0 for unknown.
        block: the block of the file that it is part of, or empty.
    """

    file: str
    line: int = 0
    block: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


Given = Mapping[str, "str | tuple[Reply | OutcomeReply, ...]"]
"""What endpoints play, by their names: an outcome, or replies in turn."""


@dataclass(frozen=True)
class World:
    """What the scenarios of a file run in.

    Attributes:
        flow: which is under test.
        endpoints: what its URLs lead to.
        subflows: what its Run Subflow widgets call.
        stub: whether what no endpoint covers has a stand-in.
        draft: a further revision of the flow, which is not published; or None.
        test_users: the contacts for whom the draft runs (rest-api.md 4.2).
    """

    flow: LoadedFlow
    endpoints: tuple[Endpoint, ...] = ()
    subflows: tuple[LoadedFlow, ...] = ()
    stub: bool = False
    draft: LoadedFlow | None = None
    test_users: tuple[str, ...] = ()

    def flow_for(self, contact: str) -> LoadedFlow:
        """Return the revision that runs for a contact."""
        return self.draft if self.draft and contact in self.test_users else self.flow


@dataclass(frozen=True)
class Stretch:
    """A part of a scenario: something is given, something is done, something is expected.

    Attributes:
        given: what endpoints play from now on.
        acts: what is done, in order.
        expectations: of what happened since the stretch before.
    """

    given: Given = field(default_factory=dict)
    acts: tuple[Act, ...] = ()
    expectations: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """One scenario.

    Attributes:
        name: unique in its file.
        place: where it is written.
        world: what it runs in.
        stretches: at least one.
        contact: the person's number, or empty for that of the settings; with a draft never empty.
        results: what the world outside decides, by verb or resource (see `store.results`).
        phone: how the person's phone behaves when it is called, or None for the usual.
        strict: whether all that is sent, said, played and warned of must be expected.
    """

    name: str
    place: Place
    world: World
    stretches: tuple[Stretch, ...]
    contact: str = ""
    results: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phone: Phone | None = None
    strict: bool = False

    @property
    def flow(self) -> LoadedFlow:
        """The revision of the flow that runs for the person."""
        return self.world.flow_for(self.contact)
