"""Run events for programs: one JSON object a line, or all of them in one document."""

from __future__ import annotations

import json
from typing import Any, TextIO

from mockstudio.events import Event


class JsonLines:
    """Writes each event as a line of JSON, as it happens.

    Args:
        stream: where to.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, event: Event) -> None:
        """Write an event."""
        self._stream.write(json.dumps(event.to_dict(), ensure_ascii=False) + "\n")
        self._stream.flush()


class JsonDocument:
    """Keeps all events for one JSON document at the end."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event.to_dict())
