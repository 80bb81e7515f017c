"""Bodies of an exact size that still mean what they meant.

Each form of body has its own filler: a JSON object gets a member, markup gets a comment, and where
there is no room for either both get white space, so that every size from the smallest form of the
document upwards can be had. Sizes are bytes as sent.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mockstudio.errors import UsageError

FILLER = b"x"
PADDING_MEMBER = "padding"
"""The name of the member that fills a JSON object; numbered when the object has it already."""

_WHITE_SPACE = b" \t\r\n"
_STRING_OR_SPACE = re.compile(rb'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', re.DOTALL)
_COMMENT_START, _COMMENT_END = b"<!--", b"-->"


def pad(body: bytes, content_type: str, size: int) -> bytes:
    """Return a body of exactly `size` bytes with the meaning of `body`.

    Args:
        body: the document, in UTF-8.
        content_type: what it is; JSON and markup stay valid, anything else gets filler at its end.
        size: in bytes.

    Raises:
        UsageError: the document has no form so small; the message names the smallest size.
    """
    form = _form(content_type)
    fitting = body if len(body) <= size else form.shrink(body)
    room = size - len(fitting)
    if room < 0:
        raise UsageError(
            f"size: expected {len(fitting)} or more, found {size}; "
            f"the smallest form of this body has {len(fitting)} bytes"
        )
    return form.fill(fitting, room)


def smallest_size(body: bytes, content_type: str) -> int:
    """Return the least number of bytes that `pad` can make of a body."""
    return len(_form(content_type).shrink(body))


@dataclass(frozen=True)
class _Form:
    """How one form of document is made smaller and larger.

    Attributes:
        shrink: takes out what means nothing.
        fill: adds so many bytes that mean nothing.
    """

    shrink: Callable[[bytes], bytes]
    fill: Callable[[bytes, int], bytes]


def _form(content_type: str) -> _Form:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.endswith(("/json", "+json")):
        return _JSON
    return _MARKUP if media_type.endswith(("/xml", "+xml", "/html")) else _TEXT


def _shrink_json(body: bytes) -> bytes:
    return body if _parsed(body) is None else _STRING_OR_SPACE.sub(rb"\1", body)


def _fill_json(body: bytes, room: int) -> bytes:
    document = _parsed(body)
    if not isinstance(document, dict):
        return _fill_with_space(body, room)
    start = (b", " if document else b"") + f'"{_free_name(document)}": "'.encode()
    text = room - len(start) - len(b'"')
    if text < 0:
        return _fill_with_space(body, room)
    end = body.rindex(b"}")
    return body[:end] + start + FILLER * text + b'"' + body[end:]


def _parsed(body: bytes) -> Any:
    """Return a JSON document's value; None when it is no JSON, and for `null`, alike to us."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _free_name(document: dict[str, Any]) -> str:
    numbered = (f"{PADDING_MEMBER}{number}" for number in itertools.count(2))
    return next(n for n in itertools.chain([PADDING_MEMBER], numbered) if n not in document)


def _shrink_markup(body: bytes) -> bytes:
    return body.rstrip(_WHITE_SPACE)


def _fill_markup(body: bytes, room: int) -> bytes:
    """Add a comment behind the root element, where it can come between nothing."""
    text = room - len(_COMMENT_START) - len(_COMMENT_END)
    if text < 0:
        return _fill_with_space(body, room)
    return body + _COMMENT_START + FILLER * text + _COMMENT_END


def _fill_with_space(body: bytes, room: int) -> bytes:
    return body + b" " * room


def _fill_text(body: bytes, room: int) -> bytes:
    return body + FILLER * room


_JSON = _Form(_shrink_json, _fill_json)
_MARKUP = _Form(_shrink_markup, _fill_markup)
_TEXT = _Form(bytes, _fill_text)
