"""The Flask application of a sandbox: endpoints, control API and the flows' webhooks."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

CONTROL_PREFIX = "/_mockstudio/"
WEBHOOK_PREFIX = "/v1/Accounts/"
OWN_PREFIXES = (CONTROL_PREFIX, WEBHOOK_PREFIX)
"""Paths that begin so are the sandbox's own on every host; all others belong to the endpoints."""


def create_app(blueprints: Iterable[Blueprint]) -> Flask:
    """Return a Flask application with these blueprints, in their order.

    A `Sandbox` makes one of its own: `Sandbox(...).app`.
    """
    app = Flask("mockstudio", static_folder=None)
    # Whoever serves the application handles its exceptions: an in-process caller's deadline is one.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.register_error_handler(HTTPException, _as_json)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return app


def _as_json(error: HTTPException) -> tuple[Response, int]:
    """Answer an unknown path or method in JSON, as everything else is answered."""
    return jsonify(error=error.description), error.code or 500
