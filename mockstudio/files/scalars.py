"""Single values of files as text."""

from __future__ import annotations

import json


def as_text(scalar: str | int | float | bool) -> str:
    """Return how a value is written where all is text: `true`, `42`, `12.5`."""
    return scalar if isinstance(scalar, str) else json.dumps(scalar)
