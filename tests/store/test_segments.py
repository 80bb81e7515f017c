"""Characters and segments, as GSM 03.38 counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.store.segments import BASIC, EXTENDED, count_segments


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ü" * 160, 1),
        ("ü" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("`" * 70, 1),
        ("`" * 71, 2),
        ("ç" * 134, 2),
        ("ç" * 135, 3),
        ("a" * 70 + "😀", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_how_many_segments_a_text_needs(text, segments):
    assert count_segments(text) == segments


def test_the_alphabet_has_127_characters_and_an_escape_to_ten_more():
    assert (len(BASIC), len(EXTENDED), len(BASIC & EXTENDED)) == (127, 10, 0)


@given(st.text(), st.text())
def test_more_text_never_needs_fewer_segments(first, second):
    assert 1 <= count_segments(first) <= count_segments(first + second)
