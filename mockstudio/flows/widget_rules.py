"""Whether one state of a definition is right: its keys, events, conditions and properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockstudio.flows.catalogue import Catalogue, Property, WidgetType
from mockstudio.flows.findings import Spot, json_type

_STATE_KEYS = ("name", "type", "transitions", "properties")
_TRANSITION_KEYS = ("event", "next", "conditions")
_CONDITION_KEYS = ("friendly_name", "arguments", "type", "value")
_PAIR_KEYS = ("key", "value", "type", "index")
_WITHOUT_VALUE = ("is_blank", "is_not_blank")


def check_widget(state: Mapping[str, Any], spot: Spot, catalogue: Catalogue) -> None:
    """Check everything of a state but its name and where its transitions lead.

    Args:
        state: an element of `states`.
        spot: where it stands; its findings take errors and warnings.
        catalogue: the widget types.
    """
    spot.warn_unknown_keys(state, _STATE_KEYS)
    widget = _check_type(state.get("type"), spot / "type", catalogue)
    if (spot / "transitions").allow(state.get("transitions"), "array"):
        _check_transitions(state["transitions"], spot / "transitions", widget, catalogue)
    properties = {} if state.get("properties") is None else state["properties"]
    if (spot / "properties").expect(properties, "object") and widget:
        _check_properties(properties, spot / "properties", widget, catalogue)


def _check_type(name: Any, spot: Spot, catalogue: Catalogue) -> WidgetType | None:
    if not spot.require(name, "string"):
        return None
    widget = catalogue.types.get(name)
    if widget is None:
        spot.error(
            f"'{name}' does not have a value in the enumeration [{', '.join(catalogue.types)}]"
            f"{catalogue.type_suggestion(name)}"
        )
    return widget


def _check_transitions(
    transitions: list[Any], spot: Spot, widget: WidgetType | None, catalogue: Catalogue
) -> None:
    seen: set[str] = set()
    for number, transition in enumerate(transitions):
        at = spot / number
        if not at.expect(transition, "object"):
            continue
        at.warn_unknown_keys(transition, _TRANSITION_KEYS)
        event = transition.get("event")
        if (at / "event").require(event, "string"):
            _check_event(event, at / "event", widget, seen)
        _check_conditions(transition, at / "conditions", catalogue)


def _check_event(event: str, spot: Spot, widget: WidgetType | None, seen: set[str]) -> None:
    """Check one event of a widget and add it to those seen."""
    if widget and widget.events is not None and event not in widget.events:
        hint = spot.did_you_mean(event, widget.events)
        constants = " or ".join(widget.events)
        spot.error(
            f"'{event}' is no event of {widget.name}, must be a constant value {constants}{hint}"
        )
    elif event in seen and event != "match":
        spot.warn(f"a second transition for '{event}': only the first is ever taken")
    seen.add(event)


def _check_conditions(transition: Mapping[str, Any], spot: Spot, catalogue: Catalogue) -> None:
    conditions = transition.get("conditions")
    is_match = transition.get("event") == "match"
    if conditions is not None and not spot.expect(conditions, "array"):
        return
    if is_match and not conditions:
        spot.error("is missing but it is required: a match has a condition")
    elif conditions and not is_match:
        spot.error("conditions stand only on the event 'match'", at_key=True)
    for number, condition in enumerate(conditions or ()):
        if (spot / number).expect(condition, "object"):
            _check_condition(condition, spot / number, catalogue.condition_types)


def _check_condition(condition: Mapping[str, Any], spot: Spot, types: tuple[str, ...]) -> None:
    """Check a condition; for an absent left side `input` is compared (reference 8, no. 1)."""
    spot.warn_unknown_keys(condition, _CONDITION_KEYS)
    name, value = condition.get("type"), condition.get("value")
    if (spot / "type").require(name, "string") and name not in types:
        (spot / "type").error(spot.not_among(str(name), types))
    _check_arguments(condition.get("arguments"), spot / "arguments")
    if value is not None or name not in _WITHOUT_VALUE:
        (spot / "value").require(value, "string")
    (spot / "friendly_name").allow(condition.get("friendly_name"), "string")


def _check_arguments(arguments: Any, spot: Spot) -> None:
    if arguments is None:
        spot.warn("is missing but it is required; the widget's `input` is compared")
    elif spot.expect(arguments, "array"):
        for number, argument in enumerate(arguments):
            (spot / number).expect(argument, "string")


def _check_properties(
    properties: Mapping[str, Any], spot: Spot, widget: WidgetType, catalogue: Catalogue
) -> None:
    if widget.properties is None:
        return
    for name, value in properties.items():
        known = widget.properties.get(name)
        if known is None:
            hint = catalogue.property_suggestion(name, widget)
            (spot / name).warn(f"unknown property of {widget.name}{hint}", at_key=True)
        elif value is not None:
            _check_property(value, spot / name, known)
    for known in widget.properties.values():
        if known.required and properties.get(known.name) is None:
            at = spot / known.name
            note = at.error if known.refused_without else at.warn
            note("is missing but it is required")


def _check_property(value: Any, spot: Spot, known: Property) -> None:
    """Warn only: exports of different years differ in types (reference 2.9)."""
    found = json_type(value)
    if not known.types:
        return
    if found not in known.types:
        spot.warn(f"{found} found, {' or '.join(known.types)} expected")
    elif found == "array":
        for number, item in enumerate(value):
            _check_item(item, spot / number, known)
    elif found == "string":
        _check_allowed(value, spot, known.allowed)


def _check_item(item: Any, spot: Spot, known: Property) -> None:
    expected = "string" if known.items == "string" else "object"
    if json_type(item) != expected:
        spot.warn(f"{json_type(item)} found, {expected} expected")
    elif expected == "string":
        _check_allowed(item, spot, known.allowed)
    elif known.items == "pair":
        _check_pair(item, spot)


def _check_pair(pair: Mapping[str, Any], spot: Spot) -> None:
    spot.warn_unknown_keys(pair, _PAIR_KEYS)
    for key in ("key", "value"):
        if pair.get(key) is None:
            (spot / key).warn("is missing but it is required")
        elif not isinstance(pair[key], str):
            (spot / key).warn(f"{json_type(pair[key])} found, string expected")
    if isinstance(pair.get("type"), str):
        _check_allowed(pair["type"], spot / "type", ("string", "json_object"))


def _check_allowed(value: str, spot: Spot, allowed: tuple[str, ...]) -> None:
    """Warn of a value outside an enumeration; Liquid can become anything.

    What follows a `;` is a content type's parameter, such as `;charset=utf-8`.
    """
    is_template = "{{" in value or "{%" in value
    if allowed and not is_template and value.partition(";")[0].strip() not in allowed:
        spot.warn(spot.not_among(value, allowed))
