"""The demo: every outcome of both widgets comes to the same in virtual time and over HTTP."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from mockstudio.clock import ScaledClock, VirtualClock

SPEED = 10
"""Fast enough for a test, and slow enough that a busy machine's hiccup is no ten seconds."""

SORRY = "Sorry, I cannot look that up right now. Please try again later."
ROWS = {
    ("lookup", "success"): ("success", "success: status 200 is 2xx"),
    ("lookup", "failure"): ("fail", "fail: status 500 is 5xx"),
    ("lookup", "timeout"): ("fail", "fail: no answer after 10.0 s, limit 10.0 s"),
    ("lookup", "overflow"): ("fail", "fail: body is 65,537 bytes, limit 65,536"),
    ("stock", "success"): ("success", "success: status 200 is 2xx"),
    ("stock", "failure"): ("failed", "failed: status 500 is 5xx"),
    ("stock", "timeout"): ("failed", "failed: no answer after 10.0 s, limit 10.0 s"),
    ("stock", "overflow"): ("failed", "failed: body is 65,537 bytes, limit 65,536"),
}


@pytest.fixture(scope="module")
def demo():
    path = Path(__file__).parents[1] / "fixtures" / "demo.py"
    spec = importlib.util.spec_from_file_location("demo", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["demo"] = module  # where dataclasses look up their annotations
    spec.loader.exec_module(module)
    yield module
    del sys.modules["demo"]


def test_the_table_has_every_outcome_of_both_widgets(demo):
    assert {(w, o) for w in demo.WIDGETS for o in demo.OUTCOMES} == set(ROWS)


@pytest.fixture(scope="module", params=["virtual", "http"])
def world(demo, request):
    """Rows by widget and outcome, in either world."""
    over_http = request.param == "http"
    clock = ScaledClock(SPEED) if over_http else VirtualClock()
    with demo.open_sandbox(clock, over_http) as sandbox:
        return {(w, o): demo.play(sandbox, w, o) for w in demo.WIDGETS for o in demo.OUTCOMES}


@pytest.mark.parametrize(("widget", "outcome"), ROWS)
def test_a_row_tells_transition_and_reason(world, widget, outcome):
    row = world[widget, outcome]
    assert (row.transition, row.reason) == ROWS[widget, outcome]


@pytest.mark.parametrize("outcome", ["failure", "timeout", "overflow"])
def test_the_person_reads_what_the_branch_says(world, outcome):
    assert world["lookup", outcome].heard == SORRY
    assert world["stock", outcome].heard != world["stock", "success"].heard


@pytest.mark.parametrize("widget", ["lookup", "stock"])
def test_a_timeout_takes_ten_seconds_of_the_clock_and_far_less_of_ours(world, widget):
    row = world[widget, "timeout"]
    assert 10 <= row.clock_seconds < 20
    assert row.real_seconds < row.clock_seconds / 4


def test_the_tables_are_printed(demo, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["demo.py", "--speed", "10"])
    demo.main()
    text = capsys.readouterr().out
    assert text.index("Virtual time") < text.index("Over real HTTP, the clock at 10 times")
    for (widget, outcome), (transition, _) in ROWS.items():
        rows = re.findall(rf"{outcome} +│ {widget} +│ {transition} ", text)
        assert len(rows) == 2, (widget, outcome)
    assert max(map(len, text.splitlines())) <= 150
