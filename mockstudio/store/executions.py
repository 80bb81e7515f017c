"""Executions by SID and by contact (reference 6: one active execution per contact and flow)."""

from __future__ import annotations

import threading
from typing import Generic, Protocol, TypeVar


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
        self._by_sid: dict[str, R] = {}
        self._active: dict[tuple[str, str, str], list[str]] = {}
        self._calls: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def save(self, execution: R) -> None:
        """Keep an execution, and whether its contact is busy with it."""
        key = (execution.flow_sid, execution.contact, execution.channel)
        with self._lock:
            self._by_sid[execution.sid] = execution
            active = self._active.setdefault(key, [])
            if execution.is_active and execution.sid not in active:
                active.append(execution.sid)
            elif not execution.is_active and execution.sid in active:
                active.remove(execution.sid)
            if not active:
                del self._active[key]
            if execution.call_sid:
                self._calls[execution.flow_sid, execution.call_sid] = execution.sid

    def get(self, sid: str) -> R | None:
        """Return an execution, or None."""
        with self._lock:
            return self._by_sid.get(sid)

    def active(self, flow_sid: str, contact: str, channel: str) -> list[R]:
        """Return the active executions of a contact in a flow, oldest first.

        Only calls can have several at a time (reference 6, `allow_concurrent_calls`).
        """
        with self._lock:
            sids = self._active.get((flow_sid, contact, channel), ())
            return [self._by_sid[sid] for sid in sids]

    def of_call(self, flow_sid: str, call_sid: str) -> R | None:
        """Return a flow's newest execution about a call, active or not, or None."""
        with self._lock:
            sid = self._calls.get((flow_sid, call_sid))
            return self._by_sid[sid] if sid else None

    def all(self) -> list[R]:
        """Return every execution, oldest first."""
        with self._lock:
            return list(self._by_sid.values())

    def clear(self) -> None:
        """Forget every execution."""
        with self._lock:
            self._by_sid.clear()
            self._active.clear()
            self._calls.clear()
