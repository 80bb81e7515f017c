"""What a request to the REST API carries, read and checked."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.http.hosts import is_loopback, is_url
from mockstudio.rest.errors import BAD_PARAMETER, invalid, missing, refused

_METHODS: Final = ("GET", "POST")
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


class Parameters:
    """A form or a query.

    What is absent or empty is not given. All methods that read a value raise RestError when
    it cannot be what it should be.

    Args:
        values: as they arrived.
    """

    def __init__(self, values: MultiDict[str, str]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        """Tell whether it is there, if only as an empty string."""
        return name in self._values

    @property
    def names(self) -> list[str]:
        """What is there, in its order."""
        return list(self._values)

    def text(self, name: str, default: str = "") -> str:
        """Return a text; the first where several are given."""
        return self._values.get(name) or default

    def required(self, name: str) -> str:
        """Return a text that must be given."""
        found = self.text(name)
        if not found:
            raise missing(name)
        return found

    def many(self, name: str) -> list[str]:
        """Return all texts of a repeated parameter."""
        return [text for text in self._values.getlist(name) if text]

    def one_of(
        self, name: str, allowed: Collection[str], default: str = "", code: int = BAD_PARAMETER
    ) -> str:
        """Return a text of a few; upper and lower case must be as they are."""
        found = self.text(name, default)
        if found and found not in allowed:
            raise refused(code, f"{name}: expected one of {', '.join(allowed)}, found '{found}'")
        return found

    def method(self, name: str, code: int = 21209) -> str:
        """Return an HTTP method, POST unless given."""
        found = self.text(name, "POST").upper()
        if found not in _METHODS:
            raise refused(code, f"{name}: expected GET or POST, found '{found}'")
        return found

    def url(self, name: str, code: int = 21205) -> str:
        """Return an absolute URL, or an empty text."""
        found = self.text(name).strip()
        if found and not is_url(found):
            raise refused(code, f"{name} is not a valid URL: {found}")
        return found

    def whole(self, name: str, default: int, low: int, high: int, code: int = BAD_PARAMETER) -> int:
        """Return a whole number of a range."""
        found = self.text(name)
        if not found:
            return default
        if not _WHOLE.fullmatch(found) or not low <= int(found) <= high:
            raise refused(code, f"{name}: expected a number from {low} to {high}, found '{found}'")
        return int(found)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a truth value."""
        found = self.text(name, str(default)).lower()
        if found not in ("true", "false"):
            raise invalid(f"{name}: expected true or false, found '{found}'")
        return found == "true"

    def date(self, name: str) -> datetime | None:
        """Return a moment, or None; a day without a time begins at midnight UTC."""
        found = self.text(name)
        if not found:
            return None
        try:
            moment = datetime.fromisoformat(found)
        except ValueError:
            expected = "a date such as 2026-01-31 or 2026-01-31T12:00:00Z"
            raise invalid(f"{name}: expected {expected}, found '{found}'") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def json_object(self, name: str) -> dict[str, Any] | None:
        """Return a JSON object, or None."""
        found = self.text(name)
        if not found:
            return None
        try:
            value = parse_json(found)
        except JsonTextError as error:
            raise invalid(f"{name}: expected a JSON object: {error}") from error
        if not isinstance(value, dict):
            raise invalid(f"{name}: expected a JSON object, found {found[:40]}")
        return value


def local_address(text: str) -> str | None:
    """Return scheme and host of a URL of this machine, None for anything else."""
    if not is_url(text):
        return None
    parts = urlsplit(text)
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return address if is_loopback(parts.hostname or "") else None
