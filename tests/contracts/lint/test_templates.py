"""What is said of a template without rendering it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.lint.templates import liquid_environment, templates_of
from mockstudio.flows.model import Condition, State, Transition


def template(source):
    state = State("tell", "send-message", properties={"body": source})
    (found,) = templates_of(state, liquid_environment())
    return found


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("{{ widgets.a.b }}", [("widgets", "a", "b")]),
        ("{{ widgets['a']['b c'][0] }}", [("widgets", "a", "b c", 0)]),
        ("{{ widgets[flow.x].b }}", [("widgets", None, "b"), ("flow", "x")]),
        ("{% assign x = flow.y %}{{ x.z }}", [("flow", "y")]),
        ("{% for i in flow.items %}{{ i.name }}{% endfor %}", [("flow", "items")]),
        ("{{ a.b }} {{ a.b }}", [("a", "b")]),
        ("{{ 'widgets.a' }}{% comment %}{{ widgets.a }}{% endcomment %}", []),
        ("{{ flow.x | append: flow.y }}", [("flow", "x"), ("flow", "y")]),
        ("{% case flow.x %}{% when flow.y %}{% endcase %}", [("flow", "x"), ("flow", "y")]),
    ],
)
def test_what_a_template_reads(source, reads):
    assert list(template(source).reads) == reads


def test_an_output_knows_its_path_its_filters_and_its_place():
    source = "to {{ flow.x | strip | url_encode }}, {{ 1 }}"
    first, second = template(source).printed
    assert (first.path, first.filters) == (("flow", "x"), ("strip", "url_encode"))
    assert source[first.start : first.end] == "{{ flow.x | strip | url_encode }}"
    assert (second.path, source[second.start : second.end]) == ((), "{{ 1 }}")


def test_what_is_tested_or_has_a_default_is_expected_to_miss():
    source = "{% if flow.a or flow.b == 1 %}{% elsif flow.c %}{% endif %}{{ flow.d | default: 0 }}"
    assert template(source + "{{ flow.e }}").expected_to_miss == {("flow", name) for name in "abcd"}


def test_texts_of_all_depths_are_templates_and_those_that_studio_never_renders_are_not():
    condition = Condition("equal_to", ("{{ flow.a }}",), "{{ flow.b }}")
    state = State(
        "all",
        "split-based-on",
        (Transition("noMatch"), Transition("match", None, (condition,))),
        {
            "input": "{{ flow.a }}",
            "offset": "{{ flow.x }}",
            "list": [{"value": "{{ flow.c }}"}, "plain", 1],
        },
    )
    at = ("transitions", 1, "conditions", 0)
    assert [found.steps for found in templates_of(state, liquid_environment())] == [
        ("properties", "input"),
        ("properties", "list", 0, "value"),
        (*at, "arguments", 0),
        (*at, "value"),
    ]


@given(st.text(alphabet="{}% |.ax'\"=1if-d", max_size=40))
def test_anything_between_braces_is_either_faulty_or_understood(text):
    found = template("{{" + text)
    assert found.fault or found.reads is not None
    assert not (found.fault and found.reads)
    assert list(found.printed) == sorted(found.printed, key=lambda each: each.start)
    found.expected_to_miss, found.loops, found.compared_with_numbers, found.has_tags  # noqa: B018
