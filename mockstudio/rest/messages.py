"""`/2010-04-01/Accounts/{AC}/Messages` (rest-api.md 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from mockstudio.config import API_VERSION
from mockstudio.rest.date_filter import DateFilter
from mockstudio.rest.errors import NOT_COMPLETE, RestError, invalid, refused
from mockstudio.rest.message_checks import Wanted, wanted_message
from mockstudio.rest.representation import rfc_2822
from mockstudio.rest.request import Answer, ApiRequest, Listing, created, deleted, fetched
from mockstudio.rest.routing import Routes
from mockstudio.rest.world import World
from mockstudio.store.messages import (
    ACCEPTED,
    CANCELED,
    IN_PROGRESS,
    OUTBOUND_API,
    QUEUED,
    SCHEDULED,
    Message,
    new_message,
)

NOT_CANCELABLE: Final = 30409
OUTCOMES: Final = ("unconfirmed", "confirmed")
"""What feedback tells; the first unless told."""

_MESSAGES = f"/{API_VERSION}/Accounts/<account_sid>/Messages"


class MessageResource:
    """Messages of all kinds: clients' own, flows', those of documents, and people's.

    Args:
        world: the sandbox.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._messages = world.messages
        self._clock = world.clock

    def register(self, routes: Routes) -> None:
        """Add the operations."""
        routes.post(f"{_MESSAGES}.json", self.create)
        routes.get(f"{_MESSAGES}.json", self.list)
        routes.get(f"{_MESSAGES}/<sid>.json", self.fetch)
        routes.post(f"{_MESSAGES}/<sid>.json", self.update)
        routes.delete(f"{_MESSAGES}/<sid>.json", self.delete)
        routes.post(f"{_MESSAGES}/<sid>/Feedback.json", self.give_feedback)

    def create(self, request: ApiRequest, account_sid: str) -> Answer:
        """Take a message; it is sent when this has been answered, or when it is scheduled for.

        With test credentials nothing is kept or sent.
        """
        now = self._clock.now()
        wanted = wanted_message(request, self._world.numbers, now)
        message = _made(wanted, account_sid, now)
        if not request.caller.is_test:
            self._messages.add(message)
            delay = (wanted.send_at - now).total_seconds() if wanted.send_at else 0.0
            self._world.carrier.deliver_later(message, delay)
        return created(_represent(message))

    def list(self, request: ApiRequest, account_sid: str) -> Listing[Message]:
        """Answer with the messages that the filters let through."""
        to, from_ = request.query.text("To"), request.query.text("From")
        dates = DateFilter.of(request.query, "DateSent")
        entries = [
            entry
            for entry in self._messages.entries()
            if to in ("", entry.record.to)
            and from_ in ("", entry.record.from_)
            and dates.lets_through(entry.record.sent)
        ]
        return Listing("messages", entries, _represent_kept)

    def fetch(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Answer with a message."""
        return fetched(_represent_kept(request.found(self._messages.get(sid))))

    def update(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Redact a message, cancel a scheduled one, or both."""
        request.found(self._messages.get(sid))
        if request.form.text("Body"):
            raise invalid("Body: expected an empty text, which redacts the message")
        if request.form.one_of("Status", (CANCELED,)) and not self._world.carrier.cancel(sid):
            raise refused(NOT_CANCELABLE, "This message cannot be canceled: it is not scheduled")
        now = self._clock.now()
        if "Body" in request.form:
            self._messages.change(sid, lambda message: replace(message, body="", updated=now))
        return self.fetch(request, account_sid, sid)

    def delete(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Forget a message that has left, or never will."""
        if request.found(self._messages.get(sid)).status in IN_PROGRESS:
            message = "Cannot delete this resource before it is complete"
            raise RestError(HTTPStatus.CONFLICT, NOT_COMPLETE, message)
        request.found(self._messages.remove(sid))
        return deleted()

    def give_feedback(self, request: ApiRequest, account_sid: str, sid: str) -> Answer:
        """Take feedback, which nobody can fetch again."""
        request.found(self._messages.get(sid))
        now = rfc_2822(self._clock.now())
        return fetched(
            {
                "account_sid": account_sid,
                "message_sid": sid,
                "outcome": request.form.one_of("Outcome", OUTCOMES, OUTCOMES[0]),
                "date_created": now,
                "date_updated": now,
                "uri": request.path,
            }
        )


def _made(wanted: Wanted, account_sid: str, now: datetime) -> Message:
    status = SCHEDULED if wanted.send_at else ACCEPTED if wanted.service else QUEUED
    message = new_message(
        account_sid=account_sid,
        from_=wanted.from_,
        to=wanted.to,
        body=wanted.body,
        media_urls=wanted.media,
        status=status,
        now=now,
        direction=OUTBOUND_API,
    )
    return replace(
        message,
        sid="MM" + message.sid[2:] if wanted.is_mms else message.sid,
        messaging_service_sid=wanted.service,
        status_callback=wanted.status_callback,
    )


def _represent_kept(message: Message) -> Mapping[str, Any]:
    return _represent(message, ("media", "feedback"))


def _represent(message: Message, subresources: tuple[str, ...] = ("media",)) -> Mapping[str, Any]:
    uri = f"/{API_VERSION}/Accounts/{message.account_sid}/Messages/{message.sid}"
    return {
        "account_sid": message.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": rfc_2822(message.created),
        "date_sent": rfc_2822(message.sent),
        "date_updated": rfc_2822(message.last_changed),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message or None,
        "from": message.from_ if message.has_sender else None,
        "messaging_service_sid": message.messaging_service_sid or None,
        "num_media": str(len(message.media)),
        "num_segments": str(message.segments if message.has_sender else 0),
        "price": message.price,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {name: f"{uri}/{name.title()}.json" for name in subresources},
        "to": message.to,
        "uri": f"{uri}.json",
    }
