"""Recorded values whose secrets are covered, compared with live ones."""

from __future__ import annotations

from typing import Any

from mockstudio.contracts.recording.covers import COVER_OF_NUMBERS, COVERS


def is_same_value(scripted: Any, live: Any) -> bool:
    """Tell whether two values of one JSON type are the same, whatever covers stand for."""
    if isinstance(scripted, str):
        return is_same_text(scripted, live)
    return bool(scripted in (live, COVER_OF_NUMBERS))


def is_same_text(scripted: str, live: str) -> bool:
    """Tell whether a text is the scripted one, with anything where that has covers."""
    first, *others = COVERS.split(scripted)
    if not others:
        return scripted == live
    *between, last = others
    if not live.startswith(first):
        return False
    position = len(first)
    # Each as early as may be leaves most to those that follow.
    for text in between:
        found = live.find(text, position)
        if found < 0:
            return False
        position = found + len(text)
    return live.endswith(last, position)


def is_same_body(scripted: bytes, live: bytes) -> bool:
    """Tell whether a body is the scripted one, with anything where that has covers."""
    # Any bytes are text in Latin-1.
    return is_same_text(scripted.decode("latin-1"), live.decode("latin-1"))
