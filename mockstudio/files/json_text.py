"""JSON, read by the json module."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from mockstudio.errors import DocumentError, Problem
from mockstudio.files.json_places import JsonText, duplicate_keys


def load_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        DocumentError: the text is no JSON, or has duplicate keys; the problems name no file.
    """
    has_duplicates = False

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal has_duplicates
        found = dict(pairs)
        has_duplicates = has_duplicates or len(found) < len(pairs)
        return found

    try:
        data = json.loads(text, object_pairs_hook=unique, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        problem = Problem(f"not valid JSON: {error.msg}", line=error.lineno, column=error.colno)
        raise DocumentError([problem]) from error
    except RecursionError as error:
        raise DocumentError([Problem("nested too deeply")]) from error
    except ValueError as error:
        raise DocumentError([Problem(f"not valid JSON: {error}")]) from error
    if has_duplicates:
        raise DocumentError(duplicate_keys(JsonText(text).root))
    return data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
