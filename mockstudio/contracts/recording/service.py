"""The live services that are recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from mockstudio.endpoints.url_patterns import parse_url_pattern
from mockstudio.errors import UsageError
from mockstudio.http.hosts import is_url
from mockstudio.http.outgoing import own_credentials

_EXPECTED = (
    "expected http:// or https:// with a host and perhaps a path, "
    "such as https://orders-1234.twil.io or http://localhost:3000/api"
)
_FUNCTIONS = ".twil.io"


@dataclass(frozen=True)
class Service:
    """A live service.

    Attributes:
        url: without user, password and a slash at the end.
        credentials: the Authorization header that the URL's user and password make, or nothing.
    """

    url: str
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """Return the service at a URL; raises UsageError when that cannot be one."""
        parts = urlsplit(url) if is_url(url) else None
        if parts is None or parts.query or parts.fragment or set(url) & set("*{}"):
            raise UsageError(f"URL '{_shown(url)}': {_EXPECTED}")
        plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
        try:
            parse_url_pattern(plain)
        except ValueError as error:
            raise UsageError(f"URL '{plain}': {error}") from error
        return cls(plain, own_credentials(url))

    @property
    def is_functions(self) -> bool:
        """Whether Twilio runs it: a service of Functions."""
        return (urlsplit(self.url).hostname or "").endswith(_FUNCTIONS)

    @property
    def path(self) -> str:
        """What all its paths begin with; empty for a whole host."""
        return urlsplit(self.url).path

    @property
    def place(self) -> str:
        """Its host, with the port if one is written."""
        return urlsplit(self.url).netloc


def _shown(url: str) -> str:
    """Return a URL without the user and password it may hold."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"
