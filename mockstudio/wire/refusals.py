"""Answers of the server itself, in JSON, to requests that nobody else gets to see."""

from __future__ import annotations

import json
from typing import NoReturn

from httptools import HttpParserCallbackError, HttpParserError

from mockstudio.endpoints.answer import Answer, Piece

_VERSION_REASONS = ("Invalid HTTP version", "Pause on PRI/Upgrade")


def error_answer(status: int, message: str) -> Answer:
    """Return an answer that says in JSON what is wrong."""
    body = json.dumps({"status": status, "error": message}).encode()
    return Answer(status, (("Content-Type", "application/json"),), (Piece(0.0, body),))


class RefusedError(Exception):
    """A request that the server does not accept; the connection ends with it.

    Attributes:
        status: 4xx or 5xx.
        message: what is wrong and what would be right.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    @property
    def data(self) -> bytes:
        """The whole answer as bytes, announcing that the connection closes."""
        answer = error_answer(self.status, self.message)
        return answer.head + b"Connection: close\r\n\r\n" + answer.body


def refuse_unparsed(error: HttpParserError) -> NoReturn:
    """Raise the refusal for what the parser did not accept, or what one of its callbacks raised."""
    if isinstance(error, HttpParserCallbackError) and error.__context__ is not None:
        raise error.__context__
    reason = str(error)
    if reason in _VERSION_REASONS:
        raise unsupported_version() from None
    raise RefusedError(400, f"this is no valid HTTP/1.1 request: {reason}") from None


def unsupported_version() -> RefusedError:
    """Return the refusal of anything but HTTP/1.1 and HTTP/1.0."""
    return RefusedError(505, "this server speaks HTTP/1.1 and HTTP/1.0")
