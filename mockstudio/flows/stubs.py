"""Stand-in endpoints for the HTTP widgets of a flow, so that it runs before any is scripted."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from mockstudio.endpoints.model import Endpoint, Kind, OutcomeReply, UrlPattern
from mockstudio.flows.model import Flow

_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_KINDS = {"make-http-request": Kind.HTTP, "run-function": Kind.FUNCTION}


def stub_endpoints(flow: Flow) -> list[Endpoint]:
    """Return an endpoint for each URL that the flow's HTTP widgets call.

    It has the first such widget's name and plays `ok`. Liquid in a URL stands for anything; the
    more Liquid, the later the endpoint, so that each widget's own is found first.
    """
    found: dict[UrlPattern, Endpoint] = {}
    for state in flow.states:
        url = str(state.properties.get("url") or "")
        if state.type in _KINDS and url:
            pattern = url_pattern(url)
            found.setdefault(
                pattern,
                Endpoint(
                    name=state.name,
                    url=pattern,
                    kind=_KINDS[state.type],
                    replies=(OutcomeReply("ok"),),
                    source=f"stub of widget '{state.name}'",
                ),
            )
    return sorted(found.values(), key=_generality)


def _generality(endpoint: Endpoint) -> tuple[bool, int, int]:
    """Rank endpoints from one URL to all of them."""
    path = endpoint.url.path
    return endpoint.url.host is None, str(endpoint.url).count("*"), -len(path)


def url_pattern(url: str) -> UrlPattern:
    """Return the pattern of all URLs that a templated URL can render to."""
    text = _LIQUID.sub("*", url.strip())
    if not re.match(r"https?://", text):
        return UrlPattern("/*")
    parts = urlsplit(text.partition("?")[0].partition("#")[0])
    host = parts.netloc.rpartition("@")[2].lower()
    path = re.sub(r"\*+", "*", parts.path) or "/"
    return UrlPattern(path, None if host == "*" else host, parts.scheme)
