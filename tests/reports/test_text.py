from __future__ import annotations

import pytest

from mockstudio.reports.text import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[31mred\x00", "\\x1b[31mred\\x00"),
        ("back\rward \x9b", "back\\x0dward \\x9b"),
        ("größe 👍", "größe 👍"),
    ],
)
def test_control_characters_are_written_out(text, shown):
    assert printable(text) == shown
