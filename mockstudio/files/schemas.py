"""A document checked against a JSON Schema: everything wrong at once, in the file's order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from mockstudio.errors import Problem
from mockstudio.files.documents import Document
from mockstudio.files.mistakes import Mistake, message, unknown_key_message

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


@dataclass(frozen=True)
class _Told:
    """What is told of a mistake: about which value, or about which key."""

    path: tuple[str | int, ...]
    message: str
    at_key: bool = False


def check(document: Document, schema: Mapping[str, Any]) -> list[Problem]:
    """Return everything in a document that its schema forbids, in the file's order.

    Args:
        document: the data, with the places that the problems name.
        schema: a valid JSON Schema of draft 2020-12. Its titles are read after `expected`: give
            one wherever the bare type would say too little.
    """
    # Importing jsonschema takes longer than everything else a start does.
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(schema).iter_errors(document.data)
    mistakes = [meant for error in errors for meant in _meant(_mistake(error))]
    told = dict.fromkeys(told for mistake in mistakes for told in _told(mistake))
    in_order = sorted(told, key=lambda one: _order(document.data, one.path))
    return in_file_order(document.problem(t.path, t.message, at_key=t.at_key) for t in in_order)


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by line and column; those without keep their order, in front."""
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))


def _mistake(error: ValidationError) -> Mistake:
    return Mistake(
        keyword=str(error.validator),
        argument=error.validator_value,
        instance=error.instance,
        schema=error.schema if isinstance(error.schema, Mapping) else {},
        path=tuple(error.absolute_path),
        is_key="propertyNames" in error.relative_schema_path,
        alternatives=tuple(_alternatives(error)),
    )


def _alternatives(error: ValidationError) -> Iterator[tuple[Mistake, ...]]:
    """Yield what is wrong by each alternative of an `anyOf` or `oneOf`."""
    context = sorted(error.context or (), key=_number)
    for _, errors in groupby(context, key=_number):
        yield tuple(_mistake(inner) for inner in errors)


def _number(error: ValidationError) -> int:
    return int(error.relative_schema_path[0])


def _meant(mistake: Mistake) -> Iterator[Mistake]:
    """Yield the mistakes by the alternative that was most plausibly meant."""
    fitting = [a for a in mistake.alternatives if not any(map(mistake.is_wrong_type, a))]
    if not fitting:
        yield mistake
        return
    for inner in min(fitting, key=lambda inners: _unlikeliness(inners, mistake)):
        yield from _meant(inner)


def _unlikeliness(inners: Sequence[Mistake], outer: Mistake) -> tuple[int, int]:
    """Rank an alternative: by what it says of the value itself, then of what is in it."""
    own = [mistake for mistake in inners if mistake.path == outer.path]
    return sum(len(mistake.unknown_keys) or 1 for mistake in own), len(inners) - len(own)


def _order(data: Any, path: Sequence[str | int]) -> list[int]:
    """Return where a path lies in the data, as positions among the siblings."""
    order = []
    for step in path:
        order.append(list(data).index(step) if isinstance(data, Mapping) else int(step))
        data = data[step]
    return order


def _told(mistake: Mistake) -> Iterator[_Told]:
    for key in mistake.unknown_keys:
        yield _Told((*mistake.path, key), unknown_key_message(key, mistake), at_key=True)
    if mistake.is_key:
        yield _Told((*mistake.path, str(mistake.instance)), message(mistake), at_key=True)
    elif not mistake.unknown_keys:
        yield _Told(mistake.path, message(mistake))
