"""Run Function and Make HTTP Request, called and judged as in a flow (reference 3)."""

from __future__ import annotations

from collections.abc import Iterator

from mockstudio.contracts.probe import advice
from mockstudio.contracts.probe.model import Caller, Margin, Probe, Question
from mockstudio.contracts.probe.names import names_of
from mockstudio.contracts.probe.rules import Finding
from mockstudio.flows.http.call import StudioClient
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.limits import Limits
from mockstudio.flows.verdict import JSON, Verdict, judge
from mockstudio.http.client import HttpClient


def probe_http_widget(client: HttpClient, question: Question, limits: Limits) -> Probe:
    """Call an endpoint once as an HTTP widget does, and return what becomes of it."""
    request = widget_request(question)
    exchange = StudioClient(client, limits).call(request)
    verdict = judge(exchange, request, limits)
    time = Margin(verdict.elapsed, limits.http_timeout)
    size = Margin(verdict.size, limits.http_body)
    names = names_of(question.name, verdict.outputs)
    return Probe(
        transition=verdict.transition,
        reason=verdict.reason.value,
        explanation=verdict.explanation,
        succeeded=verdict.succeeded,
        time=time,
        size=size,
        hops=exchange.hops,
        content_type=exchange.response.content_type if exchange.response else "",
        code=verdict.code,
        names=names,
        findings=(
            *_about_verdict(verdict),
            *advice.about_redirects(exchange.hops),
            *advice.about_data(verdict, exchange),
            *advice.about_twiml(verdict, exchange, question.channel, limits.twiml_body),
            *advice.about_margins(time, size),
            *advice.about_names(names),
        ),
    )


def widget_request(question: Question) -> WidgetRequest:
    """Return the request of the widget that asks a question."""
    return WidgetRequest(
        widget=question.name,
        url=question.url,
        method=question.method,
        function=question.caller is Caller.RUN_FUNCTION,
        content_type=JSON if question.json is not None else None,
        body=question.json,
        parameters=question.parameters,
    )


def _about_verdict(verdict: Verdict) -> Iterator[Finding]:
    if not verdict.succeeded:
        yield advice.failed(verdict.reason, verdict.explanation, verdict.code)
