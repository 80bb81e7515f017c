"""Small flows as the rules see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockstudio.contracts.lint.linted import LintedFlow, linted
from mockstudio.contracts.lint.linter import lint
from mockstudio.contracts.lint.registry import RULES
from mockstudio.contracts.lint.rule import Finding
from mockstudio.flows.definition import parse_flow


@pytest.fixture
def linted_flow() -> Callable[..., LintedFlow]:
    """Make a flow of widgets given as `name: {type, events, properties}`; the first is triggered.

    `events` says where each event leads; a list is taken for transitions written out.
    """

    def make(widgets: dict[str, dict[str, Any]], routing: Any = None) -> LintedFlow:
        first = next(iter(widgets))
        trigger = {"type": "trigger", "events": {"incomingMessage": first}}
        states = [_state(name, each) for name, each in {"Trigger": trigger, **widgets}.items()]
        text = json.dumps({"initial_state": "Trigger", "states": states}, indent=2)
        return linted(parse_flow(text, "small.json"), routing)

    return make


@pytest.fixture
def found(linted_flow: Callable[..., LintedFlow]) -> Callable[..., list[Finding]]:
    """Return what one rule finds in a flow of such widgets."""

    def find(rule: str, widgets: dict[str, dict[str, Any]], routing: Any = None) -> list[Finding]:
        return list(lint(linted_flow(widgets, routing), [RULES[rule]]))

    return find


def _state(name: str, widget: dict[str, Any]) -> dict[str, Any]:
    events = widget.get("events", {})
    if isinstance(events, dict):
        events = [{"event": event, "next": following} for event, following in events.items()]
    properties = {key: value for key, value in widget.items() if key not in ("type", "events")}
    return {"name": name, "type": widget["type"], "transitions": events, "properties": properties}
