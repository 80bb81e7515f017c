"""Records by SID, in the order they came."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class HasSid(Protocol):
    """What a ledger must know of a record."""

    @property
    def sid(self) -> str:
        """Two letters and 32 hex digits."""


R = TypeVar("R", bound=HasSid)
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Entry(Generic[R_co]):
    """A record with its place.

    Attributes:
        number: counted up for each new record and never given again, so that a list can be carried
            on where it was left although records have gone meanwhile.
        record: as it is now.
    """

    number: int
    record: R_co


class Ledger(Generic[R]):
    """Records in memory. They are frozen: who changes one puts another in its place."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry[R]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, record: R) -> R:
        """Keep a new record."""
        with self._lock:
            self._entries[record.sid] = Entry(next(self._numbers), record)
        return record

    def add_unless(self, record: R, stands_against: Callable[[R], bool]) -> bool:
        """Keep a new record unless one that is there stands against it.

        Nobody else adds one meanwhile; `stands_against` must not use the ledger.

        Returns:
            Whether it is kept.
        """
        with self._lock:
            if any(stands_against(entry.record) for entry in self._entries.values()):
                return False
            self._entries[record.sid] = Entry(next(self._numbers), record)
            return True

    def get(self, sid: str) -> R | None:
        """Return a record, or None."""
        with self._lock:
            entry = self._entries.get(sid)
        return entry.record if entry else None

    def change(self, sid: str, change: Callable[[R], R]) -> R | None:
        """Put what `change` makes of a record in its place.

        Nobody else changes it meanwhile; `change` must not use the ledger.

        Returns:
            The record as it is now, or None when there is none.
        """
        with self._lock:
            entry = self._entries.get(sid)
            if entry is None:
                return None
            record = change(entry.record)
            self._entries[sid] = Entry(entry.number, record)
            return record

    def remove(self, sid: str) -> R | None:
        """Forget a record and return it, or None when there is none."""
        with self._lock:
            entry = self._entries.pop(sid, None)
        return entry.record if entry else None

    def entries(self) -> list[Entry[R]]:
        """Return every record with its number, oldest first."""
        with self._lock:
            return list(self._entries.values())

    def all(self) -> list[R]:
        """Return every record, oldest first."""
        return [entry.record for entry in self.entries()]

    def clear(self) -> None:
        """Forget every record."""
        with self._lock:
            self._entries.clear()
