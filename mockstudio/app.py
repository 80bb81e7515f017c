"""The Flask application of a sandbox: endpoints, control API and the flows' webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, jsonify
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

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


def mount(app: Flask, prefix: str, make: Callable[[], Flask]) -> Flask:
    """Let another application answer below a path; it is made when it is first asked.

    Args:
        app: that answers for all else.
        prefix: such as `/_mockstudio`.
        make: returns the other application, the same one each time.

    Returns:
        `app`.
    """

    def mounted(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return make()(environ, start_response)

    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {prefix: mounted})  # type: ignore[method-assign]
    return app


def _as_json(error: HTTPException) -> tuple[Response, int]:
    """Answer an unknown path or method in JSON, as everything else is answered."""
    return jsonify(error=error.description), error.code or 500
