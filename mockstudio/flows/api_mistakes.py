"""What every check of a request for a resource works with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Mistake = tuple[int, str]
"""Twilio's code, and what is wrong."""
Check = Callable[[Mapping[str, Any]], Mistake | None]
"""Gets the parameters as the API names them; what is None or empty is not given."""

BAD_PARAMETER: Final = 20001
NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)


def given(parameters: Mapping[str, Any], name: str, default: str = "") -> str:
    """Return a parameter as text."""
    return str(parameters.get(name) or default)


def is_within(text: str, lowest: int, highest: int) -> bool:
    """Tell whether a text is a whole number of a range."""
    return bool(NUMBER.fullmatch(text)) and lowest <= int(text) <= highest


def first_mistake(checks: tuple[Check, ...], parameters: Mapping[str, Any]) -> Mistake | None:
    """Return the first thing that one of the checks finds, or None."""
    found = (check(parameters) for check in checks)
    return next((mistake for mistake in found if mistake), None)
