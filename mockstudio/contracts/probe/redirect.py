"""TwiML Redirect: the carrier gets the document, Studio never sees it (reference 2.6, 7)."""

from __future__ import annotations

from collections.abc import Mapping

from mockstudio.clock import Clock
from mockstudio.config import Settings
from mockstudio.contracts.probe import advice
from mockstudio.contracts.probe.model import Margin, Probe, Question
from mockstudio.contracts.probe.rules import Finding, finding
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.limits import Limits
from mockstudio.flows.verdict import Reason, judge
from mockstudio.flows.widgets.add_twiml_redirect import FAIL, RETURN, is_absolute_url
from mockstudio.http.client import HttpClient
from mockstudio.http.exchange import Exchange, HttpResponse
from mockstudio.sids import new_sid
from mockstudio.twiml.content import read_document
from mockstudio.twiml.model import Document
from mockstudio.twiml.parameters import call_parameters
from mockstudio.twiml.retrieval_codes import Trouble
from mockstudio.twiml.webhook_client import Attempt, WebhookClient

PLAYED = "played"
_HEARD = "no transition: the caller hears an application error and the flow is not told"


def probe_redirect(
    client: HttpClient, question: Question, settings: Settings, limits: Limits, clock: Clock
) -> Probe:
    """Ask for a document once as the carrier does in a call, and return what becomes of it.

    Args:
        client: sends and signs.
        question: its parameters come over the standard ones of a call.
        settings: the account and the numbers of the call.
        limits: of documents.
        clock: the client's.
    """
    url = question.url.strip()
    parameters = {**_parameters(settings), **dict(question.parameters)}
    attempt = WebhookClient(client, clock, limits).send(url, question.method, parameters)
    outcome: HttpResponse | Trouble | Document = attempt.outcome
    if isinstance(outcome, HttpResponse):
        outcome = read_document(outcome, url, "voice", limits.twiml_body)
    if isinstance(outcome, Trouble):
        return _heard(attempt, outcome, limits, transition=None if is_absolute_url(url) else FAIL)
    return _played(attempt, outcome, limits)


def _parameters(settings: Settings) -> Mapping[str, str]:
    return call_parameters(
        new_sid("CA"), settings.account_sid, settings.contact, settings.number, "in-progress"
    )


def _played(attempt: Attempt, document: Document, limits: Limits) -> Probe:
    exchange = attempt.exchange
    time, size = _margins(exchange, limits)
    verbs = ", ".join(verb.name for verb in document.verbs) or "nothing"
    return Probe(
        transition=RETURN,
        reason=PLAYED,
        explanation=f"{RETURN}: when the document leads the call back; it plays {verbs}",
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


def _heard(attempt: Attempt, trouble: Trouble, limits: Limits, transition: str | None) -> Probe:
    exchange = attempt.exchange
    time, size = _margins(exchange, limits)
    reason = _broken_rule(exchange, limits)
    what = f"{transition}: the URL is none" if transition else _HEARD
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
