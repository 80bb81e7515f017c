"""What the REST API finds wrong with a request for a resource (rest-api.md 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from mockstudio.flows.api_mistakes import BAD_PARAMETER, NUMBER, Check, Mistake, first_mistake
from mockstudio.flows.api_resources import as_object, duration_seconds
from mockstudio.flows.call_checks import CREATE_CHECKS
from mockstudio.sids import is_sid

NOT_FOUND: Final = 20404


def mistake_in(resource: str, parameters: Mapping[str, Any]) -> Mistake | None:
    """Return the first thing wrong with a request, or None.

    Args:
        resource: such as `Calls`.
        parameters: as the API names them.
    """
    return first_mistake(_CHECKS.get(resource, ()), parameters)


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
        if not NUMBER.fullmatch(str(value)):
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


_CHECKS: Final[Mapping[str, tuple[Check, ...]]] = MappingProxyType(
    {
        "Calls": CREATE_CHECKS,
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
