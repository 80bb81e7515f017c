"""The elements of TwiML, where they may stand and what they may carry (rest-api.md 8.2 to 8.4).

`grammar.json` beside this file holds the facts: names and nesting as Twilio's own libraries print
them, SSML included; values, defaults and codes as the reference and Twilio's error dictionary tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Literal

from mockstudio.twiml.values import Kind, kind

DocumentKind = Literal["voice", "messaging"]
ROOT: Final = "Response"
SCHEMA_WARNING: Final = 12200
"""The code of whatever has none of its own (rest-api.md 8.7)."""


@dataclass(frozen=True)
class Attribute:
    """One attribute of an element.

    Attributes:
        name: as written.
        kind: what its value has to be.
        default: what Twilio takes without it, perhaps in words; empty when there is nothing.
        code: Twilio's for a bad value.
    """

    name: str
    kind: Kind
    default: str = ""
    code: int = SCHEMA_WARNING


@dataclass(frozen=True)
class Definition:
    """One element: a verb, a noun, or markup inside Say.

    Attributes:
        name: as written.
        attributes: by name.
        children: from the names of what may stand inside to the keys of their definitions.
        text: `plain` for text, `spoken` for text whose markup's words belong to it, or None.
        target: what the text has to be where it names somebody or something to be reached.
        longest: the most characters of its text, or None.
        too_long: Twilio's code for more.
        empty: Twilio's code for no text at all, or None when that is fine.
        nesting: Twilio's code for an element that may not stand inside.
    """

    name: str
    attributes: Mapping[str, Attribute]
    children: Mapping[str, str]
    text: Literal["plain", "spoken"] | None = None
    target: Attribute | None = None
    longest: int | None = None
    too_long: int = SCHEMA_WARNING
    empty: int | None = None
    nesting: int = SCHEMA_WARNING


@dataclass(frozen=True)
class Grammar:
    """All elements of one kind of document.

    Attributes:
        definitions: by key: the element's name, unless two elements share it.
    """

    definitions: Mapping[str, Definition]

    @property
    def root(self) -> Definition:
        """The definition of `<Response>`."""
        return self.definitions[ROOT]

    def inside(self, parent: Definition, name: str) -> Definition | None:
        """Return what a name means inside an element, or None when it may not stand there."""
        key = parent.children.get(name)
        return None if key is None else self.definitions[key]

    def places(self, name: str) -> tuple[Definition, ...]:
        """Return the elements in which a name may stand."""
        return tuple(each for each in self.definitions.values() if name in each.children)

    def around(self, definition: Definition) -> tuple[Definition, ...]:
        """Return the elements in which one may stand, not others that have its name."""
        parents = self.places(definition.name)
        return tuple(each for each in parents if self.inside(each, definition.name) is definition)


@cache
def load_grammar(of: DocumentKind) -> Grammar:
    """Return the grammar of a kind of document."""
    facts = json.loads(resources.files(__package__).joinpath("grammar.json").read_text("utf-8"))
    kinds = {name: kind(each) for name, each in facts["kinds"].items()}
    own = facts[of]
    names = {key: each.get("name", key) for key, each in own.items()}
    definitions = {
        key: _definition(names, key, {**own.get(each.get("like"), {}), **each}, kinds)
        for key, each in own.items()
    }
    return Grammar(MappingProxyType(definitions))


def _definition(
    names: Mapping[str, str], key: str, facts: Mapping[str, Any], kinds: Mapping[str, Kind]
) -> Definition:
    codes = facts.get("codes", {})
    longest = facts.get("longest", {})
    attributes = {
        name: _attribute(name, each, kinds, codes.get(name))
        for name, each in facts.get("attributes", {}).items()
    }
    target = facts.get("target")
    return Definition(
        name=names[key],
        attributes=MappingProxyType(attributes),
        children=MappingProxyType({names[child]: child for child in facts.get("children", ())}),
        text=facts.get("text"),
        target=None if target is None else _attribute("", target, kinds, None),
        longest=longest.get("characters"),
        too_long=longest.get("code", SCHEMA_WARNING),
        empty=facts.get("empty"),
        nesting=facts.get("nesting", SCHEMA_WARNING),
    )


def _attribute(
    name: str, facts: str | Mapping[str, Any], kinds: Mapping[str, Kind], code: int | None
) -> Attribute:
    if isinstance(facts, str):
        return Attribute(name, kinds[facts])
    return Attribute(
        name=name,
        kind=kinds[facts["is"]],
        default=facts.get("default", ""),
        code=code or facts.get("code", SCHEMA_WARNING),
    )
