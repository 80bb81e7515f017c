"""What Twilio sends, as tables (rest-api.md 5.2 to 5.5)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from mockstudio.store.media import media_at
from mockstudio.store.messages import Message
from mockstudio.twiml.parameters import (
    call_parameters,
    call_status_parameters,
    message_parameters,
    message_status_parameters,
    recording_status_parameters,
)

GOLDEN = yaml.safe_load(Path(__file__).with_name("parameter_cases.yaml").read_text())
WHEN = datetime(2026, 1, 5, 17, 0, 7, tzinfo=UTC)
ACCOUNT = "AC00000000000000000000000000000001"


def message(sid="SM1", from_="+15551230000", to="+15017122661", body="hi", **members):
    known = {"status": "received", "created": WHEN, **members}
    return Message(sid, ACCOUNT, from_, to, body, **known)


CALL = call_parameters("CA1", ACCOUNT, "+15551230000", "+4989123456", "ringing")
DIALLED = call_parameters(
    "CA2", ACCOUNT, "sip:me@x", "+15551230000", "in-progress", "outbound-dial", "CA1"
)
MADE = {
    "an incoming call": CALL,
    "a dialled leg": DIALLED,
    "an incoming message": message_parameters(message()),
    "an incoming picture message": message_parameters(
        message(
            "MM1",
            "whatsapp:+15551230000",
            body="ж" * 71,
            media=media_at(
                ("https://x/a.png?b=1", "https://x/media/ME1", "https://[x/c.mp3"), WHEN
            ),
        )
    ),
    "a call that begins to ring": call_status_parameters(
        {"CallSid": "CA1", "CallStatus": "ringing"}, 0, WHEN
    ),
    "a call that was completed": call_status_parameters(
        {"CallSid": "CA1", "CallStatus": "completed"}, 3, WHEN, 61
    ),
    "a call that was busy": call_status_parameters(
        {"CallSid": "CA1", "CallStatus": "busy"}, 1, WHEN, 0
    ),
    "a recording": recording_status_parameters(
        CALL,
        recording_sid="RE1",
        url="https://api.twilio.com/RE1",
        status="completed",
        seconds=12,
        source="RecordVerb",
        started=WHEN,
    ),
    "a message that was sent": message_status_parameters(message(status="sent")),
    "a message that was delivered": message_status_parameters(
        message(status="delivered", messaging_service_sid="MG1")
    ),
    "a message that failed": message_status_parameters(message(status="failed", error_code=30003)),
    "a message that was not delivered": message_status_parameters(
        message(status="undelivered", error_code=30005)
    ),
    "a message that was read": message_status_parameters(
        message(status="read", from_="whatsapp:+15551230000", to="whatsapp:+15017122661")
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_the_parameters_are_those_of_the_table(name):
    assert MADE[name] == GOLDEN[name]


def test_the_table_has_nothing_else():
    assert GOLDEN.keys() == MADE.keys()


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2)])
def test_calls_are_billed_in_minutes_begun(seconds, minutes):
    told = call_status_parameters({"CallStatus": "completed"}, 0, WHEN, seconds)
    assert (told["CallDuration"], told["Duration"]) == (str(seconds), str(minutes))
