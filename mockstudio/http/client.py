"""A call under one deadline and one byte cap, over all its redirects (reference 3.5)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from mockstudio.clock import Clock
from mockstudio.http import failures
from mockstudio.http.cookies import Cookies
from mockstudio.http.exchange import Exchange, Failure, Hop, HttpResponse, OutgoingRequest
from mockstudio.http.outgoing import Account, Destination, addressed, redirected


@dataclass(frozen=True)
class CallLimits:
    """What a call may take.

    Attributes:
        timeout: seconds for the whole call, redirects included.
        body: decoded bytes of the answer, added up over its body.
        redirects: how many are followed.
        connect: seconds of these in which each connection must be made, or None for all; adapters
            that connect to nothing need not mind it.
    """

    timeout: float
    body: int
    redirects: int
    connect: float | None = None


@dataclass(frozen=True)
class _Step:
    """One hop and what came of it: an answer, a failure, or another request to send."""

    request: OutgoingRequest
    hop: Hop
    outcome: HttpResponse | Failure | OutgoingRequest


class HttpClient:
    """Makes calls as Twilio does.

    The session's adapters are the ways out: each takes the `timeout` it is given as the seconds of
    the clock that are left until the body is read, in total. The session's cookies are not used,
    redirects are followed here, and the environment counts only if the session trusts it.

    Args:
        session: with its adapters mounted.
        resolve: finds where a URL really goes; what it raises is passed on.
        clock: whose seconds count.
        account: whose auth token signs; may be changed between calls.
    """

    def __init__(
        self,
        session: requests.Session,
        resolve: Callable[[str], Destination],
        clock: Clock,
        account: Account,
    ) -> None:
        self.session = session
        self.resolve = resolve
        self.clock = clock
        self.account = account

    def send(
        self, request: OutgoingRequest, limits: CallLimits, cookies: Cookies | None = None
    ) -> Exchange:
        """Send a request, follow its redirects, and return all that happened.

        Args:
            request: what to send.
            limits: what it may take.
            cookies: sent with it and kept from its answers, or None for neither.

        Raises:
            RouteError: no route covers the URL, or one that a redirect leads to.
        """
        return _Call(self, limits, cookies).make(request)


class _Call:
    """One call, from its first request to its last answer."""

    def __init__(self, client: HttpClient, limits: CallLimits, cookies: Cookies | None) -> None:
        self._client = client
        self._limits = limits
        self._cookies = cookies
        self._began = client.clock.monotonic()
        self._deadline = client.clock.deadline(limits.timeout)

    def make(self, request: OutgoingRequest) -> Exchange:
        exchange = self._follow(request)
        return replace(exchange, elapsed=self._elapsed())

    def _follow(self, request: OutgoingRequest) -> Exchange:
        hops: tuple[Hop, ...] = ()
        while True:
            step = self._step(request)
            hops = (*hops, step.hop)
            outcome = step.outcome
            if isinstance(outcome, OutgoingRequest) and len(hops) > self._limits.redirects:
                outcome = failures.too_many_redirects(self._limits.redirects)
            match outcome:
                case HttpResponse():
                    return Exchange(step.request, outcome, hops=hops)
                case Failure():
                    return Exchange(step.request, failure=outcome, hops=hops)
                case OutgoingRequest():
                    request = outcome

    def _step(self, request: OutgoingRequest) -> _Step:
        """Send one request and look at its answer; a redirect's body is left unread."""
        destination = self._client.resolve(request.url)
        request = addressed(request, destination, self._client.account)
        if self._cookies is not None:
            request = self._cookies.added_to(request)
        hop = Hop(request.method, request.url, destination.url)
        answer = self._send(request, hop)
        if isinstance(answer, Failure):
            return _Step(request, hop, answer)
        with closing(answer):
            if self._cookies is not None:
                self._cookies.keep(request.url, answer)
            hop = replace(hop, status=answer.status_code)
            location = answer.headers.get("Location", "")
            following = redirected(request, answer.status_code, location)
            if following is None:
                return _Step(request, hop, self._read(answer, hop))
            return _Step(request, replace(hop, location=location), following)

    def _send(self, request: OutgoingRequest, hop: Hop) -> requests.Response | Failure:
        """Return the answer's head with its body still to be read."""
        if self._deadline.passed:
            return self._timeout(began=False)
        prepared = _prepared(request, hop.sent_to)
        session = self._client.session
        # Straight to the adapter: the session itself would keep cookies, and would read a
        # redirect's body whole.
        adapter = session.get_adapter(hop.sent_to)
        settings = _settings(session, hop.sent_to)
        if self._limits.connect is not None:
            settings["connect"] = self._limits.connect
        try:
            return adapter.send(prepared, timeout=self._deadline.remaining(), **settings)
        except failures.CALL_ERRORS as error:
            return self._failure(error, hop, began=False)

    def _read(self, answer: requests.Response, hop: Hop) -> HttpResponse | Failure:
        limit = self._limits.body
        try:
            body = _body(answer, limit)
        except failures.CALL_ERRORS as error:
            return self._failure(error, hop, began=True)
        if self._deadline.passed:
            return self._timeout(began=True)
        if len(body) > limit:
            announced = _announced_size(answer)
            return failures.overflow(announced or len(body), limit, exact=announced is not None)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return HttpResponse(answer.status_code, headers.get("content-type", ""), headers, body)

    def _failure(self, error: Exception, hop: Hop, began: bool) -> Failure:
        failure = None if self._deadline.passed else failures.failure_of(error, _place(hop))
        if failure is None and failures.never_connected(error):
            return self._not_connected()
        return failure or self._timeout(began)

    def _timeout(self, began: bool) -> Failure:
        return failures.timeout(self._elapsed(), self._limits.timeout, began)

    def _not_connected(self) -> Failure:
        limits = self._limits
        decided = limits.timeout if self._deadline.passed else limits.connect
        return failures.not_connected(self._elapsed(), decided or limits.timeout)

    def _elapsed(self) -> float:
        return self._client.clock.monotonic() - self._began


def _place(hop: Hop) -> str:
    """Return the host to name in a failure: the flow's, and where the request really went."""
    meant, real = urlsplit(hop.url).netloc, urlsplit(hop.sent_to).netloc
    return meant if meant == real else f"{meant} (at {real})"


def _settings(session: requests.Session, url: str) -> dict[str, Any]:
    """Return what the session is set to, with the environment's word where it is trusted."""
    if session.trust_env:
        return dict(session.merge_environment_settings(url, {}, True, None, None))
    return {
        "stream": True,
        "verify": session.verify,
        "cert": session.cert,
        "proxies": session.proxies,
    }


def _prepared(request: OutgoingRequest, url: str) -> requests.PreparedRequest:
    """Return the request as `requests` sends it; all encoding is done already."""
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = url
    prepared.headers = CaseInsensitiveDict(request.headers)
    prepared.body = request.body or None
    return prepared


def _body(answer: requests.Response, limit: int) -> bytes:
    """Read the decoded body, at most one byte more than the limit."""
    body = bytearray()
    for chunk in answer.iter_content(limit + 1):
        body += chunk
        if len(body) > limit:
            break
    return bytes(body[: limit + 1])


def _announced_size(answer: requests.Response) -> int | None:
    """Return the size of a body that was not read to its end, where the answer names it."""
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and "Content-Encoding" not in answer.headers else None
