from __future__ import annotations

import pytest

EVENT = ("states", 1, "transitions", 0)
CONDITION = ("states", 2, "transitions", 1, "conditions", 0)


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    [
        (("stats",), [], "#/stats", "unknown property; did you mean 'states'?"),
        (("flags", "x"), 1, "#/flags/x", "unknown property"),
        (("states", 1, "sid"), "FF1", "#/states/1/sid", "unknown property"),
        (
            (*EVENT, "nextt"),
            "sorry",
            "#/states/1/transitions/0/nextt",
            "unknown property; did you mean 'next'?",
        ),
        (
            (*CONDITION, "frendly_name"),
            "",
            "#/states/2/transitions/1/conditions/0/frendly_name",
            "unknown property; did you mean 'friendly_name'?",
        ),
        (
            (*CONDITION, "arguments"),
            ...,
            "#/states/2/transitions/1/conditions/0/arguments",
            "is missing but it is required; the widget's `input` is compared",
        ),
        (
            ("states", 1, "properties", "methd"),
            "GET",
            "#/states/1/properties/methd",
            "unknown property of make-http-request; did you mean 'method'?",
        ),
        (
            ("states", 1, "properties", "method"),
            "PUT",
            "#/states/1/properties/method",
            "'PUT' does not have a value in the enumeration [GET, POST]",
        ),
        (
            ("states", 1, "properties", "timeout"),
            "10",
            "#/states/1/properties/timeout",
            "string found, integer expected",
        ),
        (
            ("states", 1, "properties", "parameters"),
            {"a": "b"},
            "#/states/1/properties/parameters",
            "object found, array expected",
        ),
        (
            ("states", 1, "properties", "parameters"),
            ["a=b"],
            "#/states/1/properties/parameters/0",
            "string found, object expected",
        ),
        (
            ("states", 1, "properties", "parameters"),
            [{"key": "a"}],
            "#/states/1/properties/parameters/0/value",
            "is missing but it is required",
        ),
        (
            ("states", 1, "properties", "parameters"),
            [{"key": 1, "value": "b"}],
            "#/states/1/properties/parameters/0/key",
            "integer found, string expected",
        ),
        (
            ("states", 1, "properties", "parameters"),
            [{"key": "a", "value": "b", "type": "json"}],
            "#/states/1/properties/parameters/0/type",
            "'json' does not have a value in the enumeration [string, json_object]",
        ),
        (
            ("states", 1, "properties", "parameters"),
            [{"key": "a", "value": "b", "keys": "c"}],
            "#/states/1/properties/parameters/0/keys",
            "unknown property; did you mean 'key'?",
        ),
        (
            ("states", 3, "properties", "from"),
            ...,
            "#/states/3/properties/from",
            "is missing but it is required",
        ),
        (
            ("states", 3, "transitions", 1, "event"),
            "sent",
            "#/states/3/transitions/1/event",
            "a second transition for 'sent': only the first is ever taken",
        ),
    ],
)
def test_what_is_odd_is_a_warning(definition, put, warnings, path, value, place, message):
    assert warnings(put(definition, path, value)) == [(place, message)]


@pytest.mark.parametrize("name", ["two words", "a.b", "1st"])
def test_a_name_that_liquid_cannot_reach_is_a_warning(with_widget, warnings, name):
    message = f"'{name}' should start with a letter and hold no spaces or periods"
    assert warnings(with_widget("say-play", name=name, say="x")) == [("#/states/4/name", message)]


@pytest.mark.parametrize(
    ("type_name", "properties"),
    [
        (
            "make-http-request",
            {
                "url": "{{flow.variables.url}}",
                "method": "{{flow.variables.method}}",
                "content_type": "application/json;charset=utf-8",
                "parameters": [{"key": "a", "value": "b"}],
            },
        ),
        ("send-and-wait-for-reply", {"from": "x", "timeout": "3600"}),
        ("send-and-wait-for-reply", {"from": "x", "timeout": 3600}),
        ("gather-input-on-call", {"speech_model": "deepgram_nova-3", "timeout": 5}),
        ("capture-payments", {"valid_card_types": ["visa", "{{flow.variables.card}}"]}),
        ("run-conversation-relay", {"dtmf_detection": [True]}),
        ("make-outgoing-call-v2", {"from": "x", "to": "y", "trim": "true"}),
    ],
)
def test_what_real_exports_hold_is_no_warning(with_widget, warnings, type_name, properties):
    assert warnings(with_widget(type_name, **properties)) == []


def test_a_function_without_url_loads_with_a_warning(with_widget, warnings):
    found = warnings(with_widget("run-function", "success", "fail"))
    assert found == [("#/states/4/properties/url", "is missing but it is required")]


def test_a_list_of_plain_values_is_checked_one_by_one(with_widget, warnings):
    found = warnings(with_widget("capture-payments", valid_card_types=["vissa", 1]))
    assert [path for path, _ in found] == [
        "#/states/4/properties/valid_card_types/0",
        "#/states/4/properties/valid_card_types/1",
    ]
    assert found[0][1].endswith("did you mean 'visa'?")
