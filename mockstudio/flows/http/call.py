"""The call Studio makes for an HTTP widget (reference 3.5)."""

from __future__ import annotations

from mockstudio.flows.http.request import WidgetRequest, prepare
from mockstudio.flows.limits import Limits
from mockstudio.http.client import CallLimits, HttpClient
from mockstudio.http.exchange import Exchange, Failure


class StudioClient:
    """Makes the calls of the HTTP widgets.

    Args:
        client: sends them.
        limits: time, bytes and redirects.
    """

    def __init__(self, client: HttpClient, limits: Limits) -> None:
        self._client = client
        self._limits = CallLimits(limits.http_timeout, limits.http_body, limits.http_redirects)

    def call(self, request: WidgetRequest) -> Exchange:
        """Make the call of one widget and return all that happened.

        Raises:
            RouteError: no route covers the URL, or one that a redirect leads to.
        """
        outgoing = prepare(request, self._client.account)
        if isinstance(outgoing, Failure):
            return Exchange(None, failure=outgoing)
        return self._client.send(outgoing, self._limits)
