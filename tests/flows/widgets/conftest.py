"""A call that stands at one widget, and comes back to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from mockstudio.flows.catalogue import load_catalogue
from mockstudio.flows.events import FlowEvent, TwimlPrinted
from mockstudio.flows.execution import Execution, Step
from mockstudio.flows.triggers import call_trigger
from mockstudio.twiml.document import parse_document

CALL = {"CallSid": "CA" + "1" * 32, "From": "+15550100", "To": "+15550199"}
WIDGET = "widget"


@dataclass
class LiveCall:
    """An execution that a call started, parked at the widget under test."""

    stage: Any
    execution: Execution
    webhook: str

    @property
    def twiml(self) -> str:
        """What was printed, the flow's webhook shortened to FLOW; without what stands around it.

        It must be TwiML to which the carrier has nothing to remark.
        """
        (event,) = self.stage.of(TwimlPrinted)
        assert parse_document(event.twiml.encode()).remarks == ()
        inside = event.twiml.removeprefix("<Response>").removesuffix("</Response>")
        return inside.replace(self.webhook, "FLOW")

    def back(self, name: str, **parameters: str) -> Step:
        """Let the call come back as a webhook would, and return what the widget then did."""
        received = {**CALL, "CallStatus": "in-progress", **parameters}
        if name != "hangup":
            received["FlowEvent"] = name
        assert self.stage.sandbox.receive(self.execution, FlowEvent(name, received))
        return next(s for s in self.execution.steps if s.transitioned_from == WIDGET)


def set_by(step: Step) -> dict[str, Any]:
    """Return what a step set, without the parameters of the call as such."""
    usual = {**CALL, "CallStatus": "in-progress"}
    return {k: v for k, v in step.outputs.items() if usual.get(k) != v}


@pytest.fixture
def own_outputs() -> Callable[[Step], dict[str, Any]]:
    """Tell what a step set beyond the call's standard parameters."""
    return set_by


@pytest.fixture
def live_call(stage: Any, state: Callable[..., dict[str, Any]]) -> Callable[..., LiveCall]:
    """Start calls to a flow of one widget, whose events lead nowhere unless `routed` says so."""

    def call(
        kind: str,
        properties: Mapping[str, Any] | None = None,
        routed: Mapping[str, str] | None = None,
    ) -> LiveCall:
        events = load_catalogue().types[kind].events or ()
        transitions = {event: (routed or {}).get(event) for event in events}
        others = set((routed or {}).values()) - {WIDGET}
        after = [state(name, "set-variables", {"next": None}) for name in others]
        flow = stage.play(state(WIDGET, kind, transitions, **(properties or {})), *after)
        execution = stage.sandbox.start(flow, call_trigger(CALL))
        return LiveCall(stage, execution, stage.sandbox.webhook_url(flow))

    return call
