"""Where the values of a JSON text stand.

Only what lies on the way to a value is looked at; the json module skips the rest, so that a place
in many megabytes is found as fast as they are read.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from mockstudio.errors import Problem
from mockstudio.files.nodes import Place

_LINE_END = re.compile(r"\r\n?|\n")
_BETWEEN = re.compile(r"[ \t\n\r,:]*")
"""Blanks, and what stands between values: the text is known to be JSON."""
_DECODER = json.JSONDecoder()


class JsonText:
    """A valid JSON text.

    Args:
        text: the JSON.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [0, *(found.end() for found in _LINE_END.finditer(text))]

    @property
    def root(self) -> JsonNode:
        """The whole value."""
        return JsonNode(self, self.after(0))

    def place(self, index: int) -> Place:
        """Return line and column of a character."""
        line = bisect_right(self._lines, index)
        return Place(line, index - self._lines[line - 1] + 1)

    def after(self, index: int) -> int:
        """Return where the next value, key or closing bracket begins."""
        found = _BETWEEN.match(self.text, index)
        return found.end() if found else index

    def skipped(self, index: int) -> int:
        """Return where the value ends that begins here."""
        return _DECODER.raw_decode(self.text, index)[1]

    def key(self, index: int) -> str:
        """Return the text of the key that begins here."""
        return str(_DECODER.raw_decode(self.text, index)[0])


@dataclass(frozen=True)
class JsonNode:
    """A value and where it stands, as `nodes.Node`.

    Attributes:
        source: the text.
        start: the index of its first character.
    """

    source: JsonText
    start: int

    @property
    def place(self) -> Place:
        """Where the value begins."""
        return self.source.place(self.start)

    @cached_property
    def children(self) -> Mapping[str | int, JsonNode]:
        """The values in it, by key or index; of two with the same key the first."""
        first: dict[str | int, JsonNode] = {}
        for step, _, child in self.members():
            first.setdefault(step, child)
        return first

    @cached_property
    def keys(self) -> Mapping[str, Place]:
        """Where the keys of a mapping stand; of two the first."""
        first: dict[str, Place] = {}
        for key, start, _ in self.members():
            if isinstance(key, str):
                first.setdefault(key, self.source.place(start))
        return first

    def members(self) -> Iterator[tuple[str | int, int, JsonNode]]:
        """Yield the key or index of each value in it, where that begins, and the value."""
        source = self.source
        opening = source.text[self.start]
        if opening not in "{[":
            return
        closing, number = "}" if opening == "{" else "]", 0
        start = source.after(self.start + 1)
        while source.text[start] != closing:
            step = source.key(start) if opening == "{" else number
            value = source.after(source.skipped(start)) if opening == "{" else start
            yield step, start, JsonNode(source, value)
            start, number = source.after(source.skipped(value)), number + 1


def duplicate_keys(node: JsonNode) -> Iterator[Problem]:
    """Yield a problem, its file not named yet, for each key that its mapping has already."""
    first: dict[str, Place] = {}
    for key, start, child in node.members():
        yield from duplicate_keys(child)
        if not isinstance(key, str):
            continue
        place = node.source.place(start)
        if key in first:
            message = f"duplicate key '{key}', first given on line {first[key].line}"
            yield Problem(message, line=place.line, column=place.column)
        first.setdefault(key, place)
