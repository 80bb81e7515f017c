"""Text is cut to what there is room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockstudio.excerpts import excerpt, line_excerpt


@given(text=st.text(), most=st.integers(1, 30))
def test_an_excerpt_fits_and_begins_as_the_text_does(text, most):
    cut = excerpt(text, most)
    assert len(cut) <= most
    assert cut == text if len(text) <= most else cut == text[: most - 1] + "…"


def test_a_line_has_no_breaks_and_single_blanks():
    assert line_excerpt(" a\n\n b\tc ", 10) == "a b c"
    assert line_excerpt("a\nb\nc\nd", 4) == "a b…"
