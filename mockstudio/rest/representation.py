"""How dates look in the two generations of Twilio's APIs (rest-api.md 0.5, 3, 4)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import overload


@overload
def rfc_2822(moment: datetime) -> str: ...
@overload
def rfc_2822(moment: None) -> None: ...
def rfc_2822(moment: datetime | None) -> str | None:
    """Return a date as the 2010 API writes it: `Thu, 24 Aug 2023 05:01:45 +0000`."""
    return None if moment is None else format_datetime(moment.astimezone(UTC))


@overload
def iso_8601(moment: datetime) -> str: ...
@overload
def iso_8601(moment: None) -> None: ...
def iso_8601(moment: datetime | None) -> str | None:
    """Return a date as the newer APIs write it, to the second: clients read no fractions."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
