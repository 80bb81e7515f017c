"""Where the values of variables come from: what a person wrote stays that in a variable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mockstudio.contracts.lint.templates import Printed, Segments, Template

_KEEPING: Final = frozenset(
    {"strip", "lstrip", "rstrip", "downcase", "upcase", "capitalize", "default"}
)
"""Filters that leave the characters in a text that are trouble elsewhere."""


class Origins:
    """The paths whose values Set Variables widgets copy into variables.

    Args:
        templates: all of a flow.
    """

    def __init__(self, templates: Iterable[Template]) -> None:
        self._copied: dict[Segments, list[Segments]] = {}
        for template in templates:
            copied = [each.path for each in template.printed if _keeps(each)]
            for name in _names(template):
                self._copied.setdefault(name, []).extend(copied)

    def of(self, path: Segments) -> frozenset[Segments]:
        """Return a path, and those that its value can come from by way of variables."""
        found: set[Segments] = set()
        left = [path]
        while left:
            each = left.pop()
            if each not in found:
                found.add(each)
                left += self._copied.get(each, ())
        return frozenset(found)


def _names(template: Template) -> Iterator[Segments]:
    """Yield the paths under which a variable is read whose text this is (reference 2.3)."""
    match template.steps:
        case ("properties", "variables", int(index), "value"):
            key = template.state.properties["variables"][index].get("key")
            if isinstance(key, str):
                yield "flow", "variables", key
                yield "widgets", template.state.name, key


def _keeps(printed: Printed) -> bool:
    return bool(printed.path) and _KEEPING.issuperset(printed.filters)
