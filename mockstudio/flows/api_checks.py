"""What the REST API finds wrong with a request for a resource (rest-api.md 2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from mockstudio.flows.api_resources import as_object, duration_seconds
from mockstudio.sids import is_sid

Mistake = tuple[int, str]
"""Twilio's code, and what is wrong."""
Check = Callable[[Mapping[str, Any]], Mistake | None]

BAD_PARAMETER: Final = 20001
NOT_FOUND: Final = 20404
LONGEST_RINGING: Final = 600

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
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


def mistake_in(resource: str, parameters: Mapping[str, Any]) -> Mistake | None:
    """Return the first thing wrong with a request, or None.

    Args:
        resource: such as `Calls`.
        parameters: as the API names them.
    """
    found = (check(parameters) for check in _CHECKS.get(resource, ()))
    return next((mistake for mistake in found if mistake), None)


def _who_calls_whom(parameters: Mapping[str, Any]) -> Mistake | None:
    from_ = str(parameters.get("From") or "").strip()
    if not str(parameters.get("To") or "").strip():
        return 21201, "no 'To' number is specified"
    if not from_:
        return 21213, "no 'From' number is specified"
    if from_.startswith("MG"):
        return 21212, f"'From' is {from_}: a Messaging Service cannot call, a number can"
    return None


def _dialling(parameters: Mapping[str, Any]) -> Mistake | None:
    timeout, digits = parameters.get("Timeout", "60"), parameters.get("SendDigits", "")
    if not _is_within(timeout, 0, LONGEST_RINGING):
        return 21208, f"Timeout '{timeout}' is not 0 to {LONGEST_RINGING} seconds"
    if not _SEND_DIGITS.fullmatch(digits):
        return 21206, f"SendDigits '{digits}' is not up to 32 of 0-9 A-D # * w W"
    return None


def _detection(parameters: Mapping[str, Any]) -> Mistake | None:
    for name, (lowest, highest) in _DETECTION.items():
        value = parameters.get(name, str(lowest))
        if not _is_within(value, lowest, highest):
            return 21234, f"{name} '{value}' is not {lowest:,} to {highest:,}"
    return None


def _objects(*names: str) -> Check:
    """Return the check that parameters, where they are given, are JSON objects."""

    def check(parameters: Mapping[str, Any]) -> Mistake | None:
        for name in names:
            value = parameters.get(name) or {}
            if as_object(value) is None:
                return BAD_PARAMETER, f"{name} must be a JSON object, found {value}"
        return None

    return check


def _task_numbers(parameters: Mapping[str, Any]) -> Mistake | None:
    for name in ("Priority", "Timeout"):
        value = parameters.get(name) or 0
        if not _NUMBER.fullmatch(str(value)):
            return BAD_PARAMETER, f"{name} '{value}' is not a whole number"
    return None


def _existing_conversation(parameters: Mapping[str, Any]) -> Mistake | None:
    sid = str(parameters.get("Sid", ""))
    if "Sid" not in parameters or is_sid(sid, "CH"):
        return None
    # The API tells a malformed SID and an unknown one apart no more than this (rest-api.md 3.1).
    return NOT_FOUND, f"the requested resource /Conversations/{sid} was not found"


def _timers(parameters: Mapping[str, Any]) -> Mistake | None:
    for name in ("Timers.Inactive", "Timers.Closed"):
        text = parameters.get(name, "PT0S")
        if duration_seconds(text) is None:
            return BAD_PARAMETER, f"{name} '{text}' is not an ISO 8601 duration such as PT10M"
    return None


def _participants(parameters: Mapping[str, Any]) -> Mistake | None:
    for number, participant in enumerate(parameters.get("Participant", ()), 1):
        binding = participant.get("messaging_binding") or {}
        if not (participant.get("identity") or (binding and all(binding.values()))):
            return (
                BAD_PARAMETER,
                f"participant {number} has no identity, nor an address with a proxy address",
            )
    return None


def _is_within(value: object, lowest: int, highest: int) -> bool:
    text = str(value)
    return bool(_NUMBER.fullmatch(text)) and lowest <= int(text) <= highest


_CHECKS: Final[Mapping[str, tuple[Check, ...]]] = MappingProxyType(
    {
        "Calls": (_who_calls_whom, _dialling, _detection),
        "Tasks": (_objects("Attributes"), _task_numbers),
        "Interactions": (_objects("Channel", "Routing"),),
        "Conversations": (
            _existing_conversation,
            _objects("Attributes"),
            _timers,
            _participants,
        ),
    }
)
