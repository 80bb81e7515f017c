"""The control API's endpoints: list, add, replace, remove, play an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from mockstudio.control.payload import json_body
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.model import Endpoint
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.errors import UsageError

SOURCE = "control API"
"""Where an endpoint came from that was sent here."""


class EndpointResources:
    """`/endpoints` and what is below it."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    def register(self, blueprint: Blueprint) -> None:
        """Add the resources to the blueprint."""
        one, outcome = "/endpoints/<name>", "/endpoints/<name>/outcome"
        blueprint.get("/endpoints")(self.list_endpoints)
        blueprint.post("/endpoints")(self.add)
        blueprint.put("/endpoints")(self.replace_all)
        blueprint.get(one)(self.show)
        blueprint.put(one)(self.replace)
        blueprint.delete(one)(self.remove)
        blueprint.put(outcome)(self.play)
        blueprint.delete(outcome)(self.stop_playing)

    def list_endpoints(self) -> Response:
        """Answer with every endpoint."""
        return jsonify(endpoints=[self._shown(e) for e in self._endpoints.definitions])

    def add(self) -> tuple[Response, int]:
        """Add endpoints, or put them in the place of those with their names."""
        added = parse_endpoints(json_body(), SOURCE)
        for endpoint in added:
            self._endpoints.add(endpoint)
        return jsonify(endpoints=[self._shown(endpoint) for endpoint in added]), 201

    def replace_all(self) -> Response:
        """Make these the only endpoints."""
        self._endpoints.use(parse_endpoints(json_body(), SOURCE))
        return self.list_endpoints()

    def show(self, name: str) -> Response:
        """Answer with one endpoint."""
        return jsonify(self._shown(self._endpoints.definition(name)))

    def replace(self, name: str) -> Response:
        """Add or replace one endpoint; the URL names it."""
        data = json_body()
        named = {**data, "name": name} if isinstance(data, Mapping) else data
        (endpoint,) = parse_endpoints([named], SOURCE)
        self._endpoints.add(endpoint)
        return self.show(name)

    def remove(self, name: str) -> tuple[str, int]:
        """Remove one endpoint."""
        self._endpoints.remove(name)
        return "", 204

    def play(self, name: str) -> Response:
        """Play a named outcome instead of the replies."""
        data = json_body()
        if not isinstance(data, Mapping) or not isinstance(data.get("outcome"), str):
            raise UsageError('expected {"outcome": "timeout"}, with "times": 1 if it is to end')
        times = data.get("times")
        if times is not None and (type(times) is not int or times < 1):
            raise UsageError(f"times: expected a whole number above 0, found {times!r}")
        self._endpoints.play(name, data["outcome"], times)
        return self.show(name)

    def stop_playing(self, name: str) -> Response:
        """Go back to the replies."""
        self._endpoints.play(name, None)
        return self.show(name)

    def _shown(self, endpoint: Endpoint) -> dict[str, Any]:
        state = self._endpoints.state(endpoint.name)
        return {
            "name": endpoint.name,
            "kind": endpoint.kind.value,
            "url": str(endpoint.url),
            "methods": sorted(endpoint.methods),
            "visibility": endpoint.visibility.value,
            "replies": len(endpoint.replies),
            "outcomes": list(dict.fromkeys([*OUTCOME_NAMES, *endpoint.outcomes])),
            "source": endpoint.source,
            "calls": state.calls,
            "playing": state.playing,
        }
