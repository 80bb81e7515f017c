"""Columns that are mistyped: `<outcme>` where the rows of `each` have an `outcome`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from mockstudio.contracts.scenario.rows import EACH, rows, written_scenarios
from mockstudio.endpoints.reply_rules import Finding
from mockstudio.files.mistakes import nearest_name

_WORD: Final = re.compile(r"<([\w -]+)>")


def column_findings(data: Any) -> Iterator[Finding]:
    """Yield every `<word>` of a scenario with rows that is no column of theirs, but nearly one.

    Other words in angle brackets are text, and so is an element that is closed in the same text:
    `<b>now</b>`.

    Args:
        data: that of a file, whatever it is, with `<column>` not yet filled in.
    """
    for index, scenario in enumerate(written_scenarios(data)):
        columns = dict.fromkeys(column for row in rows(scenario) for column in row)
        if columns:
            filled = {key: value for key, value in scenario.items() if key != EACH}
            for finding in _in(filled, columns):
                yield finding.under("scenarios", index)


def _in(value: Any, columns: Collection[str]) -> Iterator[Finding]:
    match value:
        case str():
            yield from (Finding((), message) for message in _mistyped(value, columns))
        case Mapping():
            for key, member in value.items():
                yield from (Finding((key,), m, at_key=True) for m in _mistyped(key, columns))
                yield from (finding.under(key) for finding in _in(member, columns))
        case list():
            for index, member in enumerate(value):
                yield from (finding.under(index) for finding in _in(member, columns))


def _mistyped(text: str, columns: Collection[str]) -> Iterator[str]:
    """Yield what is told of each word that nearly is a column."""
    for word in dict.fromkeys(_WORD.findall(text)):
        near = nearest_name(word, list(columns))
        if near and word not in columns and f"</{word}>" not in text:
            known = ", ".join(columns)
            yield (
                f"no column '{word}' in `{EACH}`{near} (known: {known}; "
                f"where '<{word}>' is meant as text, let a column hold it)"
            )
