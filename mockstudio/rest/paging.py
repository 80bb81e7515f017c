"""Lists, page by page, newest first, in the two forms of Twilio's APIs (rest-api.md 3.4, 4.6).

A page's token names the record that ended the page before it, and its number, so that the list is
carried on behind it even when it has been deleted meanwhile, and whatever has been added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from mockstudio.rest.errors import BAD_PAGE_TOKEN, PAGE_TOO_LARGE, refused
from mockstudio.rest.request import ApiRequest, Listing
from mockstudio.store.ledger import Entry

PAGE_SIZE: Final = 50
LARGEST_PAGE: Final = 1000
LAST_PAGE: Final = 1_000_000

_PAGING: Final = ("PageSize", "Page", "PageToken")
_TOKEN = re.compile(r"P[AT][A-Z]{2}[0-9a-fA-F]{32}(?P<number>\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class _Page:
    """What is shown of a list, and how to get on.

    Attributes:
        entries: what is shown.
        start: how many records there are before them.
        number: counted from 0.
        size: how many there are at most.
        token: of the next page, or None on the last.
    """

    entries: Sequence[Entry[Any]]
    start: int
    number: int
    size: int
    token: str | None


def accounts_page(request: ApiRequest, listing: Listing[Any]) -> Mapping[str, Any]:
    """Return a page in the form of the 2010 API: paths, and indexes of the records."""
    page = _page(request, listing, "PA")
    return {
        "first_page_uri": _path(request, page, 0),
        "next_page_uri": _next(request, page),
        "previous_page_uri": _path(request, page, page.number - 1) if page.number else None,
        "uri": _path(request, page, page.number),
        "page": page.number,
        "page_size": page.size,
        "start": page.start,
        "end": page.start + max(0, len(page.entries) - 1),
        listing.key: [listing.represent(entry.record) for entry in page.entries],
    }


def meta_page(request: ApiRequest, listing: Listing[Any]) -> Mapping[str, Any]:
    """Return a page in the form of the newer APIs: whole URLs, under `meta`."""
    page = _page(request, listing, "PT")
    base, following = request.base_url, _next(request, page)
    before = base + _path(request, page, page.number - 1) if page.number else None
    return {
        "meta": {
            "page": page.number,
            "page_size": page.size,
            "key": listing.key,
            "first_page_url": base + _path(request, page, 0),
            "previous_page_url": before,
            "url": base + _path(request, page, page.number),
            "next_page_url": base + following if following else None,
        },
        listing.key: [listing.represent(entry.record) for entry in page.entries],
    }


def _page(request: ApiRequest, listing: Listing[Any], prefix: str) -> _Page:
    size = _size(request)
    number = request.query.whole("Page", 0, 0, LAST_PAGE)
    entries = listing.entries[::-1]
    start = _start(request, entries, number * size)
    shown = entries[start : start + size]
    is_last = start + size >= len(entries)
    token = None if is_last else f"{prefix}{shown[-1].record.sid}{shown[-1].number}"
    return _Page(shown, start, number, size, token)


def _size(request: ApiRequest) -> int:
    text = request.query.text("PageSize")
    if text.isdecimal() and int(text[:10]) > LARGEST_PAGE:
        raise refused(PAGE_TOO_LARGE, f"Page size must be less than or equal to {LARGEST_PAGE}")
    return request.query.whole("PageSize", PAGE_SIZE, 1, LARGEST_PAGE)


def _start(request: ApiRequest, entries: Sequence[Entry[Any]], otherwise: int) -> int:
    """Return the index at which a page begins."""
    token = request.query.text("PageToken")
    if not token:
        return otherwise
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise refused(BAD_PAGE_TOKEN, "Invalid PageToken")
    last = int(found["number"])
    return sum(entry.number >= last for entry in entries)


def _next(request: ApiRequest, page: _Page) -> str | None:
    return None if page.token is None else _path(request, page, page.number + 1, page.token)


def _path(request: ApiRequest, page: _Page, number: int, token: str | None = None) -> str:
    """Return where a page is; the filters of the request go with it."""
    filters = [(name, text) for name in request.query.names if name not in _PAGING
               for text in request.query.many(name)]  # fmt: skip
    paging = [("PageSize", str(page.size)), ("Page", str(number))]
    if token is not None:
        paging.append(("PageToken", token))
    return f"{request.path}?{urlencode([*filters, *paging])}"
