"""The state of one run of a flow, as plain data that goes to JSON and back (reference 6).

Nothing about a parked execution lives anywhere else: it can be stored, shown, and carried on by
another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from mockstudio.errors import ExpectationError, did_you_mean
from mockstudio.flows.context import Context, copied, write
from mockstudio.flows.taken import Taken
from mockstudio.sids import new_sid

ACTIVE = "active"
ENDED = "ended"
HANGUP = "hangup"
NO_CALL = ""
LIVE = "live"
OVER = "over"
OUT_OF_REACH = "out-of-reach"
FORMAT = 1
"""The version of the JSON form."""


@dataclass
class Step:
    """One widget that ran (reference 6, REST records).

    Attributes:
        sid: `FT…`.
        name: the event that the widget took.
        transitioned_from: the widget's name.
        transitioned_to: the next widget's name, or `Ended`.
        type: the widget's type.
        outputs: what it wrote under `widgets.<name>`.
        flow: what it wrote under `flow`, by member.
        entered: ISO date.
        left: ISO date.
        parent_step_sid: the run-subflow step this one belongs to, or None.
        because: the name of the rule that decided, such as `timeout`, where there is one.
        explanation: the same in words.
    """

    sid: str
    name: str
    transitioned_from: str
    transitioned_to: str
    type: str
    outputs: dict[str, Any]
    entered: str
    left: str
    flow: dict[str, dict[str, Any]] = field(default_factory=dict)
    parent_step_sid: str | None = None
    because: str = ""
    explanation: str = ""


@dataclass
class Wait:
    """What a parked execution waits for.

    Attributes:
        accepts: the names of the events that wake the widget; `*` for any but a hang-up.
        until: ISO date of the time-out, or None when there is none but the execution's age.
        outputs: what the widget has written so far.
        twiml: the document the widget printed for the carrier, if any.
    """

    accepts: list[str]
    until: str | None = None
    outputs: dict[str, Any] = field(default_factory=dict)
    twiml: str | None = None

    def takes(self, event: str) -> bool:
        """Tell whether an event of this name wakes the widget."""
        return event in self.accepts or ("*" in self.accepts and event != HANGUP)


@dataclass
class Frame:
    """A flow that is being run: the parent's, and above it a subflow's.

    Attributes:
        flow_sid: which flow.
        revision: which revision of it.
        context: what its templates read.
        widget: the name of the current widget.
        step_sid: the SID that the current widget's step will have.
        entered: ISO date at which the current widget was entered.
        parent_step_sid: the run-subflow step that this frame belongs to, or None.
    """

    flow_sid: str
    revision: int
    context: Context
    widget: str
    entered: str = ""
    step_sid: str = field(default_factory=lambda: new_sid("FT"))
    parent_step_sid: str | None = None


@dataclass
class Execution:
    """One run of a flow.

    Attributes:
        sid: `FN…`.
        account_sid: `AC…`.
        trigger_event: the event that started it.
        contact: the person's address.
        channel: Twilio's side's address.
        started: ISO date.
        frames: the flow, then the subflow if one runs.
        initiated_by: the SID of the message, call or request that started it, or empty.
        updated: ISO date of its last step or its end, or None before the first.
        beginnings: the contexts with which its flows began: a subflow's by the SID of the step
            that runs it, the outermost flow's by an empty text.
        status: `active` or `ended`.
        steps: the widgets that ran, in order.
        wait: what it waits for, or None.
        runs_in_a_row: how often the current widget has run with no other in between.
        step_count: how many widgets were entered.
        ended_reason: why it ended, empty while it has not.
        call_sid: `CA…` of the call it is about, or empty.
        call: `live`; `over` once somebody hung up; `out-of-reach` when TwiML that a widget printed
            did not bring it back in time (reference 7 no. 6); empty when there is no call.
    """

    sid: str
    account_sid: str
    trigger_event: str
    contact: str
    channel: str
    started: str
    frames: list[Frame]
    initiated_by: str = ""
    updated: str | None = None
    beginnings: dict[str, Context] = field(default_factory=dict)
    status: str = ACTIVE
    steps: list[Step] = field(default_factory=list)
    wait: Wait | None = None
    runs_in_a_row: int = 0
    step_count: int = 0
    ended_reason: str = ""
    call_sid: str = ""
    call: str = NO_CALL

    @property
    def flow_sid(self) -> str:
        """The SID of the outermost flow."""
        return self.frames[0].flow_sid

    @property
    def frame(self) -> Frame:
        """The flow that runs now: the subflow if there is one."""
        return self.frames[-1]

    @property
    def context(self) -> Context:
        """The outermost flow's context."""
        return self.frames[0].context

    @property
    def widget(self) -> str:
        """The current widget's name, the last one's when the execution has ended."""
        return self.frame.widget

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.status == ACTIVE

    @property
    def path(self) -> list[str]:
        """The widgets that ran, in order."""
        return [step.transitioned_from for step in self.steps]

    def took(self, widget: str) -> Taken:
        """Return the event that a widget took, the last time it ran, with why.

        Raises:
            ExpectationError: it has not run to its end; the message tells what has.
        """
        __tracebackhide__ = True
        steps = (step for step in reversed(self.steps) if step.transitioned_from == widget)
        step = next(steps, None)
        if step is None:
            raise ExpectationError(self._took_nothing(widget))
        return Taken(step.name, step.because, step.explanation)

    def _took_nothing(self, widget: str) -> str:
        ran = ", ".join(self.path) or "nothing"
        stands = f"; it waits at '{self.widget}'" if self.wait else ""
        ended = "" if self.is_active else f"; it has ended ({self.ended_reason})"
        if widget == self.widget:
            why = "has taken no event yet" if self.is_active else "was entered and never left"
        else:
            why = f"has not run{did_you_mean(widget, dict.fromkeys(self.path))}"
        return f"widget '{widget}' {why}\nran: {ran}{stands}{ended}"

    @property
    def times_out_at(self) -> datetime | None:
        """When the wait is over, or None when nothing is waited for or there is no end to it."""
        until = self.wait.until if self.wait else None
        return datetime.fromisoformat(until) if until else None

    def step(self, sid: str) -> Step | None:
        """Return a step by its SID, or None."""
        return next((step for step in self.steps if step.sid == sid), None)

    def context_after(self, last: Step | None = None) -> Context:
        """Return the context as it was after a step, of the flow that the step belongs to.

        It is made anew from what the steps wrote, so that it may be asked for by any thread.

        Args:
            last: the step; without it the outermost flow's context as it is now.
        """
        parent = last.parent_step_sid if last else None
        context: Context = copied(self.beginnings[parent or ""])
        for step in tuple(self.steps):
            if step.parent_step_sid == parent:
                write(context, step.transitioned_from, step.outputs, step.flow)
            if step is last:
                break
        return context

    def to_dict(self) -> dict[str, Any]:
        """Return the execution as JSON data."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Execution:
        """Return the execution that `to_dict` made the data from.

        Raises:
            ValueError: the data is of another format.
        """
        fields = dict(data)
        if fields.pop("format", None) != FORMAT:
            raise ValueError(f"expected an execution of format {FORMAT}")
        fields["frames"] = [Frame(**frame) for frame in fields["frames"]]
        fields["steps"] = [Step(**step) for step in fields["steps"]]
        fields["wait"] = Wait(**fields["wait"]) if fields["wait"] else None
        return cls(**fields)
