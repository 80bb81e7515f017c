"""The widget types that Studio knows, with their events and properties (reference 1.5 and 2).

`catalogue.json` beside this file holds the facts. Where the sources of the reference disagree it
holds what real exports show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from mockstudio.errors import did_you_mean, nearest


@dataclass(frozen=True)
class Property:
    """One property of a widget type.

    Attributes:
        name: as in exported JSON.
        types: the JSON types that occur, in Twilio's words (`string`, `integer`, `boolean`,
            `array`, `object`); empty when the reference knows none.
        required: whether Twilio's schema asks for it.
        refused_without: whether a flow without it cannot be published: the schema asks for it,
            no real export lacks it, and Studio has no default.
        allowed: the values Studio accepts, empty when any.
        default: what Studio takes when it is absent, None when there is no such value.
        items: what an array holds: `string`, `object`, or `pair` for `{key, value}`.
    """

    name: str
    types: tuple[str, ...] = ()
    required: bool = False
    refused_without: bool = False
    allowed: tuple[str, ...] = ()
    default: Any = None
    items: str | None = None


@dataclass(frozen=True)
class WidgetType:
    """One type of widget.

    Attributes:
        name: the type string.
        status: whether Studio still offers it.
        channels: what can have triggered a flow that uses it, empty when unknown.
        events: its events in Studio's order; None when the reference could not read them
            (2.23), so that any event passes.
        properties: by name; None when they could not be read, so that any property passes.
    """

    name: str
    status: Literal["current", "retired"]
    channels: tuple[str, ...] = ()
    events: tuple[str, ...] | None = None
    properties: Mapping[str, Property] | None = None


@dataclass(frozen=True)
class Catalogue:
    """All that Studio knows of widgets.

    Attributes:
        types: by type string, the official enumeration first, in its order.
        condition_types: what a split can compare (reference 2.2).
        legacy_class_names: from the class names of v1 exports to type strings (reference 1.4).
        console_names: from names that the console and Twilio's own skill file show to the ones
            in exported JSON (reference 2).
    """

    types: Mapping[str, WidgetType]
    condition_types: tuple[str, ...]
    legacy_class_names: Mapping[str, str]
    console_names: Mapping[str, str]

    def type_suggestion(self, name: str) -> str:
        """Return `; did you mean 'x'?` for a name that is no type, or nothing.

        For a legacy class name, and for one misspelt, the type that replaced it is named.
        """
        found = nearest(name, [*self.types, *self.legacy_class_names]) or self._type_with(name)
        modern = self.legacy_class_names.get(found or "", found)
        if modern is None:
            return ""
        old = f" (once '{found}')" if modern != found else ""
        return f"; did you mean '{modern}'{old}?"

    def _type_with(self, name: str) -> str | None:
        """Return the shortest type that has all the words of a name in it, or None."""
        words = re.findall(r"[a-z]+", name.lower())
        found = [each for each in self.types if words and set(words) <= set(each.split("-"))]
        return min(found, key=len, default=None)

    def property_suggestion(self, name: str, widget: WidgetType) -> str:
        """Return `; did you mean 'x'?` for a name that is no property of a type, or nothing."""
        known = widget.properties or {}
        exported = self.console_names.get(name)
        return f"; did you mean '{exported}'?" if exported in known else did_you_mean(name, known)


def load_catalogue() -> Catalogue:
    """Read `catalogue.json`; every call gives an equal, independent object."""
    facts = json.loads(resources.files(__package__).joinpath("catalogue.json").read_text("utf-8"))
    return Catalogue(
        types={name: _widget_type(name, each) for name, each in facts["widgets"].items()},
        condition_types=tuple(facts["condition_types"]),
        legacy_class_names=facts["legacy_class_names"],
        console_names=facts["console_names"],
    )


def _widget_type(name: str, facts: Mapping[str, Any]) -> WidgetType:
    events, properties = facts.get("events"), facts.get("properties")
    return WidgetType(
        name=name,
        status=facts["status"],
        channels=tuple(facts.get("channels", ())),
        events=None if events is None else tuple(events),
        properties=properties and {key: _property(key, each) for key, each in properties.items()},
    )


def _property(name: str, facts: Mapping[str, Any]) -> Property:
    types = facts["type"]
    return Property(
        name=name,
        types=() if types == "any" else (types,) if isinstance(types, str) else tuple(types),
        required=facts.get("required", False),
        refused_without=facts.get("refused_without", False),
        allowed=tuple(facts.get("allowed", ())),
        default=facts.get("default"),
        items=facts.get("items"),
    )
