"""The control API's resources, as `openapi.yaml` beside this file describes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify
from flask import request as flask_request

import mockstudio
from mockstudio.clock import Clock
from mockstudio.config import Settings
from mockstudio.control.guard import objection
from mockstudio.durations import parse_duration
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.journal import UNMATCHED, Journal
from mockstudio.endpoints.model import Endpoint
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.errors import DocumentError, MockstudioError, UnknownNameError, UsageError
from mockstudio.flows.routes import Router

PREFIX = "/_mockstudio"
SOURCE = "control API"
T = TypeVar("T")


class World(Protocol):
    """What the control API needs of the sandbox."""

    settings: Settings
    clock: Clock
    endpoints: Endpoints
    journal: Journal
    router: Router

    def reset(self) -> None:
        """Forget all that happened."""

    def health(self) -> dict[str, Any]:
        """Return the sandbox's state: status, problems, counts."""


def create_blueprint(world: World) -> Blueprint:
    """Return the blueprint of the control API."""
    blueprint = Blueprint("control", __name__, url_prefix=PREFIX)
    _guard(blueprint, world)
    _report_errors(blueprint)
    _add_general(blueprint, world)
    _add_endpoints(blueprint, world.endpoints)
    _add_journal(blueprint, world.journal)
    _add_clock(blueprint, world.clock)
    return blueprint


def _guard(blueprint: Blueprint, world: World) -> None:
    @blueprint.before_request
    def refuse_strangers() -> tuple[Response, int] | None:
        own = urlsplit(world.router.base_url).hostname or ""
        hosts = frozenset({own, world.settings.host.lower()})
        found = objection(flask_request, hosts, world.settings.remote_control)
        return (jsonify(error=found), 403) if found else None


def _report_errors(blueprint: Blueprint) -> None:
    @blueprint.errorhandler(DocumentError)
    def broken_document(error: DocumentError) -> tuple[Response, int]:
        return jsonify(error=str(error), problems=[str(p) for p in error.problems]), 400

    @blueprint.errorhandler(UnknownNameError)
    def unknown_name(error: UnknownNameError) -> tuple[Response, int]:
        return jsonify(error=str(error), known=error.valid), 404

    @blueprint.errorhandler(MockstudioError)
    def unusable(error: MockstudioError) -> tuple[Response, int]:
        return jsonify(error=str(error)), 400


def _add_general(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/")
    def index() -> Response:
        return jsonify(
            name="mockstudio",
            version=mockstudio.__version__,
            description=f"{PREFIX}/openapi.yaml",
            resources=[
                f"{PREFIX}/{name}" for name in ("endpoints", "journal", "clock", "routes", "health")
            ],
        )

    @blueprint.get("/openapi.yaml")
    def description() -> Response:
        text = files("mockstudio.control").joinpath("openapi.yaml").read_text("utf-8")
        return Response(text, mimetype="application/yaml")

    @blueprint.get("/health")
    def health() -> Response:
        return jsonify(world.health())

    @blueprint.get("/routes")
    def routes() -> Response:
        explicit = [{"from": r.pattern, "to": r.target} for r in world.router.routes]
        scripted = [
            {"from": str(e.url), "to": f"endpoint {e.name}"} for e in world.endpoints.definitions
        ]
        return jsonify(routes=explicit + scripted, base_url=world.router.base_url)

    @blueprint.post("/reset")
    def reset() -> tuple[str, int]:
        world.reset()
        return "", 204


def _add_endpoints(blueprint: Blueprint, endpoints: Endpoints) -> None:
    @blueprint.get("/endpoints")
    def list_endpoints() -> Response:
        return jsonify(endpoints=[_shown(endpoints, e) for e in endpoints.definitions])

    @blueprint.post("/endpoints")
    def add() -> tuple[Response, int]:
        added = parse_endpoints(_posted(), SOURCE)
        for endpoint in added:
            endpoints.add(endpoint)
        return jsonify(endpoints=[_shown(endpoints, e) for e in added]), 201

    @blueprint.put("/endpoints")
    def replace_all() -> Response:
        endpoints.use(parse_endpoints(_posted(), SOURCE))
        return list_endpoints()

    @blueprint.get("/endpoints/<name>")
    def show(name: str) -> Response:
        return jsonify(_shown(endpoints, endpoints.definition(name)))

    @blueprint.put("/endpoints/<name>")
    def replace(name: str) -> Response:
        data = _posted()
        named = {**data, "name": name} if isinstance(data, Mapping) else data
        (endpoint,) = parse_endpoints([named], SOURCE)
        endpoints.add(endpoint)
        return show(name)

    @blueprint.delete("/endpoints/<name>")
    def remove(name: str) -> tuple[str, int]:
        endpoints.remove(name)
        return "", 204

    @blueprint.put("/endpoints/<name>/outcome")
    def play(name: str) -> Response:
        data = _posted()
        if not isinstance(data, Mapping) or not isinstance(data.get("outcome"), str):
            raise UsageError('expected {"outcome": "timeout"}, with "times": 1 if it is to end')
        times = data.get("times")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise UsageError(f"times: expected a whole number above 0, found {times!r}")
        endpoints.play(name, data["outcome"], times)
        return show(name)

    @blueprint.delete("/endpoints/<name>/outcome")
    def stop_playing(name: str) -> Response:
        endpoints.play(name, None)
        return show(name)


def _add_journal(blueprint: Blueprint, journal: Journal) -> None:
    @blueprint.get("/journal")
    def query() -> Response:
        asked = flask_request.args
        endpoint = UNMATCHED if _is_true(asked.get("unmatched")) else asked.get("endpoint")
        entries = journal.query(
            endpoint,
            path=asked.get("path"),
            method=asked.get("method"),
            since=_argument("since", _date),
            until=_argument("until", _date),
        )
        limit = _argument("limit", int)
        shown = entries if limit is None else entries[-limit:] if limit > 0 else []
        return jsonify(
            requests=[entry.to_dict() for entry in shown],
            total=len(entries),
            dropped=journal.dropped,
        )

    @blueprint.delete("/journal")
    def clear() -> tuple[str, int]:
        journal.clear()
        return "", 204


def _add_clock(blueprint: Blueprint, clock: Clock) -> None:
    @blueprint.get("/clock")
    def read() -> Response:
        return jsonify(kind=clock.name, now=clock.now().isoformat(), seconds=clock.monotonic())

    @blueprint.post("/clock/advance")
    def advance() -> Response:
        data = _posted()
        if not isinstance(data, Mapping) or "by" not in data:
            raise UsageError('expected {"by": "1h"}')
        try:
            seconds = parse_duration(data["by"])
        except (TypeError, ValueError) as error:
            raise UsageError(f"by: {error}") from error
        clock.advance(seconds)
        return read()


def _shown(endpoints: Endpoints, endpoint: Endpoint) -> dict[str, Any]:
    state = endpoints.state(endpoint.name)
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


def _posted() -> Any:
    data = flask_request.get_json(force=True, silent=True)
    if data is None:
        raise UsageError("expected a JSON body")
    return data


def _argument(name: str, parse: Callable[[str], T]) -> T | None:
    text = flask_request.args.get(name)
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from error


def _date(text: str) -> datetime:
    # A plus sign that was not percent-encoded has become a space.
    date = datetime.fromisoformat(text.replace(" ", "+"))
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in ("1", "true", "yes")
