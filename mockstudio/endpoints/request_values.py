"""A request as templates and Python functions see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from mockstudio.endpoints.request import Request


class RequestValues:
    """What templates see as `request`.

    Args:
        request: as received.
        n: how often the endpoint was called, from 1.
        path_values: what the `{name}` parts of the URL stand for; `request.name` for short where
            no other value is called so.
    """

    __slots__ = ("n", "path_values", "request")

    def __init__(self, request: Request, n: int, path_values: Mapping[str, str]) -> None:
        self.request = request
        self.n = n
        self.path_values = path_values

    def __getitem__(self, name: str) -> object:
        read = _READERS.get(name)
        return read(self) if read else self.path_values[name]

    def __str__(self) -> str:
        return f"{self.request.method} {self.request.target}"


def request_namespace(values: RequestValues, now: datetime) -> Mapping[str, object]:
    """Return all the names that templates see: `request`, `now` and `today`."""
    return {"request": values, "now": now, "today": now.date()}


def params_by_name(request: Request) -> dict[str, str | list[str]]:
    """Return the parameters, each a single value, or a list where the name is repeated."""
    return {name: v[0] if len(v) == 1 else v for name, v in request.params.items()}


def headers_by_name(request: Request) -> dict[str, str]:
    """Return the headers by name in lower case, repeated ones joined as HTTP allows."""
    headers: dict[str, str] = {}
    for name, value in request.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


_READERS: Mapping[str, Callable[[RequestValues], object]] = MappingProxyType(
    {
        "method": lambda values: values.request.method,
        "path": lambda values: values.request.path,
        "query": lambda values: values.request.query,
        "params": lambda values: params_by_name(values.request),
        "headers": lambda values: headers_by_name(values.request),
        "cookies": lambda values: values.request.cookies,
        "json": lambda values: values.request.json,
        "body": lambda values: values.request.text,
        "n": lambda values: values.n,
        "path_values": lambda values: values.path_values,
    }
)
