"""Named ways an endpoint can behave: every endpoint has them all without anyone writing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import quote

from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.bodies import JSON_TYPE, TEXT_TYPE, XML_TYPE, content_type, written
from mockstudio.endpoints.model import (
    Dribble,
    Endpoint,
    Fault,
    FixedDelay,
    JsonBody,
    Kind,
    Reply,
    TextBody,
)
from mockstudio.endpoints.request import Request
from mockstudio.endpoints.sizes import smallest_size
from mockstudio.errors import UnknownNameError, UsageError

PLAY_PARAMETER = "mockstudio-play"
"""The query parameter that asks for an outcome: `mockstudio-play=lookup-order:timeout`."""

BODY_LIMIT = 65_536
"""Bytes that Studio reads of an HTTP widget's answer (reference 3.5), and Twilio of a TwiML
document (rest-api.md 8.1)."""

LATE_FOR_STUDIO = 12.0
"""Seconds; an HTTP widget waits 10 (reference 3.5)."""

LATE_FOR_TWILIO = 20.0
"""Seconds; Twilio waits 15 for a TwiML document (rest-api.md 8.5)."""

DRIBBLED_CHUNKS = 6


def standard_reply(endpoint: Endpoint, outcome: str) -> Reply:
    """Return the reply that plays a named outcome of an endpoint.

    The endpoint's own meaning of the name comes first, then the standard one. `refused` is a
    reset here, the nearest thing a client that is already connected can meet; a route can refuse
    the connection itself.

    Args:
        endpoint: whose outcome is meant.
        outcome: one of OUTCOME_NAMES or of the names in `endpoint.outcomes`.

    Returns:
        A reply labelled with the outcome's name. Each call makes a new one: keep it to have the
        renderer keep what it made of it.

    Raises:
        UnknownNameError: there is no such outcome.
    """
    own = endpoint.outcomes.get(outcome)
    if own is not None:
        return replace(own, label=outcome)
    make = _STANDARD.get(outcome)
    if make is None:
        valid = dict.fromkeys((*OUTCOME_NAMES, *endpoint.outcomes))
        raise UnknownNameError("outcome", outcome, valid)
    return replace(make(endpoint), label=outcome)


def requested_play(request: Request) -> tuple[str, str] | None:
    """Return the endpoint's name and the outcome that a request asks for in `mockstudio-play`.

    Returns:
        The two parts at the value's last colon, the name empty when there is no colon; None when
        the request asks for nothing.
    """
    if PLAY_PARAMETER not in request.query:
        return None
    values = request.query_params.get(PLAY_PARAMETER)
    if not values:
        return None
    name, _, outcome = values[-1].rpartition(":")
    return name, outcome


def _ok(endpoint: Endpoint) -> Reply:
    """Return the endpoint's first scripted reply, or what its kind answers when all is well."""
    own = endpoint.outcomes.get("ok")
    scripted = (reply for reply in endpoint.replies if isinstance(reply, Reply))
    first = own or next(scripted, None)
    return replace(first, times=1) if first else _default_ok(endpoint)


def _default_ok(endpoint: Endpoint) -> Reply:
    if endpoint.kind is Kind.TWIML:
        return Reply(body=TextBody("<Response/>", XML_TYPE))
    return Reply(body=JsonBody({"ok": True}))


def _ok_with_body(endpoint: Endpoint) -> Reply:
    """Return the ok reply without effects; the kind's own one when the scripted has no body."""
    ok = replace(_ok(endpoint), delay=FixedDelay(), dribble=None, fault=None)
    return ok if ok.body and Answer(ok.status).has_body else _default_ok(endpoint)


def _sized(endpoint: Endpoint, size: int) -> Reply:
    ok = _ok_with_body(endpoint)
    return replace(ok if _fits(ok, size) else _default_ok(endpoint), size=size)


def _fits(reply: Reply, size: int) -> bool:
    """Tell whether a reply's body is known beforehand and can be padded to a size."""
    if not isinstance(reply.body, JsonBody | TextBody):
        return False
    try:
        return smallest_size(written(reply.body), content_type(reply.body)) <= size
    except UsageError:
        return False


def _late(endpoint: Endpoint) -> float:
    return LATE_FOR_TWILIO if endpoint.kind is Kind.TWIML else LATE_FOR_STUDIO


def _timeout(endpoint: Endpoint) -> Reply:
    ok = replace(_ok(endpoint), dribble=None, fault=None)
    return replace(ok, delay=FixedDelay(_late(endpoint)))


def _dribble(endpoint: Endpoint) -> Reply:
    return replace(_ok_with_body(endpoint), dribble=Dribble(DRIBBLED_CHUNKS, _late(endpoint)))


def _wrong_type(endpoint: Endpoint) -> Reply:
    """Return the ok body under a type that keeps it from being read.

    Studio parses `application/json` only (reference 3.6); Twilio would take a TwiML document as
    `text/plain` too, but not as JSON (rest-api.md 8.1).
    """
    ok = _ok_with_body(endpoint)
    wrong = JSON_TYPE if endpoint.kind is Kind.TWIML else TEXT_TYPE
    headers = [(name, value) for name, value in ok.headers if name.lower() != "content-type"]
    return replace(ok, headers=(*headers, ("Content-Type", wrong)))


def _redirect_to(outcome: str) -> Callable[[Endpoint], Reply]:
    """Return a maker of replies that redirect to another outcome of the same endpoint and path."""

    def make(endpoint: Endpoint) -> Reply:
        location = f"?{PLAY_PARAMETER}={quote(endpoint.name, safe='')}:{outcome}"
        return Reply(status=302, headers=(("Location", location),))

    return make


def _always(reply: Reply) -> Callable[[Endpoint], Reply]:
    return lambda endpoint: reply


_STANDARD: Mapping[str, Callable[[Endpoint], Reply]] = MappingProxyType(
    {
        "ok": _ok,
        "no-content": _always(Reply(status=204)),
        "redirect": _redirect_to("ok"),
        "client-error": _always(Reply(status=404, body=JsonBody({"error": "not found"}))),
        "server-error": _always(Reply(status=500, body=JsonBody({"error": "internal error"}))),
        "timeout": _timeout,
        "dribble": _dribble,
        "overflow": lambda endpoint: _sized(endpoint, BODY_LIMIT + 1),
        "at-limit": lambda endpoint: _sized(endpoint, BODY_LIMIT),
        "not-json": _always(Reply(body=TextBody('{"unfinished": ', JSON_TYPE))),
        "json-array": _always(Reply(body=JsonBody([1, 2, 3]))),
        "wrong-type": _wrong_type,
        "reset": _always(Reply(fault=Fault.RESET)),
        "empty": _always(Reply(fault=Fault.EMPTY)),
        "truncate": lambda endpoint: replace(_ok_with_body(endpoint), fault=Fault.TRUNCATE),
        "garbage": _always(Reply(fault=Fault.GARBAGE)),
        "refused": _always(Reply(fault=Fault.RESET)),
        "redirect-loop": _redirect_to("redirect-loop"),
        "bad-twiml": _always(Reply(body=TextBody("<Response><Say>Hello</Response>", XML_TYPE))),
    }
)

OUTCOME_NAMES: tuple[str, ...] = tuple(_STANDARD)
"""The names of the standard outcomes."""
