"""Which endpoint a request is for, and why the others are not it.

A table is compiled once from the definitions and never changed: a new set of endpoints is a new
table. The first endpoint in the order of definition wins whose URL, method and `when` all fit.
"""

from __future__ import annotations

import difflib
import heapq
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from mockstudio.endpoints.checks import Check, compile_checks
from mockstudio.endpoints.model import Endpoint, UrlPattern
from mockstudio.endpoints.request import Request
from mockstudio.endpoints.url_patterns import DEFAULT_PORTS

_WILDCARD = re.compile(r"\{(\w+)\}|\*")
NEAREST_SHOWN = 3
_COMPARED_AT_MOST = 2_000


@dataclass(frozen=True)
class NearMiss:
    """An endpoint that did not match.

    Attributes:
        endpoint: its definition.
        differences: what would have to be otherwise, one sentence each.
    """

    endpoint: Endpoint
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An endpoint with its patterns compiled.

    Attributes:
        order: position in the order of definition.
        endpoint: its definition.
        path: the path pattern, or None when the path is literal.
        host: the host pattern, or None when any host or exactly `endpoint.url.host` is meant.
        checks: its `when`.
        is_unconditional: whether the path alone decides.
    """

    order: int
    endpoint: Endpoint
    path: re.Pattern[str] | None
    host: re.Pattern[str] | None
    checks: tuple[Check, ...]
    is_unconditional: bool


class EndpointTable:
    """All endpoints, indexed by path.

    Literal paths are found by one dictionary look-up; patterns by the literal folder they begin
    with, so that the time a look-up takes does not depend on how many endpoints there are.
    """

    def __init__(self, endpoints: Iterable[Endpoint] = ()) -> None:
        self.candidates = tuple(_compile(n, endpoint) for n, endpoint in enumerate(endpoints))
        self._literal: dict[str, list[Candidate]] = {}
        self._patterns: dict[str, list[Candidate]] = {}
        for candidate in self.candidates:
            self._index(candidate)
        self._hosts = {c.endpoint.url.host for c in self.candidates if c.host is None}
        self._host_patterns = {c.host for c in self.candidates if c.host is not None}

    def _index(self, candidate: Candidate) -> None:
        path = candidate.endpoint.url.path
        if candidate.path is None:
            self._literal.setdefault(path, []).append(candidate)
        else:
            self._patterns.setdefault(_literal_folder(path), []).append(candidate)

    def find(self, request: Request) -> Candidate | None:
        """Return the endpoint that answers a request, or None.

        A host that no endpoint names is the sandbox's own: it reaches every endpoint by its path,
        those without a host first.
        """
        candidates = self.at_path(request.path)
        for candidate in candidates:
            if candidate.is_unconditional:
                return candidate
            any_host = candidate.endpoint.url.host is None
            if (any_host or _host_fits(candidate, request.host)) and _fits(candidate, request):
                return candidate
        if not candidates or self._is_named(request.host):
            return None
        return next((c for c in candidates if _fits(c, request)), None)

    def at_path(self, path: str) -> Sequence[Candidate]:
        """Return the endpoints whose path fits, in the order of definition."""
        literal = self._literal.get(path, ())
        if not self._patterns:
            return literal
        fitting = [
            candidate
            for folder in _folders(path)
            for candidate in self._patterns.get(folder, ())
            if candidate.path and candidate.path.fullmatch(path)
        ]
        return sorted([*literal, *fitting], key=_order) if fitting else literal

    def at_url(self, url: str) -> Sequence[Candidate]:
        """Return the endpoints that cover a URL by host and path, whatever the request is."""
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].lower()
        host = host.removesuffix(DEFAULT_PORTS.get(parts.scheme, ""))
        return [c for c in self.at_path(unquote(parts.path) or "/") if _host_fits(c, host)]

    def nearest(self, request: Request) -> list[NearMiss]:
        """Return the endpoints that miss a request by least, the nearest first."""
        at_path = self.at_path(request.path)[:_COMPARED_AT_MOST]
        compared = {c.order: c for c in (*at_path, *self.candidates[:_COMPARED_AT_MOST])}
        misses = [
            NearMiss(c.endpoint, tuple(self._all_differences(c, request)))
            for _, c in sorted(compared.items())
        ]
        return heapq.nsmallest(NEAREST_SHOWN, misses, key=lambda miss: _distance(miss, request))

    def _all_differences(self, candidate: Candidate, request: Request) -> Iterator[str]:
        if not _path_fits(candidate, request.path):
            yield f"path: expected '{candidate.endpoint.url.path}', found '{request.path}'"
        yield from self._differences(candidate, request)

    def _differences(self, candidate: Candidate, request: Request) -> Iterator[str]:
        """Say what but the path keeps a request from an endpoint."""
        endpoint = candidate.endpoint
        if not _method_fits(endpoint, request):
            expected = " or ".join(sorted(endpoint.methods))
            yield f"method: expected {expected}, found {request.method}"
        if not _host_fits(candidate, request.host) and self._is_named(request.host):
            yield f"host: expected '{endpoint.url.host}', found '{request.host}'"
        for check in candidate.checks:
            yield from check.differences(request)

    def _is_named(self, host: str) -> bool:
        """Tell whether some endpoint names this host; any other host is the sandbox's own."""
        return host in self._hosts or any(p.fullmatch(host) for p in self._host_patterns)


def path_values(pattern: UrlPattern, path: str) -> Mapping[str, str]:
    """Return what the `{name}` parts of a pattern stand for in a path that fits it."""
    found = _path_regex(pattern.path)
    match = found.fullmatch(path) if found else None
    return match.groupdict() if match else {}


def _compile(order: int, endpoint: Endpoint) -> Candidate:
    host = endpoint.url.host
    return Candidate(
        order=order,
        endpoint=endpoint,
        path=_path_regex(endpoint.url.path),
        host=_host_regex(host) if host and "*" in host else None,
        checks=compile_checks(endpoint.when),
        is_unconditional=not endpoint.methods and endpoint.when.is_empty and host is None,
    )


def _path_regex(path: str) -> re.Pattern[str] | None:
    """Return a pattern for a path with `{name}` or `*`, or None when the path is literal."""
    if not _WILDCARD.search(path):
        return None
    literals = [re.escape(part) for part in _WILDCARD.split(path)[::2]]
    names = [match.group(1) for match in _WILDCARD.finditer(path)]
    wildcards = [f"(?P<{name}>[^/]+)" if name else ".*" for name in names]
    pairs = zip(literals, [*wildcards, ""], strict=True)
    return re.compile("".join(part for pair in pairs for part in pair), re.DOTALL)


def _host_regex(host: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in host.split("*")))


def _literal_folder(path: str) -> str:
    """Return the part of a pattern up to the last slash before its first wildcard."""
    first = _WILDCARD.search(path)
    return path[: path.rindex("/", 0, first.start()) + 1] if first else path


def _folders(path: str) -> Iterator[str]:
    """Yield `/`, `/a/`, `/a/b/` for the path `/a/b/c`."""
    end = path.find("/")
    while end >= 0:
        yield path[: end + 1]
        end = path.find("/", end + 1)


def _order(candidate: Candidate) -> int:
    return candidate.order


def _path_fits(candidate: Candidate, path: str) -> bool:
    if candidate.path is None:
        return candidate.endpoint.url.path == path
    return candidate.path.fullmatch(path) is not None


def _host_fits(candidate: Candidate, host: str) -> bool:
    expected = candidate.endpoint.url.host
    if expected is None or expected == host:
        return True
    return candidate.host is not None and candidate.host.fullmatch(host) is not None


def _fits(candidate: Candidate, request: Request) -> bool:
    """Tell whether a request at an endpoint's path and host is for it."""
    if not _method_fits(candidate.endpoint, request):
        return False
    for check in candidate.checks:  # noqa: SIM110 - a generator costs more than the checks
        if not check.holds(request):
            return False
    return True


def _method_fits(endpoint: Endpoint, request: Request) -> bool:
    methods, method = endpoint.methods, request.method
    return not methods or method in methods or (method == "HEAD" and "GET" in methods)


def _distance(miss: NearMiss, request: Request) -> tuple[float, int]:
    """Rank misses: the likest path first, then the fewest differences."""
    path = miss.endpoint.url.path
    likeness = 1.0
    if any(difference.startswith("path:") for difference in miss.differences):
        likeness = difflib.SequenceMatcher(None, path, request.path).quick_ratio()
    return (-likeness, len(miss.differences))
