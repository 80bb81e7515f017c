"""Whether Studio would publish a definition: all mistakes at once (reference 1.1 to 1.6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mockstudio.flows.catalogue import Catalogue
from mockstudio.flows.findings import Spot
from mockstudio.flows.subflow_rules import check_subflows
from mockstudio.flows.widget_rules import check_widget

MAX_STATES = 1_000
"""Of one definition, in Twilio's schema (reference 1.1)."""
SCHEMA = "https://schemas.twilio.com/studio/draft/2019-09/flow-definition"
_FLAG = "allow_concurrent_calls"
_TOP_LEVEL_KEYS = ("description", "states", "initial_state", "flags", "$schema")


@dataclass(frozen=True)
class _Widget:
    """A state that is an object, its spot, and its name: empty when it is missing or no text."""

    state: Mapping[str, Any]
    spot: Spot
    name: str

    @property
    def is_trigger(self) -> bool:
        return self.state.get("type") == "trigger"


def validate(definition: Mapping[str, Any], root: Spot, catalogue: Catalogue) -> None:
    """Check a whole definition.

    Args:
        definition: today's shape, placeholders filled.
        root: the definition's spot; its findings take all errors and warnings.
        catalogue: the widget types.
    """
    _check_top_level(definition, root)
    states = definition.get("states")
    if not _check_states(states, root / "states"):
        return
    widgets = _widgets(definition, root)
    for widget in widgets:
        check_widget(widget.state, widget.spot, catalogue)
    _check_names(widgets)
    _check_triggers(widgets, root)
    _check_initial_state(definition.get("initial_state"), widgets, root / "initial_state")
    _check_next(widgets)
    check_subflows([(widget.state, widget.spot) for widget in widgets], root)


def widget_name(state: Mapping[str, Any], definition: Mapping[str, Any]) -> Any:
    """Return a state's name; only the trigger may do without one (reference 1.2)."""
    name = state.get("name")
    if name is None and state.get("type") == "trigger":
        return definition.get("initial_state")
    return name


def _check_top_level(definition: Mapping[str, Any], root: Spot) -> None:
    root.warn_unknown_keys(definition, _TOP_LEVEL_KEYS)
    (root / "description").allow(definition.get("description"), "string")
    if (root / "$schema").allow(definition.get("$schema"), "string"):
        _check_schema(definition["$schema"], root / "$schema")
    flags, spot = definition.get("flags"), root / "flags"
    if spot.allow(flags, "object"):
        (spot / _FLAG).require(definition["flags"].get(_FLAG), "boolean")
        spot.warn_unknown_keys(definition["flags"], [_FLAG])


def _check_schema(schema: str, spot: Spot) -> None:
    if schema != SCHEMA:
        spot.error(spot.not_among(schema, [SCHEMA]))


def _check_states(states: Any, spot: Spot) -> bool:
    if not spot.require(states, "array"):
        return False
    if not states:
        spot.error("there must be a minimum of 1 items in the array")
    return check_number_of_states(states, spot) and bool(states)


def check_number_of_states(states: Any, spot: Spot) -> bool:
    """Tell whether a definition has no more states than Studio takes; more are an error.

    It takes no time, so it can come before whatever looks at each of them.
    """
    fits = not isinstance(states, list) or len(states) <= MAX_STATES
    if not fits:
        found = f"found {len(states)}"
        spot.error(f"there must be a maximum of {MAX_STATES} items in the array, {found}")
    return fits


def _widgets(definition: Mapping[str, Any], root: Spot) -> list[_Widget]:
    widgets = []
    for index, state in enumerate(definition["states"]):
        spot = root / "states" / index
        if spot.expect(state, "object"):
            name = widget_name(state, definition)
            widgets.append(_Widget(state, spot, name if isinstance(name, str) else ""))
    return widgets


def _check_names(widgets: list[_Widget]) -> None:
    first: dict[str, Spot] = {}
    for widget in widgets:
        spot = widget.spot / "name"
        if not widget.name:
            _refuse_name(widget.state.get("name"), spot)
        elif widget.name in first:
            spot.error(f"a second '{widget.name}', the first is at {first[widget.name]}")
        else:
            first[widget.name] = spot
            _check_spelling(widget.name, spot)


def _refuse_name(name: Any, spot: Spot) -> None:
    if spot.require(name, "string"):
        spot.error("must be at least 1 characters long")


def _check_spelling(name: str, spot: Spot) -> None:
    if not name[0].isalpha() or " " in name or "." in name:
        spot.warn(f"'{name}' should start with a letter and hold no spaces or periods")


def _check_triggers(widgets: list[_Widget], root: Spot) -> None:
    spots = [widget.spot / "type" for widget in widgets if widget.is_trigger]
    if not spots:
        (root / "states").error("no trigger: a flow needs one state of type 'trigger'")
    for spot in spots[1:]:
        spot.error(f"a second trigger, the first is at {spots[0]}; a flow has one")


def _check_initial_state(initial: Any, widgets: list[_Widget], spot: Spot) -> None:
    if not spot.require(initial, "string"):
        return
    triggers = [widget.name for widget in widgets if widget.is_trigger]
    names = _names(widgets)
    if initial not in names:
        spot.error(f"there is no widget named '{initial}'{spot.did_you_mean(initial, names)}")
    elif triggers and initial not in triggers:
        spot.error(f"'{initial}' is not the trigger, expected '{triggers[0]}'")


def _check_next(widgets: list[_Widget]) -> None:
    names = dict.fromkeys(_names(widgets))
    for widget in widgets:
        transitions = widget.state.get("transitions")
        for number, transition in enumerate(transitions if isinstance(transitions, list) else ()):
            if isinstance(transition, Mapping):
                spot = widget.spot / "transitions" / number / "next"
                _check_following(transition.get("next"), names, spot)


def _check_following(following: Any, names: Collection[str], spot: Spot) -> None:
    if spot.allow(following, "string") and following and following not in names:
        hint = spot.did_you_mean(following, names)
        spot.error(f"there is no widget named '{following}'{hint}")


def _names(widgets: list[_Widget]) -> list[str]:
    return [widget.name for widget in widgets if widget.name]
