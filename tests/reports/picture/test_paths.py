"""Curves from widget to widget."""

from __future__ import annotations

import re

import pytest

from mockstudio.reports.picture.finder import Finder
from mockstudio.reports.picture.paths import path
from mockstudio.reports.picture.places import Place

BEGIN = Place(0, 0, 80)


def points(text):
    """Return all points of a path, those that only bend it included."""
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", text)]


@pytest.mark.parametrize(
    "end",
    [Place(0, 300, 80), Place(900, 81, 80), Place(-700, -500, 80), Place(10, -300, 80), BEGIN],
)
def test_a_curve_leaves_downwards_and_arrives_from_above(end):
    first, second, *_, last_but_one, last = points(path(40, BEGIN, end, Finder([BEGIN, end])))
    assert first == (40, BEGIN.bottom)
    assert second[1] > first[1]
    assert last == (end.middle, end.top)
    assert last_but_one[1] < last[1]


def test_a_curve_passes_beside_what_is_in_its_way():
    end, between = Place(0, 400, 80), Place(-10, 200, 80)
    straight = path(140, BEGIN, end, Finder([BEGIN, end]))
    around = path(140, BEGIN, end, Finder([BEGIN, between, end]))
    assert max(abs(x - 145) for x, _ in points(straight)) < 10
    xs = {x for x, y in points(around) if between.top < y < between.bottom}
    assert xs
    assert not any(between.left <= x <= between.right for x in xs)


def test_a_curve_that_would_meet_as_much_elsewhere_stays_straight():
    end, between = Place(0, 400, 80), Place(-10, 200, 80)
    wall = (Place(-320, 200, 80), between, Place(310, 200, 80))
    straight = path(140, BEGIN, end, Finder([BEGIN, end]))
    assert path(140, BEGIN, end, Finder([BEGIN, *wall, end])) == straight


def test_a_way_back_up_passes_between_the_two_widgets():
    end = Place(500, -200, 80)
    turn = points(path(40, BEGIN, end, Finder([BEGIN, end])))[3]
    assert BEGIN.right < turn[0] < end.left
