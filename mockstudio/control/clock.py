"""The control API's clock: read, and advance where it can be."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify

from mockstudio.clock import Clock
from mockstudio.control.payload import json_body
from mockstudio.durations import parse_duration
from mockstudio.errors import UsageError


class ClockResources:
    """`/clock`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def register(self, blueprint: Blueprint) -> None:
        """Add the resources to the blueprint."""
        blueprint.get("/clock")(self.read)
        blueprint.post("/clock/advance")(self.advance)

    def read(self) -> Response:
        """Answer with the time."""
        clock = self._clock
        return jsonify(kind=clock.name, now=clock.now().isoformat(), seconds=clock.monotonic())

    def advance(self) -> Response:
        """Move a virtual or scaled clock forward."""
        data = json_body()
        if not isinstance(data, Mapping) or "by" not in data:
            raise UsageError('expected {"by": "1h"}')
        try:
            seconds = parse_duration(data["by"])
        except (TypeError, ValueError) as error:
            raise UsageError(f"by: {error}") from error
        self._clock.advance(seconds)
        return self.read()
