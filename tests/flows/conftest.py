"""A small flow to break in many ways."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from mockstudio.errors import FlowDefinitionError
from mockstudio.flows.definition import parse_flow

ORDER_LOOKUP: dict[str, Any] = {
    "description": "Looks an order up",
    "flags": {"allow_concurrent_calls": True},
    "initial_state": "Trigger",
    "states": [
        {
            "name": "Trigger",
            "type": "trigger",
            "transitions": [
                {"event": "incomingMessage", "next": "lookup"},
                {"event": "incomingCall"},
            ],
            "properties": {"offset": {"x": 0, "y": 0}},
        },
        {
            "name": "lookup",
            "type": "make-http-request",
            "transitions": [
                {"event": "success", "next": "is_shipped"},
                {"event": "failed", "next": "sorry"},
            ],
            "properties": {"method": "GET", "url": "https://shop.example.com/orders"},
        },
        {
            "name": "is_shipped",
            "type": "split-based-on",
            "transitions": [
                {"event": "noMatch"},
                {
                    "event": "match",
                    "next": "sorry",
                    "conditions": [
                        {
                            "friendly_name": "If value equal_to shipped",
                            "arguments": ["{{widgets.lookup.parsed.state}}"],
                            "type": "equal_to",
                            "value": "shipped",
                        }
                    ],
                },
            ],
            "properties": {"input": "{{widgets.lookup.parsed.state}}"},
        },
        {
            "name": "sorry",
            "type": "send-message",
            "transitions": [{"event": "sent"}, {"event": "failed", "next": ""}],
            "properties": {
                "from": "{{flow.channel.address}}",
                "to": "{{contact.channel.address}}",
                "body": "Sorry, try again later.",
            },
        },
    ],
}

Steps = tuple[str | int, ...]


@pytest.fixture
def definition() -> dict[str, Any]:
    """A whole valid definition: Trigger, lookup, is_shipped, sorry."""
    return copy.deepcopy(ORDER_LOOKUP)


@pytest.fixture
def with_widget(definition: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Add a widget at index 4."""

    def add(type: str, *events: str, name: str = "widget", **properties: Any) -> dict[str, Any]:  # noqa: A002 - Twilio's word
        state = {"name": name, "type": type, "properties": properties}
        state["transitions"] = [{"event": event} for event in events]
        definition["states"].append(state)
        return definition

    return add


@pytest.fixture
def put() -> Callable[[Any, Steps, Any], Any]:
    """Set a value deep in a definition; `...` deletes it."""

    def change(data: Any, path: Steps, value: Any) -> Any:
        holder = data
        for step in path[:-1]:
            holder = holder[step]
        if value is ...:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
        return data

    return change


@pytest.fixture
def errors() -> Callable[[Any], list[tuple[str, str]]]:
    """Return path and message of everything for which a definition is refused."""

    def refused(data: Any) -> list[tuple[str, str]]:
        with pytest.raises(FlowDefinitionError) as caught:
            parse_flow(data, "orders.json")
        return [(problem.path, problem.message) for problem in caught.value.problems]

    return refused


@pytest.fixture
def warnings() -> Callable[[Any], list[tuple[str, str]]]:
    """Return path and message of everything odd in a definition that loads."""

    def found(data: Any) -> list[tuple[str, str]]:
        loaded = parse_flow(data, "orders.json")
        return [(problem.path, problem.message) for problem in loaded.warnings]

    return found
