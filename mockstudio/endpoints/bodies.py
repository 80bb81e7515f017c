"""What bodies are made of: JSON as text, text as bytes, and the content type of each kind."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.model import Body, FileBody, JsonBody, TextBody
from mockstudio.errors import UsageError

JSON_TYPE = "application/json"
TEXT_TYPE = "text/plain"
XML_TYPE = "text/xml"


def json_text(value: Any) -> str:
    """Return a value as JSON text, characters outside ASCII as they are.

    Raises:
        UsageError: the value has no JSON form.
    """
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"the body cannot be written as JSON: {error}") from error


def encoded(text: str) -> bytes:
    """Return text in UTF-8; half surrogate pairs, which have no bytes, become question marks."""
    return text.encode("utf-8", "replace")


def written(body: JsonBody | TextBody) -> bytes:
    """Return a body as it is written, the templates in it not filled in.

    Raises:
        UsageError: the value has no JSON form.
    """
    return encoded(json_text(body.value) if isinstance(body, JsonBody) else body.text)


def content_type(body: Body) -> str:
    """Return the Content-Type a body has unless the reply's headers say another; empty for none."""
    if isinstance(body, JsonBody):
        return JSON_TYPE
    return body.content_type if isinstance(body, TextBody | FileBody) else ""


def json_answer(status: int, value: Any, headers: Iterable[tuple[str, str]] = ()) -> Answer:
    """Return an answer of our own in JSON, for what no reply scripts.

    Raises:
        UsageError: the value has no JSON form.
    """
    body = Piece(0.0, encoded(json_text(value)))
    return Answer(status, (("Content-Type", JSON_TYPE), *headers), (body,))
