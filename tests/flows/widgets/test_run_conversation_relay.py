from __future__ import annotations

import pytest

KIND = "run-conversation-relay"


def connect(relay):
    return f'<Connect action="FLOW?FlowEvent=conversationRelayComplete">{relay}</Connect>'


@pytest.mark.parametrize(
    ("properties", "relay"),
    [
        ({"url": "wss://x/?a=1&b=2"}, '<ConversationRelay url="wss://x/?a=1&amp;b=2"/>'),
        (
            {
                "url": "wss://x",
                "welcome_greeting": 'Say "hi"',
                "language": "de-DE",
                "tts_provider": "Google",
                "voice": "a",
                "transcription_provider": "Deepgram",
                "speech_model": "nova",
                "dtmf_detection": True,
                "interruptible": "false",
                "parameters": [{"key": "who", "value": "{{trigger.call.From}}"}],
            },
            '<ConversationRelay url="wss://x" welcomeGreeting=\'Say "hi"\' language="de-DE" '
            'ttsProvider="Google" voice="a" transcriptionProvider="Deepgram" speechModel="nova" '
            'dtmfDetection="true" interruptible="false">'
            '<Parameter name="who" value="+15550100"/></ConversationRelay>',
        ),
    ],
)
def test_the_printed_twiml(live_call, properties, relay):
    assert live_call(KIND, properties).twiml == connect(relay)


@pytest.mark.parametrize(
    ("parameters", "took"),
    [
        ({"SessionStatus": "completed", "HandoffData": '{"reason":"agent"}'}, "success"),
        ({"SessionStatus": "ended", "SessionDuration": "7"}, "success"),
        ({"SessionStatus": "completed", "CallStatus": "completed"}, "success"),
        ({"SessionStatus": "failed", "ErrorCode": "64105"}, "failed"),
    ],
)
def test_the_session_status_decides(live_call, own_outputs, parameters, took):
    step = live_call(KIND, {"url": "wss://x"}).back("conversationRelayComplete", **parameters)
    assert (step.name, own_outputs(step)) == (took, parameters)
