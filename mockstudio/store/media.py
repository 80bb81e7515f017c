"""Media of messages (rest-api.md 3.3)."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mockstudio.sids import new_sid

USUAL_TYPE: Final = "image/jpeg"
"""The type of a medium whose URL does not tell."""


@dataclass(frozen=True)
class Medium:
    """Something that is attached to a message.

    Attributes:
        sid: `ME…`.
        number: its place in the message, counted from 1; it stays when others are deleted.
        url: where it comes from.
        content_type: such as `image/png`.
        created: when the message was made.
    """

    sid: str
    number: int
    url: str
    content_type: str
    created: datetime


def media_at(urls: Sequence[str], created: datetime) -> tuple[Medium, ...]:
    """Return new media."""
    return tuple(
        Medium(new_sid("ME"), number, url, content_type(url), created)
        for number, url in enumerate(urls, start=1)
    )


def content_type(url: str) -> str:
    """Return the type that a URL's ending tells, or else the usual one."""
    return mimetypes.guess_type(url.partition("?")[0])[0] or USUAL_TYPE
