"""What the widgets and the endpoints of a scenario's world are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mockstudio.endpoints.model import Endpoint
from mockstudio.flows.catalogue import Catalogue
from mockstudio.flows.model import Flow, State
from mockstudio.flows.stubs import stub_endpoints


@dataclass(frozen=True)
class Names:
    """The names that a scenario can use.

    Attributes:
        widgets: the events of each, none where any will do; None when no flow could be read.
        endpoints: the outcomes that each adds to the standard ones; None when they are unknown.
    """

    widgets: Mapping[str, tuple[str, ...]] | None = None
    endpoints: Mapping[str, tuple[str, ...]] | None = None


def widget_names(flows: Iterable[Flow], catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return the widgets of flows with their events."""
    return {state.name: _events(state, catalogue) for flow in flows for state in flow.states}


def endpoint_names(
    endpoints: Iterable[Endpoint], stubbed: Iterable[Flow]
) -> dict[str, tuple[str, ...]]:
    """Return the endpoints with their own outcomes, and the stand-ins of flows."""
    stubs = {stub.name: () for flow in stubbed for stub in stub_endpoints(flow)}
    return {**stubs, **{endpoint.name: tuple(endpoint.outcomes) for endpoint in endpoints}}


def _events(state: State, catalogue: Catalogue) -> tuple[str, ...]:
    known = catalogue.types.get(state.type)
    if known is None or known.events is None:
        return ()
    routed = (transition.event for transition in state.transitions)
    return tuple(dict.fromkeys([*routed, *known.events]))
