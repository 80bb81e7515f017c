"""YAML and JSON files with the place of every value, so that a mistake can be pointed at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from mockstudio.errors import DocumentError, Problem
from mockstudio.files.json_places import JsonText
from mockstudio.files.json_text import load_json
from mockstudio.files.nodes import Located, Place
from mockstudio.files.yaml_text import compose_yaml

Steps = Sequence[str | int]
"""The way to a value: keys and indexes, from the root."""


def _nowhere() -> Located | None:
    return None


@dataclass(frozen=True)
class Document:
    """What a file says, and where.

    Attributes:
        data: JSON's types: mappings with text keys, lists, text, numbers, booleans and None.
        name: the file's name as the user gave it, or how else the data came; empty for unknown.
        compose: returns the root of the tree of places, or None when there is none.
    """

    data: Any
    name: str
    compose: Callable[[], Located | None] = field(default=_nowhere, repr=False, compare=False)

    @cached_property
    def _root(self) -> Located | None:
        return self.compose()

    def position(self, path: Steps) -> tuple[int | None, int | None]:
        """Return line and column of a value, or of its nearest existing ancestor.

        Args:
            path: keys and indexes, such as `["endpoints", 0, "reply"]`.

        Returns:
            Line and column, counted from 1; twice None where places are not known.
        """
        node = self._nearest(path)[0]
        return _numbers(node.place if node else None)

    def key_position(self, path: Steps) -> tuple[int | None, int | None]:
        """Return line and column of the key under which a value stands; else as `position`."""
        parent, rest = self._nearest(path[:-1])
        if parent is None or rest or not path or path[-1] not in parent.keys:
            return self.position(path)
        return _numbers(parent.keys[str(path[-1])])

    def problem(
        self, path: Steps, message: str, shown: str | None = None, *, at_key: bool = False
    ) -> Problem:
        """Return a problem with a value, its file, line and column filled in.

        Args:
            path: keys and indexes of the value.
            message: what is wrong, what was expected and the nearest valid name.
            shown: the path's text; without it `endpoints[0].reply.delay` style.
            at_key: whether the key is meant and not the value.
        """
        line, column = self.key_position(path) if at_key else self.position(path)
        text = shown_path(path) if shown is None else shown
        return Problem(message, text, self.name or None, line, column)

    def _nearest(self, path: Steps) -> tuple[Located | None, Steps]:
        """Return the last node that exists on the way, and the steps that are left."""
        node = self._root
        for number, step in enumerate(path):
            child = node.children.get(step) if node else None
            if child is None:
                return node, path[number:]
            node = child
        return node, ()


def _numbers(place: Place | None) -> tuple[int | None, int | None]:
    return (place.line, place.column) if place else (None, None)


def shown_path(path: Steps) -> str:
    """Return a path as text: `endpoints[0].reply.delay`."""
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in path).removeprefix(".")


def parse_yaml(text: str, name: str, error: type[DocumentError] = DocumentError) -> Document:
    """Return the document that a YAML text is (see `yaml_text` for what its scalars mean).

    Args:
        text: the YAML.
        name: what problems call it.
        error: what is raised.

    Raises:
        DocumentError: of the type `error`; the text is no YAML, has duplicate keys, or is too
            deep or too large once its aliases are expanded.
    """
    try:
        root = compose_yaml(text.removeprefix("\ufeff"))
    except DocumentError as found:
        raise _named(found, name, error) from None
    return Document(root.data if root else None, name, lambda: root)


def parse_json(text: str, name: str, error: type[DocumentError] = DocumentError) -> Document:
    """Return the document that a JSON text is.

    Args:
        text: the JSON.
        name: what problems call it.
        error: what is raised.

    Raises:
        DocumentError: of the type `error`; the text is no JSON or has duplicate keys.
    """
    plain = text.removeprefix("\ufeff")
    try:
        data = load_json(plain)
    except DocumentError as found:
        raise _named(found, name, error) from None
    return Document(data, name, lambda: JsonText(plain).root)


def read_yaml(path: Path, error: type[DocumentError] = DocumentError) -> Document:
    """Read a YAML file; as `parse_yaml`, and the file must be readable and UTF-8."""
    return parse_yaml(_text(path, error), str(path), error)


def read_json(path: Path, error: type[DocumentError] = DocumentError) -> Document:
    """Read a JSON file; as `parse_json`, and the file must be readable and UTF-8."""
    return parse_json(_text(path, error), str(path), error)


def _text(path: Path, error: type[DocumentError]) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as found:
        problem = _not_utf8(found, str(path))
    except (OSError, ValueError) as found:
        reason = getattr(found, "strerror", None) or str(found)
        problem = Problem(f"cannot be read: {reason}", file=str(path))
    raise error([problem])


def _not_utf8(found: UnicodeDecodeError, name: str) -> Problem:
    before = found.object[: found.start]
    line, column = before.count(b"\n") + 1, found.start - before.rfind(b"\n")
    message = f"expected UTF-8, found the byte 0x{found.object[found.start]:02x}"
    return Problem(message, file=name, line=line, column=column)


def _named(found: DocumentError, name: str, error: type[DocumentError]) -> DocumentError:
    return error([replace(problem, file=name or None) for problem in found.problems])
