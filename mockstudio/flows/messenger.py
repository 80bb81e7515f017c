"""The REST API's taking of a flow's messages: checked, kept, never really sent (reference 2.8)."""

from __future__ import annotations

from collections.abc import Callable

from mockstudio.clock import Clock
from mockstudio.sids import new_sid
from mockstudio.store.messages import FAILED, Message, MessageStore, OutgoingMessage

NO_BODY = (21619, "a text message body or media url must be specified")
NO_RECIPIENT = (21604, "'To' is empty after rendering")
NO_SENDER = (21603, "'From' is empty after rendering")


class SandboxMessenger:
    """Takes messages as Twilio's API would, and keeps them in the store.

    Args:
        store: where they are kept.
        account_sid: whose messages they are.
        clock: dates them.
        deliver: brings a message that was taken to the person.
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
        code, text = _mistake(message) or (None, "")
        taken = Message(
            sid=new_sid("MM" if message.media_url else "SM"),
            account_sid=self._account_sid,
            from_=message.from_,
            to=message.to,
            body=message.body,
            media_url=message.media_url,
            status=FAILED if code else "queued",
            created=self._clock.now(),
            error_code=code,
            error_message=text,
        )
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
