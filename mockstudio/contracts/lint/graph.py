"""Which widgets a flow can come to, and which can have run before each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from mockstudio.flows.model import Flow


class Graph:
    """A flow's widgets and where their transitions lead.

    Args:
        flow: the flow.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.following: Mapping[str, tuple[str, ...]] = {
            state.name: tuple(dict.fromkeys(t.next for t in state.transitions if t.next))
            for state in flow.states
        }
        """The names of the widgets that each leads to."""
        self._before: dict[str, frozenset[str]] = {}

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The widgets that some path from the trigger leads to, the trigger among them."""
        return self.behind([self._flow.initial_state])

    def behind(self, names: Iterable[str]) -> frozenset[str]:
        """Return widgets and all that they lead to."""
        return _closure(names, self.following)

    def before(self, name: str) -> frozenset[str]:
        """Return the widgets that can have run before a widget begins, on some path.

        A widget that a loop leads back to is among those before itself. What cannot be reached
        never runs.
        """
        if name not in self._before:
            found = _closure(self._preceding.get(name, ()), self._preceding)
            self._before[name] = found & self.reachable
        return self._before[name]

    @cached_property
    def islands(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The parts that nothing leads to: the widget each begins with, and all of its widgets.

        The parts are in the file's order and do not overlap; one that is only a circle begins
        with its first widget.
        """
        left = [s.name for s in self._flow.states if s.name not in self.reachable]
        behind = {name: self.behind([name]) for name in left}
        found: dict[str, frozenset[str]] = {}
        seen = self.reachable
        # Whatever leads to a widget has more behind it than the widget has, or is in a circle.
        for name in sorted(left, key=lambda name: -len(behind[name])):
            if name not in seen:
                found[name] = behind[name] - seen
                seen |= behind[name]
        return tuple((name, found[name]) for name in left if name in found)

    @cached_property
    def _preceding(self) -> Mapping[str, tuple[str, ...]]:
        preceding: dict[str, list[str]] = {}
        for name, following in self.following.items():
            for each in following:
                preceding.setdefault(each, []).append(name)
        return {name: tuple(names) for name, names in preceding.items()}


def _closure(names: Iterable[str], edges: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    seen: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += edges.get(name, ())
    return frozenset(seen)
