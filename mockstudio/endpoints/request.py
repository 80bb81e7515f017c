"""A request as it arrived, read lazily: most endpoints look at little of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import unquote, unquote_plus

FORM = "application/x-www-form-urlencoded"


_READ = ("host", "query_params", "form", "cookies", "json")


class Request:
    """What a caller sent.

    Attributes:
        method: in upper case.
        target: path and query as sent, still percent-encoded.
        headers: names as sent and values, in order.
        body: the raw bytes, after transfer decoding.
        arrived: the clock's moment at which the request was complete.
        scheme: `http` or `https`.
        client: the caller's address, or an empty string in-process.
    """

    def __init__(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        arrived: float = 0.0,
        scheme: str = "http",
        client: str = "",
    ) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.arrived = arrived
        self.scheme = scheme
        self.client = client
        raw_path, _, self.query = target.partition("?")
        self.path = unquote(raw_path) if "%" in raw_path else raw_path

    def excerpt(self, size: int) -> Request:
        """Return a copy to keep when it is over, its body cut to `size` bytes."""
        return Request(
            self.method,
            self.target,
            self.headers,
            self.body[:size],
            self.arrived,
            self.scheme,
            self.client,
        )

    def forget(self) -> None:
        """Drop what was read out of the raw parts, so that keeping the request costs little.

        Whatever is asked for afterwards is read again.
        """
        for name in _READ:
            self.__dict__.pop(name, None)

    def header(self, name: str, default: str = "") -> str:
        """Return a header's first value; the name's case does not matter."""
        wanted = name.lower()
        for found, value in self.headers:
            if found.lower() == wanted:
                return value
        return default

    def header_values(self, name: str) -> list[str]:
        """Return every value a header was sent with."""
        wanted = name.lower()
        return [value for found, value in self.headers if found.lower() == wanted]

    @cached_property
    def host(self) -> str:
        """The Host header in lower case, with its port if one was sent."""
        return self.header("host").lower()

    @property
    def url(self) -> str:
        """The URL as the caller sees it."""
        return f"{self.scheme}://{self.host}{self.target}"

    @property
    def media_type(self) -> str:
        """The Content-Type without parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as UTF-8 text, undecodable bytes replaced."""
        return self.body.decode("utf-8", "replace")

    @cached_property
    def query_params(self) -> Mapping[str, list[str]]:
        """The query's parameters with all their values."""
        return _grouped(self.query) if self.query else {}

    @cached_property
    def form(self) -> Mapping[str, list[str]]:
        """The form's parameters with all their values; empty unless the body is a form."""
        return _grouped(self.text) if self.body and self.media_type == FORM else {}

    @property
    def params(self) -> Mapping[str, list[str]]:
        """Query and form together, the form winning, as in a Function's event (rest-api.md 7.1)."""
        if not self.query:
            return self.form
        return {**self.query_params, **self.form}

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """The cookies by name."""
        jar: SimpleCookie = SimpleCookie()
        for line in self.header_values("cookie"):
            try:
                jar.load(line)
            except CookieError:
                continue
        return {name: morsel.value for name, morsel in jar.items()}

    @cached_property
    def json(self) -> Any:
        """The body as JSON, or None when it is none (a body `null` looks the same)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


def _grouped(encoded: str) -> dict[str, list[str]]:
    """Return parameters by name. Does what `parse_qsl` does, in half the time."""
    params: dict[str, list[str]] = {}
    for pair in encoded.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            params.setdefault(_decoded(name), []).append(_decoded(value))
    return params


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text
