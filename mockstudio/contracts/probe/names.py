"""Under which names a flow's templates can read an answer (reference 3.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

MOST_NAMES: Final = 100
"""How many names are listed of one answer."""
_AFTER_A_DOT: Final = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)


def names_of(widget: str, outputs: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return what templates can read of a widget's outputs: names and values, leaves only.

    Args:
        widget: its name.
        outputs: as the verdict has them; of an array only the first item is named.
    """
    found = _leaves(f"widgets{_step(widget)}", outputs) if outputs else iter(())
    return tuple(leaf for leaf, _ in zip(found, range(MOST_NAMES), strict=False))


def is_awkward(name: str) -> bool:
    """Tell whether a name can be read in brackets only."""
    return "['" in name or '["' in name


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    # A stack of its own: JSON may be nested deeper than Python calls.
    waiting = [(path, value)]
    while waiting:
        here, found = waiting.pop()
        inner = _inner(here, found)
        if inner:
            waiting += reversed(inner)
        else:
            yield here, found


def _inner(path: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(path + _step(name), inner) for name, inner in value.items()]
    if isinstance(value, list) and value:
        return [(f"{path}[0]", value[0])]
    return []


def _step(name: str) -> str:
    if _AFTER_A_DOT.fullmatch(name):
        return f".{name}"
    return f"['{name}']" if "'" not in name else f'["{name}"]'
