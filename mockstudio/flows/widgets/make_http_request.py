"""Make HTTP Request (reference 2.4, 3)."""

from __future__ import annotations

from mockstudio.flows.http.request import WidgetRequest
from mockstudio.flows.widgets.base import Visit
from mockstudio.flows.widgets.http_widget import HttpWidget

FORM_TYPE = "application/x-www-form-urlencoded;charset=utf-8"


class MakeHttpRequest(HttpWidget):
    """GET or POST to any URL; takes `success` or `failed`."""

    type = "make-http-request"

    def request(self, visit: Visit) -> WidgetRequest:
        """Return the request that the properties describe."""
        return WidgetRequest(
            widget=visit.state.name,
            function=False,
            method=visit.text("method", "GET").upper(),
            url=visit.text("url"),
            content_type=visit.text("content_type", FORM_TYPE),
            body=visit.text("body") or None,
            parameters=tuple(visit.pairs("parameters")),
            add_twilio_auth=visit.properties.get("add_twilio_auth") is True,
        )
