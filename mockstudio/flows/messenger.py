"""The REST API's taking of a flow's messages: checked, kept, sent on their way (reference 2.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mockstudio.clock import Clock
from mockstudio.store.messages import (
    FAILED,
    OUTBOUND_API,
    QUEUED,
    Message,
    MessageStore,
    OutgoingMessage,
    new_message,
)

NO_BODY = (21619, "a text message body or media url must be specified")
NO_RECIPIENT = (21604, "'To' is empty after rendering")
NO_SENDER = (21603, "'From' is empty after rendering")


class SandboxMessenger:
    """Takes messages as Twilio's API would, and keeps them in the store.

    Args:
        store: where they are kept.
        account_sid: whose messages they are.
        clock: dates them.
        deliver: sends a message that was taken on its way.
    """

    def __init__(
        self,
        store: MessageStore,
        account_sid: str,
        clock: Clock,
        deliver: Callable[[Message], None],
    ) -> None:
        self._store = store
        self._account_sid = account_sid
        self._clock = clock
        self._deliver = deliver

    def send(self, message: OutgoingMessage) -> Message:
        """Return the message as the API answers: `queued`, or `failed` with a code."""
        taken = new_message(
            account_sid=self._account_sid,
            from_=message.from_,
            to=message.to,
            body=message.body,
            media_urls=(message.media_url,) if message.media_url else (),
            status=QUEUED,
            now=self._clock.now(),
            direction=OUTBOUND_API,
        )
        if mistake := _mistake(message):
            code, text = mistake
            taken = replace(taken, status=FAILED, error_code=code, error_message=text)
        self._store.add(taken)
        if not taken.has_failed:
            self._deliver(taken)
        return taken


def _mistake(message: OutgoingMessage) -> tuple[int, str] | None:
    if not message.to.strip():
        return NO_RECIPIENT
    if not message.from_.strip():
        return NO_SENDER
    return None if message.body.strip() or message.media_url else NO_BODY
