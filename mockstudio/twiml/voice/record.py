"""`<Record>`: records what the person says (rest-api.md 8.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mockstudio.sids import new_sid
from mockstudio.store.results import Result
from mockstudio.twiml.model import Element
from mockstudio.twiml.restrictions import LONGEST_TRANSCRIBED
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.attributes import action, call_back, number, truth
from mockstudio.twiml.voice.base import (
    Action,
    Heard,
    HungUp,
    Key,
    Listen,
    Session,
    Steps,
    Verb,
    Words,
    hears_everything,
)
from mockstudio.twiml.voice.listening import hear
from mockstudio.twiml.voice.recording import Recording

ALL_KEYS: Final = "1234567890*#"
LONGEST: Final = 3_600


@dataclass
class _Tape:
    """What is being recorded.

    Attributes:
        verb: the Record.
        started: when the recording began.
        words: what was said so far.
        ended_by: the key that ended it, `hangup`, or empty for silence or the longest length.
    """

    verb: Element
    started: datetime
    words: list[str] = field(default_factory=list)
    ended_by: str = ""

    @property
    def longest(self) -> int:
        longest = number(self.verb, "maxLength", LONGEST)
        return min(longest, LONGEST_TRANSCRIBED) if truth(self.verb, "transcribe") else longest

    def counts(self, heard: Heard) -> bool:
        keys = self.verb.attributes.get("finishOnKey", ALL_KEYS)
        return isinstance(heard, Words) or heard.digit in keys

    def seconds(self, now: datetime) -> float:
        """Return the length: of the words alone where silence is trimmed, which is the default."""
        if self.verb.get("trim", "trim-silence") != "trim-silence":
            return (now - self.started).total_seconds()
        return min(sum(lasting.speech(words) for words in self.words), self.longest)


class Record(Verb):
    """Records until a key, silence, the longest length or a hang-up ends it."""

    name = "Record"

    def play(self, session: Session, verb: Element) -> Steps:
        """Record, and request the action; if only silence was recorded, go on instead."""
        result = session.results.next("Record")
        session.asks()
        if truth(verb, "playBeep", default=True):
            session.heard(self.name, "beep", verb)
            yield Listen(lasting.BEEP)
        session.awaits()
        tape = _Tape(verb, session.date())
        try:
            yield from _listen(session, tape)
        except HungUp:
            if not tape.words:
                raise
            tape.ended_by = "hangup"
        return _outcome(session, tape, result)


def _listen(session: Session, tape: _Tape) -> Steps:
    end = session.now() + tape.longest
    while (left := end - session.now()) > 0:
        silence = number(tape.verb, "timeout", 5) or left
        heard = yield from hear(session, min(silence, left), tape.counts, hears_everything)
        if isinstance(heard, Words):
            tape.words.append(heard.text)
            continue
        tape.ended_by = heard.digit if isinstance(heard, Key) else ""
        break
    return None


def _outcome(session: Session, tape: _Tape, result: Result) -> Action | None:
    has_sound = bool(tape.words) and result.name != "absent"
    seconds = tape.seconds(session.date()) if has_sound else 0.0
    recording = Recording("RecordVerb", seconds, tape.started)
    heard = f"recorded {recording.duration} s" if has_sound else _silence(session, tape.verb)
    session.heard("Record", heard, tape.verb)
    recording.tell(session, tape.verb)
    if not has_sound:
        return None
    _transcribe(session, tape, recording)
    parameters = {
        "RecordingUrl": recording.url(session),
        "RecordingDuration": str(recording.duration),
        "RecordingSid": recording.sid,
        "Digits": tape.ended_by,
        **result.parameters,
    }
    return action(tape.verb, parameters)


def _silence(session: Session, verb: Element) -> str:
    """Return what is told of silence: also why the call is over where it leads behind all verbs."""
    is_last = verb is session.document.verbs[-1]
    end = ", and no verb follows: the call ends" if is_last else ""
    return f"recorded nothing but silence{end}"


def _transcribe(session: Session, tape: _Tape, recording: Recording) -> None:
    if not truth(tape.verb, "transcribe"):
        return
    parameters = {
        **session.parameters,
        "TranscriptionSid": new_sid("TR"),
        "TranscriptionText": " ".join(tape.words),
        "TranscriptionStatus": "completed",
        "RecordingSid": recording.sid,
        "RecordingUrl": recording.url(session),
    }
    call_back(session, tape.verb, "transcribeCallback", parameters)
