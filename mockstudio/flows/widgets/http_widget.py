"""What the two HTTP widgets share: call, judge, write what came back (reference 3)."""

from __future__ import annotations

from abc import abstractmethod

from mockstudio.errors import RouteError
from mockstudio.flows.events import RequestSent, VerdictReached
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.verdict import TITLES, Reason, Verdict, judge
from mockstudio.flows.widgets.base import Result, Took, Visit, Widget
from mockstudio.http.exchange import Exchange


class HttpWidget(Widget):
    """Makes one HTTP call and takes the transition that the verdict names."""

    def enter(self, visit: Visit) -> Result:
        """Call and judge."""
        request = self.request(visit)
        visit.tell(
            RequestSent,
            method=request.method,
            url=request.url,
            parameters=request.parameters,
            body=request.body or "",
        )
        exchange = self._call(visit, request)
        verdict = judge(exchange, request, visit.services.limits)
        visit.tell(VerdictReached, verdict=verdict)
        if verdict.code is not None:
            visit.warn(verdict.code, TITLES[verdict.code], _as_written(visit, request, verdict))
        for warning in verdict.warnings:
            visit.warn(None, warning)
        return self.result(visit, verdict)

    def _call(self, visit: Visit, request: WidgetRequest) -> Exchange:
        try:
            return visit.services.http.call(request)
        except RouteError as error:
            raise RouteError(f"widget '{visit.state.name}': {error}") from error

    @abstractmethod
    def request(self, visit: Visit) -> WidgetRequest:
        """Return what is to be called."""

    def result(self, visit: Visit, verdict: Verdict) -> Result:
        """Return what the widget makes of a verdict."""
        return Took(
            verdict.transition,
            verdict.outputs,
            because=verdict.reason.value,
            explanation=verdict.explanation,
        )


def _as_written(visit: Visit, request: WidgetRequest, verdict: Verdict) -> str:
    """Return where the template stands that gave no usable URL; nothing for any other verdict."""
    written = str(visit.state.properties.get("url", ""))
    if verdict.reason is not Reason.BAD_URL or written == request.url:
        return ""
    return f"#/states/{visit.state.index}/properties/url: {written}"
