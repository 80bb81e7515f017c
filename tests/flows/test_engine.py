from __future__ import annotations

import time

import pytest

from mockstudio.config import Settings
from mockstudio.errors import RouteError, UnsupportedWidgetError
from mockstudio.flows.events import Ended, FlowEvent, RunEvent, StepEntered, Warned
from mockstudio.flows.triggers import message_trigger
from mockstudio.sids import is_sid

DAY = 86_400


def pause(state, name="pause", next_=None, **properties):
    events = {"incomingMessage": next_, "timeout": next_}
    return state(name, "send-and-wait-for-reply", events, body="?", **properties)


def nothing(state, name, next_=None):
    return state(name, "set-variables", {"next": next_}, variables=[])


# --- what is told and recorded


def test_a_small_flow_is_told_event_by_event(stage, state):
    stage.endpoint("orders", "https://shop.example.com/orders", reply={"json": {"state": "sent"}})
    stage.play(
        state("lookup", "make-http-request", {"success": "is_sent", "failed": None},
              url="https://shop.example.com/orders"),
        state("is_sent", "split-based-on", [
            {"event": "noMatch"},
            {"event": "match", "next": "note", "conditions": [{
                "friendly_name": "", "type": "equal_to", "value": "sent",
                "arguments": ["{{widgets.lookup.parsed.state}}"],
            }]},
        ], input=""),
        state("note", "set-variables", {"next": "ask"}, variables=[{"key": "a", "value": "1"}]),
        pause(state, "ask", "leave"),
        state("leave", "add-twiml-redirect", {"return": "bye", "timeout": None, "fail": None},
              url="https://shop.example.com/ivr"),
        state("bye", "send-message", {"sent": None, "failed": None}, body="Bye"),
    )  # fmt: skip
    execution = stage.sandbox.message("hi")
    stage.sandbox.message("yes")
    stage.sandbox.receive(execution, FlowEvent("return"))
    assert [(type(event).__name__, event.widget) for event in stage.of(RunEvent)] == [
        ("ExecutionStarted", ""),
        ("StepEntered", "Trigger"),
        ("Transitioned", "Trigger"),
        ("StepEntered", "lookup"),
        ("RequestSent", "lookup"),
        ("VerdictReached", "lookup"),
        ("Transitioned", "lookup"),
        ("StepEntered", "is_sent"),
        ("BranchChosen", "is_sent"),
        ("Transitioned", "is_sent"),
        ("StepEntered", "note"),
        ("VariablesSet", "note"),
        ("Transitioned", "note"),
        ("StepEntered", "ask"),
        ("MessageSent", "ask"),
        ("Waiting", "ask"),
        ("EventReceived", ""),
        ("Transitioned", "ask"),
        ("StepEntered", "leave"),
        ("TwimlPrinted", "leave"),
        ("Waiting", "leave"),
        ("EventReceived", ""),
        ("Transitioned", "leave"),
        ("StepEntered", "bye"),
        ("MessageSent", "bye"),
        ("Transitioned", "bye"),
        ("Ended", ""),
    ]
    assert {event.execution for event in stage.of(RunEvent)} == {execution.sid}
    assert [step.number for step in stage.of(StepEntered)] == [1, 2, 3, 4, 5, 6, 7]


def test_each_step_is_recorded(stage, state):
    stage.play(nothing(state, "first", "last"), nothing(state, "last"))
    execution = stage.sandbox.message("hi")
    assert [
        (s.name, s.type, s.transitioned_from, s.transitioned_to, s.parent_step_sid)
        for s in execution.steps
    ] == [
        ("incomingMessage", "trigger", "Trigger", "first", None),
        ("next", "set-variables", "first", "last", None),
        ("next", "set-variables", "last", "Ended", None),
    ]
    sids = [step.sid for step in execution.steps]
    assert len(set(sids)) == 3
    assert all(is_sid(sid, "FT") for sid in sids)
    assert is_sid(execution.sid, "FN")


def test_a_step_knows_when_it_began_and_ended(stage, state):
    stage.play(pause(state, timeout="60"))
    execution = stage.sandbox.message("hi")
    began = stage.sandbox.clock.now()
    stage.sandbox.clock.advance(60)
    ended = stage.sandbox.clock.now()
    step = execution.steps[-1]
    assert (step.entered, step.left) == (began.isoformat(), ended.isoformat())


def test_an_execution_that_comes_to_a_branchs_end_has_ended(stage, state):
    stage.play(nothing(state, "only"))
    execution = stage.sandbox.message("hi")
    assert (execution.status, execution.ended_reason) == ("ended", "FLOW_END")
    assert [event.reason for event in stage.of(Ended)] == ["FLOW_END"]


def test_an_event_without_a_transition_ends_the_branch(stage, state):
    stage.play(state("only", "set-variables", {}, variables=[]))
    assert stage.sandbox.message("hi").steps[-1].transitioned_to == "Ended"


# --- limits


def counting(state, last, pass_through=None):
    """Run one widget in a row `last` times, then another."""
    branch = [{"friendly_name": "", "type": "equal_to", "value": str(last),
               "arguments": ["{{trigger.message.Body}}"]}]  # fmt: skip
    return state(
        "again", "split-based-on",
        [{"event": "noMatch", "next": pass_through or "again"},
         {"event": "match", "conditions": branch}],
        input="",
    )  # fmt: skip


def test_ten_runs_in_a_row_are_allowed_and_the_eleventh_is_refused(stage, state):
    stage.play(counting(state, "never"))
    execution = stage.sandbox.message("hi")
    assert execution.path.count("again") == 10
    assert (execution.status, execution.ended_reason) == ("ended", "81001")
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.widget) == (81001, "again")
    assert "10 times in a row" in warning.text


def replies(state, enough):
    return state(
        "ask", "send-and-wait-for-reply", {"incomingMessage": "ask", "timeout": "ask"},
        body=f"ask {enough}",
    )  # fmt: skip


def test_runs_in_a_row_count_across_waits(stage, state):
    stage.play(replies(state, 10))
    execution = stage.sandbox.message("start")
    for number in range(9):
        stage.sandbox.message(f"reply {number}")
        assert execution.is_active
    assert execution.runs_in_a_row == 10
    stage.sandbox.message("one too many")
    assert (execution.status, execution.ended_reason) == ("ended", "81001")
    assert execution.path.count("ask") == 10


def test_another_widget_in_between_starts_the_count_again(stage, state):
    stage.play(pause(state, "a", "b"), nothing(state, "b", "a"))
    execution = stage.sandbox.message("start")
    for _ in range(25):
        stage.sandbox.message("again")
    assert execution.is_active
    assert stage.codes == []


def test_a_loop_of_two_widgets_ends_at_a_thousand_steps(stage, state):
    stage.play(nothing(state, "a", "b"), nothing(state, "b", "a"))
    execution = stage.sandbox.message("hi")
    assert execution.step_count == len(execution.steps) == 1_000
    assert execution.ended_reason == "81000"
    (warning,) = stage.of(Warned)
    assert (warning.code, "1,000 steps" in warning.text) == (81000, True)


def test_steps_of_a_subflow_count(stage, state):
    sub = stage.play(nothing(state, "x", "y"), nothing(state, "y"), name="sub")
    flow = stage.play(
        state("run", "run-subflow", {"completed": "back", "failed": None},
              flow_sid=sub.sid, flow_revision="LatestPublished"),
        nothing(state, "back", "run"),
    )  # fmt: skip
    execution = stage.sandbox.message("hi", flow)
    assert execution.step_count == 1_000
    assert execution.ended_reason == "81000"
    assert execution.path.count("x") == pytest.approx(200, abs=1)


def test_the_same_widget_name_in_a_subflow_is_another_widget(stage, state):
    sub = stage.play(nothing(state, "same"), name="sub")
    flow = stage.play(
        nothing(state, "same", "run"),
        state("run", "run-subflow", {"completed": None, "failed": None},
              flow_sid=sub.sid, flow_revision="1"),
    )  # fmt: skip
    execution = stage.sandbox.message("hi", flow)
    assert execution.runs_in_a_row == 1
    assert execution.path == ["Trigger", "same", "Trigger", "same", "run"]


def test_runs_in_a_row_of_a_subflows_last_widget_are_not_its_parents(stage, state):
    ask = state("ask", "send-and-wait-for-reply", {"incomingMessage": "ask", "timeout": None},
                body="?")  # fmt: skip
    sub = stage.play(ask, name="sub")
    flow = stage.play(
        state("run", "run-subflow", {"completed": "run", "failed": None},
              flow_sid=sub.sid, flow_revision="1")
    )  # fmt: skip
    execution = stage.sandbox.message("hi", flow)
    for _ in range(9):
        stage.sandbox.message("again", flow)
    stage.sandbox.pass_time(execution)
    assert execution.is_active
    assert execution.path.count("run") == 1
    assert execution.widget == "ask"


def test_the_limits_are_settings(on_stage, state):
    stage = on_stage(Settings(limits={"step-limit": "5", "loop-limit": "3"}))
    stage.play(counting(state, "never"))
    assert stage.sandbox.message("hi").path.count("again") == 3
    stage.play(nothing(state, "a", "b"), nothing(state, "b", "a"))
    assert stage.sandbox.message("hi").step_count == 5


def too_many(stage, state, count):
    """Run a flow of four widgets over subflows of `count` widgets, the triggers included."""
    inner = [nothing(state, f"w{n}") for n in range(count // 2 - 1)]
    sids = [stage.play(*inner, name=name).sid for name in ("one", "two")]
    flow = stage.play(
        state("first", "run-subflow", {"completed": "second", "failed": None},
              flow_sid=sids[0], flow_revision="1"),
        state("second", "run-subflow", {"completed": "end", "failed": None},
              flow_sid=sids[1], flow_revision="LatestPublished"),
        nothing(state, "end"),
    )  # fmt: skip
    return stage.sandbox.message("hi", flow)


def test_two_thousand_widgets_run(stage, state):
    assert too_many(stage, state, 2_000 - 4).ended_reason == "FLOW_END"


def test_more_than_two_thousand_widgets_are_refused_with_81026(stage, state):
    execution = too_many(stage, state, 2_000 - 2)
    assert (execution.ended_reason, execution.steps) == ("81026", [])
    assert stage.codes == [81026]


def test_an_execution_lives_thirty_days(stage, state):
    stage.play(
        state("leave", "add-twiml-redirect", {"return": None}, url="https://x.example.com",
              timeout="0")
    )  # fmt: skip
    execution = stage.sandbox.message("hi")
    stage.sandbox.clock.advance(30 * DAY - 1)
    assert execution.is_active
    stage.sandbox.clock.advance(1)
    assert (execution.status, execution.ended_reason) == ("ended", "EXPIRED")


def test_waits_do_not_prolong_its_life(stage, state):
    stage.play(pause(state, "ask", "rest", timeout=str(20 * DAY)), nothing(state, "rest", "ask"))
    execution = stage.sandbox.message("hi")
    stage.sandbox.clock.advance(20 * DAY)
    assert execution.path.count("ask") == 1
    stage.sandbox.clock.advance(10 * DAY)
    assert execution.ended_reason == "EXPIRED"
    assert execution.path.count("ask") == 1


# --- events from outside


def parked(stage, state):
    stage.play(pause(state))
    return stage.sandbox.message("hi")


def test_an_event_the_widget_cannot_use_is_ignored_with_81002(stage, state):
    execution = parked(stage, state)
    assert stage.sandbox.receive(execution, FlowEvent("audioComplete")) is False
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.widget) == (81002, "pause")
    assert "it waits for incomingMessage" in warning.text
    assert (execution.status, execution.widget) == ("active", "pause")


def test_an_event_after_the_end_is_ignored_with_81002(stage, state):
    execution = parked(stage, state)
    stage.sandbox.message("done")
    assert stage.sandbox.receive(execution, FlowEvent("incomingMessage")) is False
    assert stage.sandbox.receive(execution, FlowEvent("hangup")) is False
    assert stage.codes == [81002, 81002]
    assert "had ended" in stage.of(Warned)[0].text


def test_a_hang_up_ends_an_execution_whose_widget_has_no_such_event(stage, state):
    execution = parked(stage, state)
    assert stage.sandbox.receive(execution, FlowEvent("hangup"))
    assert (execution.status, execution.ended_reason) == ("ended", "hangup")
    assert execution.wait is None


def test_ending_twice_is_told_once(stage, state):
    execution = parked(stage, state)
    stage.sandbox.end(execution)
    stage.sandbox.end(execution)
    assert [event.reason for event in stage.of(Ended)] == ["STOPPED"]


def test_a_tick_before_the_time_does_nothing(stage, state):
    execution = parked(stage, state)
    engine = stage.sandbox.engine
    assert engine.tick(execution) is False
    assert execution.is_active
    assert engine.next_moment(execution) == execution.times_out_at
    stage.sandbox.end(execution)
    assert engine.tick(execution) is False
    assert engine.next_moment(execution) is None


# --- what stops a run


def test_a_widget_that_cannot_run_stops_the_execution_and_is_named(stage, state):
    stage.play(state("menu", "create-task", {}))
    with pytest.raises(UnsupportedWidgetError) as caught:
        stage.sandbox.message("hi")
    assert (caught.value.widget, caught.value.type) == ("menu", "create-task")
    (execution,) = stage.sandbox.executions.all()
    assert (execution.status, execution.ended_reason) == ("ended", "STOPPED_BY_ERROR")
    assert isinstance(stage.events[-1], Ended)


def test_a_widget_that_cannot_run_may_come_after_a_wait(stage, state):
    stage.play(pause(state, "ask", "menu"), state("menu", "create-task", {}))
    execution = stage.sandbox.message("hi")
    with pytest.raises(UnsupportedWidgetError):
        stage.sandbox.message("yes")
    assert execution.ended_reason == "STOPPED_BY_ERROR"


def test_whatever_goes_wrong_the_contact_is_free_again(stage, state):
    stage.play(nothing(state, "only"))

    def breaks(event):
        if isinstance(event, StepEntered):
            raise ZeroDivisionError

    stage.sandbox.listen(breaks)
    with pytest.raises(ZeroDivisionError):
        stage.sandbox.message("hi")
    (execution,) = stage.sandbox.executions.all()
    assert execution.ended_reason == "STOPPED_BY_ERROR"


def test_an_error_in_a_subflow_ends_the_whole_execution(stage, state):
    sub = stage.play(
        state("call", "make-http-request", {"success": None}, url="https://x.example.com"),
        name="sub",
    )
    flow = stage.play(
        state("run", "run-subflow", {"completed": None, "failed": None},
              flow_sid=sub.sid, flow_revision="1")
    )  # fmt: skip
    with pytest.raises(RouteError, match="widget 'call'"):
        stage.sandbox.message("hi", flow)
    assert [execution.is_active for execution in stage.sandbox.executions.all()] == [False]


# --- templates


def test_a_template_error_gives_empty_text_and_points_into_the_template(stage, state):
    stage.play(
        state("say", "send-message", {"sent": None, "failed": "second"},
              body="{{ trigger.message.Body | nofilter }}"),
        state("second", "send-message", {"sent": None, "failed": None},
              body="still here"),
    )  # fmt: skip
    execution = stage.sandbox.message("hi")
    template, unsent = stage.of(Warned)
    assert (template.code, template.widget) == (81018, "say")
    assert "'body'" in template.text
    line, caret = template.detail.splitlines()[-2:]
    assert "nofilter" in line
    assert caret.strip() == "^" * len(caret.strip())
    assert line[caret.index("^") :].startswith("nofilter")
    assert unsent.code == 81011
    assert execution.path == ["Trigger", "say", "second"]
    assert stage.sent == ["still here"]


def test_a_template_error_deep_in_a_property_says_where(stage, state):
    stage.play(
        state("set", "set-variables", {"next": None}, variables=[
            {"key": "good", "value": "{{trigger.message.Body}}"},
            {"key": "bad", "value": "{{ oops"},
        ])
    )  # fmt: skip
    execution = stage.sandbox.message("hi")
    assert execution.context["flow"]["variables"] == {"good": "hi", "bad": ""}
    (warning,) = stage.of(Warned)
    assert warning.code == 81018
    assert "'variables[1].value'" in warning.text


# --- growth


def loop_seconds(on_stage, state, steps):
    stage = on_stage(Settings(limits={"step_limit": str(steps)}))
    value = "{{flow.variables.n | plus: 1}}"
    stage.play(
        state("a", "set-variables", {"next": "b"}, variables=[{"key": "n", "value": value}]),
        state("b", "set-variables", {"next": "a"}, variables=[{"key": "m", "value": value}]),
    )
    stage.sandbox.message("warm up")
    began = time.perf_counter()
    execution = stage.sandbox.message("hi")
    assert execution.step_count == steps
    return time.perf_counter() - began


def test_the_time_an_execution_takes_grows_with_its_steps(on_stage, state):
    short = min(loop_seconds(on_stage, state, 250) for _ in range(5))
    long = min(loop_seconds(on_stage, state, 1_000) for _ in range(3))
    # Four times the steps; a square would take sixteen times as long.
    assert long < short * 10


def test_start_runs_beside_whatever_is_active(stage, state):
    flow = stage.play(pause(state))
    first = stage.sandbox.message("hi")
    trigger = message_trigger({"From": first.contact, "To": first.channel})
    second = stage.sandbox.start(flow, trigger)
    assert first.is_active
    assert second.is_active
    assert first.sid != second.sid
