"""Exports of Studio's first editor, brought into today's shape (reference 1.4).

They have no `initial_state` and no `flags`, class names for types, a `sid` on every state, a
`uuid` and often empty `conditions` on every transition, and null for whatever is not set.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mockstudio.flows.catalogue import Catalogue


def is_legacy(definition: Mapping[str, Any], class_names: Collection[str]) -> bool:
    """Tell whether a definition comes from the first editor.

    Args:
        definition: an object that may hold `states`.
        class_names: the class names of the first editor's widgets.
    """
    states = definition.get("states")
    if definition.get("initial_state") is not None or not isinstance(states, list):
        return False
    return any(_is_legacy_state(state, class_names) for state in states)


def _is_legacy_state(state: Any, class_names: Collection[str]) -> bool:
    if not isinstance(state, Mapping):
        return False
    transitions = state.get("transitions")
    return (
        "sid" in state
        or (isinstance(state.get("type"), str) and state["type"] in class_names)
        or (isinstance(transitions, list) and any(_has_uuid(each) for each in transitions))
    )


def _has_uuid(transition: Any) -> bool:
    return isinstance(transition, Mapping) and "uuid" in transition


def modernise(definition: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """Return a legacy definition in today's shape.

    Every value stays at its path, so that problems still point at the right line. A class that
    has no type today keeps its name, for the validation to refuse.

    Args:
        definition: what `is_legacy` found to be one.
        catalogue: says which type each class is today.
    """
    states = [_state(state, catalogue.legacy_class_names) for state in definition["states"]]
    triggers = [s for s in states if isinstance(s, Mapping) and s.get("type") == "trigger"]
    initial = triggers[0].get("name") if triggers else None
    return {**definition, "states": states, "initial_state": initial}


def _state(state: Any, class_names: Mapping[str, str]) -> Any:
    if not isinstance(state, Mapping):
        return state
    modern = {key: value for key, value in state.items() if key != "sid"}
    if isinstance(modern.get("type"), str):
        modern["type"] = class_names.get(modern["type"], modern["type"])
    if isinstance(modern.get("transitions"), list):
        modern["transitions"] = [_transition(each) for each in modern["transitions"]]
    return modern


def _transition(transition: Any) -> Any:
    if not isinstance(transition, Mapping):
        return transition
    modern = {key: value for key, value in transition.items() if key != "uuid"}
    if not modern.get("conditions"):
        modern.pop("conditions", None)
    return modern
