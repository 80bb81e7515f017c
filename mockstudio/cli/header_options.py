"""`--header NAME=VALUE`, whose values are secrets: no message shows what was given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mockstudio.errors import UsageError

_HEADER: Final = re.compile(r"(?P<name>[A-Za-z0-9!#$%&'*+.^_`|~-]+)=(?P<value>[ -~\xa0-\xff\t]*)")
_OURS: Final = frozenset({"Content-Length", "Transfer-Encoding", "X-Twilio-Signature"})


def headers_from(texts: Iterable[str]) -> dict[str, str]:
    """Return headers by name, such as `Authorization`, whatever the case they were given in.

    Raises:
        UsageError: a text is no header, or one that each request has of its own; the message
            has its place and not its text.
    """
    return dict(_header(number, text) for number, text in enumerate(texts, 1))


def _header(number: int, text: str) -> tuple[str, str]:
    found = _HEADER.fullmatch(text)
    if found is None:
        raise UsageError(
            f"--header number {number} (not shown, as it may be secret): expected NAME=VALUE, "
            "such as 'Authorization=Bearer abc'"
        )
    name = found["name"].title()
    if name in _OURS:
        raise UsageError(f"--header {name}: each request has its own; leave it out")
    return name, found["value"].strip()
