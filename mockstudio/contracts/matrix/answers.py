"""What the endpoints answer in one run: the outcome at the target, the plan's replies before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mockstudio.contracts.matrix.inputs import http_outputs
from mockstudio.contracts.matrix.plan import SUCCESS, Plan
from mockstudio.endpoints.bodies import TEXT_TYPE
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.model import Endpoint, JsonBody, Reply, TextBody
from mockstudio.endpoints.outcomes import OUTCOME_NAMES, standard_reply
from mockstudio.events import Event
from mockstudio.flows.events import RequestSent, VerdictReached
from mockstudio.flows.model import State
from mockstudio.flows.stubs import url_pattern

OK = "ok"
FAILING = "server-error"


def endpoint_of(endpoints: Endpoints, state: State) -> Endpoint | None:
    """Return the endpoint that an HTTP widget's URL, as it is written, leads to."""
    return endpoints.covers(str(url_pattern(str(state.properties.get("url", "")))))


def usual_json(endpoints: Endpoints, state: State) -> Mapping[str, Any]:
    """Return the JSON object that an HTTP widget's endpoint answers when all is well."""
    endpoint = endpoint_of(endpoints, state)
    body = standard_reply(endpoint, OK).body if endpoint else None
    value = body.value if isinstance(body, JsonBody) else None
    return value if isinstance(value, dict) else MappingProxyType({})


class Answers:
    """Lets endpoints play what a run wants, at each HTTP widget's own calls.

    Args:
        endpoints: of the sandbox.
        plan: the way to the target.
        target: the HTTP widget whose outcome is played.
        usual: by widget on the way, the JSON object answered when all is well.
        outcome: what is played.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        plan: Plan,
        target: str,
        usual: Mapping[str, Mapping[str, Any]],
        outcome: str,
    ) -> None:
        self._endpoints = endpoints
        self._plan = plan
        self._target = target
        self._usual = usual
        self._outcome = outcome
        self._originals: list[Endpoint] = []

    def __call__(self, event: Event) -> None:
        """Script the endpoints of a call before it is made, and back after it."""
        if isinstance(event, VerdictReached):
            self.restore()
        elif isinstance(event, RequestSent) and not event.depth:
            for endpoint in self._endpoints.covering(event.url.partition("?")[0]):
                self._script(endpoint, event.widget)

    def restore(self) -> None:
        """Let all endpoints answer as they did before."""
        for endpoint in self._originals:
            self._endpoints.add(endpoint)
            self._endpoints.play(endpoint.name, None)
        self._originals.clear()

    def _script(self, endpoint: Endpoint, widget: str) -> None:
        edge = self._plan.edge(widget)
        if widget == self._target:
            known = (*OUTCOME_NAMES, *endpoint.outcomes)
            self._play(endpoint, self._outcome if self._outcome in known else OK)
        elif edge is not None and edge.event != SUCCESS:
            self._play(endpoint, FAILING)
        elif edge is not None and self._plan.under("widgets", widget):
            self._answer(endpoint, widget)
        elif edge is not None:
            self._play(endpoint, OK)

    def _play(self, endpoint: Endpoint, outcome: str) -> None:
        self._originals.append(endpoint)
        self._endpoints.play(endpoint.name, outcome)

    def _answer(self, endpoint: Endpoint, widget: str) -> None:
        outputs = http_outputs(self._plan, widget, self._usual.get(widget, {}))
        is_json = "parsed" in outputs
        body = JsonBody(outputs["parsed"]) if is_json else TextBody(outputs["body"], TEXT_TYPE)
        reply = Reply(body=body)
        self._endpoints.add(replace(endpoint, outcomes={**endpoint.outcomes, widget: reply}))
        self._play(endpoint, widget)
