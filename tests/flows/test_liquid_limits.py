"""Loops, sizes and growth stop where they must, and soon (reference 5.1)."""

import time

import pytest

from mockstudio.clock import VirtualClock
from mockstudio.flows.liquid import LiquidLimits, StudioLiquid

CONTEXT = {"big": "abc q" * 13_000, "items": list(range(16)), "tags": "<" * 65_000}
LIMIT = LiquidLimits().rendered_bytes
SOON = 2.0


@pytest.fixture
def liquid():
    return StudioLiquid(VirtualClock().now)


def test_fifteen_rounds_are_fine(liquid):
    rendered = liquid.compile("{% for i in (1..15) %}{{ i }} {% endfor %}").render({})
    assert rendered.text.split() == [str(number) for number in range(1, 16)]


@pytest.mark.parametrize(
    "loop",
    [
        "for i in (1..16)",
        "for i in items",
        "for i in (1..999999999)",
        "for i in (1..999999999) reversed",
        "tablerow i in (1..999999999)",
    ],
)
def test_the_sixteenth_round_is_a_fault(liquid, loop):
    end = loop.split()[0]
    error = liquid.compile(f"a\n{{% {loop} %}}x{{% end{end} %}}").render(CONTEXT).error
    assert error.message == "a loop runs at most 15 times"
    assert error.line == 2


@pytest.mark.parametrize(
    ("loop", "text"),
    [
        ("{% for i in (1..99) %}{{ i }}{% if i == 3 %}{% break %}{% endif %}{% endfor %}", "123"),
        ("{% for i in (1..999999999) limit: 2 %}{{ i }}{% endfor %}", "12"),
        (
            "{% for i in (1..999999999) offset: 999999997 %}{{ i }}-{% endfor %}",
            "999999998-999999999-",
        ),
        (
            "{% for i in (1..20) limit: 15 %}.{% endfor %}{% for i in (1..15) %}.{% endfor %}",
            "." * 30,
        ),
    ],
)
def test_only_rounds_that_run_count(liquid, loop, text):
    assert liquid.compile(loop).render({}).text == text


def test_loops_within_loops_count_each_for_itself(liquid):
    template = liquid.compile(
        "{% for a in (1..15) %}{% for b in (1..15) %}.{% endfor %}{% endfor %}"
    )
    assert template.render({}).text == "." * 225


def test_many_loops_within_loops_end_together(liquid):
    depth = 9
    source = "{% for a in (1..15) %}" * depth + "x" + "{% endfor %}" * depth
    error = liquid.compile(source).render({}).error
    assert error.message == "loops run at most 3375 times in all"


@pytest.mark.parametrize("letter", ["x", "é", "€", "😀"])
def test_a_rendered_text_may_take_16_kilobytes_and_not_a_byte_more(liquid, letter):
    template = liquid.compile("{{ a }}{{ b }}")
    size = len(letter.encode())
    full = {"a": letter * (LIMIT // size), "b": "x" * (LIMIT % size)}
    assert len(template.render(full).text.encode()) == LIMIT
    error = template.render({**full, "b": full["b"] + "x"}).error
    assert error.message == "the rendered text is longer than 16,384 bytes"


def test_a_captured_text_may_take_no_more_either(liquid):
    assert liquid.compile("{% capture x %}{{ big }}{% endcapture %}").render(CONTEXT).error


def test_limits_are_the_callers():
    limits = LiquidLimits(iterations=2, rendered_bytes=3)
    strict = StudioLiquid(VirtualClock().now, limits)
    assert strict.compile("{% for i in (1..3) %}{% endfor %}").render({}).error
    assert strict.compile("{{ 1234 }}").render({}).error
    assert strict.compile("{{ 123 }}").render({}).text == "123"


GROWING = {
    "append": "{% assign x = 'ab' %}" + "{% assign x = x | append: x %}" * 40,
    "times": "{% assign x = 99 %}" + "{% assign x = x | times: x %}" * 40,
    "times of decimals": "{% assign x = 9.9 %}" + "{% assign x = x | times: x %}" * 40,
    "replace": "{% assign x = 'aa' %}" + "{% assign x = x | replace: 'a', x %}" * 20,
    "replace of nothing": "{{ big | replace: '', big }}",
    "join": "{{ big | split: '' | join: big }}",
    "concat": "{% assign x = big | split: 'q' %}" + "{% assign x = x | concat: x %}" * 40,
    "range joined": "{{ (1..999999999) | join }}",
    "range reversed": "{{ (1..999999999) | reverse }}",
    "range sliced": "{{ (1..999999999) | slice: 0, 999999999 }}",
    "range printed as JSON": "{{ (1..999999999) | to_json }}",
    "range counted": "{% assign r = (1..999999999999999999999) %}{{ r.size }}",
    "expression": "{{ " + "(" * 100_000 + " }}",
    "dates": "{{ 'now' | date: big | append: big }}",
    "nested blocks": "{% if a %}" * 1_000,
    "nested brackets": "{{ " + "a[" * 3_000 + " }}",
    "chained comparisons": "{{ " + "a == " * 1_500 + "b }}",
}


@pytest.mark.parametrize("name", GROWING)
def test_growth_ends_in_a_fault_and_soon(liquid, name):
    began = time.perf_counter()
    assert liquid.compile(GROWING[name]).render(CONTEXT).error
    assert time.perf_counter() - began < SOON


UNFRIENDLY = [
    "{{" * 30_000,
    "{{" + " " * 60_000,
    "{{" + " " * 60_000 + "}}",
    "{% if" + " " * 60_000,
    "{% " * 20_000,
    "{%- raw %}" * 6_000,
    "{% comment %}" * 5_000,
    "{{ a }} " * 5_000,
    "{% if (1..999999999) contains 'x' %}a{% endif %}",
    "{{ tags | strip_html | size }}",
    "{{ big | split: '' | uniq | join }}",
]


@pytest.mark.parametrize("source", UNFRIENDLY, ids=lambda source: source[:30])
def test_templates_that_ask_for_much_are_done_soon(liquid, source):
    began = time.perf_counter()
    liquid.compile(source).render(CONTEXT)
    assert time.perf_counter() - began < SOON


def test_a_large_context_costs_nothing(liquid):
    template = liquid.compile("{{widgets.menu.Digits}}")
    small = {"widgets": {"menu": {"Digits": "1"}}}
    large = {
        "widgets": {**small["widgets"], **{f"w{n}": {"body": "x" * 99} for n in range(99_999)}}
    }
    assert _best_time(template, large) < 20 * _best_time(template, small)


def _best_time(template, context):
    def once():
        began = time.perf_counter()
        for _ in range(20):
            template.render(context)
        return time.perf_counter() - began

    return min(once() for _ in range(5))
