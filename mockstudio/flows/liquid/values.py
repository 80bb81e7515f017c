"""What Liquid makes of JSON values: as text, as numbers, and found by key."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from liquid.builtin.tags.for_tag import ForLoop
from liquid.builtin.tags.tablerow_tag import TableRow
from liquid.exceptions import LiquidTypeError
from liquid.undefined import Undefined

NOT_DATA = (Undefined, ForLoop, TableRow)
"""python-liquid's own objects that look like mappings; walking a loop object would step it."""

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INDEX = re.compile(r"-?[0-9]{1,9}")


def text_of(value: object) -> str:
    """Return a value as an output prints it: text as it is, all else as JSON, nil as nothing.

    An object printed without `to_json` has no documented form; JSON text is the default taken
    (reference 5.3).
    """
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, NOT_DATA):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, range):
        return f"{value.start}..{value.stop - 1}"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, list | tuple | Mapping):
        return json_text(value)
    return ""


def json_text(value: object) -> str:
    """Return a value as compact JSON; what is undefined is `null`."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_as_data)


def _as_data(value: object) -> object:
    if isinstance(value, Mapping) and not isinstance(value, NOT_DATA):
        return dict(value)
    return list(value) if isinstance(value, range) else None


def number_of(value: object) -> int | float:
    """Return a number, read from text where need be; what is no number counts as 0 (5.4)."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return 0
    return int(text) if match.lastindex is None else float(text)


def size_of(value: object, enough: int) -> int:
    """Return about how much a value holds: characters, items and digits, all its parts included.

    Args:
        value: any value; parts that occur twice count twice, as they would when printed.
        enough: where counting may stop.
    """
    total, pending = 0, [value]
    while pending and total <= enough:
        part = pending.pop()
        if isinstance(part, int):
            total += part.bit_length() // 3
        elif isinstance(part, str):
            total += len(part)
        elif isinstance(part, list | tuple):
            total += len(part)
            pending.extend(part)
        elif isinstance(part, dict):
            total += len(part)
            pending.extend(part.values())
    return total


def member(container: object, key: object) -> object:
    """Return what stands under a key of an object, an index of an array, or a built-in name.

    An index may be a number or its text, as `items[widgets.menu.inbound.Body]` needs.

    Raises:
        KeyError: there is no such member.
        LiquidTypeError: the array has no such index (reference 5.2).
    """
    if isinstance(container, dict | Mapping):
        name = text_of(key)
        return container[name] if name in container else _of_object(container, name)
    if isinstance(container, str):
        return _of_text(container, key)
    if isinstance(container, Sequence):
        return _of_array(container, key)
    if key == "size" and (container is None or isinstance(container, bool)):
        return 0
    raise KeyError(key)


def _of_object(container: Mapping[str, object], name: str) -> object:
    if isinstance(container, NOT_DATA):
        raise KeyError(name)
    if name == "size":
        return len(container)
    if name == "first" and container:
        return list(next(iter(container.items())))
    raise KeyError(name)


def _of_text(text: str, key: object) -> object:
    if key == "size":
        return len(text)
    raise KeyError(key)


def _of_array(items: Sequence[object], key: object) -> object:
    if key == "size":
        return len(items)
    if key in ("first", "last"):
        if not items:
            raise KeyError(key)
        return items[0] if key == "first" else items[-1]
    return _at_index(items, key)


def _at_index(items: Sequence[object], key: object) -> object:
    text = text_of(key)
    if not _INDEX.fullmatch(text):
        raise KeyError(key)
    try:
        return items[int(text)]
    except IndexError:
        raise LiquidTypeError(
            f"no index {text} in an array of {len(items)} items", token=None
        ) from None
