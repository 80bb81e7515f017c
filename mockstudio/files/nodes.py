"""A text's values with their places, composed from PyYAML's events.

Composing ourselves instead of with PyYAML's composer keeps hostile texts harmless (its C composer
overflows the stack on deep nesting) and gives values and places in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

import yaml

from mockstudio.errors import DocumentError, Problem

MAX_NODES = 1_000_000
"""How many values a document may have once its aliases are expanded."""
MAX_DEPTH = 100
"""How deep lists and mappings may be nested."""

ReadScalar = Callable[[yaml.ScalarEvent], Any]
_COLLECTION_TAGS = (None, "!", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something begins: line and column, both counted from 1."""

    line: int
    column: int


class Located(Protocol):
    """A value of a document, as far as it is asked for places."""

    @property
    def place(self) -> Place:
        """Where the value begins."""

    @property
    def children(self) -> Mapping[str | int, Located]:
        """The values in it, by key or index."""

    @property
    def keys(self) -> Mapping[str, Place]:
        """Where the keys of a mapping stand."""


@dataclass(slots=True)
class Node:
    """A value of a document and where it stands.

    Attributes:
        place: where the value begins.
        data: the value.
        children: the values in it, by key or index.
        keys: where the keys of a mapping stand.
        size: the number of values in it with itself, aliases expanded.
    """

    place: Place
    data: Any
    children: dict[str | int, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    size: int = 1


def place_of(mark: Any) -> Place:
    """Return the place of a mark of PyYAML, which counts from 0."""
    return Place(mark.line + 1, mark.column + 1)


def compose(
    events: Iterator[yaml.Event], read_scalar: ReadScalar, read_key: ReadScalar
) -> Node | None:
    """Return a document's root, or None for an empty document.

    Args:
        events: what PyYAML parsed.
        read_scalar: returns the value that a scalar stands for.
        read_key: returns the text of a mapping's key, or `MERGE`.

    Raises:
        DocumentError: duplicate keys, all of them at once; too many or too deep values; an unknown
            anchor; a second document. The problems name no file.
        yaml.YAMLError: the text is no YAML.
    """
    composer = _Composer(events, read_scalar, read_key)
    root = composer.document()
    if composer.duplicates:
        raise DocumentError(composer.duplicates)
    return root


MERGE = object()
"""What `read_key` returns for a merge key, `<<`."""


class _Composer:
    def __init__(
        self, events: Iterator[yaml.Event], read_scalar: ReadScalar, read_key: ReadScalar
    ) -> None:
        self._events = events
        self._read_scalar = read_scalar
        self._read_key = read_key
        self._anchors: dict[str, Node] = {}
        self.duplicates: list[Problem] = []

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if root is not None:
                    refuse(event, "expected one document, found another")
                root = self._node(event, 1)
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if depth > MAX_DEPTH:
            refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        node = self._made(event, depth)
        if node.size > MAX_NODES:
            refuse(event, f"more than {MAX_NODES:,} values once the aliases are expanded")
        if not isinstance(event, yaml.AliasEvent) and (anchor := getattr(event, "anchor", None)):
            self._anchors[anchor] = node
        return node

    def _made(self, event: yaml.Event, depth: int) -> Node:
        match event:
            case yaml.AliasEvent():
                return self._alias(event)
            case yaml.ScalarEvent():
                return Node(place_of(event.start_mark), self._read_scalar(event))
            case yaml.CollectionStartEvent() if event.tag not in _COLLECTION_TAGS:
                refuse(event, f"the tag '{event.tag}' means nothing here; leave it out")
            case yaml.SequenceStartEvent():
                return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        node = self._anchors.get(str(event.anchor))
        if node is None:
            refuse(event, f"no complete value is called '&{event.anchor}' above this '*'")
        return node

    def _sequence(self, start: yaml.Event, depth: int) -> Node:
        node = Node(place_of(start.start_mark), [])
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            child = self._node(event, depth + 1)
            node.children[len(node.data)] = child
            node.data.append(child.data)
            node.size += child.size
        return node

    def _mapping(self, start: yaml.Event, depth: int) -> Node:
        node = Node(place_of(start.start_mark), {})
        merged: list[Node] = []
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                refuse(event, "expected text as the key, found a list, a mapping or an alias")
            self._pair(node, event, merged, depth)
        for source in merged:
            _merge(node, source)
        return node

    def _pair(self, node: Node, event: yaml.ScalarEvent, merged: list[Node], depth: int) -> None:
        key = self._read_key(event)
        value = next(self._events)
        child = self._node(value, depth + 1)
        node.size += child.size
        if key is MERGE:
            merged.extend(_mappings(child, value))
        elif key in node.children:
            first = node.keys[key].line
            self.duplicates.append(
                problem_at(event, f"duplicate key '{key}', first given on line {first}")
            )
        else:
            _put(node, key, child, place_of(event.start_mark))


def _put(node: Node, key: str, child: Node, place: Place) -> None:
    node.children[key] = child
    node.keys[key] = place
    node.data[key] = child.data


def _merge(node: Node, source: Node) -> None:
    """Add what a merged mapping has and the node has not: the nearer value wins."""
    for key, place in source.keys.items():
        if key not in node.children:
            _put(node, key, source.children[key], place)


def _mappings(node: Node, event: yaml.Event) -> list[Node]:
    """Return the mappings that a merge key brings in: one, or a list of them."""
    sources = list(node.children.values()) if isinstance(node.data, list) else [node]
    if not all(isinstance(source.data, Mapping) for source in sources):
        refuse(event, "expected a mapping or a list of mappings after '<<'")
    return sources


def problem_at(event: yaml.Event, message: str) -> Problem:
    """Return a problem at an event's place, its file not named yet."""
    place = place_of(event.start_mark)
    return Problem(message, line=place.line, column=place.column)


def refuse(event: yaml.Event, message: str) -> NoReturn:
    """Raise a DocumentError with the one problem that stands at an event's place."""
    raise DocumentError([problem_at(event, message)])
