"""Gather Input on Call: keys or speech (reference 2.11)."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import Wait
from mockstudio.flows.widgets.base import Took, Visit
from mockstudio.flows.widgets.say_play import play, spoken
from mockstudio.flows.widgets.twiml import Tag, redirect
from mockstudio.flows.widgets.twiml_widget import TwimlWidget, attribute, returned

GATHER_COMPLETE = "gatherComplete"
KEYPRESS = "keypress"
SPEECH = "speech"
TIMEOUT = "timeout"
INPUT_KEYS = frozenset({"Digits", "SpeechResult", "Confidence"})


class GatherInputOnCall(TwimlWidget):
    """Asks, and takes `keypress` before `speech` before `timeout`."""

    type = "gather-input-on-call"
    accepts = (GATHER_COMPLETE, TIMEOUT)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the question, and the way back when nobody answers it."""
        gather = Tag("Gather", _attributes(visit), children=_prompt(visit))
        return [gather, redirect(visit.action_url(TIMEOUT))]

    def resume(self, visit: Visit, event: FlowEvent, wait: Wait) -> Took:
        """Keep everything of an answer; a time-out leaves no input behind."""
        took = super().resume(visit, event, wait)
        if took.event != TIMEOUT:
            return took
        return Took(TIMEOUT, {k: v for k, v in returned(event).items() if k not in INPUT_KEYS})

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Tell keys from speech from silence."""
        if event.name == GATHER_COMPLETE and event.parameters.get("Digits"):
            return KEYPRESS
        if event.name == GATHER_COMPLETE and event.parameters.get("SpeechResult"):
            return SPEECH
        return TIMEOUT


def _attributes(visit: Visit) -> dict[str, object]:
    digits = visit.text("number_of_digits").strip()
    return {
        "input": "dtmf speech",
        "action": visit.action_url(GATHER_COMPLETE),
        "timeout": attribute(visit, "timeout", 5),
        "numDigits": None if digits in ("", "0") else digits,
        "finishOnKey": _finish_key(visit),
        "language": attribute(visit, "gather_language", "en-US"),
        "hints": attribute(visit, "hints"),
        "profanityFilter": attribute(visit, "profanity_filter", "true"),
        "speechTimeout": attribute(visit, "speech_timeout", "auto"),
        "speechModel": attribute(visit, "speech_model"),
    }


def _finish_key(visit: Visit) -> str:
    """Return the key that ends the input; empty for none, which exports spell in two ways."""
    if attribute(visit, "stop_gather") == "false":
        return ""
    return str(visit.properties.get("finish_on_key", "#"))


def _prompt(visit: Visit) -> tuple[Tag, ...]:
    if visit.text("say"):
        return (spoken(visit, voice="alice", language="en-US"),)
    return (play(visit),) if visit.text("play") else ()
