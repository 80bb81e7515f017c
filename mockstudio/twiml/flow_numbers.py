"""Which numbers of the account are set to flows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mockstudio.clock import Clock
from mockstudio.errors import UsageError
from mockstudio.sids import derived_sid
from mockstudio.store.numbers import IncomingNumber, NumberBook, friendly_name
from mockstudio.twiml.numbers import PhoneNumber, as_dialled

_NOTHING_ELSE: Mapping[str, Any] = MappingProxyType(
    {
        "voice_method": "POST",
        "voice_application_sid": "",
        "trunk_sid": "",
        "status_callback_method": "POST",
        "sms_method": "POST",
        "sms_application_sid": "",
    }
)
"""What a number must not be set to while a flow answers it."""


class FlowNumbers:
    """Sets numbers of the account to flows, as whoever uses the Console does.

    The account has one number from the beginning. It is set to the first flow that is loaded,
    until somebody sets it to something else.

    Args:
        book: the account's numbers.
        number: the one that the account has from the beginning.
        fallback_url: what Twilio asks when a flow's webhook fails; empty for none.
        webhook_url: tells a flow's webhook by the flow's SID.
        clock: dates the numbers.
    """

    def __init__(
        self,
        book: NumberBook,
        number: str,
        fallback_url: str,
        webhook_url: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._book = book
        self._number = number
        self._fallback_url = fallback_url
        self._webhook_url = webhook_url
        self._clock = clock
        self._flow_sid = ""
        self._set: dict[str, tuple[IncomingNumber, str]] = {}
        self._lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        """Put the book back to the one number, set to its flow."""
        with self._lock:
            self._book.clear()
            self._set.clear()
            number = self._book.add(self._new(self._number))
            self._set_again(number, self._flow_sid)

    def flow_loaded(self, flow_sid: str) -> None:
        """Set the account's first number to a flow, unless it was set to something before."""
        with self._lock:
            if self._flow_sid:
                return
            self._flow_sid = flow_sid
            for number, set_to in list(self._set.values()):
                self._set_again(number, set_to or flow_sid)

    def bind(self, flow_sid: str, phone_number: str = "") -> PhoneNumber:
        """Set a number to a flow, and get the number first where the account has it not.

        Args:
            flow_sid: `FW…`.
            phone_number: E.164; the account's first number when not given.
        """
        written = phone_number or self._number
        settings = {**_NOTHING_ELSE, **self._urls(flow_sid)}
        with self._lock:
            if written == self._number:
                self._flow_sid = flow_sid
            self._book.buy(self._new(written))
            number = self._book.find(written) or self._new(written)
            bound = self._book.change(number.sid, lambda found: replace(found, **settings))
            if bound is not None:
                self._set[number.sid] = (bound, flow_sid)
        return PhoneNumber(written, **self._urls(flow_sid))

    def follow_webhooks(self) -> None:
        """Set numbers anew whose flows' webhooks have other URLs now; others are left alone."""
        with self._lock:
            for number, flow_sid in list(self._set.values()):
                self._set_again(number, flow_sid)

    def number_of(self, flow_sid: str) -> PhoneNumber:
        """Return a number that is set to a flow, for calls and for messages.

        When the account has none it is the first number, as it were if it was.

        Raises:
            UsageError: the account does not have its first number any more, either.
        """
        url = self._webhook_url(flow_sid)
        for number in map(as_dialled, self._book.all()):
            if number.voice_url == url == number.sms_url:
                return number
        if self._book.find(self._number) is None:
            raise UsageError(f"no number of the account is set to flow {flow_sid}")
        return PhoneNumber(self._number, **self._urls(flow_sid))

    @property
    def first(self) -> PhoneNumber | None:
        """The account's first number, or None when it is gone or never was set to anything."""
        number = self._book.find(self._number)
        if number is None or self._set.get(number.sid) == (number, ""):
            return None
        return as_dialled(number)

    def look_up(self, phone_number: str) -> PhoneNumber | None:
        """Return what a number of the account is set to, or None for any other number."""
        number = self._book.find(phone_number)
        return as_dialled(number) if number else None

    def named(self, phone_number: str) -> PhoneNumber:
        """Return what a number of the account is set to; raises UsageError for any other."""
        found = self.look_up(phone_number)
        if found is None:
            known = ", ".join(number.phone_number for number in self._book.all()) or "none"
            raise UsageError(f"the account has no number {phone_number} (it has: {known})")
        return found

    def _new(self, phone_number: str) -> IncomingNumber:
        now, sid = self._clock.now(), derived_sid("PN", phone_number)
        return IncomingNumber(sid, phone_number, friendly_name(phone_number), now, now)

    def _set_again(self, number: IncomingNumber, flow_sid: str) -> None:
        """Set a number to a flow, unless somebody has changed it since it was set here."""
        bound = replace(number, **self._urls(flow_sid)) if flow_sid else number
        found = self._book.change(number.sid, lambda now: bound if now is number else now)
        if found is bound:
            self._set[number.sid] = (bound, flow_sid)

    def _urls(self, flow_sid: str) -> dict[str, Any]:
        url = self._webhook_url(flow_sid)
        return {
            "voice_url": url,
            "voice_fallback_url": self._fallback_url,
            "status_callback": url,
            "sms_url": url,
            "sms_fallback_url": self._fallback_url,
        }
