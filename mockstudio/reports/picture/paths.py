"""Curves from widget to widget, past those between them where that can be.

Every curve leaves downwards from a port and arrives from above in the middle of a widget.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from mockstudio.reports.picture.finder import Finder
from mockstudio.reports.picture.places import Place

BEND: Final = 50.0
"""How far a way back up goes below its port and above the widget it leads to."""
AROUND: Final = 36.0
"""How far a curve stays away from what it passes."""
_SAMPLES: Final = 12

_Point = tuple[float, float]
_Curve = tuple[_Point, _Point, _Point, _Point]
_Way = tuple[_Curve, ...]


def path(x: float, begin: Place, end: Place, finder: Finder) -> str:
    """Return a curve as the attribute `d` of SVG's path has it.

    Args:
        x: of the port at the lower edge of `begin`.
        begin: where it begins.
        end: where it leads.
        finder: of all places; it passes beside those in its way unless that meets more of them.
    """
    first = _straight(x, begin, end)
    met = _met(first, begin, end, finder)
    if not met:
        return _written(first)
    ways = (first, *_detours(x, begin, end, met))
    return _written(min(ways, key=lambda way: len(_met(way, begin, end, finder))))


def _straight(x: float, begin: Place, end: Place) -> _Way:
    if end.top <= begin.bottom:
        return _back_up(x, begin, end, _side(x, begin, end))
    bend = min(max(BEND, (end.top - begin.bottom) / 2), end.top - begin.bottom)
    return (_falling((x, begin.bottom), (end.middle, end.top), bend),)


def _side(x: float, begin: Place, end: Place) -> float:
    """Return where a way back up passes: between the two widgets, or beside both."""
    if end.right < begin.left:
        return (end.right + begin.left) / 2
    if begin.right < end.left:
        return (begin.right + end.left) / 2
    left = min(begin.left, end.left) - AROUND
    right = max(begin.right, end.right) + AROUND
    return left if x - left < right - x else right


def _detours(x: float, begin: Place, end: Place, met: Collection[Place]) -> Iterator[_Way]:
    sides = (min(place.left for place in met) - AROUND, max(place.right for place in met) + AROUND)
    for side in sides:
        if end.top <= begin.bottom:
            yield _back_up(x, begin, end, side)
        else:
            yield _past(x, begin, end, side, met)


def _back_up(x: float, begin: Place, end: Place, side: float) -> _Way:
    below, above = begin.bottom + BEND, end.top - BEND
    turn = (side, (begin.bottom + end.top) / 2)
    down = ((x, begin.bottom), (x, below), (side, below), turn)
    return down, (turn, (side, above), (end.middle, above), (end.middle, end.top))


def _past(x: float, begin: Place, end: Place, side: float, met: Collection[Place]) -> _Way:
    """Return a way down that is straight beside the places."""
    top = max(min(place.top for place in met), begin.bottom)
    bottom = min(max(place.bottom for place in met), end.top)
    upper, lower = (side, top), (side, bottom)
    return (
        _falling((x, begin.bottom), upper, (top - begin.bottom) / 2),
        _falling(upper, lower, (bottom - top) / 2),
        _falling(lower, (end.middle, end.top), (end.top - bottom) / 2),
    )


def _falling(begin: _Point, end: _Point, bend: float) -> _Curve:
    return begin, (begin[0], begin[1] + bend), (end[0], end[1] - bend), end


def _met(way: _Way, begin: Place, end: Place, finder: Finder) -> set[Place]:
    """Return the places that a way runs through."""
    points = (_at(curve, step / _SAMPLES) for curve in way for step in range(_SAMPLES + 1))
    met = {place for x, y in points if (place := finder.at(x, y))}
    return met - {begin, end}


def _at(curve: _Curve, t: float) -> _Point:
    """Return a point of a cubic Bézier curve, 0 being its begin and 1 its end."""
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    x, y = (
        sum(w * point[axis] for w, point in zip(weights, curve, strict=True)) for axis in (0, 1)
    )
    return x, y


def _written(way: _Way) -> str:
    texts = (" ".join(f"{x:.1f},{y:.1f}" for x, y in curve[1:]) for curve in way)
    x, y = way[0][0]
    return f"M{x:.1f},{y:.1f} " + " ".join(f"C{text}" for text in texts)
