"""The call Studio makes: one deadline and one byte cap over all redirects (reference 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests
from requests.structures import CaseInsensitiveDict

from mockstudio.clock import Clock, Deadline
from mockstudio.flows.http.exchange import (
    Exchange,
    Failure,
    Hop,
    HttpResponse,
    OutgoingRequest,
)
from mockstudio.flows.http.failures import (
    CALL_ERRORS,
    failure_of,
    overflow,
    timeout,
    too_many_redirects,
)
from mockstudio.flows.http.request import (
    Account,
    Destination,
    WidgetRequest,
    prepare,
    redirected,
    sendable_url,
    signed,
)
from mockstudio.flows.limits import Limits


class StudioClient:
    """Makes the calls of the HTTP widgets.

    The session's adapters are the ways out; they must take the `timeout` they are given as the
    seconds of the clock that are left until the body is read, in total. Nothing else of the
    session's is used: no cookies are kept, redirects are followed here, and the environment
    counts only if the session trusts it.

    Args:
        session: with its adapters mounted.
        resolve: finds where a URL of the flow really goes; what it raises is passed on.
        clock: whose seconds count.
        limits: time, bytes and redirects.
        account: whose auth token signs.
    """

    def __init__(
        self,
        session: requests.Session,
        resolve: Callable[[str], Destination],
        clock: Clock,
        limits: Limits,
        account: Account,
    ) -> None:
        self._session = session
        self._resolve = resolve
        self._clock = clock
        self._limits = limits
        self._account = account

    def call(self, request: WidgetRequest) -> Exchange:
        """Make the call of one widget and return all that happened.

        Raises:
            RouteError: no route covers the URL, or one that a redirect leads to.
        """
        deadline = self._clock.deadline(self._limits.http_timeout)
        prepared = prepare(request, self._account)
        if isinstance(prepared, Failure):
            return Exchange(None, failure=prepared)
        exchange = self._follow(prepared, deadline)
        elapsed = self._limits.http_timeout - (deadline.at - self._clock.monotonic())
        return replace(exchange, elapsed=max(0.0, elapsed))

    def _follow(self, request: OutgoingRequest, deadline: Deadline) -> Exchange:
        """Send a request and those its redirects lead to, until there is an outcome."""
        hops: tuple[Hop, ...] = ()
        while True:
            request, destination = self._addressed(request)
            answer = self._send(request, destination, deadline)
            hops = (*hops, _hop(request, destination, answer))
            if not isinstance(answer, OutgoingRequest):
                return _finished(request, answer, hops)
            if len(hops) > self._limits.http_redirects:
                return _finished(request, too_many_redirects(self._limits.http_redirects), hops)
            request = answer
