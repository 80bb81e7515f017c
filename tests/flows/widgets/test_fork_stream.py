from __future__ import annotations

import pytest

KIND = "fork-stream"
BACK = '<Redirect method="POST">FLOW?FlowEvent=next</Redirect>'
NAMED = {"stream_name": "ears"}


@pytest.mark.parametrize(
    ("properties", "twiml"),
    [
        (
            {
                "stream_action": "start",
                "stream_transport_type": "websocket",
                "stream_url": "wss://x/a?b=1&c=2",
                "stream_track": "both_tracks",
                "stream_parameters": [{"key": "who", "value": "{{trigger.call.From}}"}],
            },
            '<Start><Stream name="ears" url="wss://x/a?b=1&amp;c=2" track="both_tracks">'
            '<Parameter name="who" value="+15550100"/></Stream></Start>',
        ),
        (
            {"stream_action": "start", "stream_url": "wss://x"},
            '<Start><Stream name="ears" url="wss://x"/></Start>',
        ),
        (
            {
                "stream_action": "start",
                "stream_transport_type": "siprec",
                "stream_connector": "recorder",
                "stream_track": "inbound_track",
            },
            '<Start><Siprec name="ears" connectorName="recorder" track="inbound_track"/></Start>',
        ),
        ({"stream_action": "stop"}, '<Stop><Stream name="ears"/></Stop>'),
        (
            {"stream_action": "stop", "stream_transport_type": "siprec"},
            '<Stop><Siprec name="ears"/></Stop>',
        ),
    ],
)
def test_the_printed_twiml(live_call, properties, twiml):
    assert live_call(KIND, {**NAMED, **properties}).twiml == twiml + BACK


def test_it_goes_on_and_sets_nothing(live_call):
    step = live_call(KIND, {"stream_action": "stop", **NAMED}).back("next")
    assert (step.name, step.outputs) == ("next", {})
