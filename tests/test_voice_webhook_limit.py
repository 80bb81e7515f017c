"""Slow HTTP widgets in one turn of a flow: Twilio waits 15 s for the webhook (reference 3.5, 6).

In virtual time and over real HTTP, with the same verdict.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from mockstudio.clock import ScaledClock, VirtualClock
from mockstudio.config import Settings
from mockstudio.flows.engine import FLOW_END
from mockstudio.flows.events import Ended, VerdictReached
from mockstudio.flows.execution import HANGUP
from mockstudio.server import serve_in_background
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.voice.player import APPLICATION_ERROR

SPEED = 20
"""Fast enough for a test, and slow enough that a busy machine's hiccup is no 15 s."""
PATIENCE = 120
SLOW = "https://slow.example.com/"
HELP = "https://help.example.com/down"


@pytest.fixture(params=["virtual", "real"])
def world(request, on_stage):
    """Open a world in virtual time, or one behind a server."""
    with ExitStack() as servers:

        def opened(**settings):
            is_real = request.param == "real"
            clock = ScaledClock(SPEED) if is_real else VirtualClock()
            stage = on_stage(Settings(**settings), clock)
            if is_real:
                servers.enter_context(serve_in_background(stage.sandbox))
            return stage

        yield opened


def requests_of(stage, state, *delays):
    """Return a widget for each delay, one behind the other, and `tell` behind the last."""
    names = [f"request{number}" for number in range(1, len(delays) + 1)]
    states = []
    for name, following, delay in zip(names, [*names[1:], "tell"], delays, strict=True):
        stage.endpoint(name, SLOW + name, reply={"json": {}, "delay": f"{delay}s"})
        ends = {"success": following, "failed": following}
        states.append(state(name, "make-http-request", ends, url=SLOW + name))
    return states


TELL = {"audioComplete": None}


def call(stage):
    """Call the flow; return the call and its execution when both are over."""
    ended = threading.Event()
    stage.sandbox.listen(lambda event: isinstance(event, Ended) and ended.set())
    made = stage.sandbox.call()
    assert made.wait()
    assert stage.sandbox.clock.wait(ended, PATIENCE)
    return made, stage.sandbox.execution_of(made)


def said(transcript):
    return [line.text for line in transcript if line.who == "Twilio"]


def carrier_codes(stage):
    return [warning.code for warning in stage.of(CarrierWarned)]


@pytest.mark.parametrize(
    ("delays", "limits"),
    [
        ((3, 3), {}),
        ((5, 5), {"twiml_timeout": "20s"}),
        ((8, 8), {"twiml_timeout": "30s"}),
    ],
)
def test_under_the_limit_nothing_happens(world, state, delays, limits):
    stage = world(limits=limits)
    stage.play(*requests_of(stage, state, *delays), state("tell", "say-play", TELL, say="Found it"))
    made, execution = call(stage)
    assert said(made.transcript) == ["Found it"]
    assert carrier_codes(stage) == []
    assert execution.ended_reason == FLOW_END


@pytest.mark.parametrize(
    ("delays", "limits"),
    [
        ((8, 8), {}),
        ((8, 8, 8), {}),
        ((6,), {"twiml_timeout": "3s"}),
        ((9, 9), {"http_timeout": "9.5s", "twiml_timeout": "10s"}),
    ],
)
def test_over_the_limit_the_caller_hears_an_error_and_the_widgets_finish(
    world, state, delays, limits
):
    stage = world(limits=limits)
    stage.play(*requests_of(stage, state, *delays), state("tell", "say-play", TELL, say="Found it"))
    made, execution = call(stage)
    assert said(made.transcript) == [APPLICATION_ERROR]
    assert carrier_codes(stage) == [11200]
    assert [step.name for step in execution.steps] == ["incomingCall", *["success"] * len(delays)]
    assert execution.ended_reason == HANGUP
    assert [entry.answer.status for entry in stage.sandbox.journal] == [200] * len(delays)
    assert stage.codes == []


def test_the_limit_is_the_webhooks_and_not_the_widgets(world, state):
    """Both widgets fail at their own limit of 10 s; together they use up the webhook's."""
    stage = world()
    stage.play(*requests_of(stage, state, 12, 12), state("tell", "say-play", TELL, say="Sorry"))
    made, execution = call(stage)
    assert [reached.verdict.reason for reached in stage.of(VerdictReached)] == ["timeout"] * 2
    assert stage.codes == [81016, 81016]
    assert carrier_codes(stage) == [11200]
    assert said(made.transcript) == [APPLICATION_ERROR]
    assert execution.path == ["Trigger", "request1", "request2"]


def test_what_was_said_before_gives_the_webhook_its_time_again(world, state):
    stage = world()
    first, second = requests_of(stage, state, 8, 8)
    first["transitions"] = [{"event": "success", "next": "wait"}]
    stage.play(
        first,
        state("wait", "say-play", {"audioComplete": "request2"}, say="One moment"),
        second,
        state("tell", "say-play", TELL, say="Found it"),
    )
    made, execution = call(stage)
    assert said(made.transcript) == ["One moment", "Found it"]
    assert carrier_codes(stage) == []
    assert execution.ended_reason == FLOW_END


def test_the_numbers_fallback_is_heard_instead(world, state):
    stage = world(fallback_url=HELP)
    help_ = {"twiml": "<Response><Say>Please call later.</Say></Response>"}
    stage.endpoint("help", HELP, reply=help_)
    stage.play(*requests_of(stage, state, 8, 8), state("tell", "say-play", TELL, say="Found it"))
    made, execution = call(stage)
    assert said(made.transcript) == ["Please call later."]
    assert carrier_codes(stage) == [11200]
    assert execution.path == ["Trigger", "request1", "request2"]
    assert execution.ended_reason == HANGUP


def test_a_message_is_late_as_well_but_what_the_flow_sends_is_sent(world, state):
    stage = world()
    stage.play(
        *requests_of(stage, state, 8, 8),
        state("tell", "send-message", {"sent": None, "failed": None}, body="Found it"),
    )
    ended = threading.Event()
    stage.sandbox.listen(lambda event: isinstance(event, Ended) and ended.set())
    chat = stage.sandbox.chat()
    chat.send("where is my mug?")
    assert stage.sandbox.clock.wait(ended, PATIENCE)
    assert carrier_codes(stage) == [11200]
    assert said(chat.transcript) == ["Found it"]
    (execution,) = stage.sandbox.executions.all()
    assert execution.ended_reason == FLOW_END
