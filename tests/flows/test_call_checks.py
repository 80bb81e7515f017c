"""What is wrong with a call's parameters, and with which code."""

from __future__ import annotations

import pytest

from mockstudio.flows.api_mistakes import first_mistake
from mockstudio.flows.call_checks import CHANGE_CHECKS, CREATE_CHECKS

GOOD = {"To": "+12025550142", "From": "+12025550100", "Url": "https://example.com/voice"}
INLINE = {"Url": None, "Twiml": "<Response/>"}

TAKEN = {
    "no more than it takes": {},
    "a document inline": INLINE,
    "the longest document": {"Twiml": "x" * 4_000},
    "both kinds of document": {"Twiml": "<Response/>"},
    "overrides of the connection": {"Url": "https://user:word@example.com:8443/voice?a=1#rc=2"},
    "numbers as people write them": {"To": "(202) 555-0142", "From": "202.555.0100"},
    "a short number": {"To": "911"},
    "a client": {"To": "client:alice", "From": "client:bob"},
    "a SIP address": {"To": "sip:alice@example.com"},
    "methods in lower case": {"Method": "get", "StatusCallbackMethod": "post"},
    "all events": {"StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"]},
    "events in one text": {"StatusCallbackEvent": "ringing completed"},
    "keys and pauses": {"SendDigits": "wW12#*aD"},
    "no time to ring": {"Timeout": "0"},
    "the longest time to ring": {"Timeout": "600"},
    "detection": {"MachineDetection": "DetectMessageEnd", "MachineDetectionTimeout": "3"},
    "a recording": {"Record": "True", "RecordingChannels": "dual", "Trim": "do-not-trim"},
    "a time limit": {"TimeLimit": "1"},
    "empty texts": dict.fromkeys(("Timeout", "SendDigits", "Method", "StatusCallback"), ""),
}


@pytest.mark.parametrize("parameters", TAKEN.values(), ids=TAKEN)
def test_good_parameters_are_taken(parameters):
    assert first_mistake(CREATE_CHECKS, {**GOOD, **parameters}) is None


REFUSED = [
    ({"To": " "}, 21201, "no 'To' number"),
    ({"From": None}, 21213, "no 'From' number"),
    ({"To": None, "From": None}, 21201, "no 'To' number"),
    ({"From": "MG" + "1" * 32}, 21212, "a Messaging Service cannot call"),
    ({"To": "Alice"}, 21217, "does not appear to be"),
    ({"To": "+1"}, 21217, "'To' is +1"),
    ({"From": "Bob"}, 21212, "not a valid phone number"),
    ({"From": "client:bob"}, 21212, "only a phone number can call a phone number"),
    ({"Url": None}, 21205, "neither Url nor Twiml"),
    ({"ApplicationSid": "AP" + "1" * 32}, 21218, "write Url instead"),
    ({"Url": "/voice"}, 21205, "Url: URL '/voice' is not absolute"),
    ({"Url": "ftp://example.com"}, 21205, "is not absolute"),
    ({"FallbackUrl": "voice"}, 21205, "FallbackUrl"),
    ({"StatusCallback": "https://"}, 21205, "StatusCallback"),
    ({"RecordingStatusCallback": "x"}, 21205, "RecordingStatusCallback"),
    ({"AsyncAmdStatusCallback": "x"}, 21205, "AsyncAmdStatusCallback"),
    ({"Method": "PUT"}, 21209, "Method: expected GET or POST, found 'PUT'"),
    ({"StatusCallbackMethod": "x"}, 21209, "StatusCallbackMethod"),
    ({"Url": None, "Twiml": "x" * 4_001}, 20001, "4,001 characters"),
    ({"StatusCallbackEvent": ["ringing", "busy"]}, 21626, "found 'busy'"),
    ({"SendDigits": "1-2"}, 21206, "SendDigits '1-2'"),
    ({"SendDigits": "1" * 33}, 21206, "up to 32"),
    ({"Timeout": "601"}, 21208, "Timeout '601'"),
    ({"Timeout": "soon"}, 21208, "Timeout 'soon'"),
    ({"MachineDetection": "Yes"}, 21234, "Enable or DetectMessageEnd"),
    ({"MachineDetectionTimeout": "2"}, 21234, "3 to 120"),
    ({"Record": "yes"}, 20001, "Record: expected true or false"),
    ({"RecordingChannels": "stereo"}, 20001, "mono or dual"),
    ({"TimeLimit": "0"}, 20001, "TimeLimit '0'"),
    ({"TimeLimit": "long"}, 20001, "TimeLimit 'long'"),
]


@pytest.mark.parametrize(("parameters", "code", "text"), REFUSED)
def test_a_mistake_has_its_code(parameters, code, text):
    found, why = first_mistake(CREATE_CHECKS, {**GOOD, **parameters}) or (None, "")
    assert (found, text in why) == (code, True), why


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, None),
        ({"Url": "voice"}, 21205),
        ({"Method": "PUT"}, 21209),
        ({"Twiml": "x" * 4_001}, 20001),
        ({"TimeLimit": "0"}, 20001),
    ],
)
def test_a_change_needs_neither_numbers_nor_a_document(parameters, code):
    assert (first_mistake(CHANGE_CHECKS, parameters) or (None,))[0] == code
