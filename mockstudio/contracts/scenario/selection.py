"""Which scenarios are meant by words: `timeout`, `stock and not (timeout or reset)`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from mockstudio.contracts.scenario.model import Scenario
from mockstudio.errors import UsageError

_TOKEN: Final = re.compile(r"[()]|[^\s()]+")
_SIGNS: Final = frozenset({"and", "or", "not", "(", ")"})

Meant = Callable[[str], bool]
"""Tells whether a name, in lower case, is meant."""


def selector(expression: str) -> Callable[[Scenario], bool]:
    """Return what tells whether a scenario is meant.

    Args:
        expression: texts that occur in the file's or the scenario's name, in any case, with
            `and`, `or`, `not` and parentheses between; `not` binds closest, then `and`.

    Raises:
        UsageError: a text or a parenthesis is missing.
    """
    meant = _Parser(expression).parse()

    def means(scenario: Scenario) -> bool:
        return meant(f"{PurePath(scenario.place.file).name} {scenario.name}".casefold())

    return means


class _Parser:
    """Reads an expression from left to right, a method for each of its parts.

    Args:
        expression: the whole.
    """

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = _TOKEN.findall(expression)

    def parse(self) -> Meant:
        meant = self._alternatives()
        if self._tokens:
            raise self._error
        return meant

    def _alternatives(self) -> Meant:
        parts = [self._conjunction()]
        while self._takes("or"):
            parts.append(self._conjunction())
        return lambda name: any(part(name) for part in parts)

    def _conjunction(self) -> Meant:
        parts = [self._term()]
        while self._takes("and"):
            parts.append(self._term())
        return lambda name: all(part(name) for part in parts)

    def _term(self) -> Meant:
        if self._takes("not"):
            refused = self._term()
            return lambda name: not refused(name)
        if self._takes("("):
            meant = self._alternatives()
            if not self._takes(")"):
                raise self._error
            return meant
        return self._words()

    def _words(self) -> Meant:
        words: list[str] = []
        while self._tokens and self._tokens[0] not in _SIGNS:
            words.append(self._tokens.pop(0))
        if not words:
            raise self._error
        text = " ".join(words).casefold()
        return lambda name: text in name

    def _takes(self, sign: str) -> bool:
        is_next = self._tokens[:1] == [sign]
        if is_next:
            del self._tokens[0]
        return is_next

    @property
    def _error(self) -> UsageError:
        return UsageError(
            f"-k '{self._expression}': expected words with and, or, not and parentheses between"
        )
