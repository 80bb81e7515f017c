"""URL patterns as people write them: `/orders/{id}`, `https://*.twil.io/lookup`."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import unquote

from mockstudio.endpoints.model import UrlPattern

_WHOLE = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/?#]*))?(?P<path>[^?#]*)", re.I)
_HOST = re.compile(r"(?:[a-z0-9*_-]+(?:\.[a-z0-9*_-]+)*\.?|\[[0-9a-f:.]+\])(?::(?:\d{1,5}|\*))?")
_PART = re.compile(r"\{(\w+)\}")
DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_EXPECTED = "expected a path such as /lookup or a URL such as https://orders-1234.twil.io/lookup"


def parse_url_pattern(text: str) -> UrlPattern:
    """Return the pattern that a text means.

    Percent-encoded characters are decoded, the host's letters made small and a port that goes
    without saying left out: as they are in the requests that are compared.

    Raises:
        ValueError: the text is no pattern; the message says what was expected.
    """
    parts = _WHOLE.match(text.strip())
    if parts is None or parts.end() < len(text.strip()):
        raise ValueError(f"{_EXPECTED}; parameters go under when.params, found '{text}'")
    scheme = parts["scheme"]
    path = _path(parts["path"] or ("/" if scheme else ""), text)
    if scheme is None:
        return UrlPattern(path)
    scheme = scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise ValueError(f"expected http or https before '://', found '{scheme}'")
    return UrlPattern(path, _host(parts["host"].lower(), scheme), scheme)


def _path(path: str, text: str) -> str:
    if not path.startswith("/"):
        raise ValueError(f"{_EXPECTED}, found '{text}'")
    names = _PART.findall(path)
    rest = _PART.sub("", path)
    if "{" in rest or "}" in rest or not all(name.isidentifier() for name in names):
        raise ValueError(f"expected parts such as {{id}} in the path, found '{path}'")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ValueError(f"expected each part once in the path, found '{{{twice}}}' twice")
    return unquote(path)


def _host(host: str, scheme: str) -> str:
    if "@" in host:
        raise ValueError("expected no user and password in the URL; write them under auth")
    if not _HOST.fullmatch(host):
        raise ValueError(
            f"expected a host such as orders-1234.twil.io or *.twil.io, found '{host}'"
        )
    return host.removesuffix(DEFAULT_PORTS[scheme])


def name_from_url(url: UrlPattern) -> str:
    """Return a name for an endpoint that has none: `/api/orders/{id}` becomes `api-orders-id`."""
    return re.sub(r"[^\w]+", "-", url.path).strip("-") or "root"


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name, with a number behind it where others have it already."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
