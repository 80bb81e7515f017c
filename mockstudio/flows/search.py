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
    """A value and where it stands.

    Attributes:
        path: from the file's root; may lead through a text that holds JSON.
        data: the value; what `find_definition` returns is an object.
        parent: the object that holds it, such as a Flow resource (reference 1.6); else empty.
    """

    path: Steps
    data: Any
    parent: Mapping[str, Any]

    def children(self) -> Iterator[Found]:
        """Yield what stands in it; a text that is a definition as JSON comes unpacked."""
        holder = self.data if isinstance(self.data, Mapping) else {}
        for step, value in _pairs(self.data):
            yield Found((*self.path, step), _unpacked(value), holder)


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
    start = _follow(document, pointer)
    objects, broken = _search(start, class_names)
    complete = [each for each in objects if _is_definition(each.data, class_names)]
    if len(complete) > 1:
        _refuse_several(document, complete)
    found = complete or [each for each in objects if _resembles_definition(each.data)]
    if not found:
        _refuse_none(document, start, broken)
    return found[0]


def _is_definition(data: Mapping[str, Any], class_names: Collection[str]) -> bool:
    has_states = isinstance(data.get("states"), list)
    return has_states and ("initial_state" in data or is_legacy(data, class_names))


def _resembles_definition(data: Mapping[str, Any]) -> bool:
    return "states" in data or "initial_state" in data


def _search(start: Found, class_names: Collection[str]) -> tuple[list[Found], list[Found]]:
    """Return all objects nearest first, and texts that are broken JSON.

    What is in a definition is not looked at.
    """
    objects: list[Found] = []
    broken: list[Found] = []
    queue = deque([start])
    while queue:
        found = queue.popleft()
        if isinstance(found.data, str) and _looks_like_definition(found.data):
            broken.append(found)
        elif isinstance(found.data, Mapping):
            objects.append(found)
            if _is_definition(found.data, class_names):
                continue
        if len(found.path) < MAX_DEPTH:
            queue.extend(found.children())
    return objects, broken


def _pairs(value: Any) -> Iterator[tuple[str | int, Any]]:
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


def _follow(document: Document, pointer: str) -> Found:
    """Return what stands at a JSON pointer."""
    found = Found((), _unpacked(document.data), {})
    for token in pointer.split("/")[1:]:
        step = _step(found.data, token.replace("~1", "/").replace("~0", "~"))
        children = {child.path[-1]: child for child in found.children()}
        if step not in children:
            hint = did_you_mean(str(step), map(str, children))
            shown = property_path(found.path)
            problem = document.problem(found.path, f"there is no '{step}' here{hint}", shown)
            raise FlowDefinitionError([problem])
        found = children[step]
    return found


def _step(value: Any, token: str) -> str | int:
    is_index = isinstance(value, list) and re.fullmatch("[0-9]{1,9}", token)
    return int(token) if is_index else token


def _refuse_several(document: Document, found: list[Found]) -> NoReturn:
    name = document.name or "FILE"
    places = ", ".join(f"{name}{property_path(each.path)}" for each in found)
    message = f"holds {len(found)} flow definitions, choose one of: {places}"
    raise FlowDefinitionError([document.problem((), message, "")])


def _refuse_none(document: Document, start: Found, broken: list[Found]) -> NoReturn:
    message = (
        f"no flow definition in this {json_type(start.data)}: expected an object with `states`"
        " and `initial_state`, as Studio exports it"
    )
    problems = [document.problem(start.path, message, property_path(start.path))]
    for each in broken:
        message = "this text could hold a definition, but is not valid JSON"
        problems.append(document.problem(each.path, message, property_path(each.path)))
    raise FlowDefinitionError(problems)
