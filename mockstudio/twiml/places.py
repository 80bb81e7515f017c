"""Where in a document its elements stand.

The parser tells in which line a tag ends, which for a tag of several lines is not where its
author looks for it, and it tells nothing about text. In well-formed XML without a DTD a `<` never
stands in a value or in text, so that the tags are found without parsing again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MARKUP: Final = re.compile(
    r"""<!--.*?(?:-->|\Z)
      | <!\[CDATA\[.*?(?:\]\]>|\Z)
      | <\?.*?(?:\?>|\Z)
      | <(?P<slash>/?)(?:[^<>"']|"[^"]*"|'[^']*')*>?
    """,
    re.DOTALL | re.VERBOSE,
)
_BLANK: Final = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """Where an element stands. Offsets count characters from 0, lines from 1.

    Attributes:
        line: of its first character.
        inside: the offset behind its start tag.
        after: the offset behind it.
    """

    line: int
    inside: int
    after: int


class Source:
    """The source of a well-formed document without a DTD.

    Attributes:
        text: all of it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._newlines = [match.start() for match in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        """Return the line of an offset."""
        return bisect_right(self._newlines, offset - 1) + 1

    def line_of_text(self, offset: int) -> int:
        """Return the line on which the text behind an offset begins, blanks left out."""
        blank = _BLANK.match(self.text, offset)
        return self.line(blank.end() if blank else offset)

    def places(self) -> list[Place]:
        """Return where the elements stand, in the order of their start tags."""
        places: dict[int, Place] = {}
        opened: list[tuple[int, int]] = []
        for tag in self._tags():
            if not tag["slash"]:
                opened.append((tag.start(), tag.end()))
            if tag["slash"] or tag.group().endswith("/>"):
                start, inside = opened.pop()
                places[start] = Place(self.line(start), inside, tag.end())
        return [places[start] for start in sorted(places)]

    def _tags(self) -> Iterator[re.Match[str]]:
        return (match for match in _MARKUP.finditer(self.text) if match["slash"] is not None)


def doctype(text: str) -> int | None:
    """Return the offset of a document type declaration, or None when there is none.

    It stands before the first element, with nothing but comments, instructions and blanks before.
    The text may be anything at all.
    """
    for markup in _MARKUP.finditer(text):
        if not markup.group().startswith(("<!--", "<?")):
            is_doctype = markup.group().upper().startswith("<!DOCTYPE")
            return markup.start() if is_doctype else None
    return None
