"""Runs the executions of a sandbox: whose turn it is, when one times out, one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from mockstudio.clock import Clock, Timer
from mockstudio.errors import MockstudioError
from mockstudio.flows.engine import EVENT_IGNORED, Engine
from mockstudio.flows.events import FlowEvent, Listener, Warned
from mockstudio.flows.execution import Execution
from mockstudio.flows.model import Flow
from mockstudio.flows.triggers import Trigger
from mockstudio.store.executions import ExecutionStore

STOPPED = "STOPPED"


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
        self._locks: dict[str, threading.RLock] = {}
        self._arriving = threading.Lock()

    def start(self, flow: Flow, trigger: Trigger) -> Execution:
        """Start an execution, whatever else runs, and run it until it waits or ends."""
        execution = self._engine.create(flow, trigger)
        self._run(execution)
        return execution

    def deliver(self, flow: Flow, trigger: Trigger, event: FlowEvent) -> tuple[Execution, bool]:
        """Resume the contact's active execution with the event, or start one with the trigger.

        Returns:
            The execution, and whether it took what arrived: False for an event that it cannot
            use (81002).
        """
        with self._arriving:
            execution = self._executions.active(flow.sid, trigger.contact, trigger.channel)
            is_new = execution is None
            if execution is None:
                execution = self._engine.create(flow, trigger)
                self._executions.save(execution)
        if not is_new:
            return execution, self.receive(execution, event)
        self._run(execution)
        return execution, True

    def receive(self, execution: Execution, event: FlowEvent) -> bool:
        """Give an execution an event from outside; False when it cannot use it (81002)."""
        lock = self._lock(execution)
        if not lock.acquire(blocking=False):
            text = f"event '{event.name}' arrived while widget '{execution.widget}' was running"
            self._warn(execution, EVENT_IGNORED, text)
            return False
        try:
            return self._engine.receive(execution, event)
        finally:
            lock.release()
            self._settle(execution)

    def end(self, execution: Execution) -> None:
        """End an execution where it stands."""
        self._engine.end(execution, STOPPED)
        self._settle(execution)

    def resume(self, data: Mapping[str, Any]) -> Execution:
        """Carry on with an execution that was dumped with `Execution.to_dict`, here or elsewhere.

        Its flow must have been loaded.
        """
        execution = Execution.from_dict(data)
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
        try:
            with self._lock(execution):
                self._engine.run(execution)
        finally:
            self._settle(execution)

    def _lock(self, execution: Execution) -> threading.RLock:
        return self._locks.setdefault(execution.sid, threading.RLock())

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
        try:
            with self._lock(execution):
                self._engine.tick(execution)
        finally:
            self._settle(execution)

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
