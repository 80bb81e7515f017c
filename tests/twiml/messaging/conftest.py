"""Chats whose documents are canned: a real retriever, an HTTP adapter that never connects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from mockstudio.clock import VirtualClock
from mockstudio.events import Event
from mockstudio.flows.limits import Limits
from mockstudio.http.client import HttpClient
from mockstudio.http.outgoing import Account, Destination
from mockstudio.sids import SAMPLE_ACCOUNT_SID
from mockstudio.store.media import media_at
from mockstudio.store.messages import Message, MessageStore
from mockstudio.store.results import ScriptedResults
from mockstudio.twiml.delivery import Delivery
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.messaging import Chat
from mockstudio.twiml.numbers import PhoneNumber
from mockstudio.twiml.phone import Phone
from mockstudio.twiml.retrieval import Retriever

PERSON = "+15551230000"
NUMBER = "+15017122661"
SMS_URL = "https://app.example/sms"


@dataclass(frozen=True)
class Asked:
    """A request that went out."""

    method: str
    url: str
    parameters: Mapping[str, str]
    at: float


@dataclass
class Documents(BaseAdapter):
    """Answers by URL without query: a document's text, or `status`, `body`, `type`, `delay`."""

    answers: Mapping[str, Any]
    clock: VirtualClock
    asked: list[Asked] = field(default_factory=list)
    happens: Callable[[Asked], None] = lambda asked: None

    def send(self, request: Any, *, timeout: float, **_: Any) -> requests.Response:
        url = request.url.partition("?")[0]
        asked = Asked(request.method, request.url, _parameters(request), self.clock.monotonic())
        self.asked.append(asked)
        self.happens(asked)
        answer = self.answers.get(url, {"status": 404})
        answer = {"body": answer} if isinstance(answer, str) else answer
        delay = answer.get("delay", 0)
        self.clock.sleep(min(delay, timeout))
        if delay >= timeout:
            raise requests.ReadTimeout
        return _response(answer)

    def close(self) -> None:
        """There is nothing to close."""


def _parameters(request: Any) -> dict[str, str]:
    body = request.body or b""
    text = body.decode() if isinstance(body, bytes) else body
    return dict(parse_qsl(f"{urlsplit(request.url).query}&{text}", keep_blank_values=True))


def _response(answer: Mapping[str, Any]) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.get("status", 200)
    response.headers["Content-Type"] = answer.get("type", "text/xml")
    response.raw = HTTPResponse(BytesIO(answer.get("body", "").encode()), preload_content=False)
    return response


@dataclass
class Room:
    """A chat and all that happens in it."""

    chat: Chat
    clock: VirtualClock
    web: Documents
    messages: MessageStore
    events: list[Event]
    elsewhere: list[Message]
    lost: list[Message]
    results: ScriptedResults

    @property
    def transcript(self) -> list[str]:
        """The transcript's lines, with single blanks."""
        return [" ".join(line.split()) for line in str(self.chat.transcript).splitlines()]

    @property
    def said(self) -> list[str]:
        """What the person sent."""
        return [line.text for line in self.chat.transcript if line.who == "person"]

    @property
    def warnings(self) -> list[CarrierWarned]:
        """What was warned of."""
        return [event for event in self.events if isinstance(event, CarrierWarned)]

    @property
    def codes(self) -> list[int | None]:
        """The codes of all warnings."""
        return [warning.code for warning in self.warnings]

    def rest(self, body: str, media_url: str = "", status: str = "queued") -> None:
        """Let the REST API send a message to the person."""
        now = self.clock.now()
        known = {"media": media_at([media_url] if media_url else [], now), "status": status}
        self.chat.deliver(
            Message("SM1", SAMPLE_ACCOUNT_SID, NUMBER, PERSON, body, created=now, **known)
        )


def open_room(
    documents: Mapping[str, Any] | str,
    phone: Phone | None = None,
    limits: Limits | None = None,
    **number: str,
) -> Room:
    """Return a chat with a number; a single document is the number's own."""
    clock, events, messages = VirtualClock(), list[Event](), MessageStore()
    elsewhere, lost = list[Message](), list[Message]()
    web = Documents({SMS_URL: documents} if isinstance(documents, str) else documents, clock)
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", web)
    client = HttpClient(session, Destination, clock, Account(SAMPLE_ACCOUNT_SID, "token"))
    limits = limits or Limits()
    retriever = Retriever(client, clock, limits, events.append)
    results = ScriptedResults()
    tell, lose = events.append, lost.append
    delivery = Delivery(messages, results, retriever, clock, tell, NUMBER, lose)
    chat = Chat(
        number=PhoneNumber(NUMBER, **{"sms_url": SMS_URL, **number}),
        person=PERSON,
        account_sid=SAMPLE_ACCOUNT_SID,
        phone=phone or Phone(),
        retriever=retriever,
        messages=messages,
        delivery=delivery,
        pass_on=lambda message, draft: elsewhere.append(message),
        clock=clock,
        limits=limits,
        tell=events.append,
    )
    return Room(chat, clock, web, messages, events, elsewhere, lost, results)


@pytest.fixture
def room_of() -> Callable[..., Room]:
    """Open rooms."""
    return open_room
