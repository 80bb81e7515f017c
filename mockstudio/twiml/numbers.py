"""Twilio's side of calls and chats: a phone number and what it is set to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mockstudio.store.numbers import IncomingNumber


@dataclass(frozen=True)
class PhoneNumber:
    """A number of Twilio's, in the words of the IncomingPhoneNumber resource (rest-api.md 3.7).

    Attributes:
        number: E.164.
        voice_url: asked when it is called; empty when nobody answers.
        voice_method: GET or POST.
        voice_fallback_url: asked when `voice_url` fails; empty for none.
        voice_fallback_method: GET or POST.
        status_callback: told when a call is over; empty for none.
        status_callback_method: GET or POST.
        sms_url: asked when a message arrives; empty when nobody is told.
        sms_method: GET or POST.
        sms_fallback_url: asked when `sms_url` fails; empty for none.
        sms_fallback_method: GET or POST.
    """

    number: str
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


LookUp = Callable[[str], PhoneNumber | None]
"""Finds what a number of the account is set to; None for any other number."""

_VOICE = (
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
)
_MESSAGING = ("sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method")


def as_dialled(number: IncomingNumber) -> PhoneNumber:
    """Return what calls and messages to a number of the account lead to.

    A channel that an application or a trunk handles has no URLs of its own (rest-api.md 3.7).
    """
    is_handled = number.voice_application_sid or number.trunk_sid
    names = (*(() if is_handled else _VOICE), *(() if number.sms_application_sid else _MESSAGING))
    return PhoneNumber(number.phone_number, **{name: getattr(number, name) for name in names})
