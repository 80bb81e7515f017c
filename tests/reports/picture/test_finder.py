"""Which widget is at a point."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockstudio.reports.picture.finder import Finder
from mockstudio.reports.picture.places import Place

NUMBERS = st.integers(-500, 500)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(60, 400)), max_size=6), NUMBERS, NUMBERS)
def test_a_point_is_found_in_the_first_place_that_has_it(corners, x, y):
    places = [Place(*corner) for corner in corners]
    expected = next((place for place in places if place.has(x, y)), None)
    assert Finder(places).at(x, y) == expected
