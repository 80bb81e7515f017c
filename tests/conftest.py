"""Small flows, and a sandbox that notes what happens in it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from mockstudio.flows.definition import parse_flow
from mockstudio.flows.events import MessageSent, RunEvent, Warned
from mockstudio.flows.model import Flow
from mockstudio.sandbox import Sandbox

TRIGGER_EVENTS = (
    "incomingMessage",
    "incomingCall",
    "incomingConversationMessage",
    "incomingRequest",
    "incomingParent",
)
E = TypeVar("E", bound=RunEvent)

collect_ignore_glob = ["*.scenario.yaml"]
"""Scenario files below are what tests read, the broken ones too."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


def make_state(
    name: str,
    type: str,  # noqa: A002 - Twilio's word
    transitions: Mapping[str, str | None] | list[dict[str, Any]],
    **properties: Any,
) -> dict[str, Any]:
    """Return a state; transitions as event to next, or written out."""
    if isinstance(transitions, Mapping):
        transitions = [{"event": event, "next": next_} for event, next_ in transitions.items()]
    return {"name": name, "type": type, "transitions": transitions, "properties": properties}


def make_flow(
    *states: dict[str, Any], name: str = "flow", routed: tuple[str, ...] = TRIGGER_EVENTS
) -> Flow:
    """Return a flow whose trigger leads to the first state."""
    first = states[0]["name"] if states else None
    trigger = make_state("Trigger", "trigger", dict.fromkeys(routed, first))
    return parse_flow({"initial_state": "Trigger", "states": [trigger, *states]}, name).flow


@dataclass
class Stage:
    """A sandbox and everything that happened in it."""

    sandbox: Sandbox
    events: list[RunEvent] = field(default_factory=list)

    def play(self, *states: dict[str, Any], **keywords: Any) -> Flow:
        """Add the flow of these states."""
        return self.sandbox.library.add(make_flow(*states, **keywords))

    def endpoint(self, name: str, url: str, **members: Any) -> None:
        """Add an endpoint."""
        self.sandbox.add_endpoints({"endpoints": [{"name": name, "url": url, **members}]})

    def of(self, kind: type[E]) -> list[E]:
        """Return the events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def codes(self) -> list[int | None]:
        """The debugger codes of all warnings."""
        return [warning.code for warning in self.of(Warned)]

    @property
    def sent(self) -> list[str]:
        """The texts that the person got."""
        return [message.body for message in self.of(MessageSent)]


@pytest.fixture(autouse=True, scope="session")
def ctrl_c_means_something() -> None:
    """Let programs under test be interrupted where the tests themselves run in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith("MOCKSTUDIO_"):
            monkeypatch.delenv(name)


@pytest.fixture
def state() -> Callable[..., dict[str, Any]]:
    """Make states."""
    return make_state


@pytest.fixture
def flow_of() -> Callable[..., Flow]:
    """Make flows."""
    return make_flow


@pytest.fixture
def on_stage() -> Iterator[Callable[..., Stage]]:
    """Open sandboxes that note what happens; they are closed afterwards."""
    opened: list[Sandbox] = []

    def make(*arguments: Any, **keywords: Any) -> Stage:
        stage = Stage(Sandbox(*arguments, **keywords))
        opened.append(stage.sandbox)
        stage.sandbox.listen(stage.events.append)
        return stage

    yield make
    for sandbox in opened:
        sandbox.close()


@pytest.fixture
def stage(on_stage: Callable[..., Stage]) -> Stage:
    """A sandbox in virtual time."""
    return on_stage()
