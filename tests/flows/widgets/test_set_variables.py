from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.flows.events import VariablesSet, Warned
from mockstudio.flows.widgets.set_variables import cast_number


def set_one(stage, state, value, body="hi", **item):
    stage.play(
        state(
            "set",
            "set-variables",
            {"next": None},
            variables=[{"key": "x", "value": value, **item}],
        )
    )
    return stage.sandbox.message(body).context["flow"]["variables"]["x"]


CASTS = [
    ("5", 5),
    ("-5", -5),
    ("0", 0),
    ("2.50", 2.5),
    ("1e3", 1000.0),
    (" 7\n", 7),
    ("true", "true"),
    ("false", "false"),
    ("null", "null"),
    ('"5"', '"5"'),
    ("007", "007"),
    ("+5", "+5"),
    ("5.", "5."),
    (".5", ".5"),
    ("1,000", "1,000"),
    ("0x10", "0x10"),
    ("1_000", "1_000"),
    ("NaN", "NaN"),
    ("Infinity", "Infinity"),
    ("1e999", "1e999"),
    ("9" * 400, "9" * 400),
    ("\u0665", "\u0665"),
    ("4\u0662", "4\u0662"),
    ("", ""),
    ("five", "five"),
    ("5 apples", "5 apples"),
    ("[1, 2]", "[1, 2]"),
    ('{"a": 1}', '{"a": 1}'),
]


@pytest.mark.parametrize(("text", "value"), CASTS)
def test_only_a_json_number_becomes_a_number(stage, state, text, value):
    found = set_one(stage, state, text)
    assert (found, type(found)) == (value, type(value))
    assert stage.codes == []


@pytest.mark.parametrize("text", ["5", "2.5", "true", "five"])
def test_the_declared_type_string_keeps_text(stage, state, text):
    assert set_one(stage, state, text, type="string") == text


@given(st.integers(-(10**250), 10**250) | st.floats(allow_nan=False, allow_infinity=False))
def test_every_json_number_is_cast_to_itself(number):
    assert cast_number(f"\n {json.dumps(number)} ") == number


def is_json_number(text):
    def refuse(constant):
        raise ValueError(f"{constant} is Python's, not JSON's")

    try:
        value = json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return type(value) in (int, float)


@given(st.text(max_size=30))
def test_what_is_no_json_number_stays_text_and_is_trimmed(text):
    is_number = is_json_number(text.strip())
    cast = cast_number(text)
    assert isinstance(cast, str) is not is_number
    assert is_number or cast == text.strip()


COUNTER = """
{% if flow.variables.count %}
  {{ flow.variables.count | plus: 1 }}
{% else %}
  1
{% endif %}
"""


def test_the_counter_idiom_counts_although_blank_lines_surround_the_number(stage, state):
    stage.play(
        state("count", "set-variables", {"next": "enough"}, variables=[
            {"key": "count", "value": COUNTER}
        ]),
        state("enough", "split-based-on", [
            {"event": "noMatch", "next": "count"},
            {"event": "match", "conditions": [
                {"friendly_name": "", "type": "equal_to", "value": "3",
                 "arguments": ["{{flow.variables.count}}"]}
            ]},
        ], input="{{flow.variables.count}}"),
    )  # fmt: skip
    execution = stage.sandbox.message("hi")
    assert execution.context["flow"]["variables"] == {"count": 3}
    assert execution.path.count("count") == 3


def test_all_values_see_the_context_from_before_the_widget(stage, state):
    stage.play(
        state("first", "set-variables", {"next": "swap"}, variables=[
            {"key": "a", "value": "left"}, {"key": "b", "value": "right"}
        ]),
        state("swap", "set-variables", {"next": None}, variables=[
            {"key": "a", "value": "{{flow.variables.b}}"},
            {"key": "b", "value": "{{flow.variables.a}}"},
        ]),
    )  # fmt: skip
    execution = stage.sandbox.message("hi")
    assert execution.context["flow"]["variables"] == {"a": "right", "b": "left"}


def test_values_are_also_under_the_widget_and_told(stage, state):
    pairs = [{"key": "a", "value": "1"}, {"key": "b", "value": "{{trigger.message.Body}}"}]
    stage.play(state("set", "set-variables", {"next": None}, variables=pairs))
    execution = stage.sandbox.message("hi")
    assert execution.context["widgets"] == {"set": {"a": 1, "b": "hi"}}
    assert [event.variables for event in stage.of(VariablesSet)] == [{"a": 1, "b": "hi"}]


def test_a_key_is_never_liquid(stage, state):
    pairs = [{"key": "{{trigger.message.Body}}", "value": "1"}]
    stage.play(state("set", "set-variables", {"next": None}, variables=pairs))
    variables = stage.sandbox.message("hi").context["flow"]["variables"]
    assert variables == {"{{trigger.message.Body}}": 1}


def test_a_key_set_again_is_replaced_and_others_stay(stage, state):
    stage.play(
        state("one", "set-variables", {"next": "two"}, variables=[
            {"key": "a", "value": "1"}, {"key": "b", "value": "2"}
        ]),
        state("two", "set-variables", {"next": None}, variables=[{"key": "a", "value": "x"}]),
    )  # fmt: skip
    assert stage.sandbox.message("hi").context["flow"]["variables"] == {"a": "x", "b": 2}


@pytest.mark.parametrize("properties", [{}, {"variables": []}])
def test_nothing_to_set_takes_next(stage, state, properties):
    stage.play(state("set", "set-variables", {"next": None}, **properties))
    execution = stage.sandbox.message("hi")
    assert execution.steps[-1].name == "next"
    assert execution.context["flow"]["variables"] == {}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('{"a": {"b": 1}}', {"a": {"b": 1}}),
        ('{"said": {{trigger.message.Body | to_json}}}', {"said": 'say "hi"'}),
        ("{{trigger.message | to_json}}", "the message"),
        ("{{contact}}", {"channel": {"address": "+12025550123"}}),
    ],
)
def test_a_json_object_has_members(stage, state, value, found):
    variable = set_one(stage, state, value, 'say "hi"', type="json_object")
    if found == "the message":
        assert variable["Body"] == 'say "hi"'
    else:
        assert variable == found
    assert stage.codes == []


@pytest.mark.parametrize(
    "value", ["{oops", '{"a": NaN}', "[" * 300 + "]" * 300, "[" * 20_000, "{{nothing}}"]
)
def test_what_cannot_be_parsed_stays_text_with_81027(stage, state, value):
    found = set_one(stage, state, value, type="json_object")
    assert found == ("" if value == "{{nothing}}" else value)
    (warning,) = stage.of(Warned)
    assert warning.code == 81027
    assert "'x'" in warning.text


@pytest.mark.parametrize("declared", [{}, {"type": "string"}])
def test_text_is_trimmed(stage, state, declared):
    template = "\n{% if trigger.message.Body %}\n  {{trigger.message.Body}}\n{% endif %}"
    assert set_one(stage, state, template, **declared) == "hi"


def test_an_object_set_again_is_replaced_and_not_merged(stage, state):
    stage.play(
        state("one", "set-variables", {"next": "two"}, variables=[obj({"x": 1, "y": 1})]),
        state("two", "set-variables", {"next": None}, variables=[obj({"y": 2})]),
    )
    assert stage.sandbox.message("hi").context["flow"]["variables"] == {"o": {"y": 2}}


def obj(value):
    return {"key": "o", "type": "json_object", "value": json.dumps(value)}


@pytest.mark.parametrize("text", ["[1]", "5", "null", '"a"'])
def test_json_that_is_no_object_stays_text_with_81027(stage, state, text):
    assert set_one(stage, state, text, type="json_object") == text
    assert stage.codes == [81027]
