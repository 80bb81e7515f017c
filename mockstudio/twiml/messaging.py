"""One person's conversation by message with one number (rest-api.md 5.2, 8.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mockstudio.clock import Clock
from mockstudio.errors import MockstudioError
from mockstudio.events import Listener
from mockstudio.flows.limits import Limits
from mockstudio.store.messages import FAILED, Message, MessageStore
from mockstudio.twiml.message_exchange import MessageExchange
from mockstudio.twiml.message_log import MessageLog
from mockstudio.twiml.message_verb import Draft
from mockstudio.twiml.numbers import PhoneNumber
from mockstudio.twiml.parameters import message_parameters
from mockstudio.twiml.phone import Phone, Send
from mockstudio.twiml.replies import Replies
from mockstudio.twiml.reply_rate import CLOSE, REPLIES, ReplyRate
from mockstudio.twiml.retrieval import DocumentRequest, Retriever
from mockstudio.twiml.transcript import Transcript

TOO_FAST: Final = 14107
RECEIVED: Final = "received"
DELIVERED: Final = "delivered"


class Chat:
    """One person's conversation by message with one number.

    Messages may be sent and delivered from any thread, and while others are on their way.

    Args:
        number: which is written to.
        person: who writes, such as `+15551230000`.
        account_sid: whose number it is.
        phone: what the person replies.
        retriever: fetches documents.
        messages: where all messages are kept.
        clock: dates them, and lets the replies fall due.
        limits: of what one message leads to.
        tell: told of every line, and of what Twilio's debugger would show.

    Attributes:
        number: which is written to.
        person: who writes.
    """

    def __init__(
        self,
        *,
        number: PhoneNumber,
        person: str,
        account_sid: str,
        phone: Phone,
        retriever: Retriever,
        messages: MessageStore,
        clock: Clock,
        limits: Limits,
        tell: Listener,
    ) -> None:
        self.number = number
        self.person = person
        self._retriever = retriever
        self._limits = limits
        self._log = MessageLog(account_sid, messages, clock, tell)
        self._rate = ReplyRate(clock)
        self._replies = Replies(phone, clock, self._send_unattended)

    @property
    def transcript(self) -> Transcript:
        """What was said on both sides."""
        return self._log.transcript

    def send(self, body: str = "", media: Sequence[str] = ()) -> Message:
        """Let the person send a message, and play what the number answers.

        Args:
            body: text.
            media: URLs of what is attached.

        Returns:
            The message as Twilio received it.

        Raises:
            RouteError: no route covers the number's URL, or one that a document names.
        """
        message = self._receive(body, media)
        self._answer(message, media)
        return message

    def deliver(self, message: Message) -> None:
        """Let a message arrive that the REST API sent to the person; a failed one does not."""
        if not message.has_failed:
            media = (message.media_url,) if message.media_url else ()
            self._arrive(Draft(message.from_, message.to, message.body, media), message.sid)

    def close(self) -> None:
        """Let the person reply no more."""
        self._replies.close()

    # --- what the person sends

    def _send_unattended(self, reply: Send) -> None:
        """Send on a timer: nobody is there to catch what goes wrong, so it is told."""
        message = self._receive(reply.body, reply.media)
        try:
            self._answer(message, reply.media)
        except MockstudioError as error:
            self._log.warn(message.sid, None, str(error), self.number.sms_url)

    def _receive(self, body: str, media: Sequence[str]) -> Message:
        draft = Draft(self.person, self.number.number, body, tuple(media))
        message = self._log.keep(draft, RECEIVED)
        self._log.sent(draft, message.sid)
        return message

    def _answer(self, message: Message, media: Sequence[str]) -> None:
        number = self.number
        if not number.sms_url:
            text = f"number {number.number} has no sms_url: nobody is told of its messages"
            self._log.warn(message.sid, None, text)
            return
        first = DocumentRequest(
            url=number.sms_url,
            method=number.sms_method,
            parameters=message_parameters(message, media),
            kind="messaging",
            exchange=message.sid,
            fallback_url=number.sms_fallback_url,
            fallback_method=number.sms_fallback_method,
        )
        MessageExchange(first, self._retriever, self._limits, self._post, self._log).play()

    # --- what the person gets

    def _post(self, draft: Draft, exchange: str) -> Message:
        """Send what a document asks for, unless replies follow each other too fast."""
        if not self._rate.allows(draft.from_, draft.to):
            text = (
                f"{REPLIES} replies went from {draft.from_} to {draft.to}, each less than "
                f"{CLOSE:.0f} s after the one before; none more goes until for {CLOSE:.0f} s none "
                "was wanted"
            )
            self._log.warn(exchange, TOO_FAST, text, draft.document)
            return self._log.keep(draft, FAILED, TOO_FAST, text)
        message = self._log.keep(draft, DELIVERED)
        self._arrive(draft, exchange)
        return message

    def _arrive(self, draft: Draft, exchange: str) -> None:
        self._log.received(draft, exchange)
        if draft.to == self.person:
            self._replies.message_arrived()
