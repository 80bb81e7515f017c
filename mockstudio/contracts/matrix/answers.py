"""What the endpoints answer in one run: the outcome at the target, the plan's replies before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mockstudio.contracts.matrix.inputs import http_outputs
from mockstudio.contracts.matrix.plan import SUCCESS, Edge, Place
from mockstudio.contracts.matrix.recorder import Recorder
from mockstudio.contracts.matrix.references import Path, put, references, templates
from mockstudio.contracts.matrix.simulation import UsualAnswer
from mockstudio.contracts.matrix.whole import WholeFlow
from mockstudio.endpoints.bodies import TEXT_TYPE
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.model import Endpoint, JsonBody, Reply, TextBody
from mockstudio.endpoints.outcomes import OUTCOME_NAMES, standard_reply
from mockstudio.events import Event
from mockstudio.flows.context import copied
from mockstudio.flows.events import RequestSent, VerdictReached
from mockstudio.flows.model import State
from mockstudio.flows.stubs import STUB, url_pattern

OK: Final = "ok"
FAILING: Final = "server-error"
STAND_IN: Final = "mockstudio"
"""What a stub answers under a name of which nothing is known."""


def endpoint_of(endpoints: Endpoints, state: State) -> Endpoint | None:
    """Return the endpoint that an HTTP widget's URL, as it is written, leads to."""
    return endpoints.covers(str(url_pattern(str(state.properties.get("url", "")))))


def is_stub(endpoint: Endpoint) -> bool:
    """Tell whether an endpoint only stands in for a URL: nobody said what it answers."""
    return endpoint.source.startswith(STUB)


def usual_json(endpoints: Endpoints, whole: WholeFlow, place: Place) -> Mapping[str, Any]:
    """Return the JSON object that an HTTP widget's endpoint answers when all is well.

    A stub's has a text under every name that templates read.
    """
    endpoint = endpoint_of(endpoints, whole.state(place))
    body = standard_reply(endpoint, OK).body if endpoint else None
    value = body.value if isinstance(body, JsonBody) else None
    usual = copied(value) if isinstance(value, dict) else {}
    if endpoint is not None and is_stub(endpoint):
        for path in sorted(_read_of(whole, place), key=len):
            put(usual, path, STAND_IN)
    return usual


def _read_of(whole: WholeFlow, place: Place) -> Iterator[Path]:
    """Iterate over the paths below a widget's `parsed` that its flow's templates read."""
    for state in whole.flow_of(place).states:
        for template in templates(state):
            for path in references(template):
                if path[:3] == ("widgets", place.widget, "parsed") and len(path) > 3:
                    yield path[3:]


class Answers:
    """Lets endpoints play what a run wants, at each HTTP widget's own calls.

    Args:
        endpoints: of the sandbox.
        recorder: tells which widget calls, and what is planned for it.
        usual: by widget, the JSON object answered when all is well.
        outcome: what is played at the target.
    """

    def __init__(
        self, endpoints: Endpoints, recorder: Recorder, usual: UsualAnswer, outcome: str
    ) -> None:
        self._endpoints = endpoints
        self._recorder = recorder
        self._usual = usual
        self._outcome = outcome
        self._originals: list[Endpoint] = []

    def __call__(self, event: Event) -> None:
        """Script the endpoints of a call before it is made, and back after it."""
        if isinstance(event, VerdictReached):
            self.restore()
        elif isinstance(event, RequestSent):
            for endpoint in self._endpoints.covering(event.url.partition("?")[0]):
                self._script(endpoint)

    def restore(self) -> None:
        """Let all endpoints answer as they did before."""
        for endpoint in self._originals:
            self._endpoints.add(endpoint)
            self._endpoints.play(endpoint.name, None)
        self._originals.clear()

    def _script(self, endpoint: Endpoint) -> None:
        edge, place = self._recorder.planned, self._recorder.place
        usual = Edge(place, SUCCESS, place, 0)
        if place == self._recorder.target:
            self._play_outcome(endpoint, usual)
        elif edge is not None and edge.event != SUCCESS:
            self._play(endpoint, FAILING)
        elif is_stub(endpoint) or (edge is not None and edge.brings):
            self._answer(endpoint, edge or usual)
        elif edge is not None:
            self._play(endpoint, OK)

    def _play_outcome(self, endpoint: Endpoint, usual: Edge) -> None:
        known = (*OUTCOME_NAMES, *endpoint.outcomes)
        outcome = self._outcome if self._outcome in known else OK
        if outcome == OK and is_stub(endpoint):
            self._answer(endpoint, usual)
        else:
            self._play(endpoint, outcome)

    def _play(self, endpoint: Endpoint, outcome: str) -> None:
        self._originals.append(endpoint)
        self._endpoints.play(endpoint.name, outcome)

    def _answer(self, endpoint: Endpoint, edge: Edge) -> None:
        outputs = http_outputs(edge, self._usual(edge.place))
        is_json = "parsed" in outputs
        body = JsonBody(outputs["parsed"]) if is_json else TextBody(outputs["body"], TEXT_TYPE)
        name = f"planned for {edge.place}"
        outcomes = {**endpoint.outcomes, name: Reply(body=body)}
        self._endpoints.add(replace(endpoint, outcomes=outcomes))
        self._play(endpoint, name)
