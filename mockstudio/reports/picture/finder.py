"""Which widget is at a point of the canvas, found without a look at all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from mockstudio.reports.picture.places import WIDTH, Place

_WIDE: Final = WIDTH
_HIGH: Final = 100.0

_Cell = tuple[int, int]


class Finder:
    """Knows places by the cells of a grid that they touch.

    Args:
        places: none on top of another.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_cell: defaultdict[_Cell, list[Place]] = defaultdict(list)
        for place in places:
            for cell in _cells(place):
                self._by_cell[cell].append(place)

    def at(self, x: float, y: float) -> Place | None:
        """Return the place that a point is in, or None."""
        near = self._by_cell.get(_cell(x, y), ())
        return next((place for place in near if place.has(x, y)), None)


def _cell(x: float, y: float) -> _Cell:
    return int(x // _WIDE), int(y // _HIGH)


def _cells(place: Place) -> Iterator[_Cell]:
    left, top = _cell(place.left, place.top)
    right, bottom = _cell(place.right, place.bottom)
    return ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))
