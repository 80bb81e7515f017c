"""The trigger: where every execution begins (reference 2.1)."""

from __future__ import annotations

from mockstudio.flows.triggers import INCOMING_PARENT
from mockstudio.flows.widgets.base import Result, Took, Visit, Widget


class TriggerWidget(Widget):
    """Takes the event that started the execution, or `incomingParent` in a subflow."""

    type = "trigger"

    def enter(self, visit: Visit) -> Result:
        """Leave at once: what the trigger brought is in the context already."""
        in_subflow = len(visit.execution.frames) > 1
        event = INCOMING_PARENT if in_subflow else visit.execution.trigger_event
        transition = visit.state.transition(event)
        if transition is None or transition.next is None:
            starts = ", ".join(t.event for t in visit.state.transitions if t.next) or "nothing"
            visit.warn(None, f"nothing is connected to {event}; this flow starts on {starts}")
        return Took(event)
