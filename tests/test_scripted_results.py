"""Every result that can be scripted is asked for by somebody, and nothing else is asked for."""

from __future__ import annotations

import pytest

from mockstudio.flows.api import SandboxApi
from mockstudio.store.results import KNOWN
from mockstudio.twiml.delivery import MESSAGES
from mockstudio.twiml.numbers import PhoneNumber
from mockstudio.twiml.phone import Answer, Phone

PERSON = "+12025550123"
URL = "https://app.example/voice"
DOCUMENTS = {
    "Dial": "<Dial>+15550009</Dial>",
    "Enqueue": "<Enqueue>support</Enqueue>",
    "Pay": "<Pay/>",
    "Refer": "<Refer><Sip>sip:ann@example.com</Sip></Refer>",
    "Record": "<Record/>",
    "Stream": "<Connect><Stream url='wss://a.example'/></Connect>",
    "Siprec": "<Start><Siprec connectorName='c'/></Start>",
    "ConversationRelay": "<Connect><ConversationRelay url='wss://a.example'/></Connect>",
    "VirtualAgent": "<Connect><VirtualAgent connectorName='c'/></Connect>",
    "AnsweringMachine": "<Hangup/>",
}
CALL = {"To": PERSON, "From": "+15005550006", "Url": URL}
RESOURCES = {"Calls": CALL, "Recordings": {}, "Tasks": {}, "Interactions": {}, "Conversations": {}}


def test_everything_that_can_be_scripted_is_in_these_tables():
    assert set(KNOWN) == DOCUMENTS.keys() | RESOURCES.keys() | {MESSAGES}


@pytest.mark.parametrize("what", DOCUMENTS)
def test_a_call_asks_for_what_it_meets(stage, asked, what):
    document = f"<Response>{DOCUMENTS[what]}</Response>"
    stage.endpoint("voice", URL, kind="twiml", reply={"twiml": document})
    carrier = stage.sandbox.carrier
    carrier.give_phone(PERSON, Phone(Answer.MACHINE))
    carrier.place_call({**CALL, "MachineDetection": "Enable"})
    (call,) = carrier.calls
    assert call.wait()
    assert dict.fromkeys(["AnsweringMachine", what]) == dict.fromkeys(asked)


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_api_asks_for_what_it_makes(stage, asked, resource):
    api = SandboxApi(stage.sandbox.results, "AC1", stage.sandbox.clock, lambda _: "CA1")
    assert api.create(resource, RESOURCES[resource]).error_code is None
    assert asked == [resource]


def test_a_message_asks_for_what_becomes_of_it(stage, asked):
    reply = {"twiml": "<Response><Message>Hi</Message></Response>"}
    stage.endpoint("sms", URL, kind="twiml", reply=reply)
    stage.sandbox.carrier.chat(PhoneNumber("+15005550006", sms_url=URL), PERSON).send("hello")
    assert asked == [MESSAGES]


@pytest.fixture
def asked(stage, monkeypatch):
    """The names that are asked for, in order."""
    names, results = [], stage.sandbox.results
    real = results.next
    monkeypatch.setattr(results, "next", lambda what: names.append(what) or real(what))
    return names
