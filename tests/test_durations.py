from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("300ms", 0.3),
        ("10s", 10),
        ("5m", 300),
        ("1h", 3600),
        ("1d", 86_400),
        ("1h30m", 5400),
        ("1h 30m 5s", 5405),
        ("1.5h", 5400),
        (" 10 s ", 10),
        ("12", 12),
        ("0.25", 0.25),
        (7, 7),
        (0, 0),
        (2.5, 2.5),
    ],
)
def test_a_duration_is_read(written, seconds):
    assert parse_duration(written) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "soon", "10 parsecs", "s", "-1s", "1s-", "10S", "1,5s", "1e3", "9" * 400),
        *(-1, -0.1, float("nan"), float("inf"), 10**400, True, False),
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(written):
    with pytest.raises(ValueError, match="expected a duration such as 300ms"):
        parse_duration(written)


@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59))
def test_parts_add_up(hours, minutes, seconds):
    total = parse_duration(f"{hours}h{minutes}m{seconds}s")
    assert total == hours * 3600 + minutes * 60 + seconds


@given(st.text("0123456789.hmsd ", max_size=12) | st.text(max_size=12))
def test_any_text_is_a_duration_or_refused(text):
    with suppress(ValueError):
        assert parse_duration(text) >= 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.12, "120 ms"),
        (0.9996, "1.0 s"),
        (1, "1.0 s"),
        (10.04, "10.0 s"),
        (119, "119.0 s"),
        (120, "2 m"),
        (3600, "1 h"),
        (3900, "1 h 5 m"),
        (86_400 * 30, "30 d"),
        (90_061, "1 d 1 h 1 m"),
    ],
)
def test_a_duration_is_shown_as_people_read_it(seconds, text):
    assert format_duration(seconds) == text
