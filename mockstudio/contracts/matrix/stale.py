"""What comes after a failure and depends on `parsed`, which the failed call did not bring.

A second call that fails leaves the `parsed` of the first (reference 3.6); a first one leaves none,
and templates print empty text in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mockstudio.contracts.matrix.plan import RUN_SUBFLOW, Place
from mockstudio.contracts.matrix.recorder import Taken
from mockstudio.contracts.matrix.references import Path, references, templates, unguarded, written
from mockstudio.contracts.matrix.simulation import SET_VARIABLES, SPLIT
from mockstudio.contracts.matrix.whole import WholeFlow
from mockstudio.flows.model import Condition, State, Transition
from mockstudio.flows.verdict import Verdict

_FOR_NOTHING: Final = ("is_blank", "is_not_blank")
"""Conditions that ask whether there is a value."""

Known = tuple[str, Path]
"""Where a path is read: empty in the flow, else the widget that runs the subflow; and the path."""


def stale(
    whole: WholeFlow, target: Place, verdict: Verdict, since: Sequence[Taken]
) -> Iterator[str]:
    """Iterate over what depends on a failed call's `parsed`, in words.

    Args:
        whole: the flow and its subflows.
        target: the HTTP widget.
        verdict: of its last call.
        since: the widgets that ran after its first.
    """
    if verdict.succeeded:
        return
    missing = _Missing(target, verdict.outputs.get("parsed") or {})
    for taken in since:
        state = whole.state(taken.place)
        if state.type == SPLIT:
            yield from _decided(state, taken, missing)
        elif state.type == SET_VARIABLES:
            missing.pass_on(taken.place, state, "variables")
        elif state.type == RUN_SUBFLOW:
            missing.pass_on(taken.place, state, "parameters")
        else:
            yield from _printed(state, taken.place, missing)


class _Missing:
    """What is missing after a failure, and what was made of it.

    Args:
        target: the HTTP widget.
        brought: what its answer had under `parsed` all the same.
    """

    def __init__(self, target: Place, brought: Mapping[str, Any]) -> None:
        self._target = target
        self._brought = brought
        self._made: dict[Known, Path] = {}

    def origin(self, via: str, path: Path) -> Path | None:
        """Return the missing path that a value is or is made of, or None."""
        if via == self._target.via and path[:3] == ("widgets", self._target.widget, "parsed"):
            return path if self._brought.get("".join(path[3:4])) is None else None
        made = (self._made.get((via, path[:length])) for length in range(3, len(path) + 1))
        return next(filter(None, made), None)

    def pass_on(self, place: Place, state: State, name: str) -> None:
        """Note what a widget makes of what is missing."""
        for item in state.properties.get(name) or ():
            read = unguarded(str(item.get("value", "")))
            origins = filter(None, (self.origin(place.via, path) for path in read))
            origin = next(origins, None)
            for known in _set_by(place, state, str(item.get("key", ""))):
                self._made.pop(known, None)
                if origin is not None:
                    self._made[known] = origin


def _set_by(place: Place, state: State, key: str) -> Iterator[Known]:
    """Iterate over the paths under which a variable or a parameter is read."""
    if state.type == RUN_SUBFLOW:
        yield place.widget, ("trigger", "parent", "parameters", key)
        return
    yield place.via, ("flow", "variables", key)
    yield place.via, ("widgets", place.widget, key)
    if place.via:
        yield "", ("widgets", place.via, key)


def _printed(state: State, place: Place, missing: _Missing) -> Iterator[str]:
    for template in templates(state):
        for path in unguarded(template):
            origin = missing.origin(place.via, path)
            if origin is not None:
                yield f"widget '{place}' reads {_described(path, origin)}"


def _decided(split: State, taken: Taken, missing: _Missing) -> Iterator[str]:
    """Iterate over what a split decides on, where its branch is not one for a missing value."""
    transition = _transition(split, taken)
    conditions = transition.conditions if transition else ()
    if not conditions:
        if taken.next is not None or taken.place.via:
            return
        conditions = tuple(each for branch in split.transitions for each in branch.conditions)
    if any(each.type in _FOR_NOTHING for each in conditions):
        return
    where = f"goes on to '{taken.next}'" if taken.next else "has no branch for that"
    for path in dict.fromkeys(path for each in conditions for path in _read(split, each)):
        origin = missing.origin(taken.place.via, path)
        if origin is not None:
            yield f"split '{taken.place}' reads {_described(path, origin)}, and {where}"


def _transition(split: State, taken: Taken) -> Transition | None:
    """Return the transition that a split took, as far as its end tells."""
    same = (t for t in split.transitions if (t.event, t.next) == (taken.event, taken.next))
    return next(same, None)


def _read(split: State, condition: Condition) -> tuple[Path, ...]:
    compared = (*condition.arguments, str(split.properties.get("input", "")))[0]
    return unguarded(compared) or references(condition.value)


def _described(path: Path, origin: Path) -> str:
    made = "" if path == origin else f", which is made of {written(origin)}"
    return f"{written(path)}{made}, which the failed call left unset"
