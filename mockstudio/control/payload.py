"""What a request to the control API carries, checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

from mockstudio.errors import UsageError

T = TypeVar("T")


def json_body() -> Any:
    """Return the request's JSON body, whatever its content type; raises UsageError."""
    data = request.get_json(force=True, silent=True)
    if data is None:
        raise UsageError("expected a JSON body")
    return data


def query_argument(name: str, parse: Callable[[str], T]) -> T | None:
    """Return a query parameter, parsed, or None when it is absent; raises UsageError."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error
