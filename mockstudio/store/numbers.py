"""Twilio's numbers in the account, and what each is set to (rest-api.md 3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mockstudio.config import API_VERSION
from mockstudio.store.ledger import Ledger

_NORTH_AMERICA = "+1"
_TOLL_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})


class NumberType(StrEnum):
    """What kind of number one is."""

    LOCAL = "local"
    MOBILE = "mobile"
    TOLL_FREE = "tollfree"


@dataclass(frozen=True)
class IncomingNumber:
    """A number of the account, in the words of the IncomingPhoneNumber resource.

    Attributes:
        sid: `PN…`.
        phone_number: E.164.
        friendly_name: free text.
        created: when it was bought.
        updated: when it was last changed.
        type: local, mobile or toll-free.
        voice_url: asked when it is called; empty for none, as all URLs.
        voice_method: GET or POST, as all methods.
        voice_fallback_url: asked when `voice_url` fails.
        voice_fallback_method: its method.
        voice_application_sid: `AP…` that handles calls instead of the URLs; empty, as all SIDs.
        voice_caller_id_lookup: whether callers' names are looked up; kept, not done.
        voice_receive_mode: `voice` or `fax`; kept, not heeded.
        status_callback: told when a call is over.
        status_callback_method: its method.
        sms_url: asked when a message arrives.
        sms_method: its method.
        sms_fallback_url: asked when `sms_url` fails.
        sms_fallback_method: its method.
        sms_application_sid: `AP…` that handles messages instead of the URLs.
        trunk_sid: `TK…` that handles calls instead of application and URLs.
        address_sid: `AD…`; kept, as what follows.
        identity_sid: `RI…`.
        bundle_sid: `BU…`.
        emergency_status: `Active` or `Inactive`.
        emergency_address_sid: `AD…`.
        api_version: of the TwiML.
    """

    sid: str
    phone_number: str
    friendly_name: str
    created: datetime
    updated: datetime
    type: NumberType = NumberType.LOCAL
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    voice_application_sid: str = ""
    voice_caller_id_lookup: bool = False
    voice_receive_mode: str = "voice"
    status_callback: str = ""
    status_callback_method: str = "POST"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str = ""
    trunk_sid: str = ""
    address_sid: str = ""
    identity_sid: str = ""
    bundle_sid: str = ""
    emergency_status: str = "Inactive"
    emergency_address_sid: str = ""
    api_version: str = API_VERSION


class NumberBook(Ledger[IncomingNumber]):
    """All numbers of the account; there is one of each."""

    def find(self, phone_number: str) -> IncomingNumber | None:
        """Return the number that is written so, or None when it is not the account's."""
        return next((n for n in self.all() if n.phone_number == phone_number), None)

    def buy(self, number: IncomingNumber) -> bool:
        """Add a number unless the account has it already; tell whether it was added."""
        return self.add_unless(number, lambda n: n.phone_number == number.phone_number)


def friendly_name(phone_number: str) -> str:
    """Return what a number is called unless it is given a name: `(808) 925-5327`."""
    digits = phone_number.removeprefix(_NORTH_AMERICA)
    if not _is_north_american(phone_number):
        return phone_number
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


def is_toll_free(phone_number: str) -> bool:
    """Tell whether a North American number is toll-free; of others nothing is known."""
    return _is_north_american(phone_number) and phone_number[2:5] in _TOLL_FREE


def _is_north_american(phone_number: str) -> bool:
    return phone_number.startswith(_NORTH_AMERICA) and len(phone_number) == len("+15005550006")
