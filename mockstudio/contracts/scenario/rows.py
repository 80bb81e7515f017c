"""Table-driven scenarios: one scenario for each row of `each`, `<column>` filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mockstudio.endpoints.reply_rules import Finding
from mockstudio.files.documents import Document
from mockstudio.files.scalars import as_text
from mockstudio.files.shapes import as_list, as_mapping

EACH: Final = "each"
_NOTHING_NEW: Final = {"name": "-"}
"""Stands for a scenario whose rows have been looked at."""
_COLUMN: Final = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True)
class Case:
    """A scenario's data with one row filled in.

    Attributes:
        index: of the scenario in its file.
        data: without `each` where that is a table.
        row: counted from 1; 0 where there is no table.
        is_filled: whether the row has every column of the first.
    """

    index: int
    data: Any
    row: int = 0
    is_filled: bool = True


def cases(data: Any) -> Iterator[Case]:
    """Yield every scenario of a file's data once for each of its rows, whatever the data is."""
    for index, scenario in enumerate(written_scenarios(data)):
        table = rows(scenario)
        if not table:
            yield Case(index, scenario)
        plain = {k: v for k, v in scenario.items() if k != EACH} if table else {}
        for number, row in enumerate(table, start=1):
            made = _named_apart(plain, filled(plain, row), number)
            yield Case(index, made, number, table[0].keys() <= row.keys())


def row_findings(data: Any) -> Iterator[Finding]:
    """Yield where the rows of a table have not the same columns, in a file's data."""
    for index, scenario in enumerate(written_scenarios(data)):
        first, *others = rows(scenario) or [{}]
        for number, row in enumerate(others, start=1):
            for column in first.keys() - row.keys():
                message = f"the row has no '{column}', as the first one has"
                yield Finding(("scenarios", index, EACH, number), message)
            for column in row.keys() - first.keys():
                message = f"the first row has no '{column}'"
                path = ("scenarios", index, EACH, number, column)
                yield Finding(path, message, at_key=True)


def written_scenarios(data: Any) -> list[Any]:
    """Return the scenarios of a file's data, whatever the data is."""
    return as_list(as_mapping(data).get("scenarios"))


def rows(scenario: Any) -> list[Mapping[str, Any]]:
    """Return the rows of a scenario's table; none when it has none that can be used."""
    table = as_list(as_mapping(scenario).get(EACH))
    return list(table) if all(isinstance(row, Mapping) for row in table) else []


def filled(value: Any, row: Mapping[str, Any]) -> Any:
    """Return data in which `<column>` is replaced by what the row has there.

    A text that is nothing else becomes the value itself; other names in angle brackets stay.
    """
    match value:
        case str():
            return _filled_text(value, row)
        case Mapping():
            return {as_text(filled(key, row)): filled(member, row) for key, member in value.items()}
        case list():
            return [filled(member, row) for member in value]
    return value


def documents(document: Document) -> Iterator[Document]:
    """Yield the file as often as the longest table has rows, each time with another row."""
    found = list(cases(document.data))
    if not found:
        yield document
    for row in range(1, max((case.row or 1 for case in found), default=0) + 1):
        in_turn = {case.index: case for case in found if (case.row or 1) == row}
        written = document.data["scenarios"]
        scenarios = [_in_turn(in_turn.get(n), each) for n, each in enumerate(written)]
        yield replace(document, data={**document.data, "scenarios": scenarios})


def _in_turn(case: Case | None, written: Any) -> Any:
    """Return a scenario's data for one of the documents; the first has its table too."""
    if case is None:
        return _NOTHING_NEW
    return {**case.data, EACH: written[EACH]} if case.row == 1 else case.data


def _filled_text(text: str, row: Mapping[str, Any]) -> Any:
    whole = _COLUMN.fullmatch(text)
    if whole and whole[1] in row:
        return row[whole[1]]
    return _COLUMN.sub(lambda found: as_text(row.get(found[1], found[0])), text)


def _named_apart(plain: Mapping[str, Any], made: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a row's scenario with the row's number in its name, unless the row names it."""
    if made.get("name") == plain.get("name"):
        made["name"] = f"{made.get('name')} [{number}]"
    elif "name" in made:
        made["name"] = as_text(made["name"])
    return made
