"""What templates read: `widgets.lookup.parsed.status` as a path of names (reference 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockstudio.flows.model import State

Path = tuple[str, ...]

_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_OUTPUT = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_QUESTION = re.compile(r"\{%-?\s*(?:if|elsif|unless|case|when)\b.*?%\}", re.DOTALL)
_PATH = re.compile(
    r"\b(?:widgets|flow|trigger|contact)(?:\.[\w-]+|\[(?:'[^']*'|\"[^\"]*\"|[0-9]+)\])+"
)
_DEFAULT = re.compile(r"\|\s*default\b")
_NAME = re.compile(r"\w[\w-]*|\[(?:'([^']*)'|\"([^\"]*)\"|([0-9]+))\]")


def references(template: str) -> tuple[Path, ...]:
    """Return the paths that a template reads, each once, in order."""
    found = (match for part in _LIQUID.findall(template) for match in _PATH.findall(part))
    return tuple(dict.fromkeys(map(_split, found)))


def unguarded(template: str) -> tuple[Path, ...]:
    """Return the paths that a template prints without saying what holds if they are missing.

    It says so by `default`, or by asking for the value, or for what the value is part of.
    """
    asked = [path for part in _QUESTION.findall(template) for path in references(part)]
    printed = (part for part in _OUTPUT.findall(template) if not _DEFAULT.search(part))
    return tuple(
        path
        for path in references(" ".join(printed))
        if not any(path[: len(each)] == each for each in asked)
    )


def written(path: Path) -> str:
    """Return a path as a template writes it."""
    return ".".join(path)


def templates(state: State) -> Iterator[str]:
    """Iterate over all texts of a widget that Studio renders."""
    yield from _texts(state.properties)
    for transition in state.transitions:
        for condition in transition.conditions:
            yield from condition.arguments
            yield condition.value


def value_under(data: Any, path: Sequence[str]) -> Any:
    """Return what nested JSON objects have under a path, or empty text."""
    for name in path:
        if not isinstance(data, Mapping) or data.get(name) is None:
            return ""
        data = data[name]
    return data


def put(target: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set a value in nested JSON data; a name that is a number is an index of an array."""
    _placed(target, path, value)


def _split(text: str) -> Path:
    return tuple(
        next((group for group in match.groups() if group is not None), match.group())
        for match in _NAME.finditer(text)
    )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, Sequence):
        for member in value:
            yield from _texts(member)


def _placed(container: Any, path: Sequence[str], value: Any) -> Any:
    """Return a container with a value put into it, made where there is none."""
    if not path:
        return value
    name, *rest = path
    if name.isdecimal() and not (isinstance(container, dict) and container):
        items = container if isinstance(container, list) else []
        items += [None] * (int(name) + 1 - len(items))
        items[int(name)] = _placed(items[int(name)], rest, value)
        return items
    members = container if isinstance(container, dict) else {}
    members[name] = _placed(members.get(name), rest, value)
    return members
