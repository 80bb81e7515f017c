"""Twilio's carrier: takes calls to its numbers, places calls, and carries messages."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from mockstudio.flows.limits import Limits
from mockstudio.store.messages import Message, MessageStore
from mockstudio.twiml.call import Call
from mockstudio.twiml.call_setup import OUTBOUND, CallSetup, CarrierServices
from mockstudio.twiml.messaging import Chat
from mockstudio.twiml.numbers import PhoneNumber
from mockstudio.twiml.phone import Phone

DEFAULT_RING = 60.0
"""Seconds an outgoing call rings (rest-api.md 3.5)."""


class Carrier:
    """All calls and chats between people and Twilio's numbers.

    It knows flows only by their webhooks' URLs, and asks them as it asks any other.

    Args:
        services: what plays calls.
        messages: where messages are kept.
        limits: what Twilio allows.
    """

    def __init__(self, services: CarrierServices, messages: MessageStore, limits: Limits) -> None:
        self._services = services
        self._messages = messages
        self._limits = limits
        self._calls: dict[str, Call] = {}
        self._chats: dict[tuple[str, str], Chat] = {}
        self._phones: dict[str, Phone] = {}
        self._lock = threading.Lock()

    # --- people

    def give_phone(self, person: str, phone: Phone) -> None:
        """Say how the person at an address behaves when called and when written to.

        Chats with the person begin anew.
        """
        with self._lock:
            self._phones[person] = phone
            outdated = [key for key in self._chats if key[0] == person]
            dropped = [self._chats.pop(key) for key in outdated]
        for chat in dropped:
            chat.close()

    def phone_of(self, person: str) -> Phone:
        """Return how the person at an address behaves; unless told, answers and says nothing."""
        with self._lock:
            return self._phones.get(person, Phone())

    # --- calls

    @property
    def calls(self) -> list[Call]:
        """Every call, oldest first."""
        with self._lock:
            return list(self._calls.values())

    def call(self, sid: str) -> Call | None:
        """Return a call by its SID, or None."""
        with self._lock:
            return self._calls.get(sid)

    def call_number(self, number: PhoneNumber, person: str) -> Call:
        """Let a person call one of Twilio's numbers; the call is live when this returns."""
        setup = CallSetup(
            from_=person,
            to=number.number,
            url=number.voice_url,
            method=number.voice_method,
            fallback_url=number.voice_fallback_url,
            fallback_method=number.voice_fallback_method,
            status_callback=number.status_callback,
            status_callback_method=number.status_callback_method,
        )
        call = self.set_up(setup, self.phone_of(person))
        call.start()
        return call

    def place_call(self, parameters: Mapping[str, Any]) -> str:
        """Call a person as the REST API is asked to; return the call's SID at once.

        Args:
            parameters: of the Calls resource (rest-api.md 3.5).
        """
        setup = outgoing(parameters)
        call = self.set_up(setup, self.phone_of(setup.to))
        # Nothing rings before whoever asked has the SID.
        self._services.clock.call_later(0, call.start)
        return call.sid

    def set_up(self, setup: CallSetup, phone: Phone) -> Call:
        """Return a new call that does not ring yet."""
        call = Call(setup, phone, self._services)
        with self._lock:
            self._calls[call.sid] = call
        return call

    # --- messages

    def chat(self, number: PhoneNumber, person: str) -> Chat:
        """Return a person's chat with a number; there is one for each pair."""
        with self._lock:
            key = (person, number.number)
            chat = self._chats.get(key)
            if chat is None:
                chat = self._chats[key] = self._open_chat(number, person)
            chat.number = number
            return chat

    def deliver(self, message: Message) -> None:
        """Bring a message that the REST API has taken to the person it is for."""
        with self._lock:
            chat = self._chats.get((message.to, message.from_))
        if chat is not None:
            chat.deliver(message)

    def _open_chat(self, number: PhoneNumber, person: str) -> Chat:
        services = self._services
        return Chat(
            number=number,
            person=person,
            account_sid=services.account_sid,
            phone=self._phones.get(person, Phone()),
            retriever=services.retriever,
            messages=self._messages,
            clock=services.clock,
            limits=self._limits,
            tell=services.tell,
        )

    # --- the end

    def forget(self) -> None:
        """Drop all calls and chats without a word to anybody."""
        with self._lock:
            calls, chats = list(self._calls.values()), list(self._chats.values())
            self._calls.clear()
            self._chats.clear()
        self._services.retriever.forget()
        for call in calls:
            call.drop()
        for chat in chats:
            chat.close()


def outgoing(parameters: Mapping[str, Any]) -> CallSetup:
    """Return the setup of a call that the REST API is asked for (rest-api.md 3.5)."""
    text = {name: _text(value) for name, value in parameters.items() if value is not None}
    url = text.get("Url", "")
    return CallSetup(
        from_=text.get("From", ""),
        to=text.get("To", ""),
        url=url,
        method=text.get("Method", "POST"),
        fallback_url=text.get("FallbackUrl", ""),
        fallback_method=text.get("FallbackMethod", "POST"),
        status_callback=text.get("StatusCallback", ""),
        status_callback_method=text.get("StatusCallbackMethod", "POST"),
        status_callback_events=tuple(text.get("StatusCallbackEvent", "completed").split()),
        direction=OUTBOUND,
        timeout=_seconds(text.get("Timeout", ""), DEFAULT_RING),
        detects_machines=bool(text.get("MachineDetection")),
        send_digits=text.get("SendDigits", ""),
        twiml="" if url else text.get("Twiml", ""),
    )


def _text(value: Any) -> str:
    """Return a parameter's value; that of one given several times is all of them."""
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _seconds(text: str, default: float) -> float:
    try:
        return float(text)
    except ValueError:
        return default
