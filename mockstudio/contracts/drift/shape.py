"""The shape of JSON: types, and the keys that must be there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockstudio.contracts.drift.covers import is_same_value
from mockstudio.excerpts import excerpt
from mockstudio.flows.findings import json_type

WHOLE: Final = "the JSON"
"""How a document is called that is no object or array."""
SHOWN_AT_MOST: Final = 80
"""Characters of a value."""


def shape_differences(scripted: Any, live: Any, path: str = "") -> Iterator[str]:
    """Yield where a live value has not the shape of a scripted one.

    Keys of the script must be there, more are welcome. Every item of a live array must have the
    shape of one of the script's. A scripted null says nothing about the type. Whole numbers and
    others are numbers alike.

    Args:
        scripted: what the script answers.
        live: what the service answers.
        path: of the value, to begin each difference with.
    """
    if scripted is None:
        return
    expected, found = _type(scripted), _type(live)
    if expected != found:
        yield f"{path or WHOLE}: expected {expected}, found {found}"
    elif isinstance(scripted, Mapping):
        yield from _shape_of_object(scripted, live, path)
    elif isinstance(scripted, list) and scripted:
        yield from _shape_of_array(scripted, live, path)


def _shape_of_object(
    scripted: Mapping[str, Any], live: Mapping[str, Any], path: str
) -> Iterator[str]:
    for key, value in scripted.items():
        inner = _inside(path, key)
        if key in live:
            yield from shape_differences(value, live[key], inner)
        else:
            yield f"{inner}: expected {_type(value)}, but it is missing"


def _shape_of_array(scripted: list[Any], live: list[Any], path: str) -> Iterator[str]:
    for number, item in enumerate(live):
        if not any(_has_shape(of, item) for of in scripted):
            yield from shape_differences(scripted[0], item, f"{path}[{number}]")


def _has_shape(of: Any, live: Any) -> bool:
    return next(shape_differences(of, live), None) is None


def exact_differences(scripted: Any, live: Any, path: str = "") -> Iterator[str]:
    """Yield where a live value is not the scripted one: other values, other keys, other lengths.

    What was redacted in the script may be anything of its type.
    """
    if isinstance(scripted, Mapping) and isinstance(live, Mapping):
        yield from _in_objects(scripted, live, path)
    elif isinstance(scripted, list) and isinstance(live, list) and len(scripted) == len(live):
        for number, (one, other) in enumerate(zip(scripted, live, strict=True)):
            yield from exact_differences(one, other, f"{path}[{number}]")
    elif _type(scripted) != _type(live) or not is_same_value(scripted, live):
        yield f"{path or WHOLE}: expected {_shown(scripted)}, found {_shown(live)}"


def _in_objects(scripted: Mapping[str, Any], live: Mapping[str, Any], path: str) -> Iterator[str]:
    for key in dict.fromkeys((*scripted, *live)):
        inner = _inside(path, key)
        if key not in live:
            yield f"{inner}: expected {_shown(scripted[key])}, but it is missing"
        elif key not in scripted:
            yield f"{inner}: expected nothing, found {_shown(live[key])}"
        else:
            yield from exact_differences(scripted[key], live[key], inner)


def _inside(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: Any) -> str:
    return excerpt(json.dumps(value, ensure_ascii=False), SHOWN_AT_MOST)


def _type(value: Any) -> str:
    found = json_type(value)
    return "number" if found == "integer" else found
