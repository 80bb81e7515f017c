"""The engine: runs an execution, widget by widget, until it waits or ends.

It keeps nothing of an execution outside the execution itself, so any engine that knows the same
flows can carry it on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mockstudio.errors import UnsupportedWidgetError
from mockstudio.flows.context import copied, new_context, subflow_context, write
from mockstudio.flows.events import (
    Ended,
    EventReceived,
    ExecutionStarted,
    FlowEvent,
    Listener,
    RunEvent,
    StepEntered,
    Transitioned,
    Waiting,
    Warned,
)
from mockstudio.flows.execution import (
    ENDED,
    HANGUP,
    LIVE,
    NO_CALL,
    OUT_OF_REACH,
    OVER,
    Execution,
    Frame,
    Step,
    Wait,
)
from mockstudio.flows.model import Flow
from mockstudio.flows.program import Program
from mockstudio.flows.reach import answerable, is_known, note_call, why_ignored
from mockstudio.flows.triggers import Trigger
from mockstudio.flows.widgets.base import Entered, Parked, Result, Services, Took, Visit, Widget
from mockstudio.flows.widgets.run_subflow import COMPLETED
from mockstudio.sids import new_sid

TOO_MANY_STEPS = 81000
LOOP_LIMIT = 81001
EVENT_IGNORED = 81002
UNSUPPORTED_TRIGGER = 81020
TOO_MANY_WIDGETS = 81026

FLOW_END = "FLOW_END"
EXPIRED = "EXPIRED"
STOPPED = "STOPPED_BY_ERROR"
CALL_OUT_OF_REACH = "CALL_OUT_OF_REACH"
ENDED_STATE = "Ended"


class Engine:
    """Runs executions.

    Args:
        programs: returns the compiled flow of a SID and revision; raises UnknownNameError.
        widgets: the widgets that can run, by type.
        services: the world outside.
        listener: told of everything that happens.
        account_sid: whose executions they are.
    """

    def __init__(
        self,
        programs: Callable[[str, int], Program],
        widgets: Mapping[str, Widget],
        services: Services,
        listener: Listener,
        account_sid: str,
    ) -> None:
        self._programs = programs
        self._widgets = widgets
        self._services = services
        self._listener = listener
        self._account_sid = account_sid

    # --- from outside

    def create(self, flow: Flow, trigger: Trigger) -> Execution:
        """Return a new execution that stands at the flow's trigger; `run` sets it going."""
        sid, now = new_sid("FN"), self._services.clock.now().isoformat()
        frame = Frame(
            flow_sid=flow.sid,
            revision=flow.revision,
            context=new_context(sid, flow.sid, trigger),
            widget=flow.initial_state,
            entered=now,
        )
        return Execution(
            sid=sid,
            account_sid=self._account_sid,
            trigger_event=trigger.event,
            contact=trigger.contact,
            channel=trigger.channel,
            initiated_by=trigger.sid,
            started=now,
            frames=[frame],
            beginnings={"": copied(frame.context)},
            call_sid=trigger.call_sid,
            call=LIVE if trigger.call_sid else NO_CALL,
        )

    def run(self, execution: Execution) -> None:
        """Run a new execution until it waits or ends.

        Raises:
            RouteError: an HTTP widget calls a URL that no route covers.
            UnsupportedWidgetError: a widget was reached that cannot run yet.
        """
        frame = execution.frame
        flow = self._programs(frame.flow_sid, frame.revision).flow
        self._tell(
            execution,
            ExecutionStarted,
            flow=flow.name,
            trigger=execution.trigger_event,
            contact=execution.contact,
        )
        if self._fits(execution, flow):
            self._run(execution)

    def receive(self, execution: Execution, event: FlowEvent) -> bool:
        """Give a parked execution an event and run on until it waits or ends.

        Returns:
            False when the current widget cannot use the event: it is ignored, with 81002.

        Raises:
            RouteError, UnsupportedWidgetError: as in `run`.
            UnknownNameError: the flow is not loaded; the execution is left as it was.
        """
        wait = execution.wait
        if is_known(execution, event):
            return True
        note_call(execution, event)
        if not execution.is_active or wait is None or not wait.takes(event.name):
            if event.name == HANGUP and execution.is_active:
                self.end(execution, HANGUP)
                return True
            self._warn(execution, EVENT_IGNORED, why_ignored(execution, event))
            return False
        visit, widget = self._visit(execution), self._widget(execution)
        self._tell(execution, EventReceived, name=event.name, parameters=dict(event.parameters))
        execution.wait = None
        self._settle(execution, visit, widget.resume(visit, event, wait))
        self._run(execution)
        return True

    def tick(self, execution: Execution) -> bool:
        """Time an execution out when its wait is over by the clock; tell whether it was."""
        now = self._services.clock.now()
        if not execution.is_active or execution.wait is None:
            return False
        if now >= self._expiry(execution):
            self.end(execution, EXPIRED)
            return True
        due = execution.times_out_at
        if due is None or now < due:
            return False
        if execution.call == LIVE and execution.wait.twiml:
            # The carrier plays something else and will not ask here again (reference 7 no. 6).
            execution.call = OUT_OF_REACH
        return self.receive(execution, FlowEvent("timeout"))

    def next_moment(self, execution: Execution) -> datetime | None:
        """Return when `tick` would do something, or None for an execution that is not parked."""
        if not execution.is_active or execution.wait is None:
            return None
        return min(execution.times_out_at or self._expiry(execution), self._expiry(execution))

    def end(self, execution: Execution, reason: str = FLOW_END) -> None:
        """End an execution where it stands."""
        if not execution.is_active:
            return
        execution.status = ENDED
        execution.wait = None
        execution.ended_reason = reason
        execution.updated = self._services.clock.now().isoformat()
        self._tell(execution, Ended, reason=reason)

    # --- the loop

    def _run(self, execution: Execution) -> None:
        try:
            while execution.is_active and execution.wait is None:
                self._step(execution)
        except Exception:
            self.end(execution, STOPPED)
            raise

    def _step(self, execution: Execution) -> None:
        if self._is_over_a_limit(execution) or self._lacks_a_webhook(execution):
            return
        execution.step_count += 1
        execution.runs_in_a_row += 1
        visit = self._visit(execution)
        self._tell(
            execution,
            StepEntered,
            type=visit.state.type,
            number=execution.step_count,
            flow=execution.frame.flow_sid,
            at_widget=True,
        )
        widget = self._widget(execution)
        visit.render_properties()
        self._settle(execution, visit, widget.enter(visit))

    def _is_over_a_limit(self, execution: Execution) -> bool:
        limits = self._services.limits
        if execution.step_count >= limits.step_limit:
            text = f"execution exceeded the maximum of {limits.step_limit:,} steps"
            return self._cut_short(execution, TOO_MANY_STEPS, text)
        if execution.runs_in_a_row >= limits.loop_limit:
            text = f"widget '{execution.widget}' ran {limits.loop_limit} times in a row"
            return self._cut_short(execution, LOOP_LIMIT, text)
        return False

    def _lacks_a_webhook(self, execution: Execution) -> bool:
        """End an execution that reaches a widget whose TwiML nobody would play (reference 2, 6)."""
        frame = execution.frame
        state = self._programs(frame.flow_sid, frame.revision).flow.state(frame.widget)
        widget = self._widgets.get(state.type)
        channels = widget.prints_twiml_for if widget else frozenset()
        if not channels or answerable(execution) in channels:
            return False
        if execution.call == NO_CALL:
            wanted = " or a ".join(sorted(channels))
            text = f"{state.type} needs a {wanted}; {execution.trigger_event} started this"
            return self._cut_short(execution, UNSUPPORTED_TRIGGER, text)
        self.end(execution, HANGUP if execution.call == OVER else CALL_OUT_OF_REACH)
        return True

    def _fits(self, execution: Execution, flow: Flow) -> bool:
        """End an execution whose flow has too many widgets, subflows included (reference 2.7)."""
        count = len(flow.states)
        for state in flow.states:
            if state.type == "run-subflow":
                named = (str(state.properties.get(key)) for key in ("flow_sid", "flow_revision"))
                subflow = self._services.library.subflow(*named)
                count += len(subflow.states) if subflow else 0
        limit = self._services.limits.total_widgets
        if count <= limit:
            return True
        text = f"flow and subflows have {count:,} widgets, more than {limit:,}"
        return not self._cut_short(execution, TOO_MANY_WIDGETS, text)

    def _cut_short(self, execution: Execution, code: int, text: str) -> bool:
        self._warn(execution, code, text)
        self.end(execution, str(code))
        return True

    # --- one step's end

    def _settle(self, execution: Execution, visit: Visit, result: Result) -> None:
        """Do what a widget's result asks for: park, enter a subflow, or go on."""
        if isinstance(result, Parked):
            if execution.is_active:  # nobody has ended it while the widget was at work
                self._park(execution, result.wait)
        elif isinstance(result, Entered):
            self._enter_subflow(execution, result)
        else:
            self._leave(execution, visit, result)

    def _park(self, execution: Execution, wait: Wait) -> None:
        execution.wait = wait
        until = execution.times_out_at
        seconds = (until - self._services.clock.now()).total_seconds() if until else None
        self._tell(execution, Waiting, accepts=tuple(wait.accepts), seconds=seconds, at_widget=True)

    def _enter_subflow(self, execution: Execution, entered: Entered) -> None:
        parent, flow = execution.frame, entered.flow
        call = {
            "parameters": entered.parameters,
            "step_sid": parent.step_sid,
            "execution_sid": execution.sid,
            "flow_sid": parent.flow_sid,
        }
        frame = Frame(
            flow_sid=flow.sid,
            revision=flow.revision,
            context=subflow_context(parent.context, flow.sid, call),
            widget=flow.initial_state,
            entered=self._services.clock.now().isoformat(),
            parent_step_sid=parent.step_sid,
        )
        execution.beginnings[parent.step_sid] = copied(frame.context)
        execution.frames.append(frame)
        execution.runs_in_a_row = 0

    def _leave(self, execution: Execution, visit: Visit, took: Took) -> None:
        """Write a widget's outputs, record its step, and go to the next widget or the end."""
        frame, state = execution.frame, visit.state
        left = self._services.clock.now().isoformat()
        write(frame.context, state.name, took.outputs, took.flow)
        transition = took.transition or state.transition(took.event)
        following = transition.next if transition else None
        execution.steps.append(
            Step(
                sid=frame.step_sid,
                name=took.event,
                transitioned_from=state.name,
                transitioned_to=following or ENDED_STATE,
                type=state.type,
                outputs=dict(took.outputs),
                flow={member: dict(values) for member, values in took.flow.items()},
                entered=frame.entered,
                left=left,
                parent_step_sid=frame.parent_step_sid,
                because=took.because,
                explanation=took.explanation,
            )
        )
        execution.updated = left
        self._tell(
            execution,
            Transitioned,
            took=took.event,
            next=following,
            transition=state.transitions.index(transition) if transition else None,
            flow=frame.flow_sid,
            at_widget=True,
        )
        if following is None:
            self._end_branch(execution)
        else:
            self._go(execution, following, left)

    def _go(self, execution: Execution, widget: str, entered: str) -> None:
        frame = execution.frame
        frame.entered = entered
        if frame.widget != widget:
            execution.runs_in_a_row = 0
        frame.widget = widget
        frame.step_sid = new_sid("FT")

    def _end_branch(self, execution: Execution) -> None:
        """End the execution, or return from the subflow to the widget that runs it."""
        if len(execution.frames) == 1:
            self.end(execution)
            return
        subflow = execution.frames.pop().context["flow"]
        execution.runs_in_a_row = 1
        lifted = {key: subflow[key] for key in ("add_ons", "channel") if key in subflow}
        took = Took(COMPLETED, subflow["variables"], flow=lifted)
        self._leave(execution, self._visit(execution), took)

    # --- what is what

    def _visit(self, execution: Execution) -> Visit:
        frame = execution.frame
        compiled = self._programs(frame.flow_sid, frame.revision).state(frame.widget)
        return Visit(execution, compiled, self._services, self._listener)

    def _widget(self, execution: Execution) -> Widget:
        frame = execution.frame
        state = self._programs(frame.flow_sid, frame.revision).flow.state(frame.widget)
        if state.type not in self._widgets:
            raise UnsupportedWidgetError(state.name, state.type)
        return self._widgets[state.type]

    def _expiry(self, execution: Execution) -> datetime:
        days = timedelta(days=self._services.limits.execution_days)
        return datetime.fromisoformat(execution.started) + days

    def _warn(self, execution: Execution, code: int, text: str) -> None:
        self._tell(execution, Warned, code=code, text=text, at_widget=True)

    def _tell(
        self,
        execution: Execution,
        event_type: type[RunEvent],
        *,
        at_widget: bool = False,
        **fields: Any,
    ) -> None:
        self._listener(
            event_type(
                execution=execution.sid,
                at=self._services.clock.now(),
                widget=execution.widget if at_widget else "",
                depth=len(execution.frames) - 1,
                **fields,
            )
        )
