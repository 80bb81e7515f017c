"""Where a flow's URLs really go: nothing reaches production by accident.

An explicit route sends URLs to a live address or to the scripted endpoints. A URL without one goes
to the scripted endpoint that covers it, by host and path. The sandbox's own URLs lead to it. Any
other URL is refused.
"""

from __future__ import annotations

import difflib
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from mockstudio.endpoints.model import Endpoint
from mockstudio.errors import RouteError, UsageError
from mockstudio.http.outgoing import Destination

SCRIPTED = "scripted"
"""The target of a route that leads to the scripted endpoints."""

TO_ENDPOINT = "endpoint "
"""What stands before the name of the endpoint that covers a URL."""

WEBHOOKS = "https://webhooks.twilio.com"
"""Where Twilio has the flows' webhooks (reference 7); here they are the sandbox's own."""

REST_API = ("https://api.twilio.com", "https://studio.twilio.com")
"""Where Twilio has the REST API that the sandbox serves (rest-api.md 3, 4)."""

_OWN = tuple(f"{own}/" for own in (WEBHOOKS, *REST_API))
_NEAREST_SHOWN = 3
_SCHEME_TWICE = re.compile(r"https?://https?:?//", re.IGNORECASE)
"""An empty port may have been taken away already."""


class Scripted(Protocol):
    """What the router must know of the scripted endpoints."""

    @property
    def definitions(self) -> Sequence[Endpoint]:
        """All of them."""

    def covers(self, url: str) -> Endpoint | None:
        """Return the endpoint whose host and path fit a URL."""

    def refuses(self, url: str) -> bool:
        """Tell whether a connection for this URL is to be refused."""


@dataclass(frozen=True)
class Route:
    """One line of the route table.

    Attributes:
        pattern: an absolute URL; `*` stands for anything.
        target: an absolute URL in which each `*` stands for what the pattern's stood for, or
            `scripted`.
    """

    pattern: str
    target: str

    def follow(self, url: str) -> str | None:
        """Return where a URL without query leads, or None when the pattern does not fit."""
        match = _regex(self.pattern).fullmatch(url)
        if match is None:
            return None
        parts = self.target.split("*")
        fillings = [*match.groups(), *[""] * len(parts)]
        return "".join(p + f for p, f in zip(parts, [*fillings[: len(parts) - 1], ""], strict=True))

    @property
    def live_address(self) -> str | None:
        """Scheme and host of a live target, or None."""
        if self.target == SCRIPTED:
            return None
        parts = urlsplit(self.target)
        return f"{parts.scheme}://{parts.netloc}"


def parse_route(text: str) -> Route:
    """Return the route that `FROM=TO` writes, as on the command line.

    Raises:
        UsageError: it is none; the message shows what one looks like.
    """
    pattern, separator, target = text.rpartition("=")
    if not separator:
        raise UsageError(f"route '{text}': expected FROM=TO, such as {_EXAMPLE}")
    return make_route(pattern, target)


def make_route(pattern: str, target: str) -> Route:
    """Return a route; raises UsageError when one side is no absolute URL."""
    for side, url in (("FROM", pattern), ("TO", target)):
        if not re.match(r"https?://[^/]+", url) and (side, url) != ("TO", SCRIPTED):
            also = f" or '{SCRIPTED}'" if side == "TO" else ""
            raise UsageError(
                f"route '{pattern}={target}': {side} must be an absolute URL{also}, such as "
                f"{_EXAMPLE}"
            )
    return Route(pattern, target)


class Router:
    """Finds where each URL of a flow really goes.

    Args:
        routes: explicit ones, tried in order.
        scripted: the scripted endpoints.
        base_url: where they are played, such as `http://127.0.0.1:8080`.

    Attributes:
        hints: what else can be done about a URL that nothing covers, a line each.
        explain: says why nothing covers a URL, or nothing where the router is to say it.
    """

    def __init__(self, routes: Sequence[Route], scripted: Scripted, base_url: str) -> None:
        self.routes = tuple(routes)
        self.base_url = base_url
        self.hints: tuple[str, ...] = ()
        self.explain: Callable[[str], str] = lambda url: ""
        self._inside = base_url
        self._scripted = scripted
        self._live = {route.live_address for route in routes}
        self._closed_port = ClosedPort()
        self._followed: set[Route] = set()

    @property
    def webhook_base(self) -> str:
        """Where flows say that their webhooks are: at Twilio's, or at the server there is."""
        return WEBHOOKS if self.base_url == self._inside else self.base_url

    @property
    def unused(self) -> tuple[Route, ...]:
        """The explicit routes that no URL has followed."""
        return tuple(route for route in self.routes if route not in self._followed)

    @property
    def described(self) -> list[dict[str, str]]:
        """Where the URLs go, `from` and `to`: explicit routes, then those to endpoints."""
        explicit = [{"from": r.pattern, "to": r.target} for r in self.routes]
        scripted = [
            {"from": str(endpoint.url), "to": f"{TO_ENDPOINT}{endpoint.name}"}
            for endpoint in self._scripted.definitions
        ]
        return explicit + scripted

    def add(self, route: Route) -> None:
        """Let a route count before all others."""
        self.routes = (route, *self.routes)
        self._live.add(route.live_address)

    def let_through(self, address: str) -> None:
        """Let URLs go to a live address as they are, unless something else covers them.

        Args:
            address: scheme and host, such as `http://localhost:3000`.
        """
        self._live.add(address)

    def resolve(self, url: str) -> Destination:
        """Return where a URL goes.

        Raises:
            RouteError: nothing covers it; the message names what comes near and what to write.
        """
        parts = urlsplit(url)
        bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
        for route in self.routes:
            target = route.follow(bare)
            if target is None:
                continue
            self._followed.add(route)
            if target == SCRIPTED:
                return self._to_scripted(url)
            return Destination(f"{target}?{parts.query}" if parts.query else target, None)
        if self._scripted.covers(url) is not None:
            return self._to_scripted(url)
        if url.startswith(f"{self.base_url}/"):
            return Destination(url, None)
        if bare.startswith(_OWN):
            return self._to_itself(url)
        if f"{parts.scheme}://{parts.netloc}" in self._live:
            return Destination(url, None)
        raise RouteError(self.explain(bare) or self._refusal(bare))

    def close(self) -> None:
        """Give back the port that refuses connections."""
        self._closed_port.close()

    def _to_scripted(self, url: str) -> Destination:
        parts = urlsplit(url)
        base = self._closed_port.url if self._scripted.refuses(url) else self.base_url
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        return Destination(base + path, parts.netloc.rpartition("@")[2])

    def _to_itself(self, url: str) -> Destination:
        parts = urlsplit(url)
        return Destination(self.base_url + urlunsplit(("", "", parts.path, parts.query, "")), None)

    def _refusal(self, url: str) -> str:
        if _SCHEME_TWICE.match(url):
            return f"{url} has its scheme twice; give the variable in it without https://"
        known = {str(e.url): f"endpoint '{e.name}' at {e.url}" for e in self._scripted.definitions}
        known |= {r.pattern: f"route {r.pattern} to {r.target}" for r in self.routes}
        near = difflib.get_close_matches(url, list(known), n=_NEAREST_SHOWN, cutoff=0.5)
        lines = [f"no route covers {url}, so it was not called"]
        lines += [f"  near: {known[pattern]}" for pattern in near]
        parts = urlsplit(url)
        lines += [
            f"  to script it, add an endpoint with `url: {url}`",
            f"  to call a live service, add --route '{parts.scheme}://{parts.netloc}/*="
            "http://localhost:3000/*'",
            *(f"  {hint}" for hint in self.hints),
        ]
        return "\n".join(lines)


class ClosedPort:
    """A port of this machine that is taken but not listened on: connections to it are refused."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    @property
    def url(self) -> str:
        """The address that refuses, reserved at first use."""
        if self._socket is None:
            self._socket = socket.socket()
            self._socket.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        """Give the port back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def routes_from(settings: Mapping[str, str]) -> list[Route]:
    """Return the routes of a settings file; raises UsageError."""
    return [make_route(pattern, target) for pattern, target in settings.items()]


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(re.escape(part) for part in pattern.split("*")), re.IGNORECASE)


_EXAMPLE = "'https://orders-1234.twil.io/*=http://localhost:3000/*'"
