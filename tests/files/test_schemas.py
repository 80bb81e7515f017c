from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.errors import Problem
from mockstudio.files.documents import Document, parse_yaml
from mockstudio.files.schemas import check, in_file_order

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": {"type": "string", "minLength": 1},
        "kind": {"enum": ["function", "twiml", "http"]},
        "delay": {
            "anyOf": [
                {"title": "a duration such as 3s", "type": ["string", "number"]},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["uniform"],
                    "properties": {"uniform": {"type": "array", "minItems": 2, "maxItems": 2}},
                },
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["median", "sigma"],
                    "properties": {"median": {"type": "number"}, "sigma": {"type": "number"}},
                },
            ]
        },
        "times": {"type": "integer", "minimum": 1, "maximum": 9},
        "scale": {"type": "number", "exclusiveMinimum": 0},
        "sid": {"title": "a flow SID", "type": "string", "pattern": "^FW"},
        "files": {"type": "object", "propertyNames": {"title": "a name", "minLength": 2}},
        "on": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    },
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", ["1:1: missing key 'url'"]),
        ("[]", ["1:1: expected a mapping, found an empty list"]),
        (
            "{url: x, dealy: 3}",
            ["1:10: dealy: unknown key 'dealy'; did you mean 'delay'? (known: "],
        ),
        ("{url: x, KIND: 3}", ["1:10: KIND: unknown key 'KIND'; did you mean 'kind'? (known: "]),
        ("{url: 5}", ["1:7: url: expected a string, found a number 5"]),
        ("{url: ''}", ["1:7: url: expected at least 1 character, found 0"]),
        (
            "{url: x, kind: twml}",
            [
                "1:16: kind: expected one of function, twiml, http, found 'twml'; "
                "did you mean 'twiml'?"
            ],
        ),
        (
            "{url: x, kind: 3}",
            ["1:16: kind: expected one of function, twiml, http, found a number"],
        ),
        ("{url: x, times: 0}", ["1:17: times: expected at least 1, found 0"]),
        ("{url: x, times: 10}", ["1:17: times: expected at most 9, found 10"]),
        ("{url: x, times: 1.5}", ["1:17: times: expected a whole number, found a number 1.5"]),
        ("{url: x, times: abc}", ["1:17: times: expected a whole number, found a string 'abc'"]),
        ("{url: x, times: true}", ["1:17: times: expected a whole number, found true"]),
        ("{url: x, scale: 0}", ["1:17: scale: expected more than 0, found 0"]),
        ("{url: x, sid: AC1}", ["1:15: sid: expected a flow SID, found a string 'AC1'"]),
        ("{url: x, on: yes}", ["1:14: on: expected true or false, found a string 'yes'"]),
        ("{url: x, on: ~}", ["1:14: on: expected true or false, found nothing"]),
        ("{url: x, files: {a: 1}}", ["1:18: files.a: expected a name as the key, found 'a'"]),
        ("{url: x, tags: [a, 1]}", ["1:20: tags[1]: expected a string, found a number 1"]),
        ("{url: x, tags: [a, a]}", ["1:16: tags: expected uniqueItems True, found a list"]),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, expected: list[str]) -> None:
    found = [str(problem) for problem in check(parse_yaml(text, "f"), SCHEMA)]
    assert len(found) == len(expected)
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(f"f:{start}")


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        ("[]", ["delay: expected a duration such as 3s or a mapping, found an empty list"]),
        ("{uniform: [1]}", ["delay.uniform: expected at least 2 entries, found 1"]),
        ("{uniform: [1, 2, 3]}", ["delay.uniform: expected at most 2 entries, found 3"]),
        ("{median: 3, sigma: x}", ["delay.sigma: expected a number, found a string 'x'"]),
        ("{median: 3, sgma: 1}", ["delay: missing key 'sigma'", "delay.sgma: unknown key 'sgma'"]),
        ("{uniform: [1, 2], uni: 3}", ["delay.uni: unknown key 'uni'"]),
    ],
)
def test_of_several_alternatives_the_likeliest_is_told(delay: str, expected: list[str]) -> None:
    problems = check(parse_yaml(f"url: x\ndelay: {delay}", ""), SCHEMA)
    found = [f"{problem.path}: {problem.message}" for problem in problems]
    assert len(found) == len(expected)
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(start)


def test_all_mistakes_are_told_at_once_in_the_file_s_order() -> None:
    text = "tags: [1, 2]\ntimes: 0\nkidn: x\non: 3\n"
    found = [problem.path for problem in check(parse_yaml(text, "f"), SCHEMA)]
    assert found == ["", "tags[0]", "tags[1]", "times", "kidn", "on"]


def test_data_without_places_keeps_its_own_order() -> None:
    data = {"url": 1, "tags": [1, 2], "no": 3, "kind": "x"}
    found = [problem.path for problem in check(Document(data, ""), SCHEMA)]
    assert found == ["url", "tags[0]", "tags[1]", "no", "kind"]


def test_missing_keys_are_told_together() -> None:
    schema = {"required": ["a", "b"]}
    assert [p.message for p in check(Document({}, ""), schema)] == ["missing keys 'a', 'b'"]


def test_long_values_are_shortened() -> None:
    (problem,) = check(Document({"url": "x", "on": "y" * 500}, ""), SCHEMA)
    assert len(problem.message) < 120


def test_line_breaks_in_values_do_not_break_the_message() -> None:
    (problem,) = check(Document({"url": "x", "on": "a\nb"}, ""), SCHEMA)
    assert problem.message == r"expected true or false, found a string 'a\nb'"


def test_problems_sort_by_line_then_column() -> None:
    first, second, third = (
        Problem("a", line=1, column=9),
        Problem("b", line=2, column=1),
        Problem("c"),
    )
    assert in_file_order([second, first, third]) == [third, first, second]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*SCHEMA["properties"], "uniform", "median", "x"]), inner
            )
        ),
        max_leaves=15,
    )
)
def test_whatever_the_data_is_there_are_problems_exactly_when_it_is_invalid(data: Any) -> None:
    from jsonschema import Draft202012Validator

    problems = check(Document(data, ""), SCHEMA)
    assert bool(problems) is not Draft202012Validator(SCHEMA).is_valid(data)
    assert all(problem.message for problem in problems)
