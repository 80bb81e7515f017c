"""Where a chat writes down what happens in it: the store, the transcript, and who listens."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from mockstudio.clock import Clock
from mockstudio.events import Listener
from mockstudio.store.messages import (
    INBOUND,
    OUTBOUND_REPLY,
    RECEIVED,
    Message,
    MessageStore,
    new_message,
)
from mockstudio.twiml.events import CarrierWarned, TranscriptLine
from mockstudio.twiml.message_verb import Draft
from mockstudio.twiml.transcript import Transcript

PERSON: Final = "person"
TWILIO: Final = "Twilio"


class MessageLog:
    """Keeps a chat's messages and tells of them.

    Args:
        account_sid: whose messages they are.
        messages: where they are kept.
        clock: dates them.
        tell: told of every line, and of what Twilio's debugger would show.

    Attributes:
        transcript: what was said on both sides.
    """

    def __init__(
        self, account_sid: str, messages: MessageStore, clock: Clock, tell: Listener
    ) -> None:
        self.transcript = Transcript(clock.now())
        self._account_sid = account_sid
        self._messages = messages
        self._clock = clock
        self._tell = tell

    def keep(
        self, draft: Draft, status: str, error_code: int | None = None, error: str = ""
    ) -> Message:
        """Keep a message, with a SID of its own, and return it."""
        message = new_message(
            account_sid=self._account_sid,
            from_=draft.from_,
            to=draft.to,
            body=draft.body,
            media_urls=draft.media,
            status=status,
            now=self._clock.now(),
            direction=INBOUND if status == RECEIVED else OUTBOUND_REPLY,
        )
        message = replace(
            message,
            status_callback=draft.status_callback,
            error_code=error_code,
            error_message=error,
        )
        self._messages.add(message)
        return message

    def sent(self, draft: Draft, exchange: str) -> None:
        """Write down what the person sends: a line for the text, one for each medium."""
        self._write(draft, exchange, PERSON, "message", "media")

    def received(self, draft: Draft, exchange: str) -> None:
        """Write down what the person gets: a line for the text, one for each medium."""
        self._write(draft, exchange, TWILIO, "Message", "Media")

    def warn(self, exchange: str, code: int | None, text: str, url: str = "") -> None:
        """Tell of something Twilio's debugger would show."""
        warning = CarrierWarned(
            exchange=exchange, at=self._clock.now(), code=code, text=text, url=url
        )
        self._tell(warning)

    def _write(self, draft: Draft, exchange: str, who: str, message: str, media: str) -> None:
        if draft.body or not draft.media:
            self._add(draft, exchange, who, message, draft.body)
        for url in draft.media:
            self._add(draft, exchange, who, media, url)

    def _add(self, draft: Draft, exchange: str, who: str, what: str, text: str) -> None:
        line = TranscriptLine(
            exchange=exchange,
            at=self._clock.now(),
            who=who,
            what=what,
            text=text,
            document=draft.document,
            line=draft.line,
        )
        self.transcript.add(line)
        self._tell(line)
