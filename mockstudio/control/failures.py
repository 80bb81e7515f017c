"""The control API's failures: how requests to the REST API fail."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify

from mockstudio.config import check_rest_failures
from mockstudio.control.payload import json_body
from mockstudio.errors import UsageError
from mockstudio.rest.failures import Failures, as_data, failure_rule

SOURCE = "control API"
"""Where rules came from that were sent here."""


class FailureResources:
    """`/failures`."""

    def __init__(self, failures: Failures) -> None:
        self._failures = failures

    def register(self, blueprint: Blueprint) -> None:
        """Add the resources to the blueprint."""
        blueprint.get("/failures")(self.failures)
        blueprint.put("/failures")(self.use_failures)
        blueprint.delete("/failures")(self.clear_failures)

    def failures(self) -> Response:
        """Answer with the rules in force."""
        return jsonify(failures=[as_data(rule) for rule in self._failures.rules])

    def use_failures(self) -> Response:
        """Put these rules in force."""
        data = json_body()
        if not isinstance(data, Mapping) or "failures" not in data:
            raise UsageError('expected {"failures": [{"resource": "Messages", "status": 500}]}')
        check_rest_failures(data["failures"], SOURCE)
        self._failures.use(map(failure_rule, data["failures"]))
        return self.failures()

    def clear_failures(self) -> tuple[str, int]:
        """Put no rules in force."""
        self._failures.use(())
        return "", 204
