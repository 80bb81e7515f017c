"""Texts made to fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockstudio.reports.picture.lettering import shortened, width_of


def test_a_text_that_fits_stays_as_it_is():
    assert shortened("a name", 200, 10) == "a name"


def test_a_long_text_is_cut_where_the_room_ends():
    assert shortened("a" * 100, 70, 10) == f"{'a' * 11}…"


def test_wide_letters_take_more_room():
    assert width_of("日本", 10) > width_of("ab", 10)


@given(st.text(), st.floats(20, 300))
def test_what_is_shortened_fits_in_one_line(text, width):
    short = shortened(text, width, 10)
    assert width_of(short, 10) <= width
    assert len(short.splitlines()) <= 1
