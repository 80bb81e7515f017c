"""What is tried: values for conditions, texts for patterns, and what templates read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.matrix.candidates import candidates
from mockstudio.contracts.matrix.patterns import example
from mockstudio.contracts.matrix.references import put, references
from mockstudio.flows.conditions import CONDITION_TYPES, matches


@pytest.mark.parametrize("kind", sorted(set(CONDITION_TYPES)))
@pytest.mark.parametrize("wanted", [True, False])
def test_some_candidate_satisfies_and_some_other_does_not(kind, wanted):
    value = {"regex": "[a-z]{3}", "is_before_time": "12:00", "is_after_time": "12:00"}.get(kind)
    value = value or ("2026-05-05" if "date" in kind else "12")
    results = {matches(kind, each, value).holds for each in candidates([(kind, value)])}
    assert wanted in results


@pytest.mark.parametrize(
    "pattern",
    [
        "yes",
        "^(yes|no)$",
        "(?i)stop",
        "[0-9]{5}",
        r"\d{3}-\d{4}",
        "[^0-9]+",
        "a.c",
        "(?:ab){2,3}",
        r"\+1\d{10}",
        "[]a]",
        r"[\d]{2}",
        "",
    ],
)
def test_an_example_matches_its_pattern(pattern):
    assert re.fullmatch(pattern, example(pattern))


@given(st.text(max_size=30))
def test_any_text_has_an_example(pattern):
    assert isinstance(example(pattern), str)


@pytest.mark.parametrize(
    ("template", "paths"),
    [
        ("{{widgets.look-up.parsed.a.b}}", [("widgets", "look-up", "parsed", "a", "b")]),
        (
            "{{ widgets.w.parsed.items[0]['x y'] }}",
            [("widgets", "w", "parsed", "items", "0", "x y")],
        ),
        (
            "{% if flow.data.a == flow.variables.b %}",
            [("flow", "data", "a"), ("flow", "variables", "b")],
        ),
        ("widgets.look.parsed outside", []),
        ("{{x}}", []),
    ],
)
def test_references_are_found(template, paths):
    assert list(references(template)) == paths


def test_values_are_put_into_objects_and_arrays():
    data = {"ok": True}
    put(data, ("items", "1", "name"), "x")
    put(data, ("items", "0"), "y")
    assert data == {"ok": True, "items": ["y", {"name": "x"}]}
