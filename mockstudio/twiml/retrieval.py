"""Documents and callbacks, as the carrier requests them (rest-api.md 5.6, 8.5, 8.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mockstudio.clock import Clock
from mockstudio.events import Listener
from mockstudio.flows.limits import Limits
from mockstudio.http.client import HttpClient
from mockstudio.http.exchange import FailureKind
from mockstudio.twiml.content import read_document
from mockstudio.twiml.cookie_jars import CookieJars
from mockstudio.twiml.events import (
    CarrierEvent,
    CarrierWarned,
    DocumentReceived,
    DocumentRequested,
)
from mockstudio.twiml.grammar import DocumentKind
from mockstudio.twiml.model import Document
from mockstudio.twiml.retrieval_codes import CALLBACK_FAILED, Trouble
from mockstudio.twiml.urls import shown
from mockstudio.twiml.webhook_client import Attempt, WebhookClient

MESSAGING: Final = "messaging"


@dataclass(frozen=True)
class DocumentRequest:
    """A document that is wanted.

    Attributes:
        url: may hold credentials, and connection overrides as its fragment.
        method: GET puts the parameters into the query, anything else posts them.
        parameters: all that is sent.
        kind: what the document is for.
        exchange: the SID of the call or message it is for.
        fallback_url: requested when `url` fails; empty for none.
        fallback_method: as `method`.
    """

    url: str
    method: str = "POST"
    parameters: Mapping[str, str] = field(default_factory=dict)
    kind: DocumentKind = "voice"
    exchange: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"

    def fallback(self, trouble: Trouble) -> DocumentRequest | None:
        """Return the request of the fallback after the first has failed, or None without one."""
        if not self.fallback_url:
            return None
        failed = {"ErrorCode": str(trouble.code), "ErrorUrl": shown(self.url)}
        return replace(
            self,
            url=self.fallback_url,
            method=self.fallback_method,
            parameters={**self.parameters, **failed},
            fallback_url="",
        )

    @property
    def owner(self) -> Hashable:
        """Whose cookies are sent: the call's, or those of the two numbers."""
        if self.kind == MESSAGING:
            return frozenset((self.parameters.get("From"), self.parameters.get("To")))
        return self.exchange


class Retriever:
    """Requests documents and callbacks, and tells what went wrong.

    What is to be remarked on a document is told once, until it comes with other words.

    Args:
        client: sends and signs.
        clock: whose seconds count.
        limits: of a document: time, bytes and redirects.
        tell: told of every document and every trouble.
    """

    def __init__(self, client: HttpClient, clock: Clock, limits: Limits, tell: Listener) -> None:
        self._webhooks = WebhookClient(client, clock, limits)
        self._cookies = CookieJars(clock)
        self._clock = clock
        self._limits = limits
        self._listener = tell
        self._remarked: set[tuple[str, bytes]] = set()

    def retrieve(self, request: DocumentRequest) -> Document | None:
        """Return a document, or that of its fallback, or None when both fail.

        Raises:
            RouteError: no route covers the URL, or one that a redirect leads to.
        """
        wanted: DocumentRequest | None = request
        while wanted is not None:
            found = self._fetch(wanted)
            if isinstance(found, Document):
                return found
            self._warn(wanted.exchange, found, wanted.url)
            wanted = wanted.fallback(found)
        return None

    def notify(self, url: str, method: str, parameters: Mapping[str, str], exchange: str) -> None:
        """Request a status callback: its answer does not matter, trouble is 15003.

        Args:
            url: may hold credentials and connection overrides.
            method: GET puts the parameters into the query, anything else posts them.
            parameters: all that is sent.
            exchange: the SID of the call or message it is about.

        Raises:
            RouteError: no route covers the URL, or one that a redirect leads to.
        """
        attempt = self._webhooks.send(url, method, parameters)
        self._warn_of_overrides(attempt, exchange, url)
        if isinstance(attempt.outcome, Trouble) and not _is_too_long(attempt):
            text = f"status callback: {attempt.outcome.text}"
            self._warn(exchange, Trouble(CALLBACK_FAILED, text), url)

    def forget(self) -> None:
        """Forget all cookies."""
        self._cookies.clear()
        self._remarked.clear()

    def _fetch(self, request: DocumentRequest) -> Document | Trouble:
        self._tell(
            DocumentRequested,
            request.exchange,
            method="GET" if request.method.upper() == "GET" else "POST",
            url=request.url,
            parameters=request.parameters,
        )
        attempt = self._webhooks.send(
            request.url, request.method, request.parameters, self._cookies.of(request.owner)
        )
        self._warn_of_overrides(attempt, request.exchange, request.url)
        if isinstance(attempt.outcome, Trouble):
            return attempt.outcome
        url = _origin(attempt, request)
        document = read_document(attempt.outcome, url, request.kind, self._limits.twiml_body)
        if isinstance(document, Document):
            verbs = tuple(verb.name for verb in document.verbs)
            self._tell(DocumentReceived, request.exchange, url=document.url, verbs=verbs)
            self._remark(document, attempt.outcome.body, request.exchange)
        return document

    def _remark(self, document: Document, body: bytes, exchange: str) -> None:
        words = (document.url, hashlib.sha256(body).digest())
        if not document.remarks or words in self._remarked:
            return
        self._remarked.add(words)
        for remark in document.remarks:
            text = f"line {remark.line}: {remark.text}" if remark.line else remark.text
            self._warn(exchange, Trouble(remark.code, text), document.url)

    def _warn_of_overrides(self, attempt: Attempt, exchange: str, url: str) -> None:
        for remark in attempt.remarks:
            self._warn(exchange, remark, url)

    def _warn(self, exchange: str, trouble: Trouble, url: str) -> None:
        self._tell(CarrierWarned, exchange, code=trouble.code, text=trouble.text, url=url)

    def _tell(self, kind: type[CarrierEvent], exchange: str, **fields: Any) -> None:
        self._listener(kind(at=self._clock.now(), exchange=exchange, **fields))


def _origin(attempt: Attempt, request: DocumentRequest) -> str:
    """Return the base of a document's relative URLs: where redirects led, else what was asked.

    Not the URL that was sent: a GET's parameters would come back with every relative URL. And the
    credentials of the one that was asked for are those of its neighbours too, as its connection
    overrides are those of the document itself when it is requested again.
    """
    hops = attempt.exchange.hops
    return hops[-1].url if len(hops) > 1 else request.url


def _is_too_long(attempt: Attempt) -> bool:
    failure = attempt.exchange.failure
    return failure is not None and failure.kind is FailureKind.OVERFLOW
