"""How many SMS segments a text needs, in GSM 03.38 or else in UCS-2 (rest-api.md 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of GSM 03.38; the backtick is not in it."""
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
"""Its extension table: an escape goes before each, so that they count twice."""
GSM: Final = (160, 153)
UCS_2: Final = (70, 67)
"""Units of a text that is alone, and of each part of a longer one."""


def count_segments(text: str) -> int:
    """Return how many segments a text is sent in; one even when it is empty."""
    is_gsm = BASIC.union(EXTENDED).issuperset(text)
    widths = [_gsm_width(each) if is_gsm else _ucs_2_width(each) for each in text]
    single, part = GSM if is_gsm else UCS_2
    return 1 if sum(widths) <= single else _parts(widths, part)


def _parts(widths: Sequence[int], longest: int) -> int:
    """Return the number of parts; what counts twice is never cut in two."""
    parts, used = 1, 0
    for width in widths:
        if used + width > longest:
            parts, used = parts + 1, 0
        used += width
    return parts


def _gsm_width(character: str) -> int:
    return 2 if character in EXTENDED else 1


def _ucs_2_width(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
