"""The 17 condition types of a split: the golden table, the wording, and what never raises."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mockstudio.errors import UnknownNameError
from mockstudio.flows.conditions import CONDITION_TYPES, ConditionResult, matches

TABLE = yaml.safe_load(Path(__file__).with_name("condition_cases.yaml").read_text("utf-8"))
OPPOSITES = TABLE.pop("opposites")
CASES = [
    pytest.param(type_, *case, id=f"{section}: {case[0]!r} {type_} {case[1]!r}")
    for section, types in TABLE.items()
    for type_, cases in types.items()
    for case in cases
]


@pytest.mark.parametrize(("condition", "value", "expected", "holds"), CASES)
def test_a_condition_holds_as_the_table_says(condition, value, expected, holds):
    result = matches(condition, value, expected)
    assert (result.holds, result.warning) == (holds, None)
    if condition in OPPOSITES:
        assert matches(OPPOSITES[condition], value, expected).holds is not holds


def test_there_are_seventeen_types_and_the_table_has_them_all():
    tried = {type_ for types in TABLE.values() for type_ in types} | set(OPPOSITES.values())
    assert len(CONDITION_TYPES) == 17
    assert tried == set(CONDITION_TYPES)


@pytest.mark.parametrize(
    ("condition", "value", "expected", "explanation"),
    [
        ("less_than", "3", "5", "'3' is less than '5'"),
        ("less_than", "7", "5", "'7' is not less than '5'"),
        ("less_than", "abc", "5", "'abc' is not a number, so it is not less than '5'"),
        ("greater_than", "3", "x", "'x' is not a number, so '3' is not greater than 'x'"),
        (
            "is_before_time",
            "9:00",
            "10:00",
            "'9:00' is not a time (HH:MM), so it is not before '10:00'",
        ),
        ("is_after_date", "2020-01-02", "2020-01-01", "'2020-01-02' is after '2020-01-01'"),
        ("equal_to", " Yes ", "yes", "'Yes' is equal to 'yes'"),
        ("not_equal_to", "1", "1", "'1' is equal to '1'"),
        ("not_equal_to", "1", "2", "'1' is not equal to '2'"),
        ("matches_any_of", "b", "a, b", "'b' is one of 'a, b'"),
        ("does_not_match_any_of", "c", "a, b", "'c' is none of 'a, b'"),
        ("does_not_contain", "abc", "x", "'abc' does not contain 'x'"),
        ("does_not_start_with", "abc", "a", "'abc' starts with 'a'"),
        ("is_blank", " ", "Is Blank", "'' is blank"),
        ("is_not_blank", "x", "Is Not Blank", "'x' is not blank"),
        ("regex", "5", "[1-5]", "'5' matches the pattern '[1-5]'"),
        ("regex", "6", "[1-5]", "'6' does not match the pattern '[1-5]'"),
        ("equal_to", "x" * 99, "y", f"'{'x' * 60}…' is not equal to 'y'"),
    ],
)
def test_the_explanation_says_why(condition, value, expected, explanation):
    assert matches(condition, value, expected).explanation == explanation


def test_an_invalid_pattern_matches_nothing_and_warns():
    problem = "the pattern '(a' is not valid: missing ) at position 2"
    assert matches("regex", "a", "(a") == ConditionResult(
        False, f"{problem}, so 'a' does not match", f"81005: {problem}"
    )


@pytest.mark.parametrize(
    "pattern", ["*", "[", r"\Qa\E", "a{3,1}", "(" * 3_000, "((a{999}){999}){999}"]
)
def test_a_pattern_that_cannot_be_used_warns(pattern):
    result = matches("regex", "a", pattern)
    assert not result.holds
    assert result.warning.startswith("81005: the pattern '")


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("(a+)+$", "a" * 60 + "!"),
        (r"(a|aa)+\1?[^a]$c", "a" * 60),
        ("(.*?,){11}P", ",".join(map(str, range(100)))),
        (r"((?:.*)+)+\d{3}", "ab" * 8_000),
    ],
)
def test_a_catastrophic_pattern_ends_soon(pattern, value):
    began = time.perf_counter()
    assert not matches("regex", value, pattern).holds
    assert time.perf_counter() - began < 2


def test_a_match_that_takes_too_long_says_so():
    result = matches("regex", "a" * 60, r"(a|aa)+\1?[^a]$c")
    assert "takes too long to match" in result.warning


def test_an_unknown_type_names_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'equal_to'"):
        matches("equals_to", "a", "a")


TEXTS = st.text(max_size=30)
EXPRESSIONS = st.lists(
    st.sampled_from(["a", "b", ".", "*", "+", "?", "(", ")", "(?i)", "(?=", "(?<!", "[", "]", "|"])
    | st.sampled_from(["^", "$", r"\b", r"\d", r"\1", "{2}", "{1,}", "&&", "-", r"\p{L}", "(?R)"]),
    max_size=12,
).map("".join)


@given(st.sampled_from(CONDITION_TYPES), TEXTS, TEXTS)
def test_no_condition_raises(condition, value, expected):
    assert matches(condition, value, expected).explanation


@given(EXPRESSIONS, st.text("ab1", max_size=20))
@settings(deadline=None, max_examples=300)
def test_no_pattern_raises_or_hangs(pattern, value):
    began = time.perf_counter()
    assert matches("regex", value, pattern).explanation
    assert time.perf_counter() - began < 2


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers())
def test_numbers_are_in_one_order_or_none(left, right):
    less = matches("less_than", f"{left:f}", str(right)).holds
    greater = matches("greater_than", f"{left:f}", str(right)).holds
    assert (less, greater) == (left < right, left > right)


@given(st.dates(), st.dates())
def test_dates_are_in_one_order_or_none(left, right):
    before = matches("is_before_date", left.isoformat(), right.isoformat()).holds
    after = matches("is_after_date", left.isoformat(), right.isoformat()).holds
    assert (before, after) == (left < right, left > right)


@given(st.sampled_from(sorted(OPPOSITES)), TEXTS, TEXTS)
def test_a_condition_and_its_opposite_never_agree(condition, value, expected):
    opposite = OPPOSITES[condition]
    assert matches(condition, value, expected).holds is not matches(opposite, value, expected).holds
