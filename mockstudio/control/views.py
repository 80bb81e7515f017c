"""The control API's blueprint; `openapi.yaml` beside this file describes it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify
from flask import request as flask_request

from mockstudio.control.clock import ClockResources
from mockstudio.control.endpoints import EndpointResources
from mockstudio.control.failures import FailureResources
from mockstudio.control.general import GeneralResources
from mockstudio.control.guard import objection
from mockstudio.control.journal import JournalResources
from mockstudio.control.world import World
from mockstudio.errors import DocumentError, MockstudioError, UnknownNameError


def create_blueprint(world: World) -> Blueprint:
    """Return the blueprint of the control API, for an application mounted at its `PREFIX`."""
    blueprint = Blueprint("control", __name__)
    _guard(blueprint, world)
    _report_errors(blueprint)
    GeneralResources(world).register(blueprint)
    EndpointResources(world.endpoints).register(blueprint)
    JournalResources(world.journal).register(blueprint)
    ClockResources(world.clock).register(blueprint)
    FailureResources(world.failures).register(blueprint)
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
