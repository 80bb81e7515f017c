"""The shape of JSON: types, and the keys that must be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockstudio.flows.findings import json_type


def shape_differences(scripted: Any, live: Any, path: str = "") -> Iterator[str]:
    """Yield where a live value has not the shape of a scripted one.

    Keys of the script must be there, more are welcome. Every item of a live array must have the
    shape of the script's first. A scripted null says nothing about the type. Whole numbers and
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
        yield f"{path or 'the JSON'}: expected {expected}, found {found}"
    elif isinstance(scripted, Mapping):
        for key, value in scripted.items():
            inner = f"{path}.{key}" if path else key
            if key in live:
                yield from shape_differences(value, live[key], inner)
            else:
                yield f"{inner}: expected {_type(value)}, but it is missing"
    elif isinstance(scripted, list) and scripted:
        for number, item in enumerate(live):
            yield from shape_differences(scripted[0], item, f"{path}[{number}]")


def exact_differences(scripted: Any, live: Any, path: str = "") -> Iterator[str]:
    """Yield where a live value is not the scripted one: other values, other keys, other lengths."""
    if isinstance(scripted, Mapping) and isinstance(live, Mapping):
        for key in dict.fromkeys((*scripted, *live)):
            inner = f"{path}.{key}" if path else key
            if key not in live:
                yield f"{inner}: expected {scripted[key]!r:.80}, but it is missing"
            elif key not in scripted:
                yield f"{inner}: expected nothing, found {live[key]!r:.80}"
            else:
                yield from exact_differences(scripted[key], live[key], inner)
    elif isinstance(scripted, list) and isinstance(live, list) and len(scripted) == len(live):
        for number, (one, other) in enumerate(zip(scripted, live, strict=True)):
            yield from exact_differences(one, other, f"{path}[{number}]")
    elif _type(scripted) != _type(live) or scripted != live:
        yield f"{path or 'the JSON'}: expected {scripted!r:.80}, found {live!r:.80}"


def _type(value: Any) -> str:
    found = json_type(value)
    return "number" if found == "integer" else found
