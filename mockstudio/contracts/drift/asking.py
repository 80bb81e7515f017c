"""An endpoint's `when` as a request to a live service."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from mockstudio.contracts.drift.examples import example_for, examples_for
from mockstudio.contracts.drift.model import Question
from mockstudio.endpoints.bodies import JSON_TYPE, json_text
from mockstudio.endpoints.model import Endpoint, Kind, Predicate
from mockstudio.endpoints.request import Request
from mockstudio.http.exchange import Failure, OutgoingRequest
from mockstudio.http.outgoing import (
    DEFAULT_CONTENT_TYPE,
    STANDARD_HEADERS,
    basic_auth,
    form_encoded,
    own_credentials,
    sendable_url,
    with_body_hash,
    with_query,
)

_BODILESS: Final = ("GET", "HEAD")
_PART: Final = re.compile(r"\{(\w+)\}|(\*)")


class CannotAsk(Exception):  # noqa: N818 - it is a reason to skip more than an error
    """There is no request for an endpoint; the message says what is missing."""


@dataclass(frozen=True)
class Asked:
    """A request, as it goes to the live service and as the scripted endpoint would see it.

    Attributes:
        live: goes out, still unsigned.
        scripted: is what the script's templates see.
    """

    live: OutgoingRequest
    scripted: Request


def names_in(endpoint: Endpoint) -> Iterator[str]:
    """Yield the names of what a request for an endpoint may need: parts of its URL, conditions."""
    yield from (found[1] or found[2] for found in _PART.finditer(endpoint.url.path))
    when = endpoint.when
    yield from (*when.params, *when.headers, *when.cookies)


def ask_for(endpoint: Endpoint, question: Question) -> Asked:
    """Return a request that an endpoint answers, aimed at the live service.

    Args:
        endpoint: whose URL, method and `when` the request fits.
        question: where the service is, and values that the script does not tell.

    Raises:
        CannotAsk: a value is missing.
    """
    path = "".join(_path(endpoint.url.path, question.values))
    url = sendable_url(question.against.rstrip("/") + path)
    if isinstance(url, Failure):
        raise CannotAsk(url.text)
    method = _method(endpoint)
    own = own_credentials(question.against)
    headers = {**STANDARD_HEADERS, **own, **_headers(endpoint, question), **question.headers}
    params = tuple(_values("params", endpoint.when.params, question.values))
    body, content_type = _body(endpoint)
    has_body = method not in _BODILESS
    if has_body and not body:
        body, content_type, params = form_encoded(params).encode(), DEFAULT_CONTENT_TYPE, ()
    if has_body:
        headers = {"Content-Type": content_type, **headers, "Content-Length": str(len(body))}
    request = OutgoingRequest(method, with_query(url, params), headers, body)
    live = with_body_hash(request) if has_body else request
    return Asked(live, _as_scripted(request, endpoint, path))


def _path(pattern: str, values: Mapping[str, str]) -> Iterator[str]:
    """Yield a path in pieces, its parts filled in."""
    end = 0
    for found in _PART.finditer(pattern):
        name = found[1] or found[2]
        if name not in values:
            raise CannotAsk(f"'{pattern}' has the part {found[0]}: give --param '{name}=VALUE'")
        yield quote(pattern[end : found.start()])
        yield quote(values[name])
        end = found.end()
    yield quote(pattern[end:])


def _method(endpoint: Endpoint) -> str:
    is_posted = endpoint.kind is not Kind.HTTP or endpoint.when.json is not ...
    usual = "POST" if is_posted or endpoint.when.body is not None else "GET"
    if not endpoint.methods or usual in endpoint.methods:
        return usual
    return min(endpoint.methods)


def _headers(endpoint: Endpoint, question: Question) -> dict[str, str]:
    given = {**question.values, **question.headers}
    values = {name.lower(): value for name, value in given.items()}
    conditions = _values("headers", endpoint.when.headers, values)
    # Spelled as all others are, lest one be sent twice or follow a redirect to another host.
    found = {name.title(): value for name, value in conditions}
    cookies = dict(_values("cookies", endpoint.when.cookies, question.values))
    if cookies:
        found["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    credentials = endpoint.auth and basic_auth(endpoint.auth.user, endpoint.auth.password)
    return found | (credentials or {})


def _values(
    place: str, conditions: Mapping[str, Predicate], given: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield names with values for which the conditions hold; without those to be absent."""
    for name, condition in conditions.items():
        if name in given and condition.holds([given[name]]):
            yield name, given[name]
        elif not condition.holds([]):
            examples = examples_for(condition)
            if not examples:
                why = "does not tell a value"
                raise CannotAsk(f"when.{place}.{name} {why}: give --param '{name}=VALUE'")
            yield from ((name, example) for example in examples)


def _body(endpoint: Endpoint) -> tuple[bytes, str]:
    when = endpoint.when
    if when.json is not ...:
        return json_text(when.json).encode(), JSON_TYPE
    if when.body is None or when.body.holds([""]):
        return b"", DEFAULT_CONTENT_TYPE
    example = example_for(when.body)
    if example is None:
        raise CannotAsk("when.body does not tell a body")
    return example.encode(), _type_of(example)


def _type_of(body: str) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return "text/plain"
    return JSON_TYPE


def _as_scripted(request: OutgoingRequest, endpoint: Endpoint, path: str) -> Request:
    host = endpoint.url.host or "localhost"
    _, _, query = request.url.partition("?")
    target = f"{path}?{query}" if query else path
    headers = (("Host", host), *request.headers.items())
    scheme = endpoint.url.scheme or "http"
    return Request(request.method, target, headers, request.body, scheme=scheme)
