"""Durations as people write them: `300ms`, `10s`, `5m`, `1h`, `1d`, or a number of seconds."""

from __future__ import annotations

import re
import sys

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")
_WHOLE = re.compile(rf"(?:{_PART.pattern}\s*)+")
EXPECTED = "a duration such as 300ms, 10s, 5m, 1h or 1h30m, or a number of seconds"


def parse_duration(value: str | int | float) -> float:
    """Return a duration in seconds.

    Args:
        value: text such as `300ms` or `1h30m`, or a number of seconds.

    Raises:
        ValueError: the text is no duration, or the number is negative or not finite.
    """
    seconds = _parse_text(value.strip()) if isinstance(value, str) else value
    if isinstance(value, bool) or not 0 <= seconds <= sys.float_info.max:
        raise ValueError(f"expected {EXPECTED}, found {value!r}")
    return float(seconds)


def _parse_text(text: str) -> float:
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"expected {EXPECTED}, found '{text}'")
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def format_duration(seconds: float) -> str:
    """Return a duration in a form a person reads easily: `120 ms`, `10.0 s`, `1 h 5 m`."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, _ = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
