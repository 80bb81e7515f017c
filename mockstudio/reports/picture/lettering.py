"""How wide text is, near enough for boxes: nobody here knows the fonts of whoever looks."""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTER: Final = 0.58
_WIDE_LETTER: Final = 1.0
"""Of the font's size; in capitals, and in Chinese, Japanese and Korean."""


def width_of(text: str, size: float) -> float:
    """Return how wide a text is in a sans-serif font of a size, in the same unit."""
    return sum(map(_letter, text)) * size


def shortened(text: str, width: float, size: float) -> str:
    """Return a text in one line that is no wider than `width`, with an ellipsis where it is cut."""
    line = " ".join(text.split())
    if width_of(line, size) <= width:
        return line
    room = width - width_of("…", size)
    kept = 0
    for letter in line:
        room -= _letter(letter) * size
        if room < 0:
            break
        kept += 1
    return f"{line[:kept].rstrip()}…"


def _letter(letter: str) -> float:
    return _WIDE_LETTER if unicodedata.east_asian_width(letter) in "WF" else _LETTER
