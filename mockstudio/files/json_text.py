"""JSON, read by the json module; where its values stand is found by PyYAML, only when asked."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import yaml

from mockstudio.errors import DocumentError, Problem
from mockstudio.files.nodes import Node, compose

_NO_YAML = re.compile(
    "[^\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What may stand in JSON but not in YAML, or ends a line there and not here."""


def load_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        DocumentError: the text is no JSON, or has duplicate keys; the problems name no file.
    """
    duplicates: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            duplicates.extend(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
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
    if duplicates:
        compose_json(text)
        raise DocumentError([Problem(f"duplicate key '{key}'") for key in duplicates])
    return data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def compose_json(text: str) -> Node | None:
    """Return the root of a valid JSON text, or None when PyYAML cannot follow it.

    Raises:
        DocumentError: duplicate keys, with their places.
    """

    def source(event: Any) -> str:
        return text[event.start_mark.index : event.end_mark.index]

    def key(event: Any) -> str:
        return str(json.loads(source(event)))

    try:
        events = yaml.parse(_NO_YAML.sub(" ", text), Loader=yaml.SafeLoader)
        return compose(events, source, key)
    except (yaml.YAMLError, ValueError, IndexError):
        return None
