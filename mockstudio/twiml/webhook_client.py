"""A webhook's request as Twilio sends it: tried again, and under one deadline (rest-api.md 5.6)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from mockstudio.clock import Clock, Deadline
from mockstudio.flows.limits import Limits
from mockstudio.http.client import CallLimits, HttpClient
from mockstudio.http.cookies import Cookies
from mockstudio.http.exchange import Exchange, Failure, FailureKind, HttpResponse, OutgoingRequest
from mockstudio.http.outgoing import (
    DEFAULT_CONTENT_TYPE,
    STANDARD_HEADERS,
    form_encoded,
    own_credentials,
    sendable_url,
    with_query,
)
from mockstudio.twiml.overrides import Overrides, overrides_of
from mockstudio.twiml.retrieval_codes import OUT_OF_TOTAL_TIME, Trouble, usable_answer

TIME_IS_OVER: Final = 0.001
"""Seconds that are too few for another try."""


@dataclass(frozen=True)
class Attempt:
    """What came of a webhook's request, all tries included.

    Attributes:
        exchange: the last try.
        outcome: its answer, a 2xx, or what went wrong.
        remarks: what is wrong with the URL's connection overrides.
    """

    exchange: Exchange
    outcome: HttpResponse | Trouble
    remarks: tuple[Trouble, ...] = ()


class WebhookClient:
    """Requests webhooks.

    Args:
        client: sends and signs.
        clock: whose seconds count.
        limits: time, bytes and redirects.
    """

    def __init__(self, client: HttpClient, clock: Clock, limits: Limits) -> None:
        self._client = client
        self._clock = clock
        self._limits = limits

    def send(
        self,
        url: str,
        method: str,
        parameters: Mapping[str, str],
        cookies: Cookies | None = None,
    ) -> Attempt:
        """Request a webhook, again where its connection overrides say so.

        Args:
            url: may hold `user:password@`, which is sent once it is asked for, and connection
                overrides as its fragment, which is not.
            method: GET puts the parameters into the query, anything else posts them.
            parameters: all of them.
            cookies: sent and kept, or None for neither.

        Raises:
            RouteError: no route covers the URL, or one that a redirect leads to.
        """
        overrides, remarks = overrides_of(url)
        request = compose(url, method, parameters)
        if isinstance(request, Failure):
            exchange = Exchange(None, failure=request)
            return Attempt(exchange, usable_answer(exchange), remarks)
        tries = _Tries(self._client, self._limits, overrides, self._deadline(overrides), cookies)
        return replace(tries.make(request, own_credentials(url)), remarks=remarks)

    def _deadline(self, overrides: Overrides) -> Deadline:
        limit = self._limits.twiml_timeout
        return self._clock.deadline(min(overrides.total or limit, limit))


class _Tries:
    """The tries of one request, under one deadline."""

    def __init__(
        self,
        client: HttpClient,
        limits: Limits,
        overrides: Overrides,
        deadline: Deadline,
        cookies: Cookies | None,
    ) -> None:
        self._client = client
        self._limits = limits
        self._overrides = overrides
        self._deadline = deadline
        self._cookies = cookies

    def make(self, request: OutgoingRequest, credentials: Mapping[str, str]) -> Attempt:
        tries = 1
        exchange = self._identified(request, credentials)
        while tries <= self._overrides.retries and self._is_repeated(exchange):
            tries += 1
            exchange = self._identified(request, credentials)
        return Attempt(exchange, self._outcome(exchange, tries))

    def _is_repeated(self, exchange: Exchange) -> bool:
        return not self._time_is_over and self._overrides.retry_after(exchange)

    def _identified(self, request: OutgoingRequest, credentials: Mapping[str, str]) -> Exchange:
        """Send the request, with the URL's credentials only after it was asked for them."""
        exchange = self._send(request)
        if not (credentials and _asks_for_credentials(exchange)):
            return exchange
        return self._send(replace(request, headers={**request.headers, **credentials}))

    def _send(self, request: OutgoingRequest) -> Exchange:
        left = self._deadline.remaining()
        overrides = self._overrides
        limits = CallLimits(
            timeout=left if overrides.read is None else min(overrides.read, left),
            body=self._limits.twiml_body,
            redirects=self._limits.twiml_redirects,
            connect=min(overrides.connect, left),
        )
        return self._client.send(request, limits, self._cookies)

    def _outcome(self, exchange: Exchange, tries: int) -> HttpResponse | Trouble:
        outcome = usable_answer(exchange)
        if isinstance(outcome, HttpResponse):
            return outcome
        if self._overrides.total is not None and self._time_is_over and _is_late(exchange):
            outcome = replace(outcome, code=OUT_OF_TOTAL_TIME)
        return replace(outcome, text=f"{outcome.text} (try {tries})") if tries > 1 else outcome

    @property
    def _time_is_over(self) -> bool:
        # What is left of a deadline may be a rounding error above nothing.
        return self._deadline.remaining() < TIME_IS_OVER


def compose(url: str, method: str, parameters: Mapping[str, str]) -> OutgoingRequest | Failure:
    """Return a webhook's request, unsigned, or why there can be none (rest-api.md 5.6).

    Args:
        url: its credentials and fragment are not sent.
        method: GET puts the parameters into the query, anything else posts them.
        parameters: all of them.
    """
    target = sendable_url(url.partition("#")[0])
    if isinstance(target, Failure):
        return target
    headers = {**STANDARD_HEADERS, "I-Twilio-Idempotency-Token": str(uuid.uuid4())}
    pairs = tuple(parameters.items())
    if method.upper() == "GET":
        return OutgoingRequest("GET", with_query(target, pairs), headers)
    body = form_encoded(pairs).encode()
    headers |= {"Content-Type": DEFAULT_CONTENT_TYPE, "Content-Length": str(len(body))}
    return OutgoingRequest("POST", target.geturl(), headers, body)


def _asks_for_credentials(exchange: Exchange) -> bool:
    answer = exchange.response
    if answer is None or answer.status != 401:
        return False
    return answer.headers.get("www-authenticate", "").lower().startswith("basic")


def _is_late(exchange: Exchange) -> bool:
    return exchange.failure is not None and exchange.failure.kind is FailureKind.TIMEOUT
