"""One person's conversation by message with one number (rest-api.md 5.2, 8.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from mockstudio.clock import Clock
from mockstudio.errors import MockstudioError
from mockstudio.events import Listener
from mockstudio.flows.limits import Limits
from mockstudio.store.messages import FAILED, QUEUED, RECEIVED, Message, MessageStore
from mockstudio.twiml.delivery import Delivery
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
        delivery: sends what documents ask for.
        pass_on: brings what is for somebody else to where it belongs.
        clock: dates them, and lets the replies fall due.
        limits: of what one message leads to.
        tell: told of every line, and of what Twilio's debugger would show.

    Attributes:
        answering: tells what the number is set to at the moment.
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
        delivery: Delivery,
        pass_on: Callable[[Message, Draft], None],
        clock: Clock,
        limits: Limits,
        tell: Listener,
    ) -> None:
        self.answering: Callable[[], PhoneNumber] = lambda: number
        self.person = person
        self._retriever = retriever
        self._limits = limits
        self._delivery = delivery
        self._pass_on = pass_on
        self._log = MessageLog(account_sid, messages, clock, tell)
        self._rate = ReplyRate(clock)
        self._replies = Replies(phone, clock, self.send_unattended)

    @property
    def number(self) -> PhoneNumber:
        """Which is written to."""
        return self.answering()

    @property
    def transcript(self) -> Transcript:
        """What was said on both sides."""
        return self._log.transcript

    def send(
        self,
        body: str = "",
        media: Sequence[str] = (),
        parameters: Mapping[str, str] | None = None,
    ) -> Message:
        """Let the person send a message, and play what the number answers.

        Args:
            body: text.
            media: URLs of what is attached.
            parameters: further ones of the webhook, such as ButtonPayload (rest-api.md 5.2), or
                other values for the usual ones.

        Returns:
            The message as Twilio received it.

        Raises:
            RouteError: no route covers the number's URL, or one that a document names.
        """
        message = self._receive(body, media)
        self._answer(message, parameters or {})
        return message

    def send_unattended(self, sent: Send) -> None:
        """Send on a timer: nobody is there to catch what goes wrong, so it is told."""
        message = self._receive(sent.body, sent.media)
        try:
            self._answer(message, {})
        except MockstudioError as error:
            self._log.warn(message.sid, None, str(error), self.number.sms_url)

    def deliver(self, message: Message, draft: Draft | None = None) -> None:
        """Let a message arrive at the person; a failed one does not.

        Args:
            message: what the REST API sent, or a document that answers somebody else.
            draft: what such a document asked for.
        """
        if not message.has_failed:
            sent = Draft(message.from_, message.to, message.body, message.media_urls)
            self._arrive(draft or sent, message.sid)

    def close(self) -> None:
        """Let the person reply no more."""
        self._replies.close()

    # --- what the person sends

    def _receive(self, body: str, media: Sequence[str]) -> Message:
        draft = Draft(self.person, self.number.number, body, tuple(media))
        message = self._log.keep(draft, RECEIVED)
        self._log.sent(draft, message.sid)
        return message

    def _answer(self, message: Message, parameters: Mapping[str, str]) -> None:
        number = self.number
        if not number.sms_url:
            text = f"number {number.number} has no sms_url: nobody is told of its messages"
            self._log.warn(message.sid, None, text)
            return
        first = DocumentRequest(
            url=number.sms_url,
            method=number.sms_method,
            parameters={**message_parameters(message), **parameters},
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
            failed = self._log.keep(draft, FAILED, TOO_FAST, text)
            self._delivery.report(failed)
            return failed
        message = self._log.keep(draft, QUEUED)
        self._delivery.send(message, partial(self._reply_arrives, draft, exchange))
        return message

    def _reply_arrives(self, draft: Draft, exchange: str, message: Message) -> None:
        if draft.to == self.person:
            self._arrive(draft, exchange)
        self._pass_on(message, draft)

    def _arrive(self, draft: Draft, exchange: str) -> None:
        self._log.received(draft, exchange)
        self._replies.message_arrived()
