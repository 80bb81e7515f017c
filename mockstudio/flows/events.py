"""What happens in a run, as typed events. The engine tells; views, logs and tests only listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockstudio.events import Event
from mockstudio.flows.verdict import Verdict


@dataclass(frozen=True)
class FlowEvent:
    """Something from outside that reaches a parked execution.

    Attributes:
        name: as in the webhook's `FlowEvent`, such as `incomingMessage`, `return` or `timeout`.
        parameters: all that came with it.
    """

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunEvent(Event):
    """Root of all run events.

    Attributes:
        execution: the execution's SID.
        widget: the widget's name, empty where none is concerned.
        depth: 0 in the flow, 1 in a subflow.
    """

    execution: str
    widget: str = ""
    depth: int = 0


@dataclass(frozen=True, kw_only=True)
class ExecutionStarted(RunEvent):
    """A flow was triggered."""

    flow: str
    trigger: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class StepEntered(RunEvent):
    """A widget begins its work.

    Attributes:
        type: the widget's type string.
        number: counted from 1 over the whole execution.
        flow: the SID of the flow whose widget it is, a subflow's in a subflow.
    """

    type: str
    number: int
    flow: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestSent(RunEvent):
    """An HTTP widget is about to call.

    Attributes:
        method: GET or POST.
        url: as the flow has it, rendered.
        parameters: names and values in order.
        body: of make-http-request, rendered; empty where it has none.
    """

    method: str
    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class VerdictReached(RunEvent):
    """An HTTP widget's call is over."""

    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class BranchChosen(RunEvent):
    """A split has compared.

    Attributes:
        explanation: the comparison that decided, in words.
    """

    explanation: str


@dataclass(frozen=True, kw_only=True)
class VariablesSet(RunEvent):
    """Set Variables has written."""

    variables: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class MessageSent(RunEvent):
    """A message went out to the person."""

    sid: str
    from_: str
    to: str
    body: str
    media_url: str = ""


@dataclass(frozen=True, kw_only=True)
class ResourceRequested(RunEvent):
    """A widget asked Twilio's REST API for a new resource.

    Attributes:
        resource: such as `Recordings`.
        parameters: as the API names them.
        error: why it was refused, or empty.
    """

    resource: str
    parameters: Mapping[str, Any]
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class TwimlPrinted(RunEvent):
    """A widget answered the webhook with TwiML for the carrier to play."""

    twiml: str


@dataclass(frozen=True, kw_only=True)
class Waiting(RunEvent):
    """The execution is parked.

    Attributes:
        accepts: the names of the events that wake it.
        seconds: until it times out, or None for no time-out.
    """

    accepts: tuple[str, ...]
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class EventReceived(RunEvent):
    """Something from outside woke the execution."""

    name: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Transitioned(RunEvent):
    """A widget is done.

    Attributes:
        took: the event it took.
        next: the next widget's name, or None where the branch ends.
        transition: its place among the widget's transitions, from 0, as a split has several of
            one event; None where the widget has none for the event.
        flow: the SID of the flow whose widget it is, a subflow's in a subflow.
    """

    took: str
    next: str | None
    transition: int | None = None
    flow: str = ""


@dataclass(frozen=True, kw_only=True)
class Warned(RunEvent):
    """Something Twilio's debugger would show.

    Attributes:
        code: the debugger code (reference 3.8), or None for mockstudio's own advice.
        text: what happened.
        detail: more lines, such as a template with a caret.
    """

    code: int | None
    text: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Ended(RunEvent):
    """The execution is over.

    Attributes:
        reason: `FLOW_END`, or what cut it short.
    """

    reason: str


Listener = Callable[[RunEvent], None]
