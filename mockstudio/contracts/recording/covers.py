"""What stands in a recording where a secret was.

A cover is at least the word `redacted`, and has as many bytes as what it covers where that is
longer: an answer keeps its size but for secrets shorter than the word.
"""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = "redacted"
_PADDING: Final = "."
COVERS: Final = re.compile(rf"{_WORD}{re.escape(_PADDING)}*")
"""What covers secrets in texts."""
COVER_OF_NUMBERS: Final = 73_322_833
"""The same word on the keys of a phone."""


def cover(secret: str) -> str:
    """Return a placeholder of as many bytes as a secret has, and 8 at least."""
    # A byte that is no text is one surrogate, which becomes one question mark here.
    size = len(secret.encode("utf-8", "replace"))
    return _WORD.ljust(size, _PADDING) if secret else ""


def is_cover(text: str) -> bool:
    """Tell whether a text is what covers a secret, and so is none."""
    return COVERS.fullmatch(text) is not None or text == str(COVER_OF_NUMBERS)
