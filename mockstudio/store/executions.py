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
    def is_active(self) -> bool:
        """Whether it has not ended."""


R = TypeVar("R", bound=Record)


class ExecutionStore(Generic[R]):
    """Executions in memory."""

    def __init__(self) -> None:
        self._by_sid: dict[str, R] = {}
        self._active: dict[tuple[str, str, str], str] = {}
        self._lock = threading.Lock()

    def save(self, execution: R) -> None:
        """Keep an execution, and whether its contact is busy with it."""
        key = (execution.flow_sid, execution.contact, execution.channel)
        with self._lock:
            self._by_sid[execution.sid] = execution
            if execution.is_active:
                self._active[key] = execution.sid
            elif self._active.get(key) == execution.sid:
                del self._active[key]

    def get(self, sid: str) -> R | None:
        """Return an execution, or None."""
        with self._lock:
            return self._by_sid.get(sid)

    def active(self, flow_sid: str, contact: str, channel: str) -> R | None:
        """Return the active execution of a contact in a flow, or None."""
        with self._lock:
            sid = self._active.get((flow_sid, contact, channel))
            return self._by_sid.get(sid) if sid else None

    def all(self) -> list[R]:
        """Return every execution, oldest first."""
        with self._lock:
            return list(self._by_sid.values())

    def clear(self) -> None:
        """Forget every execution."""
        with self._lock:
            self._by_sid.clear()
            self._active.clear()
