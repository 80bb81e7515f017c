from __future__ import annotations

import pytest

from mockstudio.flows.events import FlowEvent, Waiting, Warned

EVENTS = {"incomingMessage": "after", "timeout": "after", "deliveryFailure": "after"}


@pytest.fixture
def ask(stage, state):
    def asked(body="Which?", **properties):
        stage.play(
            state("ask", "send-and-wait-for-reply", EVENTS, body=body, **properties),
            state("after", "set-variables", {"next": None}, variables=[]),
        )
        return stage.sandbox.message("hi")

    return asked


def step(execution):
    return next(step for step in execution.steps if step.transitioned_from == "ask")


def test_it_sends_and_waits(stage, ask):
    execution = ask()
    assert stage.sent == ["Which?"]
    assert (execution.status, execution.widget, execution.path) == ("active", "ask", ["Trigger"])
    (waiting,) = stage.of(Waiting)
    assert "incomingMessage" in waiting.accepts
    assert waiting.seconds == 3600


def test_a_reply_is_kept_whole_beside_what_was_sent(stage, ask):
    execution = ask()
    stage.sandbox.message("that one", parameters={"MediaUrl0": "https://x.example.com/1"})
    widget = execution.context["widgets"]["ask"]
    assert step(execution).name == "incomingMessage"
    assert widget["inbound"]["Body"] == "that one"
    assert widget["inbound"]["MediaUrl0"] == "https://x.example.com/1"
    assert widget["outbound"]["Body"] == "Which?"
    assert execution.context["trigger"]["message"]["Body"] == "hi"


def test_a_reply_in_a_conversation_is_a_reply_too(stage, ask):
    execution = ask()
    event = FlowEvent("incomingConversationMessage", {"Body": "that one"})
    assert stage.sandbox.receive(execution, event)
    assert step(execution).name == "incomingMessage"
    assert execution.context["widgets"]["ask"]["inbound"] == {"Body": "that one"}


@pytest.mark.parametrize("event", ["timeout", "deliveryFailure"])
def test_without_a_reply_only_what_was_sent_is_there(stage, ask, event):
    execution = ask()
    assert stage.sandbox.receive(execution, FlowEvent(event, {"Body": "x"}))
    assert step(execution).name == event
    assert execution.context["widgets"]["ask"].keys() == {"outbound"}


def test_a_message_that_cannot_be_sent_does_not_wait(stage, ask):
    execution = ask(body="")
    assert step(execution).name == "deliveryFailure"
    assert execution.context["widgets"]["ask"]["outbound"]["ErrorCode"] == 21619
    assert execution.status == "ended"
    assert stage.codes == [81011]


@pytest.mark.parametrize(
    ("timeout", "seconds"),
    [
        (20, 20),
        ("20", 20),
        (" 20 ", 20),
        ("2.5", 2.5),
        ("{{trigger.message.Body | size | times: 30}}", 60),
        ("", 3600),
        ("0", 0),
        ("99999999999999999999", 30 * 86_400),
        ("1e300", 30 * 86_400),
    ],
)
def test_a_timeout_may_be_a_number_text_or_liquid(stage, ask, timeout, seconds):
    ask(timeout=timeout)
    assert [waiting.seconds for waiting in stage.of(Waiting)] == [seconds]
    assert stage.codes == []


@pytest.mark.parametrize("timeout", ["soon", "-1", "nan", "10s", "{{trigger.message.Body}}"])
def test_a_nonsense_timeout_is_warned_of_and_the_default_counts(stage, ask, timeout):
    ask(timeout=timeout)
    assert [waiting.seconds for waiting in stage.of(Waiting)] == [3600]
    (warning,) = stage.of(Warned)
    assert warning.code is None
    assert "no number of seconds; using 3600" in warning.text


def test_it_times_out_at_exactly_the_second(stage, ask):
    execution = ask(timeout="20")
    stage.sandbox.clock.advance(19.999)
    assert execution.is_active
    stage.sandbox.clock.advance(0.001)
    assert step(execution).name == "timeout"


def test_a_reply_in_time_takes_the_timer_away(stage, ask):
    execution = ask(timeout="20")
    stage.sandbox.message("quick")
    stage.sandbox.clock.advance(100)
    assert [s.name for s in execution.steps] == ["incomingMessage", "incomingMessage", "next"]


def test_text_is_rendered_anew_each_time_the_widget_is_entered(stage, state):
    body = "You said '{{widgets.ask.inbound.Body}}'"
    stage.play(state("ask", "send-and-wait-for-reply", {"incomingMessage": "ask"}, body=body))
    for text in ("hi", "one", "two"):
        stage.sandbox.message(text)
    assert stage.sent == ["You said ''", "You said 'one'", "You said 'two'"]
