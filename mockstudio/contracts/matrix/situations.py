"""Tells ways apart that lead to one widget: by what splits further on will read.

Two ways that differ only in what is never read again are one way: the shorter is enough. This keeps
a search small though widgets may come again, as in a menu or a loop that counts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from mockstudio.contracts.matrix.plan import RUN_SUBFLOW, Edge, Place, Plan
from mockstudio.contracts.matrix.references import Path, references, value_under
from mockstudio.contracts.matrix.simulation import SET_VARIABLES, SPLIT
from mockstudio.contracts.matrix.whole import WholeFlow
from mockstudio.flows.context import Context
from mockstudio.flows.model import State

Subject = tuple[str, Path]
"""Something that is read: where, and the path of a variable, a widget's outputs or what is known
of the trigger."""


class Situations:
    """Knows what is still to be read at each widget.

    Args:
        whole: the flow and its subflows.
        edges: all ways on from its widgets.
    """

    def __init__(self, whole: WholeFlow, edges: Iterable[Edge]) -> None:
        self._read = {
            place: frozenset(_read_by_split(whole.state(place), place.via))
            for place in whole.places
        }
        made = _made_of(whole)
        self._read = {place: _closed(read, made) for place, read in self._read.items()}
        self._ahead = _gathered(self._read, edges)

    def at(self, place: Place, plan: Plan, contexts: Sequence[Context]) -> Hashable:
        """Return what can be compared of a way: what is read further on, and what fixes that.

        Args:
            place: where it leads.
            plan: the way.
            contexts: as templates read them there: the flow's, and a running subflow's.
        """
        ahead = self._ahead[place]
        fixed = {(edge.place, edge.number) for edge in plan.edges if self._read[edge.place] & ahead}
        inner = contexts[-1] if len(contexts) > 1 else None
        known = tuple(
            (subject, repr(value_under(contexts[0] if not subject[0] else inner, subject[1])))
            for subject in ahead
        )
        return known, frozenset(fixed)


def _outputs(place: Place) -> Subject:
    return place.via, ("widgets", place.widget)


def _subject(path: Path, via: str) -> Subject:
    if path[0] == "widgets":
        return via, path[:2]
    is_shared = path[0] == "trigger" and path[1:2] != ("parent",)
    return ("" if is_shared else via), path[:4]


def _read_by_split(state: State, via: str) -> Iterator[Subject]:
    if state.type == SPLIT:
        conditions = [each for way in state.transitions for each in way.conditions]
        texts = [text for each in conditions for text in (*each.arguments, each.value)]
        for text in (*texts, str(state.properties.get("input", ""))):
            yield from (_subject(path, via) for path in references(text))


def _made_of(whole: WholeFlow) -> Mapping[Subject, set[Subject]]:
    """Return what each variable and parameter is made of."""
    made: dict[Subject, set[Subject]] = {}
    for place in whole.places:
        state = whole.state(place)
        for name in ("variables", "parameters"):
            for item in state.properties.get(name) or ():
                if state.type in (SET_VARIABLES, RUN_SUBFLOW):
                    read = {_subject(p, place.via) for p in references(str(item.get("value", "")))}
                    for subject in _set_by(state, place, str(item.get("key", ""))):
                        made.setdefault(subject, set()).update(read)
    return made


def _set_by(state: State, place: Place, key: str) -> Iterator[Subject]:
    if state.type == RUN_SUBFLOW:
        yield place.widget, ("trigger", "parent", "parameters", key)
        return
    yield place.via, ("flow", "variables", key)
    yield _outputs(place)
    if place.via:
        yield _outputs(Place(place.via))


def _closed(
    read: Iterable[Subject], made: Mapping[Subject, Iterable[Subject]]
) -> frozenset[Subject]:
    """Return what is read, and all that it is made of."""
    found, pending = set(read), deque(read)
    while pending:
        for subject in made.get(pending.popleft(), ()):
            if subject not in found:
                found.add(subject)
                pending.append(subject)
    return frozenset(found)


def _gathered(
    read: Mapping[Place, frozenset[Subject]], edges: Iterable[Edge]
) -> Mapping[Place, frozenset[Subject]]:
    """Return what is read at each widget or after it."""
    before: dict[Place, set[Place]] = {}
    for edge in edges:
        before.setdefault(edge.next, set()).add(edge.place)
    ahead, pending = dict(read), deque(read)
    while pending:
        place = pending.popleft()
        for earlier in before.get(place, ()):
            if not ahead[place] <= ahead[earlier]:
                ahead[earlier] |= ahead[place]
                pending.append(earlier)
    return ahead
