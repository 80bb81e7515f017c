"""Single values of files as text."""

from __future__ import annotations

import json


class WrittenInteger(int):
    """A whole number that a file writes otherwise than JSON does, such as `1_000` or `0x1F`."""

    written: str = ""


class WrittenFloat(float):
    """A number that a file writes otherwise than JSON does, such as `1.50` or `1e3`."""

    written: str = ""


def as_written(number: int | float, text: str) -> int | float:
    """Return a number that knows how it is written where that is not JSON's way."""
    # A long hexadecimal number has more digits than Python writes.
    if not text.startswith("0x") and json.dumps(number) == text:
        return number
    made = WrittenInteger(number) if isinstance(number, int) else WrittenFloat(number)
    made.written = text
    return made


def as_text(scalar: str | int | float | bool) -> str:
    """Return how a value is written where all is text: `true`, `42`, `12.50`."""
    if isinstance(scalar, WrittenInteger | WrittenFloat):
        return scalar.written
    return scalar if isinstance(scalar, str) else json.dumps(scalar)
