"""Where widgets are on a picture."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.flows.model import Flow, State, Transition
from mockstudio.reports.picture.places import WIDTH, Place, places

NUMBERS = st.integers(-400, 400) | st.floats(-400, 400) | st.sampled_from([math.nan, 1e300, "1"])
OFFSETS = st.none() | st.fixed_dictionaries({"x": NUMBERS, "y": NUMBERS})
HEIGHT = 80.0


def flow_of(*offsets):
    """Return a flow of widgets with these offsets, each of which leads to the next."""
    states = tuple(
        State(
            f"w{number}",
            "send-message",
            (Transition("sent", f"w{number + 1}" if number + 1 < len(offsets) else None),),
            {"offset": offset},
        )
        for number, offset in enumerate(offsets)
    )
    return Flow("FW" + "0" * 32, "a flow", states, "w0")


def placed(flow):
    return places(flow, defaultdict(lambda: HEIGHT))


def at(x, y):
    return {"x": x, "y": y}


def test_widgets_are_where_studio_has_them():
    found = placed(flow_of(at(0, 0), at(-350, 120.5)))
    assert found == {"w0": Place(0, 0, HEIGHT), "w1": Place(-350, 120.5, HEIGHT)}


def test_what_would_cover_another_widget_is_moved_down():
    found = placed(flow_of(at(0, 0), at(10, 10), at(20, 90)))
    assert [place.left for place in found.values()] == [0, 10, 20]
    first, second, third = found.values()
    assert first.bottom < second.top
    assert second.bottom < third.top


def test_without_offsets_rows_go_down_by_the_distance_from_the_trigger():
    states = (
        State("far", "send-message"),
        State("lost", "send-message"),
        State("near", "send-message", (Transition("sent", "far"), Transition("failed", "begin"))),
        State("also", "send-message"),
        State("begin", "trigger", (Transition("a", "near"), Transition("b", "also"))),
    )
    found = placed(Flow("FW" + "0" * 32, "a flow", states, "begin"))
    tops = [found[name].top for name in ("begin", "near", "far", "lost")]
    assert tops == sorted(set(tops))
    assert found["near"].top == found["also"].top
    assert found["begin"].middle == (found["near"].middle + found["also"].middle) / 2


def test_widgets_without_an_offset_come_below_the_others():
    found = placed(flow_of(at(0, 500), None, at(0, 0)))
    assert found["w1"].top > found["w0"].bottom


def test_a_row_has_only_so_many_widgets():
    states = [State(f"w{number}", "send-message") for number in range(40)]
    begin = State("begin", "trigger", tuple(Transition("a", state.name) for state in states))
    found = placed(Flow("FW" + "0" * 32, "a flow", (begin, *states), "begin"))
    assert max(place.right for place in found.values()) < 8 * WIDTH


@pytest.mark.parametrize("x", [None, "12", True, math.nan, math.inf, 1e6, [1]])
def test_an_offset_that_is_no_place_is_none(x):
    assert placed(flow_of(at(x, 0))) == placed(flow_of(None))


@given(st.lists(OFFSETS, min_size=1, max_size=12))
def test_no_widget_is_on_top_of_another(offsets):
    found = placed(flow_of(*offsets))
    assert list(found) == [f"w{number}" for number in range(len(offsets))]
    assert not any(one.overlaps(other) for one, other in combinations(found.values(), 2))
