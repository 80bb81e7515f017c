"""What was asked and answered, as far as an endpoint file can tell it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from mockstudio.contracts.recording.service import Service
from mockstudio.contracts.recording.yaml_text import survives
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.request import Request

NO_JSON: Final = ...
"""Stands where there is no condition on JSON, as in `When.json`."""
_WILD: Final = str.maketrans({"{": "*", "}": "*"})
_IN_PATHS: Final = "/:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class Asked:
    """What tells a request from others.

    Attributes:
        method: in upper case.
        service: of whom it was asked.
        path: percent-decoded; `*` stands for what cannot be written.
        params: query and form together; None for values that are not to be told.
        json: the body as JSON, or `NO_JSON`.
        text: the body as text, or None when it does not matter.
    """

    method: str
    service: Service
    path: str
    params: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    json: Any = NO_JSON
    text: str | None = None

    @property
    def url(self) -> str:
        """The URL pattern of its endpoint."""
        root = self.service.flows_url.removesuffix(self.service.path)
        return root + quote(self.path, safe=_IN_PATHS)

    @property
    def when(self) -> dict[str, Any]:
        """The conditions of its endpoint."""
        conditions: dict[str, Any] = {}
        if self.params:
            conditions["params"] = {name: _condition(v) for name, v in self.params.items()}
        if self.json is not NO_JSON:
            conditions["json"] = self.json
        if self.text is not None:
            conditions["body"] = self.text
        return conditions

    @property
    def key(self) -> str:
        """The same for requests that one endpoint answers."""
        return json.dumps([self.method, self.url, self.when], sort_keys=True)

    @property
    def strictness(self) -> tuple[int, int]:
        """Greater than that of any other request whose conditions hold for this one too.

        The conditions on params come first: where they are the same, a JSON subset has fewer
        values, and a text has more letters than there can be values in it.
        """
        params = sum(1 + len(values or ()) for values in self.params.values())
        text = 0 if self.text is None else 1 + 2 * len(self.text)
        return params, text + (0 if self.json is NO_JSON else _count(self.json))


@dataclass(frozen=True)
class Exchange:
    """A request and its answer.

    Attributes:
        asked: the request.
        answer: the answer, its body as sent.
        seconds: how long the service took.
    """

    asked: Asked
    answer: Answer
    seconds: float


def asked_of(service: Service, request: Request) -> Asked:
    """Return what tells a request to a service from others: its params and its body."""
    # A brace would begin a part of a pattern; a star stands for it.
    path = (service.path + request.path).translate(_WILD)
    params = {n: tuple(v) for n, v in request.params.items() if survives([n, *v])}
    return Asked(request.method, service, path, params, *_body(request))


def _body(request: Request) -> tuple[Any, str | None]:
    # A boundary is another one each time, so such a body never comes again.
    if not request.body or request.form or request.media_type.startswith("multipart/"):
        return NO_JSON, None
    value = _json(request.body)
    # `null` looks like a body that is no JSON at all.
    if value is not None and survives(value):
        return value, None
    return NO_JSON, request.text if survives(request.text) else None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=_number)
    except (ValueError, RecursionError):
        return None


def _number(text: str) -> float:
    """Return one number for 1 and 1.0, which conditions do not tell apart."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _condition(values: Sequence[str] | None) -> Any:
    if values is None:
        return {"absent": False}
    return values[0] if len(values) == 1 else {"values": list(values)}


def _count(value: Any) -> int:
    """Return how many values there are in a JSON document, itself included."""
    if isinstance(value, Mapping):
        return 1 + sum(map(_count, value.values()))
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1
