"""What templates render to: the golden table, and what rendering leaves alone."""

import copy
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from mockstudio.clock import VirtualClock
from mockstudio.flows.liquid import Rendered, StudioLiquid

TABLE = yaml.safe_load(Path(__file__).with_name("liquid_cases.yaml").read_text("utf-8"))
CONTEXT = TABLE["context"]
CASES = [
    pytest.param(case[0], case[1], id=f"{section}: {case[0]}")
    for section, cases in TABLE["cases"].items()
    for case in cases
]


@pytest.fixture
def liquid():
    return StudioLiquid(VirtualClock().now)


@pytest.mark.parametrize(("source", "text"), CASES)
def test_a_template_renders_as_the_table_says(liquid, source, text):
    assert liquid.compile(source).render(CONTEXT) == Rendered(text)


def test_rendering_leaves_the_context_as_it_was(liquid):
    before = copy.deepcopy(CONTEXT)
    for source in (
        "{% assign flow = 1 %}{% assign x = widgets.lookup.parsed.items | reverse %}{{ x }}",
        "{% for widgets in widgets.lookup.parsed.items %}{{ widgets }}{% endfor %}",
        "{% increment trigger %}{% capture contact %}x{% endcapture %}",
    ):
        assert liquid.compile(source).render(CONTEXT).error is None
    assert before == CONTEXT


def test_nothing_assigned_is_left_for_the_next_rendering(liquid):
    template = liquid.compile("[{{ x }}]{% assign x = 1 %}{% increment n %}")
    assert template.render({}).text == template.render({}).text == "[]0"


def test_now_is_told_by_the_clock_given():
    clock = VirtualClock(datetime(2026, 7, 1, 6, 59, tzinfo=UTC))
    template = StudioLiquid(clock.now).compile("{{ 'now' | date: '%F %R' }}")
    assert template.render({}).text == "2026-06-30 23:59"
    clock.advance(60)
    assert template.render({}).text == "2026-07-01 00:00"


def test_a_compiled_template_is_remembered_with_its_source(liquid):
    assert liquid.compile("{{ flow }}") is liquid.compile("{{ flow }}")
    assert liquid.compile("{{ flow }}").source == "{{ flow }}"


def test_plain_text_is_not_rendered_at_all(liquid):
    text = "Price: 5 % } ${x} " * 5_000
    assert liquid.compile(text).render({}) == Rendered(text)
