"""The live services that are recorded."""

from __future__ import annotations

import re
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
_NAMED = re.compile(r"(?P<flows>https?://[^=]+)=(?P<own>https?://.*)")


@dataclass(frozen=True)
class Service:
    """A live service.

    Attributes:
        url: without user, password and a slash at the end.
        flows_url: the URL by which flows know it, which is the same unless another is given.
        credentials: the Authorization header that the URL's user and password make, or nothing.
    """

    url: str
    flows_url: str
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def at(cls, text: str) -> Self:
        """Return the service at a URL.

        Args:
            text: the URL; or `https://orders-1234.twil.io=http://localhost:3000`, the URL by which
                flows know it before that where it really is.

        Raises:
            UsageError: no service can be there.
        """
        named = _NAMED.fullmatch(text)
        own, flows = (named["own"], named["flows"]) if named else (text, text)
        return cls(_plain(own), _plain(flows), own_credentials(own))

    @property
    def is_functions(self) -> bool:
        """Whether Twilio runs it: a service of Functions."""
        return (urlsplit(self.flows_url).hostname or "").endswith(_FUNCTIONS)

    @property
    def path(self) -> str:
        """What all its paths begin with where flows ask for them; empty for a whole host."""
        return urlsplit(self.flows_url).path

    @property
    def place(self) -> str:
        """Its host, with the port if one is written."""
        return urlsplit(self.url).netloc


def _plain(url: str) -> str:
    """Return a service's URL without user and password; raises UsageError for what is none."""
    parts = urlsplit(url) if is_url(url) else None
    if parts is None or parts.query or parts.fragment or set(url) & set("*{}"):
        raise UsageError(f"URL '{_shown(url)}': {_EXPECTED}")
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
    try:
        parse_url_pattern(plain)
    except ValueError as error:
        raise UsageError(f"URL '{plain}': {error}") from error
    return plain


def _shown(url: str) -> str:
    """Return a URL without the user and password it may hold."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"
