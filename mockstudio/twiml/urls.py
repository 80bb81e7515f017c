"""URLs that documents name: resolved for requests, and without secrets for whoever reads along."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

_CREDENTIALS: Final = re.compile(r"(?<=://)[^/?#\s]*@")


def absolute_url(base: str, url: str) -> str:
    """Return a URL resolved against its document's; the document's own when it is empty.

    One that is none stays as it is: whoever requests it tells why (rest-api.md 8.7, 11100).
    """
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def shown(url: str) -> str:
    """Return a URL as events show it: without credentials and fragment."""
    bare = url.partition("#")[0]
    try:
        parts = urlsplit(bare)
    except ValueError:
        return bare
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def without_credentials(text: str) -> str:
    """Return a text as events show it: the URLs in it without `user:password@`."""
    return _CREDENTIALS.sub("", text)
