"""`mockstudio verify`: each scripted endpoint asked of the live service, and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from werkzeug.http import parse_options_header

from mockstudio.config import Settings
from mockstudio.contracts.drift.asking import Asked, CannotAsk, ask_for
from mockstudio.contracts.drift.model import Comparison, DriftReport, Question, State
from mockstudio.contracts.drift.shape import exact_differences, shape_differences
from mockstudio.contracts.live import live_client
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.matching import path_values
from mockstudio.endpoints.model import Endpoint, OutcomeReply, Reply, Visibility
from mockstudio.endpoints.outcomes import standard_reply
from mockstudio.endpoints.rendering import Renderer
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.limits import profile, with_limits
from mockstudio.http.client import CallLimits, HttpClient
from mockstudio.http.exchange import Exchange, HttpResponse
from mockstudio.twiml.urls import shown


def verify(endpoints: Sequence[Endpoint], question: Question, settings: Settings) -> DriftReport:
    """Ask a live service what the endpoints script, and compare the answers.

    Args:
        endpoints: the script; of several replies the first is compared.
        question: where the service is, and how exactly to compare.
        settings: account, limits and seed.
    """
    with live_client(settings) as client:
        verifier = _Verifier(client, question, settings)
        return DriftReport(shown(question.against), tuple(map(verifier.compare, endpoints)))


class _Verifier:
    def __init__(self, client: HttpClient, question: Question, settings: Settings) -> None:
        limits = with_limits(profile(settings.profile), settings.limits)
        self._client = client
        self._question = question
        self._limits = CallLimits(limits.http_timeout, limits.http_body, limits.http_redirects)
        self._renderer = Renderer(settings.seed, settings.context)

    def compare(self, endpoint: Endpoint) -> Comparison:
        """Compare one endpoint."""
        reply = first_reply(endpoint)
        comparison = Comparison(endpoint.name, endpoint.source, State.SKIPPED, reply.label)
        try:
            self._refuse(endpoint, reply)
            asked = ask_for(endpoint, self._question)
        except CannotAsk as reason:
            return replace(comparison, differences=(str(reason),))
        scripted = self._scripted(endpoint, reply, asked)
        exchange = self._client.send(asked.live, self._limits)
        is_exact = self._question.demands_the_same_of(endpoint.name)
        differences = tuple(_differences(scripted, exchange, is_exact))
        return replace(
            comparison,
            state=State.DRIFTED if differences else State.SAME,
            request=f"{asked.live.method} {asked.live.url}",
            differences=differences,
            failure=exchange.failure.kind if exchange.failure else None,
            elapsed=exchange.elapsed,
        )

    @staticmethod
    def _refuse(endpoint: Endpoint, reply: Reply) -> None:
        if reply.fault is not None:
            raise CannotAsk(f"{reply.label} is the fault '{reply.fault}', which has no answer")
        if endpoint.visibility is Visibility.PRIVATE:
            raise CannotAsk("a private Function has no URL")

    def _scripted(self, endpoint: Endpoint, reply: Reply, asked: Asked) -> Answer:
        values = path_values(endpoint.url, asked.scripted.path)
        return self._renderer.render(endpoint, reply, asked.scripted, 1, values)


def first_reply(endpoint: Endpoint) -> Reply:
    """Return what an endpoint answers its first call with."""
    first = endpoint.replies[0] if endpoint.replies else OutcomeReply("ok")
    return standard_reply(endpoint, first.outcome) if isinstance(first, OutcomeReply) else first


def differences(scripted: Answer, live: HttpResponse, is_exact: bool = False) -> Iterator[str]:
    """Yield how a live answer differs from a scripted one: status, media type, body.

    Args:
        scripted: the answer of the script.
        live: that of the service.
        is_exact: whether bodies must be the same; else JSON must have the same shape.
    """
    if scripted.status != live.status:
        yield f"status: expected {scripted.status}, found {live.status}"
        return
    expected, found = _media_type(_header(scripted)), _media_type(live.content_type)
    if scripted.has_body and scripted.body and expected != found:
        yield f"media type: expected {expected or 'none'}, found {found or 'none'}"
    elif scripted.has_body:
        yield from _in_bodies(scripted.body, live.body, is_exact)


def _differences(scripted: Answer, exchange: Exchange, is_exact: bool) -> Iterator[str]:
    if _redirects_alike(scripted, exchange):
        return
    if exchange.failure is not None:
        yield f"expected an answer, found none: {exchange.failure.text}"
    if exchange.response is not None:
        yield from differences(scripted, exchange.response, is_exact)


def _redirects_alike(scripted: Answer, exchange: Exchange) -> bool:
    """Tell whether the service redirects as the script does, wherever that leads."""
    first = exchange.hops[0] if exchange.hops else None
    return first is not None and first.location is not None and first.status == scripted.status


def _in_bodies(scripted: bytes, live: bytes, is_exact: bool) -> Iterator[str]:
    expected = _json(scripted)
    if expected is ...:
        if is_exact and scripted != live:
            yield f"body: expected {scripted!r:.80}, found {live!r:.80}"
        return
    found = _json(live)
    if found is ...:
        yield f"body: expected JSON, found {live!r:.80}"
        return
    yield from (exact_differences if is_exact else shape_differences)(expected, found)


def _json(body: bytes) -> object:
    """Return the JSON of a body, or `...` when it is none."""
    try:
        return parse_json(body.decode("utf-8-sig"))
    except (JsonTextError, UnicodeError):
        return ...


def _header(answer: Answer) -> str:
    named = (value for name, value in answer.headers if name.lower() == "content-type")
    return next(named, "")


def _media_type(content_type: str) -> str:
    return parse_options_header(content_type)[0].strip().lower()
