"""The Flask application of a sandbox: endpoints, control API and the flows' webhooks."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Flask

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
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return app
