"""Telling people from machines when an outgoing call is answered (rest-api.md 3.5, 5.4)."""

from __future__ import annotations

from typing import Final

from mockstudio.store.results import ScriptedResults
from mockstudio.twiml.call_progress import CallState
from mockstudio.twiml.call_setup import Detection
from mockstudio.twiml.phone import Answer, Phone

SECONDS_TO_DETECT: Final = 3.0
HUMAN: Final = "human"
MACHINE: Final = "machine_start"
MACHINE_IS_DONE: Final = "machine_end_beep"


def found_by(detection: Detection, phone: Phone, results: ScriptedResults) -> str:
    """Return what has answered; of a machine, a scripted result decides what it is taken for."""
    if phone.answer is not Answer.MACHINE:
        return HUMAN
    found = results.next("AnsweringMachine").name
    return MACHINE_IS_DONE if found == MACHINE and detection.waits_for_the_end else found


def detected(state: CallState) -> dict[str, str]:
    """Return the parameters that tell what has answered; none where nobody has looked."""
    if state.answered_by is None:
        return {}
    milliseconds = str(int(SECONDS_TO_DETECT * 1000))
    return {"AnsweredBy": state.answered_by, "MachineDetectionDuration": milliseconds}
