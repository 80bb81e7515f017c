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
        widgets: the events of each, none where any will do; None when no flow could be read. A
            subflow's widget has its own name, where the flow has none of that name, and with
            that of the widget that runs the subflow before it: `ask_details.name`.
        endpoints: the outcomes that each adds to the standard ones; None when they are unknown.
        stand_ins: the endpoints that there would be with `stub: true`; none where it is set.
    """

    widgets: Mapping[str, tuple[str, ...]] | None = None
    endpoints: Mapping[str, tuple[str, ...]] | None = None
    stand_ins: tuple[str, ...] = ()


def widget_names(
    flow: Flow, subflows: Iterable[Flow], catalogue: Catalogue
) -> dict[str, tuple[str, ...]]:
    """Return the widgets of a flow and of the subflows that it runs, with their events."""
    own = {state.name: _events(state, catalogue) for state in flow.states}
    by_sid = {subflow.sid: subflow for subflow in subflows}
    plain: dict[str, tuple[str, ...]] = {}
    qualified: dict[str, tuple[str, ...]] = {}
    for runs_it in flow.states:
        subflow = by_sid.get(str(runs_it.properties.get("flow_sid")))
        for state in subflow.states if subflow else ():
            events = _events(state, catalogue)
            qualified[name_in(runs_it.name, state.name)] = events
            plain[state.name] = _either(plain.get(state.name, events), events)
    return {**plain, **own, **qualified}


def name_in(via: str, widget: str) -> str:
    """Return how a scenario names a subflow's widget wherever the flow has one of that name too.

    Args:
        via: the widget that runs the subflow, empty for the flow's own.
        widget: the widget's name.
    """
    return f"{via}.{widget}" if via else widget


def _either(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Return the events of one widget or the other; none where any will do for one of them."""
    return tuple(dict.fromkeys([*one, *other])) if one and other else ()


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
