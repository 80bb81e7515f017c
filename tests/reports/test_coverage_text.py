"""Coverage as lines for a terminal."""

from __future__ import annotations

import pytest

from mockstudio.contracts.coverage import Edge, FlowCoverage
from mockstudio.flows.model import Condition, Flow, Transition
from mockstudio.reports.coverage_text import coverage_lines, percent, times

SPLIT = Transition("match", "say", (Condition("equal_to", ("x",), "1", "If value is 1"),))
FLOW = Flow("FW1", "menu", (), "Trigger", source="flows/menu.json")


def covered(taken, among):
    edges = tuple(
        Edge("ask", number, Transition("sent", "say"), int(number < taken))
        for number in range(among)
    )
    return FlowCoverage(FLOW, {}, edges)


def test_each_flow_has_a_line_and_one_for_all_that_did_not_run():
    edges = (Edge("Trigger", 0, Transition("incomingCall", "ask"), 2), Edge("ask", 1, SPLIT, 0))
    coverage = FlowCoverage(FLOW, {"Trigger": 2, "ask": 2, "say": 0}, edges)
    assert coverage_lines([coverage, covered(1, 1)]) == [
        "flows/menu.json: widgets 2 of 3, transitions 1 of 2, 50 %",
        "    never taken    ask.match (If value is 1) → say",
        "    never entered  say",
        "flows/menu.json: widgets 0 of 0, transitions 1 of 1, 100 %",
    ]


def test_a_flow_that_came_from_no_file_is_called_by_its_name():
    flow = Flow("FW1", "menu", (), "Trigger")
    assert coverage_lines([FlowCoverage(flow, {}, ())])[0].startswith("menu: ")


def test_control_characters_and_lines_are_written_out():
    coverage = FlowCoverage(FLOW, {"a\x1b[31m\nb": 0}, ())
    assert coverage_lines([coverage])[1:] == ["    never entered  a\\x1b[31m b"]


@pytest.mark.parametrize(
    ("taken", "among", "said"),
    [(0, 3, "0 %"), (1, 3, "33.3 %"), (1, 8, "12.5 %"), (1_999, 2_000, "99.9 %"), (0, 0, "100 %")],
)
def test_only_all_is_a_hundred_percent(taken, among, said):
    assert percent(covered(taken, among)) == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "never taken"), (1, "taken once"), (1_234, "taken 1,234 times")]
)
def test_how_often_is_said_in_words(count, said):
    assert times(count, "taken") == said
