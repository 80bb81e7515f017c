"""JSON as an answer's body holds it: read strictly, and in a form that is safe to keep."""

from __future__ import annotations

import json
import math
import sys
from typing import Any, Final

DEEPEST: Final = 250
"""Levels of arrays and objects that are read. Real answers have a handful; everything that later
walks the context, by recursion, must be able to."""


class JsonTextError(ValueError):
    """A text is not JSON, or nested too deep; the message says where."""


def parse_json(text: str) -> Any:
    """Return the JSON value of a text.

    NaN and Infinity are refused, of duplicate keys the last counts. Numbers too long or too large
    for Python's own conversion are kept as their digits, which print the same.

    Raises:
        JsonTextError: the text is not JSON, or nested deeper than `DEEPEST`.
    """
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise JsonTextError(_TOO_DEEP) from None
    except ValueError as error:
        raise JsonTextError(str(error)) from None
    # Counting the brackets first spares nearly every text the walk.
    if text.count("{") + text.count("[") > DEEPEST and _is_deeper(value, DEEPEST):
        raise JsonTextError(_TOO_DEEP)
    return value


_TOO_DEEP: Final = f"nested deeper than {DEEPEST} levels"


def _is_deeper(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        layer = [member for container in layer for member in _members(container)]
    return bool(layer)


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _whole(digits: str) -> int | str:
    most = sys.get_int_max_str_digits()
    return int(digits) if not most or len(digits) <= most else digits


def _real(digits: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else digits


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


_DECODER: Final = json.JSONDecoder(parse_int=_whole, parse_float=_real, parse_constant=_refuse)
