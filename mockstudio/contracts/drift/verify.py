"""`mockstudio verify`: each scripted endpoint asked of the live service, and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mockstudio.config import Settings
from mockstudio.contracts.drift.answers import differences
from mockstudio.contracts.drift.asking import Asked, CannotAsk, ask_for
from mockstudio.contracts.drift.failures import compared_failures, scripted_failure
from mockstudio.contracts.drift.model import Comparison, DriftReport, Question, State
from mockstudio.contracts.live import live_client
from mockstudio.contracts.recording.covers import cover
from mockstudio.contracts.recording.known_secrets import KnownSecrets, parts
from mockstudio.contracts.recording.passing_on import LARGEST_BODY
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.matching import path_values
from mockstudio.endpoints.model import Endpoint, Kind, OutcomeReply, Reply, Visibility
from mockstudio.endpoints.outcomes import standard_reply
from mockstudio.endpoints.rendering import Renderer
from mockstudio.flows.limits import profile, with_limits
from mockstudio.http.client import CallLimits, HttpClient
from mockstudio.http.exchange import Exchange, FailureKind
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
        self._client = client
        self._question = question
        self._secrets = _secrets_of(question)
        self._limits = with_limits(profile(settings.profile), settings.limits)
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
        limits = self._limits_for(endpoint)
        # Studio gives up a large body: here it is a part of the contract.
        exchange = self._client.send(asked.live, replace(limits, body=LARGEST_BODY))
        state, reasons = self._judged(endpoint, reply, asked, exchange, limits)
        return replace(
            comparison,
            state=state,
            request=f"{asked.live.method} {asked.live.url}",
            differences=tuple(self._secrets.replaced(each, cover) for each in reasons),
            failure=_failure_of_service(exchange),
            elapsed=exchange.elapsed,
        )

    def _judged(
        self,
        endpoint: Endpoint,
        reply: Reply,
        asked: Asked,
        exchange: Exchange,
        limits: CallLimits,
    ) -> tuple[State, tuple[str, ...]]:
        """Return how an endpoint stands, and why."""
        if asked.live.method == "HEAD":
            # A size that is only announced fails nobody.
            reply = replace(reply, size=None)
        scripted = self._scripted(endpoint, reply, asked)
        failure = scripted_failure(reply, scripted, limits)
        if failure is not None:
            state, reason = compared_failures(reply, failure, exchange, limits)
            return state, (reason,) if reason else ()
        is_exact = self._question.demands_the_same_of(endpoint.name)
        found = tuple(differences(scripted, exchange, is_exact))
        return State.DRIFTED if found else State.SAME, found

    @staticmethod
    def _refuse(endpoint: Endpoint, reply: Reply) -> None:
        if reply.fault is not None:
            raise CannotAsk(f"{reply.label} is the fault '{reply.fault}', which has no answer")
        if endpoint.visibility is Visibility.PRIVATE:
            raise CannotAsk("a private Function has no URL")

    def _limits_for(self, endpoint: Endpoint) -> CallLimits:
        """Return what Studio allows an HTTP widget, or Twilio a TwiML document."""
        limits = self._limits
        if endpoint.kind is Kind.TWIML:
            return CallLimits(limits.twiml_timeout, limits.twiml_body, limits.twiml_redirects)
        return CallLimits(limits.http_timeout, limits.http_body, limits.http_redirects)

    def _scripted(self, endpoint: Endpoint, reply: Reply, asked: Asked) -> Answer:
        """Return the answer of the script, the body without padding; HEAD keeps it back."""
        values = path_values(endpoint.url, asked.scripted.path)
        plain = replace(reply, size=None)
        answer = self._renderer.render(endpoint, plain, asked.scripted, 1, values)
        return replace(answer, pieces=()) if asked.live.method == "HEAD" else answer


def _failure_of_service(exchange: Exchange) -> FailureKind | None:
    """Return why the service itself gave no answer; a redirect, wherever it leads, is one."""
    was_redirected = len(exchange.hops) > 1
    return exchange.failure.kind if exchange.failure and not was_redirected else None


def _secrets_of(question: Question) -> KnownSecrets:
    """Return what a service may give back of the headers, and nobody is to see."""
    secrets = KnownSecrets()
    for name, value in question.headers.items():
        for secret in (value, *parts(value)):
            secrets.learn(secret, name)
    return secrets


def first_reply(endpoint: Endpoint) -> Reply:
    """Return what an endpoint answers its first call with."""
    first = endpoint.replies[0] if endpoint.replies else OutcomeReply("ok")
    return standard_reply(endpoint, first.outcome) if isinstance(first, OutcomeReply) else first
