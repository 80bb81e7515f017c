"""Twilio's carrier: takes calls to its numbers, places calls, and carries messages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from mockstudio.flows.limits import Limits
from mockstudio.sids import is_sid
from mockstudio.store.ledger import Entry, Ledger
from mockstudio.store.messages import Message, MessageStore
from mockstudio.twiml.call import Call
from mockstudio.twiml.call_setup import CallSetup, CarrierServices, incoming, outgoing
from mockstudio.twiml.delivery import Delivery
from mockstudio.twiml.joined_calls import joined
from mockstudio.twiml.message_verb import Draft
from mockstudio.twiml.messaging import Chat
from mockstudio.twiml.numbers import LookUp, PhoneNumber
from mockstudio.twiml.parameters import CHANNEL
from mockstudio.twiml.phone import Phone, Send

CONVERSATION = "CH"
"""What the SIDs of Conversations begin with; nobody gets what is written into them."""
HOP = 1.0
"""Seconds that a message between two numbers of the account is on its way."""


class Carrier:
    """All calls and chats between people and Twilio's numbers.

    It knows flows only by their webhooks' URLs, and asks them as it asks any other.

    Args:
        services: what plays calls.
        messages: where messages are kept.
        limits: what Twilio allows.
        look_up: finds what a number of the account is set to.
        sender: the number that Messaging Services send from.
        lost: told of each message that does not arrive.
    """

    def __init__(
        self,
        services: CarrierServices,
        messages: MessageStore,
        limits: Limits,
        look_up: LookUp,
        sender: str,
        lost: Callable[[Message], None],
    ) -> None:
        self._services = replace(services, send=self._send_during_a_call)
        self._messages = messages
        self._limits = limits
        self._look_up = look_up
        self._delivery = Delivery(
            messages,
            services.results,
            services.retriever,
            services.clock,
            services.tell,
            sender,
            lost,
        )
        self._calls: Ledger[Call] = Ledger()
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
            outdated = [key for key in self._chats if person in (key[0], _number_in(key[0]))]
            dropped = [self._chats.pop(key) for key in outdated]
        for chat in dropped:
            chat.close()

    def phone_of(self, person: str) -> Phone:
        """Return how the person at an address behaves; unless told, answers and says nothing."""
        with self._lock:
            return self._phone(person)

    def _phone(self, person: str) -> Phone:
        return self._phones.get(person) or self._phones.get(_number_in(person), Phone())

    # --- calls

    @property
    def calls(self) -> list[Call]:
        """Every call, oldest first."""
        return self._calls.all()

    def call_entries(self) -> list[Entry[Call]]:
        """Return every call with its number, oldest first."""
        return self._calls.entries()

    def call(self, sid: str) -> Call | None:
        """Return a call by its SID, or None."""
        return self._calls.get(sid)

    def remove_call(self, sid: str) -> Call | None:
        """Forget a call that is over and return it, or None when there is none."""
        return self._calls.remove(sid)

    def call_number(self, number: PhoneNumber, person: str) -> Call:
        """Let a person call one of Twilio's numbers; the call is live when this returns."""
        call = self.set_up(incoming(number, person), self.phone_of(person))
        call.start()
        return call

    def place_call(self, parameters: Mapping[str, Any]) -> str:
        """Call a person as the REST API is asked to; return the call's SID at once.

        A number of the account is called as well: what it is set to hears a call come in.

        Args:
            parameters: of the Calls resource (rest-api.md 3.5).
        """
        setup = outgoing(parameters)
        phone, own = self.phone_of(setup.to), self._number(setup.to)
        if own is None:
            calls = [Call(setup, phone, self._services)]
        else:
            calls = joined(setup, incoming(own, setup.from_), phone, self._services)
        for call in calls:
            self._calls.add(call)
        # Nothing rings before whoever asked has the SID.
        self._services.clock.call_later(0, calls[0].start)
        return calls[0].sid

    def set_up(self, setup: CallSetup, phone: Phone) -> Call:
        """Return a new call that does not ring yet."""
        return self._calls.add(Call(setup, phone, self._services))

    # --- messages

    def chat(self, number: PhoneNumber, person: str) -> Chat:
        """Return a person's chat with a number; there is one for each pair.

        A number that is given as the account has it stays what the account sets it to later.
        """
        answering = self._answering(number)
        with self._lock:
            key = (person, number.number)
            chat = self._chats.get(key)
            if chat is None:
                chat = self._chats[key] = self._open_chat(number, person)
            chat.answering = answering
            return chat

    def deliver(self, message: Message) -> None:
        """Send a message that the REST API has taken to the person it is for."""
        self._delivery.send(message, self._arrive)

    def deliver_later(self, message: Message, seconds: float = 0.0) -> None:
        """Send such a message some time from now, unless it is canceled before."""
        self._delivery.send_later(message, self._arrive, seconds)

    def _send_during_a_call(self, message: Message) -> None:
        self._messages.add(message)
        self.deliver(message)

    def cancel(self, sid: str) -> bool:
        """Keep a scheduled message from being sent; tell whether it was scheduled."""
        return self._delivery.cancel(sid)

    def _arrive(self, message: Message, draft: Draft | None = None) -> None:
        """Bring a message to a person, or to the number of the account that it is for."""
        if is_sid(message.to, CONVERSATION):
            return
        own = self._number(message.to)
        if own is None:
            self._chat_of(message).deliver(message, draft)
            return
        sent = Send(message.body, message.media_urls)
        chat = self.chat(own, message.from_)
        self._services.clock.call_later(HOP, partial(chat.send_unattended, sent))

    def _pass_on(self, person: str, message: Message, draft: Draft) -> None:
        """Bring what a document sends to somebody else than the person who is answered."""
        if message.to != person or self._number(message.to) is not None:
            self._arrive(message, draft)

    def _chat_of(self, message: Message) -> Chat:
        """Return the chat that a message belongs to; one there is stays as it was opened."""
        with self._lock:
            chat = self._chats.get((message.to, message.from_))
        if chat is not None:
            return chat
        number = self._number(message.from_) or PhoneNumber(message.from_)
        return self.chat(number, message.to)

    def _number(self, address: str) -> PhoneNumber | None:
        """Return what an address of the account is set to; `whatsapp:` goes where its number goes.

        Returns:
            The number, written as the address, or None for somebody else's.
        """
        number = self._look_up(_number_in(address))
        if number is None or number.number == address:
            return number
        return replace(number, number=address)

    def _answering(self, number: PhoneNumber) -> Callable[[], PhoneNumber]:
        """Return what tells what a number is set to when a message arrives."""
        written = number.number
        if self._number(written) != number:
            return lambda: number
        return lambda: self._number(written) or PhoneNumber(written)

    def _open_chat(self, number: PhoneNumber, person: str) -> Chat:
        services = self._services
        return Chat(
            number=number,
            person=person,
            account_sid=services.account_sid,
            phone=self._phone(person),
            retriever=services.retriever,
            messages=self._messages,
            delivery=self._delivery,
            pass_on=partial(self._pass_on, person),
            clock=services.clock,
            limits=self._limits,
            tell=services.tell,
        )

    # --- the end

    def forget(self) -> None:
        """Drop all calls and chats without a word to anybody."""
        with self._lock:
            chats = list(self._chats.values())
            self._chats.clear()
        self._services.retriever.forget()
        for call in self._calls.all():
            self._calls.remove(call.sid)
            call.drop()
        for chat in chats:
            chat.close()


def _number_in(address: str) -> str:
    """Return an address without the prefix of its channel, such as `whatsapp:`."""
    return address.partition(CHANNEL)[2] or address
