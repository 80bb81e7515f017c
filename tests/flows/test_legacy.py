from __future__ import annotations

from typing import Any

import pytest

from mockstudio.flows.catalogue import load_catalogue
from mockstudio.flows.definition import parse_flow
from mockstudio.flows.legacy import is_legacy


@pytest.fixture
def class_names():
    return load_catalogue().legacy_class_names


@pytest.fixture
def export() -> dict[str, Any]:
    return {
        "description": "Bot",
        "states": [
            {
                "name": "ask",
                "type": "MessagePrompt",
                "sid": "FF" + "1" * 32,
                "properties": {
                    "from": "{{flow.channel.address}}",
                    "body": "Which order?",
                    "timeout": 3600,
                    "media_url": None,
                },
                "transitions": [
                    {
                        "event": "incomingMessage",
                        "next": "keep",
                        "uuid": "a",
                        "conditions": [],
                    },
                    {"event": "timeout", "next": None, "uuid": "b", "conditions": []},
                ],
            },
            {
                "name": "start",
                "type": "InitialState",
                "sid": "FF" + "2" * 32,
                "properties": {"offset": {"x": 0, "y": 0}, "flow_url": "https://example.com/"},
                "transitions": [
                    {"event": "incomingMessage", "next": "ask", "uuid": "c", "conditions": []}
                ],
            },
            {
                "name": "keep",
                "type": "SetVariables",
                "sid": "FF" + "3" * 32,
                "properties": {"variables": [{"index": "0", "key": "order", "value": "1"}]},
                "transitions": [{"event": "next", "next": None, "uuid": "d", "conditions": []}],
            },
        ],
    }


def test_an_export_of_the_first_editor_loads_without_a_warning(export):
    loaded = parse_flow(export, "bot.json")
    assert loaded.warnings == ()
    assert [state.type for state in loaded.flow.states] == [
        "send-and-wait-for-reply",
        "trigger",
        "set-variables",
    ]


def test_its_initial_state_is_found_wherever_it_stands(export):
    assert parse_flow(export, "bot.json").flow.initial_state == "start"


def test_its_transitions_lose_what_today_s_do_not_have(export):
    answered, unanswered = parse_flow(export, "bot.json").flow.state("ask").transitions
    assert (answered.next, answered.conditions) == ("keep", ())
    assert (unanswered.next, unanswered.conditions) == (None, ())


def test_its_unset_properties_are_left_out(export):
    assert "media_url" not in parse_flow(export, "bot.json").flow.state("ask").properties


def test_its_conditions_are_kept(export):
    condition = {"friendly_name": "", "arguments": ["{{x}}"], "type": "equal_to", "value": "1"}
    export["states"].append(
        {
            "name": "choose",
            "type": "Branch",
            "properties": {"input": "{{x}}"},
            "transitions": [{"event": "match", "next": None, "conditions": [condition]}],
        }
    )
    (match,) = parse_flow(export, "bot.json").flow.state("choose").transitions
    assert match.conditions[0].value == "1"


def test_a_class_that_nobody_knows_is_refused_with_the_nearest(export, errors):
    export["states"][0]["type"] = "MesagePrompt"
    ((path, message),) = errors(export)
    assert path == "#/states/0/type"
    assert message.endswith("did you mean 'send-and-wait-for-reply' (once 'MessagePrompt')?")


def test_an_export_without_its_initial_state_says_what_is_missing(export, errors):
    del export["states"][1]
    assert [path for path, _ in errors(export)] == ["#/states", "#/initial_state"]


@pytest.mark.parametrize(
    "state",
    [
        {"sid": "FF1"},
        {"type": "Gather"},
        {"transitions": [{"event": "next", "uuid": "a"}]},
    ],
)
def test_one_sign_is_enough_to_know_the_first_editor(class_names, state):
    assert is_legacy({"states": [{"type": "trigger"}, state]}, class_names)


@pytest.mark.parametrize(
    "definition",
    [
        {"initial_state": "Trigger", "states": [{"sid": "FF1", "type": "Gather"}]},
        {"states": [{"type": "trigger", "transitions": [{"event": "next"}]}]},
        {"states": ["Gather", {"type": ["Gather"]}, {"transitions": "uuid"}]},
        {"states": {"sid": "FF1"}},
        {},
    ],
)
def test_what_has_no_such_sign_is_not_taken_for_it(class_names, definition):
    assert not is_legacy(definition, class_names)
