"""Whatever can be scripted of a verb is what its action is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockstudio.store.results import KNOWN

TOLD = {
    "Dial": ("DialCallStatus", '<Dial action="/end">+15550009</Dial>'),
    "Enqueue": ("QueueResult", '<Enqueue action="/end">support</Enqueue>'),
    "Pay": ("Result", '<Pay action="/end"/>'),
    "Refer": ("ReferCallStatus", '<Refer action="/end"><Sip>sip:ann@example.com</Sip></Refer>'),
    "ConversationRelay": (
        "SessionStatus",
        '<Connect action="/end"><ConversationRelay url="wss://a.example"/></Connect>',
    ),
    "VirtualAgent": (
        "VirtualAgentStatus",
        '<Connect action="/end"><VirtualAgent connectorName="bot"/></Connect>',
    ),
}


@pytest.mark.parametrize(
    ("verb", "result"), [(verb, result) for verb in TOLD for result in KNOWN[verb]]
)
def test_each_result_is_told_to_the_action(perform: Callable[..., Any], verb: str, result: str):
    parameter, document = TOLD[verb]
    outcome = perform(document, results={verb: [result]}).outcome
    assert outcome["POST"] == "/end"
    assert outcome["parameters"][parameter] == result


@pytest.mark.parametrize("verb", ["Stream", "Siprec"])
@pytest.mark.parametrize(("result", "event"), [("completed", "started"), ("failed", "error")])
def test_a_fork_tells_its_callback_whether_it_began(
    perform: Callable[..., Any], verb: str, result: str, event: str
):
    document = f'<Start><{verb} name="x" statusCallback="/told"/></Start>'
    (request,) = perform(document, results={verb: [result]}).call.requests
    assert request["parameters"][f"{verb}Event"] == f"{verb.lower()}-{event}"
