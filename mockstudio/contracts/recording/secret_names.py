"""Which names stand for something secret: of headers, params and JSON members."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_WORDS: Final = frozenset(
    {"auth", "authorization", "cookie", "credential", "credentials", "jwt", "otp", "pwd"}
)
"""Secret as a word of its own: an `author` is nobody's secret."""
_PARTS: Final = (
    "accesskey",
    "apikey",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "sessionid",
    "signature",
    "token",
)
"""Secret wherever they occur in a name written without separators."""
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


class SecretNames:
    """The names whose values are not to be told.

    Args:
        more: names besides the usual ones, in any case.
    """

    def __init__(self, more: Iterable[str] = ()) -> None:
        self._more = frozenset(name.lower() for name in more)

    def __contains__(self, name: str) -> bool:
        if name.lower() in self._more:
            return True
        words = [word.lower() for word in _WORD.findall(name)]
        joined = re.sub(r"[^a-z]", "", name.lower())
        return not _WORDS.isdisjoint(words) or any(part in joined for part in _PARTS)
