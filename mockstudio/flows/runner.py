"""Runs the executions of a sandbox: whose turn it is, when one times out, one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from mockstudio.clock import Clock, Timer
from mockstudio.errors import MockstudioError
from mockstudio.flows.engine import EVENT_IGNORED, Engine
from mockstudio.flows.events import FlowEvent, Listener, Warned
from mockstudio.flows.execution import HANGUP, OVER, Execution
from mockstudio.flows.model import Flow
from mockstudio.flows.triggers import Trigger
from mockstudio.flows.widgets.send_and_wait_for_reply import DELIVERY_FAILURE
from mockstudio.store.executions import ExecutionStore

STOPPED = "STOPPED"
TRIGGER = "trigger"
"""A FlowEvent that asks for a new execution (rest-api.md 5.1)."""


class Runner:
    """Gives executions what arrives from outside and what the clock brings.

    Args:
        engine: runs them.
        executions: where they are kept.
        clock: times them out.
        listener: told of what no engine could know.
    """

    def __init__(
        self,
        engine: Engine,
        executions: ExecutionStore[Execution],
        clock: Clock,
        listener: Listener,
    ) -> None:
        self._engine = engine
        self._executions = executions
        self._clock = clock
        self._listener = listener
        self._timers: dict[str, Timer] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._arriving = threading.Lock()

    def start(self, flow: Flow, trigger: Trigger) -> Execution:
        """Start an execution, whatever else runs, and run it until it waits or ends."""
        execution = self._executions.add(self._engine.create(flow, trigger))
        self._run(execution)
        return execution

    def admit(self, flow: Flow, trigger: Trigger) -> tuple[Execution, bool]:
        """Return a new execution that does not run yet, unless its contact has an active one.

        Returns:
            The new execution and True, or the active one and False.
        """
        with self._arriving:
            active = self.addressee(flow, trigger)
            if active is not None:
                return active, False
            return self._executions.add(self._engine.create(flow, trigger)), True

    def run_soon(self, execution: Execution, report: Callable[[MockstudioError], None]) -> None:
        """Run a new execution when the clock's next timers fire.

        Args:
            execution: as `admit` returned it.
            report: told of what stops it; there is no caller to raise it to.
        """

        def run() -> None:
            try:
                self._run(execution)
            except MockstudioError as error:
                self._warn(execution, None, str(error))
                report(error)

        with self._lock(execution):
            self._timers[execution.sid] = self._clock.call_later(0, run)

    def deliver(self, flow: Flow, trigger: Trigger, event: FlowEvent) -> tuple[Execution, bool]:
        """Resume the execution that the event is for, or start one with the trigger.

        A call is known by its SID; a message by its contact, who has one active execution in a
        flow. A further call of a contact starts another execution where the flow allows it
        (reference 6).

        Returns:
            The execution, and whether it took what arrived: False for an event that it cannot
            use (81002).
        """
        with self._arriving:
            execution = self.addressee(flow, trigger)
            is_new = execution is None
            if execution is None:
                execution = self._executions.add(self._engine.create(flow, trigger))
        if not is_new:
            return execution, self.receive(execution, event)
        if event.name not in (trigger.event, TRIGGER):
            text = f"FlowEvent '{event.name}' arrived, but no execution waits for it"
            self._warn(execution, None, f"{text}: it starts a new one")
        self._run(execution)
        return execution, True

    def addressee(self, flow: Flow, trigger: Trigger) -> Execution | None:
        """Return the active execution that what arrives is for, or None (see `deliver`)."""
        active = self._executions.active(flow.sid, trigger.contact, trigger.channel)
        if not trigger.call_sid:
            return active[-1] if active else None
        same_call = self.of_call(flow, trigger.call_sid)
        if same_call is not None:
            return same_call
        blocking = [e for e in active if not (e.call_sid and flow.allow_concurrent_calls)]
        return blocking[-1] if blocking else None

    def of_call(self, flow: Flow, call_sid: str) -> Execution | None:
        """Return the active execution of a call, or None."""
        execution = self._executions.of_call(flow.sid, call_sid)
        return execution if execution is not None and execution.is_active else None

    def receive(self, execution: Execution, event: FlowEvent) -> bool:
        """Give an execution an event from outside; False when it cannot use it (81002)."""
        lock = self._lock(execution)
        if not lock.acquire(blocking=False):
            return self._receive_while_running(execution, event)
        try:
            return self._engine.receive(execution, event)
        finally:
            self._leave(execution, lock)

    def _receive_while_running(self, execution: Execution, event: FlowEvent) -> bool:
        if event.name == HANGUP:
            # The widget finishes; the engine stops at the next one that needs the call.
            execution.call = execution.call and OVER
            return True
        text = f"event '{event.name}' arrived while widget '{execution.widget}' was running"
        self._warn(execution, EVENT_IGNORED, text)
        return False

    def message_lost(self, sid: str) -> None:
        """Tell the execution that waits for the reply to a message that nobody got it."""
        for execution in self._executions.all():
            outputs = execution.wait.outputs if execution.wait else {}
            if outputs.get("outbound", {}).get("Sid") == sid:
                try:
                    self.receive(execution, FlowEvent(DELIVERY_FAILURE))
                except MockstudioError as error:
                    self._warn(execution, None, str(error))

    def end(self, execution: Execution) -> None:
        """End an execution where it stands."""
        self._engine.end(execution, STOPPED)
        self._settle(execution)

    def delete(self, execution: Execution) -> bool:
        """Forget an execution, which ends first; False when somebody else has done so."""
        self.end(execution)
        return self._executions.remove(execution.sid) is not None

    def resume(self, data: Mapping[str, Any]) -> Execution:
        """Carry on with an execution that was dumped with `Execution.to_dict`, here or elsewhere.

        Its flow must have been loaded.
        """
        execution = self._executions.add(Execution.from_dict(data))
        self._settle(execution)
        return execution

    def pass_time(self, execution: Execution) -> bool:
        """Advance the clock to the moment at which a parked execution moves on by itself.

        Returns:
            False when it is not parked.
        """
        moment = self._engine.next_moment(execution)
        if moment is None:
            return False
        # Without its timer: what goes wrong then reaches the caller rather than the listener.
        self._drop_timer(execution)
        self._clock.advance((moment - self._clock.now()).total_seconds())
        self._tick(execution)
        return True

    def forget(self) -> None:
        """Drop all timers and locks."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._locks.clear()

    def _run(self, execution: Execution) -> None:
        lock = self._lock(execution)
        lock.acquire()
        try:
            if execution.is_active:  # nobody has ended it before it began
                self._engine.run(execution)
        finally:
            self._leave(execution, lock)

    def _leave(self, execution: Execution, lock: threading.Lock) -> None:
        """Let others at an execution that waits or has ended."""
        if execution.call == OVER and execution.wait is not None and execution.wait.twiml:
            # Somebody hung up at the last moment, when the TwiML was printed already.
            self._engine.receive(execution, FlowEvent(HANGUP))
        lock.release()
        self._settle(execution)

    def _lock(self, execution: Execution) -> threading.Lock:
        return self._locks.setdefault(execution.sid, threading.Lock())

    def _settle(self, execution: Execution) -> None:
        """Store an execution and set the timer for what it waits for."""
        self._executions.save(execution)
        self._drop_timer(execution)
        moment = self._engine.next_moment(execution)
        if moment is not None:
            seconds = (moment - self._clock.now()).total_seconds()
            self._timers[execution.sid] = self._clock.call_later(
                seconds, lambda: self._tick_unattended(execution)
            )
        elif not execution.is_active:
            self._locks.pop(execution.sid, None)

    def _drop_timer(self, execution: Execution) -> None:
        timer = self._timers.pop(execution.sid, None)
        if timer is not None:
            timer.cancel()

    def _tick_unattended(self, execution: Execution) -> None:
        """Tick on a timer: nobody is there to catch what stops the run, so it is told."""
        try:
            self._tick(execution)
        except MockstudioError as error:
            self._warn(execution, None, str(error))

    def _tick(self, execution: Execution) -> None:
        lock = self._lock(execution)
        if not lock.acquire(blocking=False):
            return  # What runs now sets the timer again when it is done.
        try:
            self._engine.tick(execution)
        finally:
            self._leave(execution, lock)

    def _warn(self, execution: Execution, code: int | None, text: str) -> None:
        self._listener(
            Warned(
                execution=execution.sid,
                at=self._clock.now(),
                widget=execution.widget,
                code=code,
                text=text,
            )
        )
