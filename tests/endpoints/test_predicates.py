from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.predicates import (
    Absent,
    AllOf,
    AnyOf,
    Contains,
    Equals,
    Matches,
    StartsWith,
    json_difference,
    make_operator,
)


@pytest.mark.parametrize(
    ("condition", "values", "difference"),
    [
        ("42", ["42"], None),
        ("42", ["41"], "expected '42', found '41'"),
        ("42", ["41", "40"], "expected '42', found '41', '40'"),
        ("42", ["41", "42"], None),
        ("x", [], "expected 'x', but it is missing"),
        (42, ["42"], None),
        (12.5, ["12.5"], None),
        (True, ["true"], None),
        (True, ["True"], "expected 'true', found 'True'"),
        ({"equals": 42}, ["42"], None),
        ({"contains": "json"}, ["application/json"], None),
        (
            {"contains": "json"},
            ["text/html"],
            "expected it to contain 'json', found 'text/html'",
        ),
        ({"starts_with": "+1"}, ["+15005550006"], None),
        ({"starts_with": "+1"}, ["15"], "expected it to start with '+1', found '15'"),
        ({"matches": "^<ord.r"}, ["<order"], None),
        ({"matches": "d"}, ["ada"], None),
        ({"matches": "^d"}, ["ada"], "expected it to match '^d', found 'ada'"),
        ({"absent": True}, [], None),
        ({"absent": True}, ["x"], "expected it to be absent, found 'x'"),
        ({"absent": False}, [""], None),
        ({"absent": False}, [], "expected any value, but it is missing"),
        ({"values": [1, "b"]}, ["1", "b"], None),
        ({"values": [1, "b"]}, ["b", "1"], "expected exactly '1', 'b', found 'b', '1'"),
        ({"values": ["a"]}, ["a", "a"], "expected exactly 'a', found 'a', 'a'"),
        ({"any_of": [1, {"starts_with": "x"}]}, ["xy"], None),
        ({"any_of": [1, {"starts_with": "x"}]}, ["1"], None),
        ({"any_of": ["a", {"absent": True}]}, [], None),
        (
            {"any_of": [1, {"starts_with": "x"}]},
            ["2"],
            "expected '1' or it to start with 'x', found '2'",
        ),
        ({"starts_with": "a", "contains": "b"}, ["ab"], None),
        (
            {"starts_with": "a", "contains": "b"},
            ["ax", "xb"],
            "expected it to start with 'a' and it to contain 'b', found 'ax', 'xb'",
        ),
        (
            {"starts_with": "a", "contains": "b"},
            [],
            "expected it to start with 'a' and it to contain 'b', but it is missing",
        ),
    ],
)
def test_a_condition_holds_or_tells_what_it_expected(
    condition: Any, values: Sequence[str], difference: str | None
) -> None:
    assert make_operator(condition).difference(values) == difference


def test_an_invalid_pattern_is_refused_when_it_is_made() -> None:
    with pytest.raises(ValueError, match=r"unterminated character set at position 1, in 'x\[a'"):
        Matches("x[a")


def test_long_values_are_shortened_in_differences() -> None:
    difference = Equals("a").difference(["b" * 10_000])
    assert difference is not None
    assert len(difference) < 250


@given(st.lists(st.text(max_size=4), max_size=4), st.text(max_size=3))
def test_operators_agree_with_what_their_names_say(values: list[str], text: str) -> None:
    assert (Equals(text).difference(values) is None) is (text in values)
    assert Contains(text).holds(values) is any(text in value for value in values)
    assert StartsWith(text).holds(values) is any(value.startswith(text) for value in values)
    assert Absent().holds(values) is not Absent(expected=False).holds(values)


@given(st.lists(st.text(max_size=4), max_size=4))
def test_any_of_one_and_all_of_one_are_the_one(values: list[str]) -> None:
    one = Contains("a")
    assert AnyOf((one,)).difference(values) == one.difference(values)
    assert AllOf((one,)).difference(values) == one.difference(values)


@pytest.mark.parametrize(
    ("expected", "actual", "differences"),
    [
        ({}, {"a": 1}, []),
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"customer": {"id": 7}}, {"customer": {"id": 8}}, ["customer.id: expected 7, found 8"]),
        (
            {"a": 1, "b": 2},
            {"b": 3},
            ["a: expected 1, but it is missing", "b: expected 2, found 3"],
        ),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3, "c": 4}]}, ["a[1].b: expected 2, found 3"]),
        ({"a": [1, 2]}, {"a": [1]}, ["a: expected 2 items, found 1 item"]),
        ([[1]], [[2]], ["[0][0]: expected 1, found 2"]),
        (True, 1, ["expected true, found 1"]),
        (0, False, ["expected 0, found false"]),
        (1, 1.0, []),
        ("a", None, ['expected "a", found null']),
        (None, None, []),
        ({"a": {}}, {"a": []}, ["a: expected {}, found []"]),
        ({"a": None}, {}, ["a: expected null, but it is missing"]),
    ],
)
def test_a_json_subset_is_found_or_its_differences_are_told(
    expected: Any, actual: Any, differences: list[str]
) -> None:
    assert json_difference(expected, actual) == differences


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON)
def test_everything_is_a_subset_of_itself(value: Any) -> None:
    assert json_difference(value, value) == []


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=4), JSON)
def test_further_keys_make_no_difference_and_missing_ones_do(
    expected: dict[str, Any], value: Any
) -> None:
    further = {**expected, "further": value}
    assert json_difference(expected, further) == []
    without = {key: inner for key, inner in further.items() if key != "further"}
    assert len(json_difference({**without, "further": value}, without)) == 1
