"""TwiML Redirect: the carrier gets the document, Studio never sees it (reference 2.6, 7)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mockstudio.clock import Clock
from mockstudio.config import Settings
from mockstudio.contracts.probe import advice
from mockstudio.contracts.probe.model import Channel, Margin, Probe, Question
from mockstudio.contracts.probe.rules import Finding, finding
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.limits import Limits
from mockstudio.flows.verdict import Reason, judge
from mockstudio.flows.widgets.add_twiml_redirect import FAIL, RETURN, TIMEOUT, is_absolute_url
from mockstudio.http.client import HttpClient
from mockstudio.http.exchange import Exchange, HttpResponse
from mockstudio.sids import new_sid
from mockstudio.store.messages import INBOUND, RECEIVED, new_message
from mockstudio.twiml.content import read_document
from mockstudio.twiml.grammar import DocumentKind
from mockstudio.twiml.model import Document
from mockstudio.twiml.parameters import call_parameters, message_parameters
from mockstudio.twiml.retrieval_codes import Trouble
from mockstudio.twiml.webhook_client import Attempt, WebhookClient

PLAYED: Final = "played"
MESSAGE_BODY: Final = "Hello"
"""What the person writes, unless a parameter tells otherwise."""

_KINDS: Final[Mapping[Channel, DocumentKind]] = MappingProxyType(
    {Channel.CALL: "voice", Channel.MESSAGE: "messaging"}
)
_UNPLAYED: Final[Mapping[Channel, tuple[str | None, str]]] = MappingProxyType(
    {
        Channel.CALL: (
            None,
            "no transition: the caller hears an application error and the flow is not told",
        ),
        Channel.MESSAGE: (
            TIMEOUT,
            "timeout: nothing is sent, and the flow waits until the widget's time is over",
        ),
    }
)
"""The transition after a document that cannot be had, and why (reference 7 no. 8)."""


def probe_redirect(
    client: HttpClient, question: Question, settings: Settings, limits: Limits, clock: Clock
) -> Probe:
    """Ask for a document once as the carrier does, and return what becomes of it.

    Args:
        client: sends and signs.
        question: its parameters come over the standard ones of a call or message.
        settings: the account and the two numbers.
        limits: of documents.
        clock: the client's.
    """
    url = question.url.strip()
    standard = _parameters(question.channel, settings, clock)
    parameters = {**standard, **dict(question.parameters)}
    attempt = WebhookClient(client, clock, limits).send(url, question.method, parameters)
    outcome: HttpResponse | Trouble | Document = attempt.outcome
    if isinstance(outcome, HttpResponse):
        outcome = read_document(outcome, url, _KINDS[question.channel], limits.twiml_body)
    if isinstance(outcome, Document):
        return _played(attempt, outcome, limits)
    way = (
        _UNPLAYED[question.channel] if is_absolute_url(url) else (FAIL, f"{FAIL}: the URL is none")
    )
    return _unplayed(attempt, outcome, limits, *way)


def _parameters(channel: Channel, settings: Settings, clock: Clock) -> Mapping[str, str]:
    person, number, account = settings.contact, settings.number, settings.account_sid
    if channel is Channel.CALL:
        return call_parameters(new_sid("CA"), account, person, number, "in-progress")
    message = new_message(
        account_sid=account,
        from_=person,
        to=number,
        body=MESSAGE_BODY,
        media_urls=(),
        status=RECEIVED,
        now=clock.now(),
        direction=INBOUND,
    )
    return message_parameters(message)


def _played(attempt: Attempt, document: Document, limits: Limits) -> Probe:
    exchange = attempt.exchange
    time, size = _margins(exchange, limits)
    verbs = ", ".join(verb.name for verb in document.verbs) or "nothing"
    return Probe(
        transition=RETURN,
        reason=PLAYED,
        explanation=f"{RETURN}: when the document leads back to the flow; it plays {verbs}",
        succeeded=True,
        time=time,
        size=size,
        hops=exchange.hops,
        content_type=exchange.response.content_type if exchange.response else "",
        findings=(
            *_about_overrides(attempt),
            *advice.about_remarks(document.remarks),
            *advice.about_redirects(exchange.hops),
            *advice.about_margins(time, size),
        ),
    )


def _unplayed(
    attempt: Attempt, trouble: Trouble, limits: Limits, transition: str | None, what: str
) -> Probe:
    exchange = attempt.exchange
    time, size = _margins(exchange, limits)
    reason = _broken_rule(exchange, limits)
    return Probe(
        transition=transition,
        reason=reason or str(trouble.code),
        explanation=f"{what}: {trouble.text}",
        succeeded=False,
        time=time,
        size=size,
        hops=exchange.hops,
        content_type=exchange.response.content_type if exchange.response else "",
        code=trouble.code,
        findings=(
            _about_trouble(reason, trouble),
            *_about_overrides(attempt),
            *advice.about_redirects(exchange.hops),
        ),
    )


def _broken_rule(exchange: Exchange, limits: Limits) -> Reason | None:
    """Return why there is no usable answer, in the verdict's words; None when there is one."""
    as_asked_by_a_widget = WidgetRequest(widget="", url="")
    verdict = judge(exchange, as_asked_by_a_widget, limits)
    return None if verdict.succeeded else verdict.reason


def _about_trouble(reason: Reason | None, trouble: Trouble) -> Finding:
    if reason is None:
        return finding("unplayable", trouble.text, code=trouble.code)
    return advice.failed(reason, trouble.text, trouble.code)


def _about_overrides(attempt: Attempt) -> tuple[Finding, ...]:
    return tuple(finding("twiml", each.text, code=each.code) for each in attempt.remarks)


def _margins(exchange: Exchange, limits: Limits) -> tuple[Margin, Margin]:
    size = len(exchange.response.body) if exchange.response else 0
    if exchange.failure is not None:
        size = int(exchange.failure.numbers.get("size", 0))
    return Margin(exchange.elapsed, limits.twiml_timeout), Margin(size, limits.twiml_body)
