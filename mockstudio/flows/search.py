"""Finding a flow definition in a larger JSON: a REST resource, a Terraform file, an export."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from mockstudio.errors import FlowDefinitionError, did_you_mean
from mockstudio.files.documents import Document, parse_json
from mockstudio.files.nodes import MAX_DEPTH
from mockstudio.flows.findings import Steps, json_type, property_path
from mockstudio.flows.legacy import is_legacy


@dataclass(frozen=True)
class Found:
    """A definition and where it stands.

    Attributes:
        path: from the file's root; may lead through a text that holds JSON.
        data: the definition.
        parent: the object that holds it, such as a Flow resource (reference 1.6); else empty.
    """

    path: Steps
    data: Mapping[str, Any]
    parent: Mapping[str, Any]


def find_definition(document: Document, pointer: str, class_names: Collection[str]) -> Found:
    """Return the one flow definition of a document.

    Nearest to the root first, an object counts that has a list of `states` and an
    `initial_state`, or the shape of a legacy export. When none does, the first object with
    either key is taken, for the validation to say what is wrong with it.

    Args:
        document: the JSON; definitions may also stand in it as text.
        pointer: a JSON pointer such as `/flows/0` to search below, empty for everything.
        class_names: the class names by which a legacy export is known.

    Raises:
        FlowDefinitionError: none, several, or nothing at the pointer.
    """
    path, start = _follow(document, pointer)
    objects, broken = _search(start, path, class_names)
    complete = [each for each in objects if _is_definition(each.data, class_names)]
    if len(complete) > 1:
        _refuse_several(document, complete)
    found = complete or [each for each in objects if _resembles_definition(each.data)]
    if not found:
        _refuse_none(document, path, start, broken)
    return found[0]


def _is_definition(data: Mapping[str, Any], class_names: Collection[str]) -> bool:
    has_states = isinstance(data.get("states"), list)
    return has_states and ("initial_state" in data or is_legacy(data, class_names))


def _resembles_definition(data: Mapping[str, Any]) -> bool:
    return "states" in data or "initial_state" in data


def _search(
    start: Any, path: Steps, class_names: Collection[str]
) -> tuple[list[Found], list[Steps]]:
    """Return all objects nearest first, and where broken JSON texts stand.

    What is in a definition is not looked at.
    """
    objects: list[Found] = []
    broken: list[Steps] = []
    queue: deque[tuple[Steps, Any, Mapping[str, Any]]] = deque([(path, start, {})])
    while queue:
        steps, value, parent = queue.popleft()
        value = _unpacked(value)
        if isinstance(value, str):
            broken += [steps] if _looks_like_definition(value) else []
        elif isinstance(value, Mapping):
            objects.append(Found(steps, value, parent))
            if _is_definition(value, class_names):
                continue
        if len(steps) < MAX_DEPTH:
            holder = value if isinstance(value, Mapping) else {}
            queue.extend(((*steps, step), child, holder) for step, child in _children(value))
    return objects, broken


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _unpacked(value: Any) -> Any:
    """Return what a text holds when it is a definition as JSON; else the value itself."""
    if not isinstance(value, str) or not _looks_like_definition(value):
        return value
    try:
        return parse_json(value, "", FlowDefinitionError).data
    except FlowDefinitionError:
        return value


def _looks_like_definition(text: str) -> bool:
    return text.lstrip().startswith("{") and "states" in text


def _follow(document: Document, pointer: str) -> tuple[Steps, Any]:
    """Return the value at a JSON pointer, and the way there."""
    path: Steps = ()
    value = document.data
    for token in pointer.split("/")[1:]:
        value = _unpacked(value)
        step = _step(value, token.replace("~1", "/").replace("~0", "~"))
        children = dict(_children(value))
        if step not in children:
            hint = did_you_mean(str(step), map(str, children))
            message = f"there is no '{step}' here{hint}"
            raise FlowDefinitionError([document.problem(path, message, property_path(path))])
        path, value = (*path, step), children[step]
    return path, value


def _step(value: Any, token: str) -> str | int:
    is_index = isinstance(value, list) and re.fullmatch("[0-9]{1,9}", token)
    return int(token) if is_index else token


def _refuse_several(document: Document, found: list[Found]) -> NoReturn:
    name = document.name or "FILE"
    places = ", ".join(f"{name}{property_path(each.path)}" for each in found)
    message = f"holds {len(found)} flow definitions, choose one of: {places}"
    raise FlowDefinitionError([document.problem((), message, "")])


def _refuse_none(document: Document, path: Steps, start: Any, broken: list[Steps]) -> NoReturn:
    message = (
        f"no flow definition in this {json_type(start)}: expected an object with `states` and"
        " `initial_state`, as Studio exports it"
    )
    problems = [document.problem(path, message, property_path(path))]
    for each in broken:
        message = "this text could hold a definition, but is not valid JSON"
        problems.append(document.problem(each, message, property_path(each)))
    raise FlowDefinitionError(problems)
