"""What is fine by itself but not together: attributes and children of one element (8.3, 8.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from mockstudio.twiml.model import Element

MOST_CALLED: Final = 10
"""How many a Dial calls, at once or in turn (rest-api.md 8.3)."""
LONGEST_TRANSCRIBED: Final = 120
"""Seconds of a Record with `transcribe` (rest-api.md 8.3)."""
NESTED_IN_DIAL: Final = 13215
TOO_LONG_TO_TRANSCRIBE: Final = 13615

Broken = tuple[int, str]
"""Twilio's code, and what is wrong."""


def restriction_broken_by(element: Element) -> Broken | None:
    """Return what is wrong with an element whose attributes and children are fine one by one."""
    rule = _RULES.get(element.name)
    return rule(element) if rule else None


def _dial(dial: Element) -> Broken | None:
    called = sum(1 for child in dial.children if child.name)
    if called <= MOST_CALLED:
        return None
    return NESTED_IN_DIAL, f"<Dial> has {called} nouns; Twilio calls the first {MOST_CALLED}"


def _record(record: Element) -> Broken | None:
    length = int(record.get("maxLength", "0"))
    if record.get("transcribe") != "true" or length <= LONGEST_TRANSCRIBED:
        return None
    reason = f"is too long to be transcribed: Twilio takes {LONGEST_TRANSCRIBED}"
    return TOO_LONG_TO_TRANSCRIBE, f'<Record> maxLength="{length}" {reason}'


_RULES: Final[Mapping[str, Callable[[Element], Broken | None]]] = MappingProxyType(
    {"Dial": _dial, "Record": _record}
)
