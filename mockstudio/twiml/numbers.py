"""Twilio's side of calls and chats: a phone number and what it is set to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PhoneNumber:
    """A number of Twilio's, in the words of the IncomingPhoneNumber resource (rest-api.md 3.7).

    Attributes:
        number: E.164.
        voice_url: asked when it is called.
        voice_method: GET or POST.
        voice_fallback_url: asked when `voice_url` fails; empty for none.
        voice_fallback_method: GET or POST.
        status_callback: told when a call is over; empty for none.
        status_callback_method: GET or POST.
        sms_url: asked when a message arrives.
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
