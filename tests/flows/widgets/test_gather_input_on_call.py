from __future__ import annotations

import pytest

KIND = "gather-input-on-call"
BACK = '<Redirect method="POST">FLOW?FlowEvent=timeout</Redirect>'
USUAL = {
    "input": "dtmf speech",
    "action": "FLOW?FlowEvent=gatherComplete",
    "timeout": "5",
    "numDigits": None,
    "finishOnKey": "#",
    "language": "en-US",
    "hints": None,
    "profanityFilter": "true",
    "speechTimeout": "auto",
    "speechModel": None,
}


def gather(prompt="", **changed):
    values = {name: value for name, value in (USUAL | changed).items() if value is not None}
    written = "".join(f' {name}="{value}"' for name, value in values.items())
    return f"<Gather{written}/>" if not prompt else f"<Gather{written}>{prompt}</Gather>"


@pytest.mark.parametrize(
    ("properties", "twiml"),
    [
        ({}, gather()),
        (
            {"say": "Press 1 & 2"},
            gather('<Say voice="alice" language="en-US" loop="1">Press 1 &amp; 2</Say>'),
        ),
        (
            {"say": "Un<break/>", "voice": "man", "language": "fr-FR", "loop": 2, "play": "x"},
            gather('<Say voice="man" language="fr-FR" loop="2">Un<break/></Say>'),
        ),
        ({"play": "https://x/a.mp3"}, gather('<Play loop="1">https://x/a.mp3</Play>')),
        ({"timeout": 30, "number_of_digits": 4}, gather(timeout="30", numDigits="4")),
        ({"number_of_digits": 0}, gather()),
        ({"finish_on_key": "*"}, gather(finishOnKey="*")),
        ({"finish_on_key": ""}, gather(finishOnKey="")),
        ({"finish_on_key": None}, gather()),
        ({"stop_gather": False, "finish_on_key": "#"}, gather(finishOnKey="")),
        ({"stop_gather": "false"}, gather(finishOnKey="")),
        (
            {"gather_language": "de-DE", "hints": "ja, nein", "speech_model": "phone_call"},
            gather(language="de-DE", hints="ja, nein", speechModel="phone_call"),
        ),
        (
            {"profanity_filter": False, "speech_timeout": "3"},
            gather(profanityFilter="false", speechTimeout="3"),
        ),
    ],
)
def test_the_printed_twiml(live_call, properties, twiml):
    assert live_call(KIND, properties).twiml == twiml + BACK


@pytest.mark.parametrize(
    ("event", "parameters", "took", "outputs"),
    [
        ("gatherComplete", {"Digits": "123"}, "keypress", {"Digits": "123"}),
        (
            "gatherComplete",
            {"SpeechResult": "Yes.", "Confidence": "0.9"},
            "speech",
            {"SpeechResult": "Yes.", "Confidence": "0.9"},
        ),
        (
            "gatherComplete",
            {"Digits": "1", "SpeechResult": "one"},
            "keypress",
            {"Digits": "1", "SpeechResult": "one"},
        ),
        (
            "gatherComplete",
            {"Digits": "", "SpeechResult": "one"},
            "speech",
            {"Digits": "", "SpeechResult": "one"},
        ),
        ("gatherComplete", {"Digits": "", "msg": "Gather End"}, "timeout", {"msg": "Gather End"}),
        ("timeout", {}, "timeout", {}),
        ("timeout", {"Digits": "1", "Confidence": "0"}, "timeout", {}),
    ],
)
def test_the_answer(live_call, own_outputs, event, parameters, took, outputs):
    step = live_call(KIND).back(event, **parameters)
    assert (step.name, own_outputs(step)) == (took, outputs)
    assert step.outputs["CallStatus"] == "in-progress"


def test_digits_of_an_earlier_run_survive_a_timeout(stage, live_call):
    call = live_call(KIND, routed={"keypress": "widget"})
    call.back("gatherComplete", Digits="7")
    call.back("timeout")
    assert call.execution.context["widgets"]["widget"]["Digits"] == "7"
    assert call.execution.steps[-1].name == "timeout"
