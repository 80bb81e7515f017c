"""What happens in the sandbox's world, as typed events. Whoever acts tells; views only listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Event:
    """Root of all events.

    Attributes:
        at: when it happened, by the sandbox's clock.
    """

    at: datetime

    def to_dict(self) -> dict[str, Any]:
        """Return the event as plain data for JSON, its class's name under `event`."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        return {"event": type(self).__name__} | {k: _plain(v) for k, v in data.items()}


Listener = Callable[[Event], None]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(member) for name, member in asdict(value).items()}
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value
