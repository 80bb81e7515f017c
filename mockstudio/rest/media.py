"""`/2010-04-01/Accounts/{AC}/Messages/{SM|MM}/Media` (rest-api.md 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from mockstudio.config import API_VERSION
from mockstudio.rest.date_filter import DateFilter
from mockstudio.rest.media_content import content_path
from mockstudio.rest.representation import rfc_2822
from mockstudio.rest.request import Answer, ApiRequest, Listing, deleted, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World
from mockstudio.store.ledger import Entry
from mockstudio.store.media import Medium
from mockstudio.store.messages import Message

_MEDIA = f"/{API_VERSION}/Accounts/<account_sid>/Messages/<message_sid>/Media"


class MediaResource:
    """What is attached to messages.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._messages = world.messages

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.get(f"{_MEDIA}.json", self.list)
        routes.get(f"{_MEDIA}/<sid>.json", self.fetch)
        routes.get(f"{_MEDIA}/<sid>", self.show)
        routes.delete(f"{_MEDIA}/<sid>.json", self.delete)

    def list(self, request: ApiRequest, account_sid: str, message_sid: str) -> Listing[Medium]:
        """Answer with a message's media."""
        message = request.found(self._messages.get(message_sid))
        dates = DateFilter.of(request.query, "DateCreated")
        media = [medium for medium in message.media if dates.lets_through(medium.created)]
        entries = [Entry(medium.number, medium) for medium in media]
        return Listing("media_list", entries, _representation(message))

    def fetch(self, request: ApiRequest, account_sid: str, message_sid: str, sid: str) -> Answer:
        """Answer with a medium."""
        message = request.found(self._messages.get(message_sid))
        return fetched(_representation(message)(request.found(message.medium(sid))))

    def show(self, request: ApiRequest, account_sid: str, message_sid: str, sid: str) -> Answer:
        """Lead to the content itself."""
        message = request.found(self._messages.get(message_sid))
        medium = request.found(message.medium(sid))
        location = request.base_url + content_path(message.sid, medium.sid)
        return Answer(HTTPStatus.TEMPORARY_REDIRECT, None, {"Location": location})

    def delete(self, request: ApiRequest, account_sid: str, message_sid: str, sid: str) -> Answer:
        """Forget a medium."""
        found: list[Medium | None] = []

        def without(message: Message) -> Message:
            found.append(message.medium(sid))
            return replace(message, media=tuple(m for m in message.media if m.sid != sid))

        request.found(self._messages.change(message_sid, without))
        request.found(found[0])
        return deleted()


def _representation(message: Message) -> Callable[[Medium], Mapping[str, Any]]:
    uri = f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}/Media"

    def represent(medium: Medium) -> Mapping[str, Any]:
        return {
            "account_sid": message.account_sid,
            "content_type": medium.content_type,
            "date_created": rfc_2822(medium.created),
            "date_updated": rfc_2822(medium.created),
            "parent_sid": message.sid,
            "sid": medium.sid,
            "uri": f"{uri}/{medium.sid}.json",
        }

    return represent
