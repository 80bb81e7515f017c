"""What a value is made of: through variables, and into and out of subflows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from mockstudio.contracts.matrix.inputs import choice_of
from mockstudio.contracts.matrix.plan import RUN_SUBFLOW, Choice, Place, Plan
from mockstudio.contracts.matrix.references import Path, references, written
from mockstudio.contracts.matrix.simulation import SET_VARIABLES
from mockstudio.contracts.matrix.whole import WholeFlow
from mockstudio.errors import did_you_mean
from mockstudio.flows.model import State

_DEEPEST: Final = 5
"""How often a value may be made of another."""
_PARAMETERS: Final = ("trigger", "parent", "parameters")


class Read(NamedTuple):
    """A path that is read somewhere.

    Attributes:
        path: as templates write it.
        via: where: empty in the flow, else the widget that runs the subflow.
        before: how many edges of the plan come before.
    """

    path: Path
    via: str
    before: int


class Sources:
    """Traces values along plans.

    Args:
        whole: the flow and its subflows.
    """

    def __init__(self, whole: WholeFlow) -> None:
        self._whole = whole

    def choices(self, plan: Plan, read: Read) -> Iterator[Choice]:
        """Iterate over what can be chosen that a value is made of."""
        for each in self.origins(plan, read):
            choice = choice_of(each.path, each.via, plan, each.before)
            if choice is not None:
                yield choice

    def origins(self, plan: Plan, read: Read, depth: int = 0) -> Iterator[Read]:
        """Iterate over what a value is made of in the end."""
        found = self._made_by(plan, read) if depth < _DEEPEST else None
        if found is None:
            yield read
            return
        template, via, before = found
        for path in references(template):
            yield from self.origins(plan, Read(path, via, before), depth + 1)

    def why_never(self, plan: Plan, read: Read) -> str:
        """Say why a value is what it is on every way, or return nothing."""
        names = self._whole.flow_of(Place("", read.via)).by_name
        if read.path[0] == "widgets" and read.path[1] not in names:
            return f"there is no widget '{read.path[1]}'{did_you_mean(read.path[1], names)}"
        made = [template for _, template in self._makers(read)]
        if len(made) == 1 and self._made_by(plan, read) and not references(made[0]):
            return f"{written(read.path)} is always '{made[0]}'"
        return ""

    def why_not_yet(self, plan: Plan, read: Read) -> str:
        """Say why a value is what it is on this way, or return nothing."""
        on_the_way = {edge.place for edge in plan.edges[: read.before]}
        if read.path[0] == "widgets" and Place(read.path[1], read.via) not in on_the_way:
            return f"widget '{read.path[1]}' has not run before"
        return ""

    def _makers(self, read: Read) -> Iterator[tuple[Place, str]]:
        """Iterate over the widgets that may set what is read, with their templates for it."""
        for place in self._whole.places:
            template = _template(self._whole.state(place), place, read)
            if template is not None:
                yield place, template

    def _made_by(self, plan: Plan, read: Read) -> tuple[str, str, int] | None:
        """Return the template that made a value, where it is, and how many edges are before it."""
        for index in reversed(range(read.before)):
            place = plan.edges[index].place
            template = _template(self._whole.state(place), place, read)
            if template is not None:
                return template, place.via, index
        return None


def _template(state: State, place: Place, read: Read) -> str | None:
    """Return the template by which a widget sets what is read, or None."""
    key = _key(state, place, read)
    name = "variables" if state.type == SET_VARIABLES else "parameters"
    items = (state.properties.get(name) or ()) if key else ()
    found = (str(item.get("value", "")) for item in items if item.get("key") == key)
    return next(found, None)


def _key(state: State, place: Place, read: Read) -> str:
    """Return the key under which a widget may set what is read, or nothing."""
    path = read.path
    if state.type == SET_VARIABLES and len(path) > 2:
        is_own = place.via == read.via
        is_variable = is_own and path[:2] == ("flow", "variables")
        is_output = is_own and path[:2] == ("widgets", state.name)
        comes_back = not read.via and path[:2] == ("widgets", place.via)
        return path[2] if is_variable or is_output or comes_back else ""
    runs_it = state.type == RUN_SUBFLOW and place == Place(read.via)
    return path[3] if runs_it and path[:3] == _PARAMETERS and len(path) > 3 else ""
