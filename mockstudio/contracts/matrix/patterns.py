"""A text that a simple regular expression matches: its first alternatives, its shortest repeats."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"""\(\?(?:[a-zA-Z]+\)|:|P<\w+>)?   # flags, or the beginning of a group
      | \\.                             # an escape
      | \[\^?\]?(?:\\.|[^\]])*\]        # a class of characters
      | .""",
    re.VERBOSE | re.DOTALL,
)
_REPEAT: Final = re.compile(r"\{([0-9]{1,3})(?:,[0-9]*)?\}[?+]?|[*+?][?+]?")
_ESCAPES: Final = {"d": "1", "w": "a", "s": " ", "S": "a", "D": "a", "W": " ", "n": "\n", "t": "\t"}
_NOTHING: Final = ("^", "$", r"\b", r"\A", r"\Z", r"\z")
_OTHERS: Final = "a1 Z_-.!"
"""What a class that excludes characters is tried with."""


def example(pattern: str) -> str:
    """Return a text that a simple pattern should match; whoever uses it has to see.

    Look-around, back references and whatever else is rare are taken for plain text.
    """
    text, _ = _alternatives(pattern, 0)
    return text


def _alternatives(pattern: str, position: int) -> tuple[str, int]:
    """Return an example of the first alternative, and where the group or the pattern ends."""
    first: str | None = None
    text = ""
    while position < len(pattern) and pattern[position] != ")":
        if pattern[position] == "|":
            first = text if first is None else first
            text, position = "", position + 1
            continue
        piece, position = _piece(pattern, position)
        times, position = _times(pattern, position)
        text += piece * times
    return text if first is None else first, position + 1


def _piece(pattern: str, position: int) -> tuple[str, int]:
    """Return an example of one token or group, and where the next one begins."""
    match = _TOKEN.match(pattern, position)
    token = match.group() if match else ""
    position += len(token)
    if token.startswith("("):
        return ("", position) if token.endswith(")") else _alternatives(pattern, position)
    if token in _NOTHING:
        return "", position
    if token.startswith("\\"):
        return _ESCAPES.get(token[1:], token[1:]), position
    if token.startswith("[") and len(token) > 1:
        return _of_class(token), position
    return "a" if token == "." else token, position


def _of_class(token: str) -> str:
    if not token.startswith("[^"):
        inside = token[1:-1]
        return _ESCAPES.get(inside[1:2], inside[1:2]) if inside[:1] == "\\" else inside[:1]
    try:
        allowed = re.compile(token)
    except re.error:
        return ""
    return next((each for each in _OTHERS if allowed.fullmatch(each)), "")


def _times(pattern: str, position: int) -> tuple[int, int]:
    """Return how often a piece is repeated, at least once, and what comes after the mark."""
    match = _REPEAT.match(pattern, position)
    if match is None:
        return 1, position
    return int(match[1]) if match[1] else 1, match.end()
