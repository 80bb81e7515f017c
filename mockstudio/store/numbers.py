"""Twilio's numbers in the account, and what each is set to (rest-api.md 3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mockstudio.store.ledger import Ledger


@dataclass(frozen=True)
class IncomingNumber:
    """A number of the account, in the words of the IncomingPhoneNumber resource.

    Attributes:
        sid: `PN…`.
        phone_number: E.164.
        friendly_name: free text.
        created: when it was bought.
        updated: when it was last changed.
        voice_url: asked when it is called; empty for none, as all URLs.
        voice_method: GET or POST, as all methods.
        voice_fallback_url: asked when `voice_url` fails.
        voice_fallback_method: its method.
        status_callback: told when a call is over.
        status_callback_method: its method.
        sms_url: asked when a message arrives.
        sms_method: its method.
        sms_fallback_url: asked when `sms_url` fails.
        sms_fallback_method: its method.
    """

    sid: str
    phone_number: str
    friendly_name: str
    created: datetime
    updated: datetime
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"


class NumberBook(Ledger[IncomingNumber]):
    """All numbers of the account."""

    def find(self, phone_number: str) -> IncomingNumber | None:
        """Return the number that is written so, or None when it is not the account's."""
        return next((n for n in self.all() if n.phone_number == phone_number), None)
