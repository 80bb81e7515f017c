from __future__ import annotations

import copy
import json

import pytest

from mockstudio.errors import ExpectationError
from mockstudio.flows.execution import Execution
from mockstudio.flows.taken import Taken

LOOKUP = "https://shop.example.com/lookup"


@pytest.fixture
def looking_up(stage, state):
    """Return the execution of a flow whose lookup has played an outcome."""
    stage.play(
        state("ask", "make-http-request", {"success": "many", "failed": None}, url=LOOKUP,
              method="GET"),
        state("many", "split-based-on", {"noMatch": "wait"}, input="7"),
        state("wait", "send-and-wait-for-reply", {"incomingMessage": None}, body="Well?"),
    )  # fmt: skip
    stage.endpoint("lookup", LOOKUP)

    def run(outcome: str) -> Execution:
        stage.sandbox.endpoint("lookup").plays(outcome)
        return stage.sandbox.message("hi")

    return run


@pytest.mark.parametrize(
    ("outcome", "event", "because", "explanation"),
    [
        ("ok", "success", "success", "success: status 200 is 2xx"),
        ("timeout", "failed", "timeout", "failed: no answer after 10.0 s, limit 10.0 s"),
        ("overflow", "failed", "overflow", "failed: body is 65,537 bytes, limit 65,536"),
    ],
)
def test_a_widgets_event_comes_with_the_verdict(looking_up, outcome, event, because, explanation):
    taken = looking_up(outcome).took("ask")
    assert (str(taken), taken.because, taken.explanation) == (event, because, explanation)


def test_an_event_that_no_rule_decided_has_no_reason(looking_up):
    taken = looking_up("ok").took("Trigger")
    assert (taken, taken.because, repr(taken)) == ("incomingMessage", "", "'incomingMessage'")


def test_the_last_run_of_a_widget_counts(stage, state):
    stage.play(
        state("ask", "make-http-request", {"success": None, "failed": "again"}, url=LOOKUP,
              method="GET"),
        state("again", "make-http-request", {"failed": "ask", "success": "ask"}, url=LOOKUP,
              method="GET"),
    )  # fmt: skip
    stage.endpoint("lookup", LOOKUP)
    stage.sandbox.endpoint("lookup").plays("server-error", times=1)
    execution = stage.sandbox.message("hi")
    assert [step.name for step in execution.steps][1:] == ["failed", "success", "success"]
    assert execution.took("ask") == "success"


def test_a_widget_that_has_not_run_is_an_expectation_that_failed(looking_up):
    with pytest.raises(ExpectationError) as raised:
        looking_up("ok").took("asks")
    assert str(raised.value) == (
        "widget 'asks' has not run; did you mean 'ask'?\n"
        "ran: Trigger, ask, many; it waits at 'wait'"
    )


def test_a_widget_that_waits_has_taken_nothing(looking_up):
    with pytest.raises(ExpectationError, match="widget 'wait' has taken no event yet\n"):
        looking_up("ok").took("wait")


def test_a_widget_at_which_the_execution_ended_was_never_left(stage, looking_up):
    execution = looking_up("ok")
    stage.sandbox.runner.end(execution)
    with pytest.raises(ExpectationError) as raised:
        execution.took("wait")
    told = str(raised.value)
    assert told.startswith("widget 'wait' was entered and never left\n")
    assert told.endswith(f"; it has ended ({execution.ended_reason})")


def test_the_reason_is_part_of_a_dumped_execution(looking_up):
    execution = looking_up("timeout")
    again = Execution.from_dict(json.loads(json.dumps(execution.to_dict())))
    assert repr(again.took("ask")) == repr(execution.took("ask"))


def test_what_was_taken_is_the_events_text():
    taken = Taken("fail", "timeout", "fail: too late")
    assert taken == "fail"
    assert {taken: 1}["fail"] == 1
    assert f"{taken}" == "fail"
    assert repr(taken) == "<'fail' because timeout: too late>"
    assert copy.copy(taken).upper() == "FAIL"
