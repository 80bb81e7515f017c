"""Record Voicemail (reference 2.14).

When the caller stays silent, Record requests no action and the next verb runs (rest-api.md 8.3).
Studio documents `noAudio` for legacy accounts only (8 no. 26), so the way back with it is printed
only for a flow that leads it somewhere. Without one the document is over: the caller hears the
call end, and the widget takes `hangup` as for anyone who leaves no message.
"""

from __future__ import annotations

from mockstudio.flows.execution import HANGUP
from mockstudio.flows.widgets.base import Visit
from mockstudio.flows.widgets.twiml import Tag, redirect
from mockstudio.flows.widgets.twiml_widget import TwimlWidget, attribute

RECORDING_COMPLETE = "recordingComplete"
NO_AUDIO = "noAudio"


class RecordVoicemail(TwimlWidget):
    """Takes `recordingComplete`, also when hanging up ended a recording (`Digits` is `hangup`)."""

    type = "record-voicemail"
    accepts = (RECORDING_COMPLETE, NO_AUDIO, HANGUP)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Record and, where the flow has a use for it, the way back after silence."""
        record = Tag(
            "Record",
            {
                "action": visit.action_url(RECORDING_COMPLETE),
                "timeout": attribute(visit, "timeout", 5),
                "finishOnKey": attribute(visit, "finish_on_key"),
                "maxLength": attribute(visit, "max_length", 3600),
                "playBeep": attribute(visit, "play_beep", "true"),
                "trim": attribute(visit, "trim", "trim-silence"),
                "transcribe": attribute(visit, "transcribe"),
                "transcribeCallback": attribute(visit, "transcription_callback_url"),
                "recordingStatusCallback": attribute(visit, "recording_status_callback_url"),
            },
        )
        silence = visit.state.transition(NO_AUDIO)
        if silence is None or silence.next is None:
            return [record]
        return [record, redirect(visit.action_url(NO_AUDIO))]
