from __future__ import annotations

import pytest

KIND = "record-voicemail"
ACTION = "FLOW?FlowEvent=recordingComplete"
SILENCE = '<Redirect method="POST">FLOW?FlowEvent=noAudio</Redirect>'
USUAL = (
    f'<Record action="{ACTION}" timeout="5" maxLength="3600" playBeep="true" trim="trim-silence"/>'
)


@pytest.mark.parametrize(
    ("properties", "twiml"),
    [
        ({}, USUAL),
        (
            {
                "timeout": 0,
                "finish_on_key": "#",
                "max_length": 60,
                "play_beep": "false",
                "trim": "do-not-trim",
                "transcribe": True,
                "transcription_callback_url": "https://x/t?a=1&b=2",
                "recording_status_callback_url": "https://x/r",
            },
            f'<Record action="{ACTION}" timeout="0" finishOnKey="#" maxLength="60" '
            'playBeep="false" trim="do-not-trim" transcribe="true" '
            'transcribeCallback="https://x/t?a=1&amp;b=2" recordingStatusCallback="https://x/r"/>',
        ),
    ],
)
def test_the_printed_twiml(live_call, properties, twiml):
    assert live_call(KIND, properties).twiml == twiml


def test_silence_comes_back_only_where_it_leads_somewhere(live_call):
    call = live_call(KIND, routed={"noAudio": "after"})
    assert call.twiml == USUAL + SILENCE
    assert call.back("noAudio").name == "noAudio"
    assert call.execution.path == ["Trigger", "widget", "after"]


@pytest.mark.parametrize(
    ("event", "parameters", "took"),
    [
        (
            "recordingComplete",
            {"RecordingUrl": "https://x/RE1", "Digits": "#"},
            "recordingComplete",
        ),
        (
            "recordingComplete",
            {"RecordingUrl": "https://x/RE1", "Digits": "hangup", "CallStatus": "completed"},
            "recordingComplete",
        ),
        ("hangup", {"CallStatus": "completed"}, "hangup"),
    ],
)
def test_the_end_of_the_recording(live_call, own_outputs, event, parameters, took):
    step = live_call(KIND).back(event, **parameters)
    assert (step.name, own_outputs(step)) == (took, parameters)


def test_after_a_hangup_the_flow_runs_on_without_the_call(live_call):
    call = live_call(KIND, routed={"recordingComplete": "after"})
    call.back("recordingComplete", Digits="hangup", CallStatus="completed")
    assert call.execution.path == ["Trigger", "widget", "after"]
