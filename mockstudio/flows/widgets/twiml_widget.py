"""What the widgets have in common that print Voice TwiML and wait for the call to come back.

The last verb of a document, or a verb's `action`, leads to the flow's webhook with a `FlowEvent`;
everything that request brings becomes the widget's outputs (reference 2, 8 no. 18). A default that
Studio documents is printed, so that TwiML's own never takes its place.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from mockstudio.flows.events import FlowEvent, TwimlPrinted
from mockstudio.flows.execution import HANGUP, Wait
from mockstudio.flows.triggers import CALL_IS_OVER
from mockstudio.flows.widgets.base import Parked, Result, Took, Visit, Widget
from mockstudio.flows.widgets.twiml import Tag, printed, written

FLOW_EVENT = "FlowEvent"


class TwimlWidget(Widget):
    """Prints a document and waits, as long as the call lasts.

    Attributes:
        accepts: the names of the events that wake it, `hangup` among them where it has one.
    """

    prints_twiml_for = frozenset({"call"})
    accepts: ClassVar[tuple[str, ...]]

    def enter(self, visit: Visit) -> Result:
        """Print the TwiML and wait."""
        return self.parked(visit, *self.verbs(visit))

    def parked(self, visit: Visit, *verbs: Tag, outputs: Mapping[str, Any] | None = None) -> Parked:
        """Print these verbs and wait; `outputs` are written whatever brings the call back."""
        twiml = printed(*verbs)
        visit.tell(TwimlPrinted, twiml=twiml)
        return Parked(Wait(accepts=list(self.accepts), outputs=dict(outputs or {}), twiml=twiml))

    @abstractmethod
    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the verbs of the document."""

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Take what the returning request stands for, with all its parameters."""
        return Took(self.outcome(visit, event), {**wait.outputs, **returned(event)})

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Return the event to take; unless a widget says otherwise, the one that arrived."""
        return event.name


def returned(event: FlowEvent) -> dict[str, str]:
    """Return the parameters with which a call came back."""
    return {name: value for name, value in event.parameters.items() if name != FLOW_EVENT}


def caller_hung_up(event: FlowEvent) -> bool:
    """Tell whether there is no call any more: a verb's action is requested even then."""
    return event.name == HANGUP or event.parameters.get("CallStatus") in CALL_IS_OVER


def attribute(visit: Visit, name: str, default: object = None) -> str | None:
    """Return a property as an attribute's value; the default when it is absent or empty."""
    value = visit.properties.get(name)
    shown = default if value in (None, "") else value
    return None if shown is None else written(shown)


def named_values(tag: str, visit: Visit, name: str) -> tuple[Tag, ...]:
    """Return a tag with name and value for each pair of a property."""
    return tuple(Tag(tag, {"name": key, "value": value}) for key, value in visit.pairs(name))
