"""What is fine by itself but not together: attributes and children of one element (8.3, 8.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from mockstudio.twiml.model import Element

MOST_CALLED: Final = 10
"""How many a Dial calls, at once or in turn (rest-api.md 8.3)."""
LONGEST_TRANSCRIBED: Final = 120
"""Seconds of a Record with `transcribe` (rest-api.md 8.3)."""
BAD_CALLER: Final = 13214
NESTED_IN_DIAL: Final = 13215
TOO_LONG_TO_TRANSCRIBE: Final = 13615

Broken = tuple[int, str]
"""Twilio's code, and what is wrong."""


_CALLER: Final = re.compile(r"[+(]{0,2}[0-9][0-9 ().-]*|[A-Za-z]+:.+")
"""A number, or an address such as `client:ann`."""


def restrictions_broken_by(element: Element) -> Iterator[Broken]:
    """Iterate over what is wrong with an element whose attributes and children are fine alone."""
    rule = _RULES.get(element.name)
    return rule(element) if rule else iter(())


def _dial(dial: Element) -> Iterator[Broken]:
    nouns = [child.name for child in dial.children if child.name]
    if len(nouns) > MOST_CALLED:
        told = f"<Dial> has {len(nouns)} nouns; Twilio calls the first {MOST_CALLED}"
        yield NESTED_IN_DIAL, told
    caller, calls_numbers = dial.get("callerId"), not nouns or "Number" in nouns
    # Other nouns may show whoever is called a name.
    if caller and calls_numbers and not _CALLER.fullmatch(caller):
        yield BAD_CALLER, f'<Dial> callerId="{caller}" is not a phone number such as +15005550006'


def _record(record: Element) -> Iterator[Broken]:
    length = int(record.get("maxLength", "0"))
    if record.get("transcribe") == "true" and length > LONGEST_TRANSCRIBED:
        reason = f"is too long to be transcribed: Twilio takes {LONGEST_TRANSCRIBED}"
        yield TOO_LONG_TO_TRANSCRIBE, f'<Record> maxLength="{length}" {reason}'


_RULES: Final[Mapping[str, Callable[[Element], Iterator[Broken]]]] = MappingProxyType(
    {"Dial": _dial, "Record": _record}
)
