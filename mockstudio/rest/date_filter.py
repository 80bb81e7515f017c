"""Filters of lists by date: `StartTime`, `StartTime<` and `StartTime>` (rest-api.md 0.4, 3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from mockstudio.rest.parameters import Parameters


@dataclass(frozen=True)
class DateFilter:
    """Lets moments through.

    Attributes:
        on: one of the day that is meant, in UTC; None for any.
        before: the first moment that is too late, or None.
        since: the first moment that is late enough, or None.
    """

    on: datetime | None
    before: datetime | None
    since: datetime | None

    @classmethod
    def of(cls, query: Parameters, name: str) -> Self:
        """Read the filters of a name; raises RestError when one is no date."""
        return cls(query.date(name), query.date(f"{name}<"), query.date(f"{name}>"))

    def lets_through(self, moment: datetime | None) -> bool:
        """Tell whether a moment passes; one that has not come passes only where all do."""
        if moment is None:
            return self.on is self.before is self.since is None
        return (
            (self.on is None or _day(moment) == _day(self.on))
            and (self.before is None or moment < self.before)
            and (self.since is None or moment >= self.since)
        )


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
