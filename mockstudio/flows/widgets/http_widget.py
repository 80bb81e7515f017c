"""What the two HTTP widgets share: call, judge, write what came back (reference 3)."""

from __future__ import annotations

from abc import abstractmethod

from mockstudio.errors import RouteError
from mockstudio.flows.events import RequestSent, VerdictReached
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.verdict import TITLES, Verdict, judge
from mockstudio.flows.widgets.base import Result, Took, Visit, Widget
from mockstudio.http.exchange import Exchange


class HttpWidget(Widget):
    """Makes one HTTP call and takes the transition that the verdict names."""

    def enter(self, visit: Visit) -> Result:
        """Call and judge."""
        request = self.request(visit)
        visit.tell(RequestSent, method=request.method, url=request.url)
        exchange = self._call(visit, request)
        verdict = judge(exchange, request, visit.services.limits)
        visit.tell(VerdictReached, verdict=verdict)
        if verdict.code is not None:
            visit.warn(verdict.code, TITLES[verdict.code])
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
        return Took(verdict.transition, verdict.outputs)
