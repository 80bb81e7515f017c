"""What was found wrong with documents while they were played."""

from __future__ import annotations

from typing import Final

from mockstudio.events import Event
from mockstudio.twiml.events import CallEnded, CallStarted, CarrierWarned
from mockstudio.twiml.message_exchange import TOO_MANY_DOCUMENTS as TOO_MANY_FOR_A_MESSAGE
from mockstudio.twiml.voice.player import TOO_MANY_DOCUMENTS

_FATAL: Final = range(11_000, 12_200)
_CONTENT_TYPE: Final = 12_300
_MESSAGING: Final = "is a messaging verb"
_VOICE: Final = "is a voice verb"


class Findings:
    """Listens to what Twilio's debugger would show.

    Args:
        is_call: whether the documents are played to a caller.
    """

    def __init__(self, is_call: bool) -> None:
        self.warnings = 0
        self._other_kind = _MESSAGING if is_call else _VOICE
        self._is_other_kind = False
        self._is_endless = False
        self._fatal: int | None = None
        self._live: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case CarrierWarned():
                self._warned(event)
            case CallStarted():
                self._live.add(event.exchange)
            case CallEnded():
                self._live.discard(event.exchange)
                self._is_endless |= event.reason == TOO_MANY_DOCUMENTS

    def _warned(self, event: CarrierWarned) -> None:
        self.warnings += 1
        self._is_endless |= event.code == TOO_MANY_FOR_A_MESSAGE
        self._is_other_kind |= self._other_kind in event.text
        if self._fatal is None and event.code is not None and _is_fatal(event.code):
            self._fatal = event.code

    @property
    def is_fatal(self) -> bool:
        """Whether a document could not be played at all (rest-api.md 8.7), or there was no end."""
        return self._is_endless or self._fatal is not None

    @property
    def state(self) -> str:
        """How the documents were played, in words."""
        if self._fatal is not None:
            return f"could not be played ({self._fatal})"
        if self._is_endless:
            return "not played to its end"
        noun = "warning" if self.warnings == 1 else "warnings"
        found = f" with {self.warnings} {noun}" if self.warnings else ""
        return f"{'stopped in the call' if self._live else 'played'}{found}"

    @property
    def hint(self) -> str:
        """What to do about documents of the other kind; empty when they were of the right one."""
        if not self._is_other_kind:
            return ""
        if self._other_kind == _MESSAGING:
            return "this answers messages, not calls: play it with --message TEXT"
        return "this answers calls, not messages: play it without --message"


def _is_fatal(code: int) -> bool:
    return code in _FATAL or code == _CONTENT_TYPE
