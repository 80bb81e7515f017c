"""Shapes of JSON, over all there could be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.drift.examples import example_for, examples_for
from mockstudio.contracts.drift.shape import exact_differences, shape_differences
from mockstudio.endpoints.predicates import make_operator

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)
OBJECTS = st.dictionaries(st.text(min_size=1, max_size=3), JSON, min_size=1)


@given(JSON)
def test_a_value_is_exactly_itself_and_has_its_own_shape(value):
    assert list(exact_differences(value, value)) == []
    assert list(shape_differences(value, value)) == []


@given(OBJECTS, st.data())
def test_a_key_that_is_missing_is_missed(value, data):
    key = data.draw(st.sampled_from(sorted(value)))
    live = {name: inner for name, inner in value.items() if name != key}
    missed = list(shape_differences(value, live))
    assert len(missed) == 1
    assert missed[0].startswith(f"{key}: expected ")


@given(OBJECTS, JSON)
def test_a_key_more_is_welcome_but_not_exact(value, extra):
    scripted = dict.fromkeys(value, 1)
    live = {**scripted, "another key": extra}
    assert list(shape_differences(scripted, live)) == []
    assert len(list(exact_differences(scripted, live))) == 1


@given(st.text(max_size=5), st.text(max_size=5))
def test_examples_satisfy_their_conditions(one, other):
    for condition in (
        one,
        {"contains": one},
        {"starts_with": one},
        {"any_of": [one, other]},
        {"equals": one, "contains": one[1:]},
        {"starts_with": one, "contains": other},
    ):
        operator = make_operator(condition)
        example = example_for(operator)
        assert example is not None
        assert operator.holds([example])
        assert examples_for(operator) == (example,)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=3))
def test_examples_of_a_name_that_is_repeated_are_all_its_values(texts):
    values = make_operator({"values": texts})
    assert list(examples_for(values)) == texts
    assert list(examples_for(make_operator({"any_of": [{"values": texts}]}))) == texts
