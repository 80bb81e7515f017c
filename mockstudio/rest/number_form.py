"""What an IncomingPhoneNumber is set to, as forms give it (rest-api.md 3.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from mockstudio.config import API_VERSION
from mockstudio.rest.errors import invalid, refused
from mockstudio.rest.parameters import Parameters
from mockstudio.sids import is_sid
from mockstudio.store.numbers import IncomingNumber, friendly_name

LONGEST_NAME: Final = 64
BAD_FRIENDLY_NAME: Final = 20002
BAD_URL: Final = 21402
BAD_METHOD: Final = 21403
VOICE_FALLBACK_ALONE: Final = 21405
SMS_FALLBACK_ALONE: Final = 21406
NO_APPLICATION: Final = 21420
BAD_ACCOUNT_SID: Final = 21470
NO_ACCOUNT: Final = 21471

Reader = Callable[[Parameters, str], Any]
"""Reads a parameter of a name; raises RestError."""


def _name(form: Parameters, name: str) -> str:
    found = form.text(name)
    if len(found) > LONGEST_NAME:
        message = f"{name}: expected at most {LONGEST_NAME} characters, found {len(found)}"
        raise refused(BAD_FRIENDLY_NAME, message)
    return found


def _url(form: Parameters, name: str) -> str:
    return form.url(name, BAD_URL)


def _method(form: Parameters, name: str) -> str:
    return form.method(name, BAD_METHOD)


def _flag(form: Parameters, name: str) -> bool:
    return form.flag(name)


def _sid(prefix: str) -> Reader:
    def read(form: Parameters, name: str) -> str:
        found = form.text(name)
        if found and not is_sid(found, prefix):
            message = f"{name}: expected {prefix} and 32 hex digits, found '{found}'"
            raise refused(NO_APPLICATION, message) if prefix == "AP" else invalid(message)
        return found

    return read


def _choice(*allowed: str) -> Reader:
    """Return the reader of one of a few texts, of which the first is the usual one."""
    return lambda form, name: form.one_of(name, allowed, allowed[0])


_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "FriendlyName": _name,
        "ApiVersion": _choice(API_VERSION, "2008-08-01"),
        "VoiceUrl": _url,
        "VoiceMethod": _method,
        "VoiceFallbackUrl": _url,
        "VoiceFallbackMethod": _method,
        "VoiceApplicationSid": _sid("AP"),
        "VoiceCallerIdLookup": _flag,
        "VoiceReceiveMode": _choice("voice", "fax"),
        "StatusCallback": _url,
        "StatusCallbackMethod": _method,
        "SmsUrl": _url,
        "SmsMethod": _method,
        "SmsFallbackUrl": _url,
        "SmsFallbackMethod": _method,
        "SmsApplicationSid": _sid("AP"),
        "TrunkSid": _sid("TK"),
        "AddressSid": _sid("AD"),
        "IdentitySid": _sid("RI"),
        "BundleSid": _sid("BU"),
        "EmergencyStatus": _choice("Inactive", "Active"),
        "EmergencyAddressSid": _sid("AD"),
    }
)


def given_settings(form: Parameters) -> dict[str, Any]:
    """Return what a form sets, by the attributes of a number; an empty text takes it away."""
    return {
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): read(form, name)
        for name, read in _READERS.items()
        if name in form
    }


def changed(number: IncomingNumber, given: Mapping[str, Any]) -> IncomingNumber:
    """Return a number as it is with what a form sets; raises RestError."""
    result = replace(number, **given)
    if given.get("voice_fallback_url") and not result.voice_url:
        raise refused(VOICE_FALLBACK_ALONE, "VoiceFallbackUrl: expected a VoiceUrl beside it")
    if given.get("sms_fallback_url") and not result.sms_url:
        raise refused(SMS_FALLBACK_ALONE, "SmsFallbackUrl: expected an SmsUrl beside it")
    if given.get("trunk_sid"):
        result = replace(result, voice_application_sid="")
    elif given.get("voice_application_sid"):
        result = replace(result, trunk_sid="")
    return replace(result, friendly_name=result.friendly_name or friendly_name(number.phone_number))


def check_account(form: Parameters, account_sid: str) -> None:
    """Refuse to hand a number to another account: there is none."""
    given = form.text("AccountSid", account_sid)
    if not is_sid(given, "AC"):
        raise refused(
            BAD_ACCOUNT_SID, f"AccountSid: expected AC and 32 hex digits, found '{given}'"
        )
    if given != account_sid:
        raise refused(NO_ACCOUNT, f"Account {given} does not exist")
