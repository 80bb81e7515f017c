"""Names and percentiles, over all there could be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import VIRTUAL_START
from mockstudio.contracts.probe.advice import about_names
from mockstudio.contracts.probe.check import percentile
from mockstudio.contracts.probe.names import MOST_NAMES, is_awkward, names_of
from mockstudio.flows.liquid import StudioLiquid

KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True)
LEAVES = st.integers(-9, 9) | st.from_regex(r"[a-z]{1,5}", fullmatch=True)


@given(
    st.dictionaries(
        KEYS,
        st.recursive(
            LEAVES,
            lambda inner: (
                st.dictionaries(KEYS, inner, min_size=1, max_size=3)
                | st.lists(inner, min_size=1, max_size=3)
            ),
            max_leaves=8,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_each_name_reads_its_value_in_a_template(parsed):
    liquid = StudioLiquid(lambda: VIRTUAL_START)
    context = {"widgets": {"lookup": {"parsed": parsed}}}
    for name, value in names_of("lookup", {"parsed": parsed}):
        template = liquid.compile("{{" + name + "}}")
        assert template.render(context).text == str(value)


@pytest.mark.parametrize(
    ("keys", "told"), [(["a b"], ["['a b']"]), (["x", "a b", "1", "ü"], ["['a b'] and 2 more"])]
)
def test_names_that_need_brackets_are_told_in_one_finding(keys, told):
    found = list(about_names(names_of("w", {"parsed": dict.fromkeys(keys, 1)})))
    assert [each.text.removeprefix("write it as widgets.w.parsed") for each in found] == told


def test_only_so_many_names_are_listed():
    outputs = {"parsed": {f"key{n}": n for n in range(MOST_NAMES * 2)}}
    assert len(names_of("w", outputs)) == MOST_NAMES


def test_nothing_has_no_names():
    assert names_of("w", {}) == ()


def test_deep_data_has_a_name():
    value: object = 1
    for _ in range(5_000):
        value = {"a": value}
    assert names_of("w", {"parsed": value})[0][1] == 1


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("total", "widgets.w.parsed.total"),
        ("first-name", "widgets.w.parsed.first-name"),
        ("first name", "widgets.w.parsed['first name']"),
        ("2nd", "widgets.w.parsed['2nd']"),
        ("it's", 'widgets.w.parsed["it\'s"]'),
        ("größe", "widgets.w.parsed['größe']"),
    ],
)
def test_keys_that_are_no_names_stand_in_brackets(key, name):
    assert names_of("w", {"parsed": {key: 1}}) == ((name, 1),)
    assert is_awkward(name) is ("[" in name)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=200), st.integers(1, 100))
def test_a_percentile_is_not_exceeded_by_so_many(values, rank):
    ordered = sorted(values)
    found = percentile(ordered, rank)
    assert sum(value <= found for value in ordered) >= math.ceil(len(ordered) * rank / 100)
    assert sum(value < found for value in ordered) < math.ceil(len(ordered) * rank / 100)
