from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.flows.context import copied, merge, new_context
from mockstudio.flows.triggers import (
    call_trigger,
    conversation_trigger,
    message_trigger,
    request_trigger,
)

json_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)
objects = st.dictionaries(st.text(max_size=3), json_data, max_size=4)

PERSON, NUMBER = "+12025550123", "+15005550006"
MESSAGE = {"MessageSid": "SM1", "From": PERSON, "To": NUMBER, "Body": "hi"}


@pytest.mark.parametrize(
    ("earlier", "outputs", "after"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ({"a": {"x": {"p": 1}}}, {"a": {"x": {"q": 2}}}, {"a": {"x": {"p": 1, "q": 2}}}),
        ({"a": [1, 2, 3]}, {"a": [4]}, {"a": [4]}),
        ({"a": {"x": 1}}, {"a": "text"}, {"a": "text"}),
        ({"a": "text"}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": {}}, {"a": {"x": 1}}),
        ({"a": 1}, {"a": None}, {"a": None}),
    ],
)
def test_outputs_are_merged(earlier, outputs, after):
    merge(earlier, outputs)
    assert earlier == after


@given(objects, objects)
def test_merging_leaves_the_outputs_as_they_are_and_shares_nothing(target, outputs):
    before = copy.deepcopy(outputs)
    merge(target, outputs)
    assert outputs == before
    merge(target, {key: {"changed": True} for key in outputs})
    assert outputs == before


@given(objects, objects)
def test_merging_twice_is_merging_once(target, outputs):
    merge(target, outputs)
    once = copy.deepcopy(target)
    merge(target, outputs)
    assert target == once


@given(json_data)
def test_a_copy_is_equal(value):
    assert copied(value) == value


def test_the_context_of_a_message():
    context = new_context("FN1", "FW1", message_trigger(MESSAGE))
    assert context == {
        "flow": {
            "sid": "FN1",
            "flow_sid": "FW1",
            "channel": {"address": NUMBER},
            "data": {},
            "variables": {},
        },
        "contact": {"channel": {"address": PERSON}},
        "trigger": {"message": MESSAGE},
        "widgets": {},
    }


def test_a_context_shares_nothing_with_its_trigger():
    trigger = request_trigger(NUMBER, PERSON, {"a": {"b": 1}})
    context = new_context("FN1", "FW1", trigger)
    context["flow"]["data"]["a"]["b"] = 2
    assert context["trigger"]["request"]["parameters"] == {"a": {"b": 1}}
    assert trigger.parameters == {"a": {"b": 1}}


def test_the_context_of_a_request_has_its_parameters_twice():
    context = new_context("FN1", "FW1", request_trigger(NUMBER, PERSON, {"n": 5, "o": {"x": []}}))
    assert context["flow"]["data"] == {"n": 5, "o": {"x": []}}
    assert context["trigger"] == {
        "request": {"from": NUMBER, "to": PERSON, "parameters": {"n": 5, "o": {"x": []}}}
    }
    assert context["contact"]["channel"]["address"] == PERSON
    assert context["flow"]["channel"]["address"] == NUMBER


def test_a_messaging_service_is_the_channel():
    trigger = message_trigger({**MESSAGE, "MessagingServiceSid": "MG1"})
    assert trigger.channel == "MG1"


def test_the_prefix_of_rcs_is_no_part_of_the_contact():
    trigger = message_trigger({**MESSAGE, "From": f"rcs:{PERSON}"})
    assert trigger.contact == PERSON
    assert trigger.data["From"] == f"rcs:{PERSON}"


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (message_trigger, "ChannelAttributes"),
        (message_trigger, "AddOns"),
        (call_trigger, "AddOns"),
        (conversation_trigger, "ChannelAttributes"),
    ],
)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("{oops", "{oops"),
        ("", ""),
        ("NaN", "NaN"),
        ("[" * 5_000, "[" * 5_000),
        ("[" * 300 + "]" * 300, "[" * 300 + "]" * 300),
    ],
)
def test_what_holds_json_is_parsed_if_it_can_be(make, name, text, value):
    assert make({**MESSAGE, name: text}).data[name] == value


def test_other_parameters_are_kept_as_text():
    trigger = call_trigger({"CallSid": "CA1", "From": PERSON, "To": NUMBER, "Digits": "5"})
    assert (trigger.kind, trigger.event) == ("call", "incomingCall")
    assert trigger.data["Digits"] == "5"
    assert (trigger.contact, trigger.channel) == (PERSON, NUMBER)


def test_add_ons_are_under_flow_too():
    trigger = message_trigger({"From": "+1", "To": "+2", "AddOns": '{"status": "ok"}'})
    context = new_context("FN1", "FW1", trigger)
    assert context["flow"]["add_ons"] == {"status": "ok"} == context["trigger"]["message"]["AddOns"]
