from __future__ import annotations

import pytest

from mockstudio.flows.events import FlowEvent, Warned
from mockstudio.flows.triggers import call_trigger

HANGUP = FlowEvent("hangup", {"CallStatus": "completed"})
BACK = '<Redirect method="POST">FLOW?FlowEvent=audioComplete</Redirect>'
URL = "https://example.com/hold.mp3"


@pytest.mark.parametrize(
    ("properties", "heard"),
    [
        ({"say": "Hello {{trigger.call.From}}"}, '<Say loop="1">Hello +15550100</Say>'),
        (
            {"say": "Olá", "voice": "alice", "language": "pt-BR", "loop": 3},
            '<Say voice="alice" language="pt-BR" loop="3">Olá</Say>',
        ),
        ({"say": "Fish & Chips <3"}, '<Say loop="1">Fish &amp; Chips &lt;3</Say>'),
        (
            {"say": 'One<break time="1s"/>{{trigger.call.To}}'},
            '<Say loop="1">One<break time="1s"/>+15550199</Say>',
        ),
        ({"play": URL}, f'<Play loop="1">{URL}</Play>'),
        ({"play": URL + "?a=1&b=2", "loop": 9}, f'<Play loop="9">{URL}?a=1&amp;b=2</Play>'),
        ({"play": URL, "say": ""}, f'<Play loop="1">{URL}</Play>'),
        ({"digits": "1w2W#"}, '<Play digits="1w2W#"/>'),
    ],
)
def test_the_printed_twiml(stage, live_call, properties, heard):
    assert live_call("say-play", properties).twiml == heard + BACK
    assert stage.of(Warned) == []


@pytest.mark.parametrize(
    ("properties", "heard", "found"),
    [
        ({}, "", "none of them"),
        ({"say": "{{nothing}}"}, "", "none of them"),
        ({"say": "Hi", "play": URL}, '<Say loop="1">Hi</Say>', "say and play"),
        ({"play": URL, "digits": "1"}, f'<Play loop="1">{URL}</Play>', "play and digits"),
    ],
)
def test_one_mode_is_expected(stage, live_call, properties, heard, found):
    assert live_call("say-play", properties).twiml == heard + BACK
    (warning,) = stage.of(Warned)
    assert warning.text == f"expected one of say, play, digits, found {found}"


@pytest.mark.parametrize("text", ["One <break> two", "<voice name='x'>Hi</voice>"])
def test_markup_that_would_be_read_out_is_warned_of(stage, live_call, text):
    live_call("say-play", {"say": text})
    (warning,) = stage.of(Warned)
    assert "not well-formed SSML" in warning.text


def test_the_audio_over_the_flow_goes_on_with_the_calls_parameters(live_call, own_outputs):
    step = live_call("say-play", {"say": "Hi", "voice": "man"}).back("audioComplete", Extra="1")
    assert (step.name, own_outputs(step)) == ("audioComplete", {"voice": "man", "Extra": "1"})
    assert (step.outputs["CallStatus"], "FlowEvent" in step.outputs) == ("in-progress", False)


def test_a_hangup_ends_the_execution(stage, live_call):
    call = live_call("say-play", {"say": "Hi"}, {"audioComplete": "after"})
    stage.sandbox.receive(call.execution, HANGUP)
    assert (call.execution.ended_reason, call.execution.path) == ("hangup", ["Trigger"])


def test_a_subflow_comes_back_by_its_parents_webhook(stage, state):
    inner = stage.play(state("inside", "say-play", {"audioComplete": None}, say="Hi"), name="inner")
    named = {"flow_sid": inner.sid, "flow_revision": "LatestPublished"}
    run = state("run", "run-subflow", {"completed": None, "failed": None}, **named)
    flow = stage.play(run, name="outer")
    execution = stage.sandbox.start(flow, call_trigger({"CallSid": "CA1"}))
    assert f"{stage.sandbox.webhook_url(flow)}?FlowEvent=audioComplete" in execution.wait.twiml
    stage.sandbox.receive(execution, FlowEvent("audioComplete"))
    assert execution.path == ["Trigger", "Trigger", "inside", "run"]
