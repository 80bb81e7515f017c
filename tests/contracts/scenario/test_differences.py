"""Where texts and lists differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.scenario.differences import (
    list_difference,
    nearest,
    text_difference,
)


@pytest.mark.parametrize(
    ("expected", "found", "lines"),
    [
        ("Hello Ada!", "Hello Ada!", ()),
        ("Hello Ada!", "Something else", ()),
        (
            "Hello Ada!",
            "Hello Ida!",
            ("- Hello Ada!", "?       ^", "+ Hello Ida!", "?       ^"),
        ),
        ("Hello Ada!", "Hello Ada", ("- Hello Ada!", "?          -", "+ Hello Ada")),
        (
            "Dear Ada\nyour mug\nis ready",
            "Dear Ada\nyour mugs\nis ready",
            ("  Dear Ada", "- your mug", "+ your mugs", "?         +", "  is ready"),
        ),
        ("one\ntwo\nthree", "one\nthree", ("  one", "- two", "  three")),
    ],
)
def test_the_characters_that_differ_have_a_mark(expected, found, lines):
    assert text_difference(expected, found) == lines


def test_long_texts_are_shown_where_they_begin_to_differ():
    long = "a word and " * 500
    lines = text_difference(f"{long}this", f"{long}that")
    assert lines[0].startswith("- …")
    assert lines[0].endswith("and this")
    assert max(map(len, lines)) < 50
    assert text_difference(f"this{long}", f"that{long}")[0].endswith("…")


@given(st.text(), st.text())
def test_texts_that_differ_little_are_both_shown(text, further):
    lines = text_difference(f"the same words{text}", f"the same words{further}")
    assert (lines == ()) or {line[0] for line in lines} <= set("-+? ")
    assert (lines == ()) >= (text == further)


@pytest.mark.parametrize(
    ("found", "near"),
    [
        (["Goodbye.", "Hello Ida!"], "Hello Ida!"),
        (["Hello Ida!", "Hello Adas!"], "Hello Adas!"),
        (["Goodbye."], None),
        ([], None),
    ],
)
def test_the_text_that_was_most_likely_meant_is_compared(found, near):
    assert nearest("Hello Ada!", found) == near


@pytest.mark.parametrize(
    ("expected", "found", "lines"),
    [
        ("abc", "abc", ()),
        ("abc", "xyz", ()),
        ("abc", "", ()),
        ("abc", "abxc", ("  a", "  b", "+ x", "  c")),
        ("abc", "ac", ("  a", "- b", "  c")),
        ("abc", "axc", ("  a", "- b", "+ x", "  c")),
        ("abc", "cab", ("+ c", "  a", "  b", "- c")),
    ],
)
def test_what_is_missing_in_a_list_and_what_is_too_much(expected, found, lines):
    assert list_difference(list(expected), list(found)) == lines
