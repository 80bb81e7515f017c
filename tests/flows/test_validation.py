from __future__ import annotations

import json

import pytest

from mockstudio.errors import FlowDefinitionError
from mockstudio.flows.definition import parse_flow

EVENT = ("states", 1, "transitions", 0)
CONDITION = ("states", 2, "transitions", 1, "conditions", 0)


def test_a_valid_flow_has_no_problem(definition, warnings):
    assert warnings(definition) == []


@pytest.mark.parametrize(
    ("path", "value", "place", "message"),
    [
        # the top level, reference 1.1
        (("states",), ..., "#/states", "is missing but it is required"),
        (("states",), None, "#/states", "is missing but it is required"),
        (("states",), {}, "#/states", "object found, array expected"),
        (("states",), [], "#/states", "there must be a minimum of 1 items in the array"),
        (("initial_state",), ..., "#/initial_state", "is missing but it is required"),
        (("initial_state",), 1, "#/initial_state", "integer found, string expected"),
        (
            ("initial_state",),
            "Triger",
            "#/initial_state",
            "there is no widget named 'Triger'; did you mean 'Trigger'?",
        ),
        (
            ("initial_state",),
            "lookup",
            "#/initial_state",
            "'lookup' is not the trigger, expected 'Trigger'",
        ),
        (("description",), 1, "#/description", "integer found, string expected"),
        (("flags",), True, "#/flags", "boolean found, object expected"),
        (
            ("flags",),
            {},
            "#/flags/allow_concurrent_calls",
            "is missing but it is required",
        ),
        (
            ("flags", "allow_concurrent_calls"),
            "true",
            "#/flags/allow_concurrent_calls",
            "string found, boolean expected",
        ),
        (
            ("$schema",),
            "draft-07",
            "#/$schema",
            "'draft-07' does not have a value in the enumeration"
            " [https://schemas.twilio.com/studio/draft/2019-09/flow-definition]",
        ),
        # a state, reference 1.2
        (("states", 3, "type"), ..., "#/states/3/type", "is missing but it is required"),
        (("states", 3, "type"), 5, "#/states/3/type", "integer found, string expected"),
        (
            ("states", 3, "transitions"),
            {},
            "#/states/3/transitions",
            "object found, array expected",
        ),
        (
            ("states", 3, "transitions", 0),
            "sent",
            "#/states/3/transitions/0",
            "string found, object expected",
        ),
        (
            ("states", 3, "properties"),
            [],
            "#/states/3/properties",
            "array found, object expected",
        ),
        # a transition, reference 1.3
        (
            (*EVENT, "event"),
            ...,
            "#/states/1/transitions/0/event",
            "is missing but it is required",
        ),
        (
            (*EVENT, "event"),
            True,
            "#/states/1/transitions/0/event",
            "boolean found, string expected",
        ),
        (
            (*EVENT, "event"),
            "succes",
            "#/states/1/transitions/0/event",
            "'succes' is no event of make-http-request, must be a constant value"
            " success or failed; did you mean 'success'?",
        ),
        (
            (*EVENT, "next"),
            "is_shiped",
            "#/states/1/transitions/0/next",
            "there is no widget named 'is_shiped'; did you mean 'is_shipped'?",
        ),
        (
            (*EVENT, "next"),
            ["sorry"],
            "#/states/1/transitions/0/next",
            "array found, string expected",
        ),
        # a condition, reference 1.3 and 2.2
        (
            (*EVENT, "conditions"),
            [{"type": "regex", "value": "1", "arguments": []}],
            "#/states/1/transitions/0/conditions",
            "conditions stand only on the event 'match'",
        ),
        (
            ("states", 2, "transitions", 1, "conditions"),
            [],
            "#/states/2/transitions/1/conditions",
            "is missing but it is required: a match has a condition",
        ),
        (
            ("states", 2, "transitions", 1, "conditions"),
            ...,
            "#/states/2/transitions/1/conditions",
            "is missing but it is required: a match has a condition",
        ),
        (
            ("states", 2, "transitions", 1, "conditions"),
            {},
            "#/states/2/transitions/1/conditions",
            "object found, array expected",
        ),
        (
            CONDITION,
            "x == 1",
            "#/states/2/transitions/1/conditions/0",
            "string found, object expected",
        ),
        (
            (*CONDITION, "type"),
            ...,
            "#/states/2/transitions/1/conditions/0/type",
            "is missing but it is required",
        ),
        (
            (*CONDITION, "value"),
            ...,
            "#/states/2/transitions/1/conditions/0/value",
            "is missing but it is required",
        ),
        (
            (*CONDITION, "value"),
            1,
            "#/states/2/transitions/1/conditions/0/value",
            "integer found, string expected",
        ),
        (
            (*CONDITION, "arguments"),
            "{{x}}",
            "#/states/2/transitions/1/conditions/0/arguments",
            "string found, array expected",
        ),
        (
            (*CONDITION, "arguments"),
            [1],
            "#/states/2/transitions/1/conditions/0/arguments/0",
            "integer found, string expected",
        ),
        (
            (*CONDITION, "friendly_name"),
            1,
            "#/states/2/transitions/1/conditions/0/friendly_name",
            "integer found, string expected",
        ),
        # what no widget of the type goes without, reference 2.2 and 2.4
        (
            ("states", 1, "properties", "url"),
            None,
            "#/states/1/properties/url",
            "is missing but it is required",
        ),
        (
            ("states", 2, "properties"),
            ...,
            "#/states/2/properties/input",
            "is missing but it is required",
        ),
    ],
)
def test_one_mistake_is_one_error(definition, put, errors, path, value, place, message):
    assert errors(put(definition, path, value)) == [(place, message)]


def test_an_unknown_type_lists_the_types_and_the_nearest(definition, put, errors):
    ((path, message),) = errors(put(definition, ("states", 3, "type"), "send-mesage"))
    assert path == "#/states/3/type"
    assert message.startswith("'send-mesage' does not have a value in the enumeration [add-member")
    assert message.endswith("]; did you mean 'send-message'?")


def test_an_unknown_condition_type_lists_the_types_and_the_nearest(definition, put, errors):
    ((path, message),) = errors(put(definition, (*CONDITION, "type"), "equals_to"))
    assert path == "#/states/2/transitions/1/conditions/0/type"
    assert "enumeration [equal_to, not_equal_to," in message
    assert message.endswith("did you mean 'equal_to'?")


def test_a_state_that_is_no_object_is_an_error(definition, errors):
    definition["states"].append("goodbye")
    assert errors(definition) == [("#/states/4", "string found, object expected")]


def test_a_missing_name_is_an_error_and_so_is_an_empty_one(with_widget, put, errors):
    definition = with_widget("say-play", say="Hello")
    path = ("states", 4, "name")
    message = "is missing but it is required"
    assert errors(put(definition, path, ...)) == [("#/states/4/name", message)]
    message = "must be at least 1 characters long"
    assert errors(put(definition, path, "")) == [("#/states/4/name", message)]
    message = "integer found, string expected"
    assert errors(put(definition, path, 5)) == [("#/states/4/name", message)]


def test_the_trigger_alone_may_do_without_a_name(definition, put):
    flow = parse_flow(put(definition, ("states", 0, "name"), ...), "orders.json").flow
    assert flow.states[0].name == "Trigger"


def test_a_flow_without_trigger_says_so(definition, put, errors):
    put(definition, ("states", 0, "type"), "set-variables")
    put(definition, ("states", 0, "transitions"), [])
    message = "no trigger: a flow needs one state of type 'trigger'"
    assert errors(definition) == [("#/states", message)]


def test_a_second_trigger_names_the_first(with_widget, errors):
    definition = with_widget("trigger", name="other")
    message = "a second trigger, the first is at #/states/0/type; a flow has one"
    assert errors(definition) == [("#/states/4/type", message)]


def test_duplicate_names_are_shown_with_both_lines(with_widget):
    text = json.dumps(with_widget("say-play", name="lookup", say="Hello"), indent=1)
    first, second = (n for n, x in enumerate(text.splitlines(), 1) if '"name": "lookup"' in x)
    with pytest.raises(FlowDefinitionError) as caught:
        parse_flow(text, "orders.json")
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("#/states/4/name", second)
    assert problem.message == f"a second 'lookup', the first is at #/states/1/name, line {first}"


def test_a_thousand_states_load_and_one_more_is_refused(definition, errors):
    say = {"type": "say-play", "properties": {"say": "Hello"}}
    definition["states"] += [{**say, "name": f"say_{n}"} for n in range(996)]
    assert len(parse_flow(definition, "orders.json").flow.states) == 1000
    definition["states"].append({**say, "name": "one_more"})
    message = "there must be a maximum of 1000 items in the array, found 1001"
    assert errors(definition) == [("#/states", message)]


def test_all_mistakes_come_at_once_in_the_file_s_order(definition, put, errors):
    put(definition, ("states", 0, "transitions", 0, "next"), "lokup")
    put(definition, ("states", 1, "transitions", 0, "event"), "ok")
    put(definition, ("states", 2, "transitions", 1, "conditions", 0, "type"), "regexp")
    put(definition, ("states", 3, "type"), "send-sms")
    put(definition, ("initial_state",), "trigger")
    assert [path for path, _ in errors(json.dumps(definition))] == [
        "#/initial_state",
        "#/states/0/transitions/0/next",
        "#/states/1/transitions/0/event",
        "#/states/2/transitions/1/conditions/0/type",
        "#/states/3/type",
    ]


@pytest.mark.parametrize("ending", [None, "", ...])
def test_a_branch_ends_without_next(definition, put, ending):
    put(definition, ("states", 1, "transitions", 0, "next"), ending)
    assert parse_flow(definition, "orders.json").flow.state("lookup").transitions[0].next is None


@pytest.mark.parametrize("key", ["transitions", "properties"])
@pytest.mark.parametrize("value", [None, ...])
def test_transitions_and_properties_may_be_left_out(definition, put, key, value):
    put(definition, ("states", 0, key), value)
    trigger = parse_flow(definition, "orders.json").flow.states[0]
    assert not getattr(trigger, key)


def test_a_type_whose_events_nobody_knows_may_have_any(with_widget, warnings):
    assert warnings(with_widget("create-task", "taskCreated", anything=1)) == []


def test_is_blank_needs_no_value(definition, put, warnings):
    put(definition, (*CONDITION, "type"), "is_blank")
    put(definition, (*CONDITION, "value"), ...)
    assert warnings(definition) == []
