"""Studio's filters: those of "Liquid for Designers", `to_json`, and the few newer ones of Liqp.

python-liquid's own are used where they agree with Studio once their input is coerced: text
filters see text, number filters see numbers (reference 5.1, 5.3, 5.4).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from typing import Any

from liquid.exceptions import FilterArgumentError
from liquid.filter import sequence_filter

from mockstudio.flows.liquid.dates import date_filter
from mockstudio.flows.liquid.limits import LiquidLimits
from mockstudio.flows.liquid.values import json_text, number_of, size_of, text_of

Filter = Callable[..., Any]

_TEXT = (
    "append",
    "capitalize",
    "downcase",
    "escape",
    "escape_once",
    "lstrip",
    "newline_to_br",
    "prepend",
    "remove",
    "remove_first",
    "replace_first",
    "rstrip",
    "split",
    "strip",
    "strip_newlines",
    "truncate",
    "truncatewords",
    "upcase",
    "url_decode",
    "url_encode",
)
_NUMBER = (
    "abs",
    "at_least",
    "at_most",
    "ceil",
    "divided_by",
    "floor",
    "minus",
    "modulo",
    "plus",
    "times",
)
_ARRAY = (
    "compact",
    "concat",
    "default",
    "first",
    "last",
    "map",
    "reverse",
    "size",
    "sort",
    "sort_natural",
    "where",
)


def studio_filters(
    theirs: Mapping[str, Filter], now: Callable[[], datetime], limits: LiquidLimits
) -> dict[str, Filter]:
    """Return Studio's filters by name.

    Args:
        theirs: python-liquid's own.
        now: tells the time to `date`.
        limits: bounds each filter's result.
    """
    limit = limits.value_size
    chosen: dict[str, Filter] = {
        **{name: _on_text(theirs[name]) for name in _TEXT},
        **{name: _on_numbers(theirs[name]) for name in _NUMBER},
        **{name: theirs[name] for name in _ARRAY},
        "date": date_filter(now),
        "h": _on_text(theirs["escape"]),
        "join": _join(limit),
        "json": json_text,
        "replace": _on_text(_replace(limit)),
        "round": _round,
        "slice": _on_slices(theirs["slice"]),
        "strip_html": _strip_html,
        "to_json": json_text,
        "uniq": _uniq,
    }
    return {name: _bounded(function, limit) for name, function in chosen.items()}


def _bounded(function: Filter, limit: int) -> Filter:
    """Keep what goes through a filter within a size, and ranges from being walked endlessly."""

    @wraps(function)
    def bounded(left: object, *arguments: object, **options: object) -> object:
        if isinstance(left, range):
            _check(left.stop - left.start, limit)
            left = list(left)
        result = function(left, *arguments, **options)
        _check(size_of(result, limit), limit)
        return result

    return bounded


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise FilterArgumentError(f"the value grows larger than {limit:,} characters", token=None)


def _on_text(function: Filter) -> Filter:
    @wraps(function)
    def on_text(left: object, *arguments: object, **options: object) -> object:
        return function(text_of(left), *map(_text_or_whole, arguments), **options)

    return on_text


def _text_or_whole(argument: object) -> object:
    whole = isinstance(argument, int) and not isinstance(argument, bool)
    return argument if whole else text_of(argument)


def _on_numbers(function: Filter) -> Filter:
    @wraps(function)
    def on_numbers(left: object, *arguments: object, **options: object) -> object:
        number = function(number_of(left), *map(number_of, arguments), **options)
        if isinstance(number, float) and not math.isfinite(number):
            raise FilterArgumentError("the number grows too large", token=None)
        return number

    return on_numbers


def _on_slices(function: Filter) -> Filter:
    @wraps(function)
    def on_slices(left: object, *arguments: object) -> object:
        return function(left if isinstance(left, list) else text_of(left), *arguments)

    return on_slices


def _round(left: object, digits: object = 0) -> int | float:
    places = int(number_of(digits))
    if not -308 <= places <= 308:
        raise FilterArgumentError(f"round cannot keep {places} digits", token=None)
    number = Decimal(str(number_of(left)))
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(rounded) if places > 0 else int(rounded)


def _replace(limit: int) -> Filter:
    def replace(left: str, old: object, new: object = "") -> str:
        sought, instead = text_of(old), text_of(new)
        _check(len(left) + left.count(sought) * len(instead), limit)
        return left.replace(sought, instead)

    return replace


def _join(limit: int) -> Filter:
    @sequence_filter
    def join(items: Iterable[object], separator: object = " ") -> str:
        texts, between = [text_of(item) for item in items], text_of(separator)
        _check(len(texts) * len(between), limit)
        return between.join(texts)

    return join


def _strip_html(left: object) -> str:
    # Nothing after the last ">" can be a tag; leaving it out keeps the search linear.
    head, last, tail = text_of(left).rpartition(">")
    return re.sub(r"<[^>]*>", "", head + last) + tail


@sequence_filter
def _uniq(items: Iterable[object]) -> list[object]:
    found: dict[str, object] = {}
    for item in items:
        found.setdefault(json_text(item), item)
    return list(found.values())
