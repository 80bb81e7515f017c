"""Executions by SID and by contact (reference 6: one active execution per contact and flow)."""

from __future__ import annotations

import threading
from typing import Generic, Protocol, TypeVar

from mockstudio.store.ledger import Entry, Ledger


class Record(Protocol):
    """What the store must know of an execution."""

    @property
    def sid(self) -> str:
        """`FN…`."""

    @property
    def flow_sid(self) -> str:
        """`FW…`."""

    @property
    def contact(self) -> str:
        """The person's address."""

    @property
    def channel(self) -> str:
        """Twilio's side's address."""

    @property
    def call_sid(self) -> str:
        """`CA…` of the call it is about, or empty."""

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""


R = TypeVar("R", bound=Record)


class ExecutionStore(Generic[R]):
    """Executions in memory."""

    def __init__(self) -> None:
        self._ledger: Ledger[R] = Ledger()
        self._active: dict[tuple[str, str, str], list[str]] = {}
        self._calls: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def add(self, execution: R) -> R:
        """Keep a new execution, and that its contact is busy with it."""
        with self._lock:
            self._ledger.add(execution)
            self._note(execution)
        return execution

    def save(self, execution: R) -> None:
        """Note how an execution stands now; one that has been removed stays away."""
        with self._lock:
            if self._ledger.change(execution.sid, lambda _: execution) is not None:
                self._note(execution)

    def remove(self, sid: str) -> R | None:
        """Forget an execution and return it, or None when there is none."""
        with self._lock:
            execution = self._ledger.remove(sid)
            if execution is not None:
                self._free(execution)
                self._calls.pop((execution.flow_sid, execution.call_sid), None)
            return execution

    def get(self, sid: str) -> R | None:
        """Return an execution, or None."""
        return self._ledger.get(sid)

    def active(self, flow_sid: str, contact: str, channel: str) -> list[R]:
        """Return the active executions of a contact in a flow, oldest first.

        Only calls can have several at a time (reference 6, `allow_concurrent_calls`).
        """
        with self._lock:
            sids = self._active.get((flow_sid, contact, channel), ())
            return [execution for sid in sids if (execution := self._ledger.get(sid))]

    def of_call(self, flow_sid: str, call_sid: str) -> R | None:
        """Return a flow's newest execution about a call, active or not, or None."""
        with self._lock:
            return self._ledger.get(self._calls.get((flow_sid, call_sid), ""))

    def of_flow(self, flow_sid: str) -> list[Entry[R]]:
        """Return every execution of a flow with its number, oldest first."""
        return [entry for entry in self._ledger.entries() if entry.record.flow_sid == flow_sid]

    def all(self) -> list[R]:
        """Return every execution, oldest first."""
        return self._ledger.all()

    def clear(self) -> None:
        """Forget every execution."""
        with self._lock:
            self._ledger.clear()
            self._active.clear()
            self._calls.clear()

    def _note(self, execution: R) -> None:
        if execution.call_sid:
            self._calls[execution.flow_sid, execution.call_sid] = execution.sid
        if not execution.is_active:
            self._free(execution)
            return
        active = self._active.setdefault(_key(execution), [])
        if execution.sid not in active:
            active.append(execution.sid)

    def _free(self, execution: R) -> None:
        """Note that a contact is no longer busy with an execution."""
        active = self._active.get(_key(execution), [])
        if execution.sid in active:
            active.remove(execution.sid)
        if not active:
            self._active.pop(_key(execution), None)


def _key(execution: Record) -> tuple[str, str, str]:
    return execution.flow_sid, execution.contact, execution.channel
