"""What an incoming message sets going: documents, and the replies in them (rest-api.md 8.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from mockstudio.flows.limits import Limits
from mockstudio.store.messages import Message
from mockstudio.twiml.message_log import MessageLog
from mockstudio.twiml.message_verb import Draft, read_message
from mockstudio.twiml.model import Document, Element
from mockstudio.twiml.retrieval import DocumentRequest, Retriever
from mockstudio.twiml.urls import absolute_url

NO_CONTENT: Final = 14103
TOO_MANY_DOCUMENTS: Final = 14106
TOO_MANY_REPLIES: Final = 14109

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

Post = Callable[[Draft, str], Message]
"""Sends a reply, given the exchange's SID; the message tells whether it failed."""


class MessageExchange:
    """Plays the documents that one incoming message leads to.

    Every request carries the parameters of the incoming message and has the number's fallback
    (reference 7, no. 11). A document that cannot be had ends the exchange; what was sent before
    it stays sent (rest-api.md 8.6).

    Args:
        first: the request that the incoming message makes.
        retriever: fetches the documents.
        limits: how many documents and replies there may be.
        post: sends the replies.
        log: told of what Twilio's debugger would show.
    """

    def __init__(
        self,
        first: DocumentRequest,
        retriever: Retriever,
        limits: Limits,
        post: Post,
        log: MessageLog,
    ) -> None:
        self._first = first
        self._retriever = retriever
        self._limits = limits
        self._post = post
        self._log = log
        self._replies = 0

    def play(self) -> None:
        """Play the first document and all it leads to; raises RouteError."""
        request = self._first
        for _ in range(self._limits.twiml_documents):
            following = self._play(request)
            if following is None:
                break
            request = following
        else:
            self._warn_of_documents(request.url)

    def _play(self, request: DocumentRequest) -> DocumentRequest | None:
        """Play one document and return the request for the next, if it leads to one."""
        document = self._retriever.retrieve(request)
        if document is None:
            return None
        for verb in document.verbs:
            if verb.name == "Redirect":
                return self._following(verb.text.strip(), verb, document)
            if verb.name == "Message" and (following := self._message(verb, document)):
                return following
        return None

    def _message(self, verb: Element, document: Document) -> DocumentRequest | None:
        """Send a reply; an action makes what follows in the document unreachable."""
        addresses = self._first.parameters
        draft = read_message(verb, document, addresses["To"], addresses["From"])
        if not self._may_be_sent(draft):
            return None
        message = self._post(draft, self._first.exchange)
        if not (action := verb.get("action")):
            return None
        results = {"MessageSid": message.sid, "MessageStatus": message.status}
        return self._following(action, verb, document, results)

    def _may_be_sent(self, draft: Draft) -> bool:
        if draft.is_empty:
            self._warn(NO_CONTENT, "Message has neither a Body nor a Media", draft.document)
            return False
        self._replies += 1
        limit = self._limits.twiml_messages
        if self._replies == limit + 1:
            text = f"one message may be answered by {limit} Messages; further ones are not sent"
            self._warn(TOO_MANY_REPLIES, text, draft.document)
        return self._replies <= limit

    def _following(
        self, url: str, verb: Element, document: Document, results: Mapping[str, str] = _NOTHING
    ) -> DocumentRequest:
        return replace(
            self._first,
            url=absolute_url(document.url, url),
            method="GET" if verb.get("method").upper() == "GET" else "POST",
            parameters={**self._first.parameters, **results},
        )

    def _warn_of_documents(self, url: str) -> None:
        text = (
            f"one message may lead to {self._limits.twiml_documents} documents; the next is not "
            "requested: does a Redirect or an action lead back to where it came from?"
        )
        self._warn(TOO_MANY_DOCUMENTS, text, url)

    def _warn(self, code: int, text: str, url: str) -> None:
        self._log.warn(self._first.exchange, code, text, url)
