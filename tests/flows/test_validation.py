from __future__ import annotations

import json

import pytest

from mockstudio.errors import FlowDefinitionError
from mockstudio.flows.definition import parse_flow

FLOW_SID = "FW" + "a" * 32
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
            "'PUT' does not have a value in the enumeration [GET, POST]; did you mean 'POST'?",
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
            "'json' does not have a value in the enumeration [string, json_object];"
            " did you mean 'json_object'?",
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


@pytest.mark.parametrize("revision", ["LatestPublished", "LatestDraft", "1", "12"])
def test_a_subflow_is_named_by_sid_and_revision(with_widget, warnings, revision):
    assert warnings(with_widget("run-subflow", flow_sid=FLOW_SID, flow_revision=revision)) == []


@pytest.mark.parametrize("sid", ["{{flow.variables.sid}}", "FW12", "FN" + "a" * 32, 5, ""])
def test_a_subflow_s_sid_is_literal(with_widget, errors, sid):
    definition = with_widget("run-subflow", flow_sid=sid, flow_revision="1")
    ((path, message),) = errors(definition)
    assert path == "#/states/4/properties/flow_sid"
    assert message == f"'{sid}' must be a valid, non-liquid flow sid: FW and 32 hex digits"


@pytest.mark.parametrize(
    ("revision", "hint"),
    [
        ("LatestRevision", "; did you mean 'LatestPublished'?"),
        ("LatestDarft", "; did you mean 'LatestDraft'?"),
        ("{{x}}", ""),
        ("0", ""),
        ("-1", ""),
        ("", ""),
    ],
)
def test_a_subflow_s_revision_is_literal(with_widget, errors, revision, hint):
    definition = with_widget("run-subflow", flow_sid=FLOW_SID, flow_revision=revision)
    ((path, message),) = errors(definition)
    expected = f"'{revision}' must be LatestPublished or LatestDraft or a number, no Liquid{hint}"
    assert (path, message) == ("#/states/4/properties/flow_revision", expected)


def test_a_subflow_without_sid_and_revision_is_refused(with_widget, errors):
    assert [path for path, _ in errors(with_widget("run-subflow"))] == [
        "#/states/4/properties/flow_sid",
        "#/states/4/properties/flow_revision",
    ]


def test_all_references_to_a_subflow_name_the_same_revision(with_widget, errors):
    for name, revision in [("one", "3"), ("two", "3"), ("three", "LatestPublished")]:
        definition = with_widget(
            "run-subflow", name=name, flow_sid=FLOW_SID, flow_revision=revision
        )
    ((path, message),) = errors(definition)
    assert path == "#/states/6/properties/flow_revision"
    assert message == (
        "'LatestPublished' differs from '3' at #/states/4/properties/flow_revision: all"
        f" references to the subflow {FLOW_SID} must name the same revision"
    )


def test_a_flow_has_150_subflow_widgets_at_most(with_widget, errors):
    for number in range(150):
        definition = with_widget(
            "run-subflow", name=f"w{number}", flow_sid=FLOW_SID, flow_revision="1"
        )
    assert len(parse_flow(definition, "orders.json").flow.states) == 154
    with_widget("run-subflow", name="one_more", flow_sid=FLOW_SID, flow_revision="1")
    message = "151 Run Subflow widgets found, 150 at most"
    assert errors(definition) == [("#/states", message)]


def test_a_flow_has_50_distinct_subflows_at_most(with_widget, errors):
    for number in range(51):
        sid = f"FW{number:032x}"
        definition = with_widget("run-subflow", name=f"w{number}", flow_sid=sid, flow_revision="1")
    assert errors(definition) == [("#/states", "51 distinct subflows found, 50 at most")]
