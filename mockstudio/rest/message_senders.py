"""Who may send messages, and to whom: the addresses of channels (rest-api.md 3.2)."""

from __future__ import annotations

import re
from typing import Final

from mockstudio.rest.errors import refused
from mockstudio.sids import is_sid
from mockstudio.store.numbers import NumberBook

BAD_TO: Final = 21211
BAD_FROM: Final = 21212
SAME: Final = 21266
NOT_OWNED: Final = 21606
BAD_SERVICE: Final = 21705
NO_COMMON_CHANNEL: Final = 21910

WHATSAPP_SANDBOX: Final = "+14155238886"
"""The number that Twilio lends to everybody who tries WhatsApp."""

_NUMBER = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)
_CHANNEL_ADDRESS = re.compile(
    r"(?P<channel>whatsapp|rcs):(?P<number>\+[1-9]\d{1,14})|(messenger|rcs):[\w.@-]+", re.ASCII
)
_SHORT_CODE = re.compile(r"\d{3,8}", re.ASCII)
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}", re.ASCII)
"""An alphanumeric sender ID."""


def check_recipient(to: str) -> None:
    """Let an address pass that can be written to; raises RestError (21211)."""
    if not (_NUMBER.fullmatch(to) or _CHANNEL_ADDRESS.fullmatch(to)):
        raise refused(BAD_TO, f"The 'To' number {to} is not a valid phone number.")


def check_service(sid: str) -> None:
    """Let a Messaging Service pass; raises RestError (21705)."""
    if sid and not is_sid(sid, "MG"):
        raise refused(BAD_SERVICE, f"The Messaging Service Sid {sid} is invalid.")


def check_sender(from_: str, to: str) -> None:
    """Let a sender pass that is well formed; raises RestError (21212, 21266, 21910).

    Args:
        from_: an address, or the SID of a Messaging Service; empty for none.
        to: who is written to.
    """
    if not from_ or is_sid(from_, "MG"):
        return
    if not any(form.fullmatch(from_) for form in (_NUMBER, _CHANNEL_ADDRESS, _SHORT_CODE, _NAME)):
        message = (
            f"The 'From' number {from_} is not a valid phone number, shortcode, or alphanumeric "
            "sender ID."
        )
        raise refused(BAD_FROM, message)
    if from_ == to:
        raise refused(SAME, f"'To' and 'From' number cannot be the same: {to}")
    if _channel(from_) != _channel(to):
        message = (
            f"Invalid From and To pair. From and To should be of the same channel: {from_} and {to}"
        )
        raise refused(NO_COMMON_CHANNEL, message)


def check_owner(from_: str, numbers: NumberBook) -> None:
    """Let a sender pass that the account has; raises RestError (21606).

    Names and pages belong to whoever uses them, and `whatsapp:` to whoever has the number.
    """
    number = _own_number(from_)
    if number is None or numbers.find(number):
        return
    if from_ == f"whatsapp:{WHATSAPP_SANDBOX}":
        return
    message = (
        f"The From phone number {from_} is not a valid, SMS-capable inbound phone number or short "
        "code for your account."
    )
    raise refused(NOT_OWNED, message)


def _own_number(from_: str) -> str | None:
    """Return the number that one must have to send from an address, or None for none."""
    if _NUMBER.fullmatch(from_) or _SHORT_CODE.fullmatch(from_):
        return from_
    found = _CHANNEL_ADDRESS.fullmatch(from_)
    return found["number"] if found else None


def _channel(address: str) -> str:
    return address.partition(":")[0] if ":" in address else ""
