from __future__ import annotations

import pytest

from mockstudio.flows.events import Warned

KIND = "connect-call-to"
FIRST = '<Dial action="FLOW?FlowEvent=callCompleted" callerId="+15550100" timeout="30">'


@pytest.mark.parametrize(
    ("properties", "nouns"),
    [
        ({"noun": "number", "to": "+15550111"}, "<Number>+15550111</Number>"),
        (
            {"noun": "number-multi", "to": "+15550111, +15550112,,"},
            "<Number>+15550111</Number><Number>+15550112</Number>",
        ),
        ({"noun": "client", "to": "alice"}, "<Client>alice</Client>"),
        ({"noun": "sim", "to": "DE1"}, "<Sim>DE1</Sim>"),
        ({"noun": "conference", "to": "Room & Co"}, "<Conference>Room &amp; Co</Conference>"),
        ({"noun": "sip", "sip_endpoint": "sip:a@x"}, "<Sip>sip:a@x</Sip>"),
        ({"noun": "sip", "to": "sip:b@x"}, "<Sip>sip:b@x</Sip>"),
        (
            {"noun": "sip", "sip_endpoint": "sip:a@x", "sip_username": "u", "sip_password": "p"},
            '<Sip username="u" password="p">sip:a@x</Sip>',
        ),
    ],
)
def test_the_printed_nouns(stage, live_call, properties, nouns):
    assert live_call(KIND, properties).twiml == f"{FIRST}{nouns}</Dial>"
    assert stage.of(Warned) == []


@pytest.mark.parametrize(
    ("properties", "attributes"),
    [
        ({"caller_id": "{{trigger.call.To}}"}, 'callerId="+15550199" timeout="30"'),
        ({"timeout": 600}, 'callerId="+15550100" timeout="600"'),
        ({"time_limit": "60"}, 'callerId="+15550100" timeout="30" timeLimit="60"'),
        ({"record": True}, 'callerId="+15550100" timeout="30" record="record-from-answer"'),
        ({"record": False}, 'callerId="+15550100" timeout="30"'),
    ],
)
def test_the_printed_attributes(live_call, properties, attributes):
    call = live_call(KIND, {"noun": "number", "to": "+1", **properties})
    dial = f'<Dial action="FLOW?FlowEvent=callCompleted" {attributes}>'
    assert call.twiml == f"{dial}<Number>+1</Number></Dial>"


def test_only_ten_numbers_ring(stage, live_call):
    numbers = [f"+155501{n:02}" for n in range(12)]
    call = live_call(KIND, {"noun": "number-multi", "to": ",".join(numbers)})
    assert call.twiml.count("<Number>") == 10
    (warning,) = stage.of(Warned)
    assert warning.text == "'to' lists 12 numbers; only the first 10 are dialled"


def test_an_unknown_noun_is_dialled_as_a_number(stage, live_call):
    assert "<Number>+1</Number>" in live_call(KIND, {"noun": "queue", "to": "+1"}).twiml
    (warning,) = stage.of(Warned)
    assert warning.text.startswith("noun 'queue' is none of number, number-multi, client")


@pytest.mark.parametrize(
    ("event", "parameters", "took", "codes"),
    [
        ("callCompleted", {"DialCallStatus": "completed"}, "callCompleted", []),
        ("callCompleted", {"DialCallStatus": "busy"}, "callCompleted", []),
        ("callCompleted", {"DialCallStatus": "failed"}, "callCompleted", []),
        ("callCompleted", {"DialCallStatus": "no-answer"}, "callCompleted", [81007]),
        (
            "callCompleted",
            {"DialCallStatus": "completed", "CallStatus": "completed"},
            "hangup",
            [],
        ),
        (
            "callCompleted",
            {"DialCallStatus": "no-answer", "CallStatus": "completed"},
            "hangup",
            [],
        ),
        ("hangup", {"CallStatus": "completed"}, "hangup", []),
    ],
)
def test_the_end_of_the_dialled_leg(stage, live_call, own_outputs, event, parameters, took, codes):
    step = live_call(KIND, {"noun": "number", "to": "+1"}).back(event, **parameters)
    assert (step.name, own_outputs(step), stage.codes) == (took, parameters, codes)
