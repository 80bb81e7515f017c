"""Which operation a method and a path mean."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from mockstudio.rest.errors import METHOD_NOT_ALLOWED, RestError, not_found
from mockstudio.rest.request import Handler


class Routes:
    """The operations of the whole API.

    Paths are written as in Werkzeug, `<sid>` for a part that varies. The first path that fits
    counts, one without such parts before one with them.
    """

    def __init__(self) -> None:
        self._map = Map(strict_slashes=False, redirect_defaults=False)
        self._operations: list[tuple[str, str]] = []

    def get(self, path: str, handler: Handler) -> None:
        """Let a handler fetch or list."""
        self._add("GET", path, handler)

    def post(self, path: str, handler: Handler) -> None:
        """Let a handler create or update."""
        self._add("POST", path, handler)

    def delete(self, path: str, handler: Handler) -> None:
        """Let a handler delete."""
        self._add("DELETE", path, handler)

    def match(self, method: str, path: str) -> tuple[Handler, dict[str, Any]]:
        """Return the handler of a request, and the parts of its path.

        Raises:
            RestError: there is no such path (20404), or it knows no such method (20004).
        """
        try:
            handler, parts = self._map.bind("api.twilio.com").match(path, method=method)
        except (NotFound, RequestRedirect):
            raise not_found(path) from None
        except MethodNotAllowed:
            message = f"{method} is not supported on {path}"
            status = HTTPStatus.METHOD_NOT_ALLOWED
            raise RestError(status, METHOD_NOT_ALLOWED, message) from None
        return handler, dict(parts)

    @property
    def operations(self) -> list[tuple[str, str]]:
        """Method and path of each operation, as they were added."""
        return list(self._operations)

    def _add(self, method: str, path: str, handler: Handler) -> None:
        self._operations.append((method, path))
        self._map.add(Rule(path, endpoint=handler, methods=[method]))
