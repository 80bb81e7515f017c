from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.flows.json_text import DEEPEST, JsonTextError, parse_json


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1, "a": 2}', {"a": 2}),
        ('{"a": ' + "9" * 30 + "}", {"a": int("9" * 30)}),
        ('{"a": ' + "9" * 9000 + "}", {"a": "9" * 9000}),
        ('{"a": -1e999}', {"a": "-1e999"}),
        ('{"a": 1e3}', {"a": 1000.0}),
        (' {"a": "\\u00e9"}\n', {"a": "é"}),
        ("[1, null, true]", [1, None, True]),
        ("3", 3),
    ],
)
def test_json_is_read(text, value):
    assert parse_json(text) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ("{", "line 1 column 2"),
        ("{'a': 1}", "double quotes"),
        ('{"a": 1} x', "Extra data"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": -Infinity}', "-Infinity is no JSON number"),
        ("\ufeff{}", "Expecting value"),
        (nested(DEEPEST + 1), "nested deeper than 250 levels"),
        (nested(10_000), "nested deeper than 250 levels"),
        ("[" * 65_536, ""),
    ],
)
def test_what_is_not_json_says_why(text, why):
    with pytest.raises(JsonTextError) as raised:
        parse_json(text)
    assert why in str(raised.value)


def test_the_deepest_level_is_still_read():
    assert json.dumps(parse_json(nested(DEEPEST)), separators=(",", ":")) == nested(DEEPEST)


def test_many_brackets_side_by_side_are_not_deep():
    text = "[" + ",".join(["{}"] * 1000) + "]"
    assert len(parse_json(text)) == 1000


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_what_was_written_is_read(value):
    assert parse_json(json.dumps(value)) == value


@given(st.text(alphabet='{}[]",:0123456789.eE+-truefalsnINy \\'))
def test_whatever_is_read_can_be_written_again(text):
    try:
        value = parse_json(text)
    except JsonTextError:
        return
    json.dumps(value, allow_nan=False)
