"""What becomes of each host that a program asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

from mockstudio.errors import did_you_mean
from mockstudio.flows.routes import SCRIPTED, TO_ENDPOINT, Route
from mockstudio.http.hosts import is_twilios


class Way(Enum):
    """Where a host's requests go."""

    SANDBOX = auto()
    """To the sandbox."""
    RELAY = auto()
    """Some to a live address, as routes say, the others to the sandbox."""
    OUT = auto()
    """To the host itself, untouched."""
    REFUSED = auto()
    """Nowhere."""


@dataclass(frozen=True)
class Hosts:
    """The hosts that are known.

    Attributes:
        routes: of the sandbox, explicit ones.
        scripted: the URLs of its endpoints, patterns with `*` and `{name}`.
        allowed: hosts that are passed on.
    """

    routes: Sequence[Route] = ()
    scripted: Sequence[str] = ()
    allowed: frozenset[str] = frozenset()

    def way(self, host: str) -> Way:
        """Return where a host's requests go.

        Args:
            host: a name, without port.
        """
        name = host.lower()
        if any(_covers(route.pattern, name) for route in self.routes if route.target != SCRIPTED):
            return Way.RELAY
        if is_twilios(name) or any(_covers(url, name) for url in self._to_sandbox()):
            return Way.SANDBOX
        return Way.OUT if name in self.allowed else Way.REFUSED

    def refusal(self, host: str) -> str:
        """Return why a host's requests go nowhere, and what to write instead."""
        known = sorted(filter(None, map(_host, (*self._to_sandbox(), *self._relayed()))))
        return (
            f"mockstudio: no endpoint and no route for {host}{did_you_mean(host, known)}; "
            f"--allow {host} lets it through"
        )

    def _to_sandbox(self) -> list[str]:
        return [*self.scripted, *(r.pattern for r in self.routes if r.target == SCRIPTED)]

    def _relayed(self) -> list[str]:
        return [route.pattern for route in self.routes if route.target != SCRIPTED]


def known_hosts(described: Iterable[Mapping[str, str]], allowed: Iterable[str]) -> Hosts:
    """Return the hosts that a sandbox's control API lists under `/routes`.

    Args:
        described: its `routes`: `from` and `to`, with `endpoint NAME` for scripted ones.
        allowed: hosts that are passed on.
    """
    routes, scripted = [], []
    for one in described:
        if one["to"].startswith(TO_ENDPOINT):
            scripted.append(one["from"])
        else:
            routes.append(Route(one["from"], one["to"]))
    return Hosts(routes, scripted, frozenset(map(str.lower, allowed)))


def _host(url: str) -> str:
    """Return the host of a URL pattern, empty for a path."""
    return (urlsplit(url).hostname or "").lower() if "://" in url else ""


def _covers(pattern: str, name: str) -> bool:
    host = _host(pattern)
    regex = re.sub(r"\\\*|\\\{\w+\\\}", ".*", re.escape(host))
    return bool(host) and re.fullmatch(regex, name) is not None
