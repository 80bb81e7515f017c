"""What the world outside decides: whether an agent picks up, a payment fails, a task is taken.

A scenario names the results; where it is silent, the usual one happens. Keys are Twilio's words:
verbs for what the carrier meets, resources for what the REST API is asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from mockstudio.errors import UnknownNameError

KNOWN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Dial": ("completed", "answered", "busy", "no-answer", "failed", "canceled"),
        "Enqueue": (
            "bridged",
            "bridging-in-process",
            "error",
            "hangup",
            "leave",
            "redirected",
            "redirected-from-bridged",
            "queue-full",
            "system-error",
        ),
        "Pay": (
            "success",
            "too-many-failed-attempts",
            "payment-connector-error",
            "caller-interrupted-with-star",
            "caller-hung-up",
            "validation-error",
            "internal-error",
        ),
        "Refer": ("completed", "failed"),
        "Stream": ("completed", "failed"),
        "Siprec": ("completed", "failed"),
        "ConversationRelay": ("completed", "failed"),
        "VirtualAgent": ("completed", "live-agent-handoff", "paused", "failed"),
        "Record": ("completed", "absent"),
        "Messages": ("delivered", "read", "sent", "undelivered", "failed"),
        "Calls": ("created", "refused"),
        "Recordings": ("created", "refused"),
        "Tasks": ("created", "refused"),
        "Interactions": ("created", "refused"),
        "Conversations": ("created", "refused"),
        "AnsweringMachine": (
            "machine_start",
            "machine_end_beep",
            "machine_end_silence",
            "machine_end_other",
            "human",
            "fax",
            "unknown",
        ),
    }
)
"""What can happen, by verb, noun or resource; the usual result is the first
(rest-api.md 3.2, 8.3, reference 2.12 to 2.22)."""


@dataclass(frozen=True)
class Result:
    """One thing that happened.

    Attributes:
        name: such as `busy`.
        after: seconds until it is known, or None for the usual time.
        parameters: what comes with it, over the usual parameters of the request it causes.
    """

    name: str
    after: float | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


class ScriptedResults:
    """What happens, in order; the last result of a list stays.

    Args:
        scripted: results by verb, noun or resource.

    Raises:
        UnknownNameError: there is no such verb, or no such result of it.
    """

    def __init__(self, scripted: Mapping[str, Sequence[Result | str]] | None = None) -> None:
        self._scripted: dict[str, list[Result]] = {}
        self._lock = threading.Lock()
        for what, results in (scripted or {}).items():
            self.script(what, *results)

    def script(self, what: str, *results: Result | str) -> None:
        """Say what happens from now on; without results, the usual again."""
        if what not in KNOWN:
            raise UnknownNameError("scripted result", what, KNOWN)
        made = [Result(result) if isinstance(result, str) else result for result in results]
        for result in made:
            if result.name not in KNOWN[what]:
                raise UnknownNameError(f"result of {what}", result.name, KNOWN[what])
        with self._lock:
            self._scripted[what] = made

    def next(self, what: str) -> Result:
        """Return what happens now."""
        with self._lock:
            scripted = self._scripted.get(what)
            if not scripted:
                return Result(KNOWN[what][0])
            return scripted.pop(0) if len(scripted) > 1 else scripted[0]
