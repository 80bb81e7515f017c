"""Scripted answers, compared with those that came."""

from __future__ import annotations

from collections.abc import Iterator

from werkzeug.http import parse_options_header

from mockstudio.contracts.drift.covers import is_same_body
from mockstudio.contracts.drift.shape import exact_differences, shape_differences
from mockstudio.contracts.recording.compression import decoded
from mockstudio.endpoints.answer import Answer
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.http.exchange import Exchange, HttpResponse


def differences(scripted: Answer, exchange: Exchange, is_exact: bool = False) -> Iterator[str]:
    """Yield how what came differs from a scripted answer: status, media type, body.

    Args:
        scripted: the answer of the script.
        exchange: with the service.
        is_exact: whether bodies must be the same; else JSON must have the same shape.
    """
    if _redirects_alike(scripted, exchange):
        return
    if exchange.failure is not None:
        yield f"expected an answer, found none: {exchange.failure.text}"
    if exchange.response is not None:
        yield from _in_answers(scripted, exchange.response, is_exact)


def _in_answers(scripted: Answer, live: HttpResponse, is_exact: bool) -> Iterator[str]:
    if scripted.status != live.status:
        yield f"status: expected {scripted.status}, found {live.status}"
        return
    expected, found = _media_type(_header(scripted, "content-type")), _media_type(live.content_type)
    if scripted.has_body and scripted.body and expected != found:
        yield f"media type: expected {expected or 'none'}, found {found or 'none'}"
    elif scripted.has_body:
        yield from _in_bodies(_plain(scripted), live.body, is_exact)


def _redirects_alike(scripted: Answer, exchange: Exchange) -> bool:
    """Tell whether the service redirects as the script does, wherever that leads."""
    first = exchange.hops[0] if exchange.hops else None
    return first is not None and first.location is not None and first.status == scripted.status


def _in_bodies(scripted: bytes, live: bytes, is_exact: bool) -> Iterator[str]:
    expected = _json(scripted)
    if expected is ...:
        if is_exact and not is_same_body(scripted, live):
            yield f"body: expected {scripted!r:.80}, found {live!r:.80}"
        return
    found = _json(live)
    if found is ...:
        yield f"body: expected JSON, found {live!r:.80}"
        return
    yield from (exact_differences if is_exact else shape_differences)(expected, found)


def _plain(answer: Answer) -> bytes:
    """Return a body uncompressed where possible, as that of the service is."""
    plain = decoded(answer.body, _header(answer, "content-encoding"))
    return answer.body if plain is None else plain


def _json(body: bytes) -> object:
    """Return the JSON of a body, or `...` when it is none."""
    try:
        return parse_json(body.decode("utf-8-sig"))
    except (JsonTextError, UnicodeError):
        return ...


def _header(answer: Answer, wanted: str) -> str:
    named = (value for name, value in answer.headers if name.lower() == wanted)
    return next(named, "")


def _media_type(content_type: str) -> str:
    return parse_options_header(content_type)[0].strip().lower()
