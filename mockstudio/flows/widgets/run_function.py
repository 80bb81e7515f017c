"""Run Function (reference 2.5, 3.7)."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent, TwimlPrinted
from mockstudio.flows.execution import LIVE, Wait
from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.verdict import Verdict
from mockstudio.flows.widgets.base import Parked, Result, Took, Visit
from mockstudio.flows.widgets.http_widget import HttpWidget
from mockstudio.flows.widgets.make_http_request import FORM_TYPE


class RunFunction(HttpWidget):
    """POSTs its parameters to a Function; takes `success` or `fail`."""

    type = "run-function"

    def request(self, visit: Visit) -> WidgetRequest:
        """Return the request that the properties describe; the SIDs are not needed for it."""
        return WidgetRequest(
            widget=visit.state.name,
            function=True,
            method="POST",
            url=visit.text("url"),
            content_type=FORM_TYPE,
            body=None,
            parameters=tuple(visit.pairs("parameters")),
            add_twilio_auth=False,
        )

    def result(self, visit: Visit, verdict: Verdict) -> Result:
        """Hand TwiML to the live call and give up control of it; all else is data (3.7)."""
        if not (verdict.twiml and visit.execution.call == LIVE):
            return super().result(visit, verdict)
        twiml = str(verdict.outputs.get("body", ""))
        visit.tell(TwimlPrinted, twiml=twiml)
        return Parked(Wait(accepts=["*"], outputs=dict(verdict.outputs), twiml=twiml))

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Carry on as `success`, whatever event brought the call back (reference 8 no. 12)."""
        return Took("success", wait.outputs)
