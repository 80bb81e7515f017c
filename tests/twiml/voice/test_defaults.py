"""What Twilio takes for an attribute that is not written (rest-api.md 8.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from mockstudio.twiml.grammar import load_grammar

GRAMMAR = load_grammar("voice")
REFERENCE = {
    "Say": {"voice": "man", "language": "en-US", "loop": "1"},
    "Play": {"loop": "1"},
    "Pause": {"length": "1"},
    "Gather": {
        "input": "dtmf",
        "timeout": "5",
        "finishOnKey": "#",
        "method": "POST",
        "actionOnEmptyResult": "false",
        "language": "en-US",
        "speechTimeout": "the timeout",
        "maxSpeechTime": "60",
        "profanityFilter": "true",
        "partialResultCallbackMethod": "POST",
    },
    "Record": {
        "method": "POST",
        "timeout": "5",
        "finishOnKey": "1234567890*#",
        "maxLength": "3600",
        "playBeep": "true",
        "trim": "trim-silence",
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed",
        "transcribe": "false",
    },
    "Dial": {
        "timeout": "30",
        "timeLimit": "14400",
        "method": "POST",
        "answerOnBridge": "false",
        "hangupOnStar": "false",
        "record": "do-not-record",
        "recordingTrack": "both",
        "trim": "do-not-trim",
        "sequential": "false",
    },
    "Enqueue": {"method": "POST", "waitUrlMethod": "POST", "maxQueueSize": "1000"},
    "Redirect": {"method": "POST"},
    "Reject": {"reason": "rejected"},
    "Pay": {
        "input": "dtmf",
        "paymentMethod": "credit-card",
        "bankAccountType": "consumer-checking",
        "timeout": "5",
        "maxAttempts": "1",
        "securityCode": "true",
        "postalCode": "true",
        "paymentConnector": "Default",
        "tokenType": "reusable",
        "currency": "usd",
        "language": "en-US",
        "validCardTypes": "visa mastercard amex",
    },
}

CALLBACKS = 'statusCallback="/told" recordingStatusCallback="/told" transcribeCallback="/told"'
DOCUMENTS = {
    "Say": "<Say {}>Hello</Say>",
    "Play": "<Play {}>/a.mp3</Play>",
    "Pause": "<Pause {}/>",
    "Gather": '<Gather action="/end" partialResultCallback="/told" {}><Say>Hello</Say></Gather>',
    "Record": f'<Record action="/end" {CALLBACKS} {{}}/>',
    "Dial": f'<Dial action="/end" {CALLBACKS} {{}}><Sim>1</Sim><Sim>2</Sim></Dial>',
    "Number": f'<Dial><Number url="/wait" {CALLBACKS} {{}}>1</Number></Dial>',
    "Conference": f"<Dial><Conference {CALLBACKS} {{}}>1</Conference></Dial>",
    "Enqueue": '<Enqueue action="/end" waitUrl="/wait" {}>support</Enqueue>',
    "Redirect": "<Redirect {}>/end</Redirect>",
    "Reject": "<Reject {}/>",
    "Pay": f'<Pay action="/end" {CALLBACKS} {{}}/>',
    "Prompt": '<Pay><Prompt for="security-code" {}><Say>Hello</Say></Prompt></Pay>',
    "Stream": f'<Connect action="/end"><Stream {CALLBACKS} {{}}/></Connect>',
}
PERSONS = {
    "silent": [],
    "keys": [{"at": 1, "press": "12#"}, {"at": 7, "press": "*"}],
    "words": [{"at": 2, "say": "hello there"}],
}


@pytest.mark.parametrize("verb", REFERENCE)
def test_the_checker_knows_the_defaults_of_the_reference(verb: str):
    attributes = GRAMMAR.definitions[verb].attributes
    assert {name: attributes[name].default for name in REFERENCE[verb]} == REFERENCE[verb]


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize(
    ("element", "name", "default"),
    [
        pytest.param(element, attribute.name, attribute.default, id=f"{element}-{attribute.name}")
        for element in DOCUMENTS
        for attribute in GRAMMAR.definitions[element].attributes.values()
        if attribute.default and attribute.kind.read(attribute.default) is not None
    ],
)
def test_a_default_that_is_written_changes_nothing(
    perform: Callable[..., Any], element: str, name: str, default: str, person: str
):
    def played(attributes: str) -> Any:
        acts = [dict(act) for act in PERSONS[person]]
        document = DOCUMENTS[element].format(attributes)
        return perform(document, acts, documents={"/wait": "<Pause length='4'/>"})

    written, usual = played(f"{name}={quoteattr(default)}"), played("")
    assert replace(written.call, results=usual.call.results) == usual.call
    assert written.outcome == usual.outcome
