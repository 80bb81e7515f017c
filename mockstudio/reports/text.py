"""Text that somebody else wrote, made fit for a terminal."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Return text whose control characters are written out, but for tabs and line ends."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
