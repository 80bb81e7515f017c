"""What the REST API finds wrong with the parameters of a call (rest-api.md 2.4, 3.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from mockstudio.flows.api_mistakes import BAD_PARAMETER, Check, Mistake, given, is_within
from mockstudio.http.exchange import Failure
from mockstudio.http.outgoing import sendable_url

NO_TO: Final = 21201
BAD_URL: Final = 21205
BAD_SEND_DIGITS: Final = 21206
BAD_TIMEOUT: Final = 21208
BAD_METHOD: Final = 21209
BAD_FROM: Final = 21212
NO_FROM: Final = 21213
BAD_TO: Final = 21217
BAD_APPLICATION: Final = 21218
BAD_DETECTION: Final = 21234
BAD_EVENT: Final = 21626

LONGEST_RINGING: Final = 600
LONGEST_CALL: Final = 86_400
LONGEST_TWIML: Final = 4_000

_PHONE_NUMBER = re.compile(r"\+?(?:[\s().-]*\d){3,15}", re.ASCII)
_OTHER_ADDRESS = re.compile(r"(?:client|sips?|sim|app|whatsapp):\S+", re.IGNORECASE)
_SEND_DIGITS = re.compile(r"[0-9A-Da-d#*wW]{0,32}")
_DETECTION: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "MachineDetectionTimeout": (3, 120),
        "MachineDetectionSpeechThreshold": (1_000, 6_000),
        "MachineDetectionSpeechEndThreshold": (500, 5_000),
        "MachineDetectionSilenceTimeout": (2_000, 10_000),
    }
)
"""The lowest and the highest value of each (reference 2.13): seconds, then milliseconds."""
_URLS: Final = (
    "Url",
    "FallbackUrl",
    "StatusCallback",
    "RecordingStatusCallback",
    "AsyncAmdStatusCallback",
    "ClientNotificationUrl",
)
_METHODS: Final = (
    "Method",
    "FallbackMethod",
    "StatusCallbackMethod",
    "RecordingStatusCallbackMethod",
    "AsyncAmdStatusCallbackMethod",
)
_FLAGS: Final = ("Record", "AsyncAmd")
_CHOICES: Final[Mapping[str, tuple[int, tuple[str, ...]]]] = MappingProxyType(
    {
        "StatusCallbackEvent": (BAD_EVENT, ("initiated", "ringing", "answered", "completed")),
        "MachineDetection": (BAD_DETECTION, ("Enable", "DetectMessageEnd")),
        "RecordingChannels": (BAD_PARAMETER, ("mono", "dual")),
        "RecordingTrack": (BAD_PARAMETER, ("inbound", "outbound", "both")),
        "RecordingStatusCallbackEvent": (BAD_PARAMETER, ("in-progress", "completed", "absent")),
        "Trim": (BAD_PARAMETER, ("trim-silence", "do-not-trim")),
    }
)
"""The code and the words of parameters that take one of a few, or several of them."""


def _who_calls_whom(parameters: Mapping[str, Any]) -> Mistake | None:
    to, from_ = given(parameters, "To").strip(), given(parameters, "From").strip()
    if not to:
        return NO_TO, "no 'To' number is specified"
    if not from_:
        return NO_FROM, "no 'From' number is specified"
    if from_.startswith("MG"):
        return BAD_FROM, f"'From' is {from_}: a Messaging Service cannot call, a number can"
    return _addresses(to, from_)


def _addresses(to: str, from_: str) -> Mistake | None:
    is_number = _PHONE_NUMBER.fullmatch(to)
    if not (is_number or _OTHER_ADDRESS.fullmatch(to)):
        return BAD_TO, f"'To' is {to}: it does not appear to be a valid phone number"
    if not (_PHONE_NUMBER.fullmatch(from_) or _OTHER_ADDRESS.fullmatch(from_)):
        return BAD_FROM, f"'From' is {from_}: it is not a valid phone number"
    if is_number and not _PHONE_NUMBER.fullmatch(from_):
        return BAD_FROM, f"'From' is {from_}: only a phone number can call a phone number"
    return None


def _document(parameters: Mapping[str, Any]) -> Mistake | None:
    if application := given(parameters, "ApplicationSid"):
        return BAD_APPLICATION, f"ApplicationSid '{application}': there is none; write Url instead"
    if not (given(parameters, "Url") or given(parameters, "Twiml")):
        return BAD_URL, "neither Url nor Twiml is given: what is the call to play?"
    return None


def _length(parameters: Mapping[str, Any]) -> Mistake | None:
    length = len(given(parameters, "Twiml"))
    if length <= LONGEST_TWIML:
        return None
    return BAD_PARAMETER, f"Twiml has {length:,} characters; at most {LONGEST_TWIML:,} are taken"


def _urls(parameters: Mapping[str, Any]) -> Mistake | None:
    for name in _URLS:
        url = given(parameters, name).strip()
        if url and isinstance(found := sendable_url(url.partition("#")[0]), Failure):
            return BAD_URL, f"{name}: {found.text}"
    return None


def _methods(parameters: Mapping[str, Any]) -> Mistake | None:
    for name in _METHODS:
        method = given(parameters, name, "POST")
        if method.upper() not in ("GET", "POST"):
            return BAD_METHOD, f"{name}: expected GET or POST, found '{method}'"
    return None


def _choices(parameters: Mapping[str, Any]) -> Mistake | None:
    for name, (code, words) in _CHOICES.items():
        value = parameters.get(name) or ""
        chosen = value if isinstance(value, list | tuple) else str(value).split()
        for word in chosen:
            if word not in words:
                return code, f"{name}: expected {' or '.join(words)}, found '{word}'"
    return None


def _flags(parameters: Mapping[str, Any]) -> Mistake | None:
    for name in _FLAGS:
        value = given(parameters, name, "false")
        if value.lower() not in ("true", "false"):
            return BAD_PARAMETER, f"{name}: expected true or false, found '{value}'"
    return None


def _dialling(parameters: Mapping[str, Any]) -> Mistake | None:
    timeout, digits = given(parameters, "Timeout", "60"), given(parameters, "SendDigits")
    if not is_within(timeout, 0, LONGEST_RINGING):
        return BAD_TIMEOUT, f"Timeout '{timeout}' is not 0 to {LONGEST_RINGING} seconds"
    if not _SEND_DIGITS.fullmatch(digits):
        return BAD_SEND_DIGITS, f"SendDigits '{digits}' is not up to 32 of 0-9 A-D # * w W"
    return None


def _time_limit(parameters: Mapping[str, Any]) -> Mistake | None:
    limit = given(parameters, "TimeLimit", "1")
    if is_within(limit, 1, LONGEST_CALL):
        return None
    return BAD_PARAMETER, f"TimeLimit '{limit}' is not 1 to {LONGEST_CALL:,} seconds"


def _detection(parameters: Mapping[str, Any]) -> Mistake | None:
    for name, (lowest, highest) in _DETECTION.items():
        value = given(parameters, name, str(lowest))
        if not is_within(value, lowest, highest):
            return BAD_DETECTION, f"{name} '{value}' is not {lowest:,} to {highest:,}"
    return None


CHANGE_CHECKS: Final[tuple[Check, ...]] = (_urls, _methods, _length, _time_limit)
"""Of what can be changed while a call lives."""
CREATE_CHECKS: Final[tuple[Check, ...]] = (
    _who_calls_whom,
    _document,
    *CHANGE_CHECKS,
    _dialling,
    _detection,
    _choices,
    _flags,
)
