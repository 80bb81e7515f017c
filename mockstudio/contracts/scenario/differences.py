"""Where two texts or two lists differ, in lines that read without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches, ndiff
from typing import Final

_ALIKE: Final = 0.6
"""The share of characters from which two texts count as nearly equal."""
_SHOWN_AT_MOST: Final = 400
"""Characters of each text."""
_SHOWN_BEFORE: Final = 40
"""Characters in front of the first difference of texts that are longer than that."""


def nearest(expected: str, found: Iterable[str]) -> str | None:
    """Return the text that is most like another one, or None when none is much like it."""
    excerpts = {_start(text): text for text in found}
    close = get_close_matches(_start(expected), excerpts, n=1, cutoff=_ALIKE)
    return excerpts[close[0]] if close else None


def text_difference(expected: str, found: str) -> tuple[str, ...]:
    """Return what of a text is not as expected, line by line.

    Args:
        expected: its lines are marked with `-` where they differ.
        found: its lines are marked with `+` where they differ.

    Returns:
        The lines of both, where they differ only in part each with a line that begins with `?` and
        has a mark under the characters that differ. Nothing when the texts are equal, or so
        different that it would tell nothing.
    """
    one, other = _excerpts(expected, found)
    if expected == found or _ratio(one, other) < _ALIKE:
        return ()
    return tuple(line.rstrip() for line in ndiff(one.splitlines(), other.splitlines()))


def list_difference(expected: Sequence[str], found: Sequence[str]) -> tuple[str, ...]:
    """Return what of a list is not as expected: `-` is missing, `+` is too much.

    Nothing when the lists are equal, or have nothing in common.
    """
    pieces = SequenceMatcher(None, expected, found, autojunk=False).get_opcodes()
    if len(pieces) < 2:
        return ()
    lines: list[str] = []
    for what, a, b, c, d in pieces:
        if what == "equal":
            lines += [f"  {each}" for each in expected[a:b]]
        else:
            lines += [f"- {each}" for each in expected[a:b]]
            lines += [f"+ {each}" for each in found[c:d]]
    return tuple(lines)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _start(text: str) -> str:
    return text[:_SHOWN_AT_MOST]


def _excerpts(one: str, other: str) -> tuple[str, str]:
    """Return the texts, or where they begin to differ when they are long."""
    if max(len(one), len(other)) <= _SHOWN_AT_MOST:
        return one, other
    pairs = enumerate(zip(one, other, strict=False))
    differ_at = next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
    begin = max(0, differ_at - _SHOWN_BEFORE)
    return _excerpt(one, begin), _excerpt(other, begin)


def _excerpt(text: str, begin: int) -> str:
    end = begin + _SHOWN_AT_MOST
    return f"{'…' * bool(begin)}{text[begin:end]}{'…' * (end < len(text))}"
