"""Messages that went out and came in (rest-api.md 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from mockstudio.sids import is_sid, new_sid
from mockstudio.store.ledger import Ledger
from mockstudio.store.media import Medium, media_at
from mockstudio.store.segments import count_segments

ACCEPTED: Final = "accepted"
SCHEDULED: Final = "scheduled"
QUEUED: Final = "queued"
SENDING: Final = "sending"
SENT: Final = "sent"
DELIVERED: Final = "delivered"
READ: Final = "read"
UNDELIVERED: Final = "undelivered"
FAILED: Final = "failed"
CANCELED: Final = "canceled"
RECEIVED: Final = "received"
IN_PROGRESS: Final = frozenset({ACCEPTED, SCHEDULED, QUEUED, SENDING})
"""The statuses in which a message has still to leave."""

INBOUND: Final = "inbound"
OUTBOUND_API: Final = "outbound-api"
OUTBOUND_REPLY: Final = "outbound-reply"
OUTBOUND_CALL: Final = "outbound-call"

PRICE: Final = Decimal("-0.00750")
"""What a segment costs, in US dollars, as the API writes it."""


@dataclass(frozen=True)
class OutgoingMessage:
    """A message that is to be sent.

    Attributes:
        from_: Twilio's side: a number or a Messaging Service SID.
        to: the person.
        body: text.
        media_url: one medium, or empty.
    """

    from_: str
    to: str
    body: str
    media_url: str = ""


@dataclass(frozen=True)
class Message:
    """A message as the REST API knows it.

    Attributes:
        sid: `SM…`, or `MM…` with media.
        account_sid: `AC…`.
        from_: who sends; a Messaging Service SID until the service has chosen a number.
        to: who receives.
        body: text.
        status: such as `queued` once the API has taken it, or `received`.
        created: when the API took it.
        direction: `inbound`, `outbound-api`, `outbound-reply` or `outbound-call`.
        media: what is attached.
        messaging_service_sid: `MG…`, or empty when none is used.
        status_callback: a URL that is told of each change of the status, or empty.
        sent: when it left, or None.
        updated: when it was last changed, or None when it never was.
        error_code: Twilio's code, or None.
        error_message: why it failed, or empty.
    """

    sid: str
    account_sid: str
    from_: str
    to: str
    body: str
    status: str
    created: datetime
    direction: str = OUTBOUND_API
    media: tuple[Medium, ...] = ()
    messaging_service_sid: str = ""
    status_callback: str = ""
    sent: datetime | None = None
    updated: datetime | None = None
    error_code: int | None = None
    error_message: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether the API refused it, or could not send it."""
        return self.status == FAILED

    @property
    def has_sender(self) -> bool:
        """Whether it is known who sends it, not only which Messaging Service."""
        return not is_sid(self.from_, "MG")

    @property
    def media_url(self) -> str:
        """The URL of the first medium, or empty."""
        return self.media[0].url if self.media else ""

    @property
    def media_urls(self) -> tuple[str, ...]:
        """The URLs of all media."""
        return tuple(medium.url for medium in self.media)

    def medium(self, sid: str) -> Medium | None:
        """Return a medium by its SID, or None."""
        return next((medium for medium in self.media if medium.sid == sid), None)

    @property
    def segments(self) -> int:
        """How many SMS segments the text needs."""
        return count_segments(self.body)

    @property
    def price(self) -> str | None:
        """What it cost, once it has left or was received."""
        return None if self.sent is None else str(PRICE * self.segments)

    @property
    def last_changed(self) -> datetime:
        """When it became what it is."""
        return self.updated or self.created


class MessageStore(Ledger[Message]):
    """All messages, in the order they came."""


def new_message(
    *,
    account_sid: str,
    from_: str,
    to: str,
    body: str,
    media_urls: Sequence[str],
    status: str,
    now: datetime,
    direction: str,
) -> Message:
    """Return a new message with a SID of its own.

    Args:
        account_sid: `AC…`.
        from_: who sends: an address, or a Messaging Service SID.
        to: who receives.
        body: text.
        media_urls: what is attached.
        status: its first.
        now: when it is made.
        direction: as in Message.
    """
    return Message(
        sid=new_sid("MM" if media_urls else "SM"),
        account_sid=account_sid,
        from_=from_,
        to=to,
        body=body,
        status=status,
        created=now,
        direction=direction,
        media=media_at(media_urls, now),
        messaging_service_sid=from_ if is_sid(from_, "MG") else "",
        sent=now if status == RECEIVED else None,
    )
