"""The content of media, which nobody need log in for (rest-api.md 3.3)."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from mockstudio.errors import RouteError
from mockstudio.http.client import CallLimits, HttpClient
from mockstudio.http.exchange import HttpResponse, OutgoingRequest
from mockstudio.http.outgoing import STANDARD_HEADERS
from mockstudio.rest.world import World
from mockstudio.store.media import Medium

_MOUNTED_AT: Final = "/_mockstudio"
_RULE: Final = "/media/{0}/{1}"
LIMITS: Final = CallLimits(timeout=15.0, body=5_000_000, redirects=10)
"""What fetching a medium may take (rest-api.md 3.2, 5.6)."""


def content_path(message_sid: str, medium_sid: str) -> str:
    """Return where the content of a medium is, on every host."""
    return _MOUNTED_AT + _RULE.format(message_sid, medium_sid)


def create_blueprint(world: World) -> Blueprint:
    """Return the blueprint of the media's content, for the application beside the control API."""
    blueprint = Blueprint("media", __name__)

    @blueprint.route(_RULE.format("<message_sid>", "<sid>"))
    def content(message_sid: str, sid: str) -> Response:
        """Answer with what the medium's URL answers, or with nothing of its type."""
        message = world.messages.get(message_sid)
        medium = message.medium(sid) if message else None
        if medium is None:
            return Response(status=404)
        return _fetched(world.client, medium)

    return blueprint


def _fetched(client: HttpClient, medium: Medium) -> Response:
    try:
        answer = client.send(OutgoingRequest("GET", medium.url, STANDARD_HEADERS), LIMITS).response
    except RouteError:
        # Nothing covers the URL, and nothing outside is called: only the type is known.
        return Response(b"", content_type=medium.content_type)
    if not isinstance(answer, HttpResponse) or answer.status != 200:
        return Response(status=404)
    return Response(answer.body, content_type=answer.content_type or medium.content_type)
