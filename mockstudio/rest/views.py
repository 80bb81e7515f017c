"""The REST API's blueprint: Flask's requests in, JSON out, with Twilio's headers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, json
from flask import request as flask_request
from werkzeug.datastructures import Authorization

from mockstudio.config import API_VERSION
from mockstudio.endpoints.views import connection_of
from mockstudio.http.hosts import is_twilios
from mockstudio.rest.api import Api, Arrival, refusal
from mockstudio.rest.errors import NOT_FOUND, RestError
from mockstudio.rest.failures import failure, resource_of
from mockstudio.rest.parameters import Parameters
from mockstudio.rest.request import Answer
from mockstudio.rest.world import World
from mockstudio.sids import new_sid

PREFIXES = (f"/{API_VERSION}/", "/v1/Flows", "/v2/Flows")
"""How the paths of the API begin: the accounts', and Studio's."""

_WITH_MORE = tuple(f"{prefix.removesuffix('/')}/" for prefix in PREFIXES)

LARGEST_FORM = 16 * 1024 * 1024
"""Bytes, as many as the server takes; a flow of a thousand widgets has more than Flask's usual."""


def create_blueprint(world: World) -> Blueprint:
    """Return the blueprint of the REST API."""
    blueprint = Blueprint("rest", __name__)
    api, in_flight = Api(world), InFlight()

    # No rules: Twilio answers every method, most with 405, and rules are what an application is
    # longest to make of.
    @blueprint.before_app_request
    def answer_for_twilio() -> Response | None:
        """Answer a request to a resource, or to what of Twilio's the sandbox does not serve.

        An endpoint that covers the URL goes before.
        """
        is_served = _is_of_the_api(flask_request.path)
        if not is_served and (not _asks_twilio() or flask_request.url_rule is not None):
            return None
        if world.endpoints.covers(flask_request.url):
            return None
        return answer() if is_served else _response(_unserved())

    def answer() -> Response:
        began = world.clock.monotonic()
        with in_flight.one_more() as concurrent:
            response = _failure(world) or _response(api.answer(_arrival()))
        response.headers["Twilio-Concurrent-Requests"] = str(concurrent)
        response.headers["Twilio-Request-Id"] = new_sid("RQ")
        seconds = world.clock.monotonic() - began
        response.headers["Twilio-Request-Duration"] = f"{seconds:.3f}"
        return response

    return blueprint


def _is_of_the_api(path: str) -> bool:
    # Every request of a flow passes here: most are no more than this one look.
    return path.startswith(PREFIXES) and (path in PREFIXES or path.startswith(_WITH_MORE))


def _unserved() -> Answer:
    url = _base_url() + flask_request.path
    return refusal(RestError(404, NOT_FOUND, f"mockstudio does not serve {url}"))


class InFlight:
    """Counts the requests that are being answered (rest-api.md 2.3)."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    @contextmanager
    def one_more(self) -> Iterator[int]:
        """Count one while it lasts; yields how many there are with it."""
        with self._lock:
            self._count += 1
            count = self._count
        try:
            yield count
        finally:
            with self._lock:
                self._count -= 1


def _failure(world: World) -> Response | None:
    """Return what a rule lets this request come to, or None when it goes its way."""
    rule = world.failures.next(resource_of(flask_request.path), flask_request.method)
    if rule is None:
        return None
    clock, deadline = world.clock, flask_request.environ.get("mockstudio.deadline")
    clock.sleep_until(clock.monotonic() + rule.delay, deadline)
    if rule.drop:
        return _drop()
    error = failure(rule)
    return None if error is None else _response(refusal(error))


def _drop() -> Response:
    """Reset the connection; where no server passes it on, the answer says so."""
    connection = connection_of(flask_request.environ)
    if connection is None:
        return Response("this server cannot drop a connection; `mockstudio serve` can", 501)
    connection.reset()
    return Response(status=500)


def _arrival() -> Arrival:
    flask_request.max_form_memory_size = LARGEST_FORM
    return Arrival(
        method=flask_request.method,
        path=flask_request.path,
        base_url=_base_url(),
        credentials=_credentials(),
        query=Parameters(flask_request.args),
        form=Parameters(flask_request.form),
    )


def _credentials() -> Authorization | None:
    """Return the Authorization header, None when it cannot be read."""
    try:
        return flask_request.authorization
    except ValueError:
        return None


def _base_url() -> str:
    """Return scheme and host as the sender calls them: where TLS ended before, it was Twilio's."""
    return f"{'https' if _asks_twilio() else flask_request.scheme}://{flask_request.host}"


def _asks_twilio() -> bool:
    """Tell whether a host of Twilio's own was asked for."""
    # Every request of a flow passes here: the header costs less than Flask's own `host`.
    return is_twilios(str(flask_request.environ.get("HTTP_HOST", "")).partition(":")[0])


def _response(answer: Answer) -> Response:
    if answer.body is None:
        response = Response(status=answer.status)
        del response.headers["Content-Type"]
    else:
        # In ASCII: half a surrogate pair, which a program may have stored, has no bytes in UTF-8.
        text = json.dumps(answer.body, ensure_ascii=True, sort_keys=False)
        response = Response(text, answer.status, mimetype="application/json")
    response.headers.extend(answer.headers)
    return response
