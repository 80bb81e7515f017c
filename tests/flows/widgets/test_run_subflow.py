from __future__ import annotations

import pytest

from mockstudio.flows.events import FlowEvent, Warned

VARIABLES = [{"key": "bar", "value": "{{trigger.parent.parameters.foo}}!"}]


@pytest.fixture
def sub(stage, state):
    return stage.play(
        state("set", "set-variables", {"next": None}, variables=VARIABLES), name="sub"
    )


@pytest.fixture
def run(stage, state):
    """Run a flow that sets a variable, runs a subflow and sends what came back."""

    def ran(flow_sid, revision="LatestPublished", parameters=()):
        flow = stage.play(
            state("own", "set-variables", {"next": "inside"}, variables=[
                {"key": "bar", "value": "mine"}
            ]),
            state("inside", "run-subflow", {"completed": "tell", "failed": "tell"},
                  flow_sid=flow_sid, flow_revision=revision, parameters=list(parameters)),
            state("tell", "send-message", {"sent": None, "failed": None},
                  body="{{widgets.inside.bar}}/{{flow.variables.bar}}"),
            name="parent",
        )  # fmt: skip
        return stage.sandbox.message("hi", flow)

    return ran


def test_its_variables_come_back_under_the_widget_and_nowhere_else(stage, sub, run):
    execution = run(sub.sid, parameters=[{"key": "foo", "value": "{{trigger.message.Body}}"}])
    assert stage.sent == ["hi!/mine"]
    assert execution.context["widgets"]["inside"] == {"bar": "hi!"}
    assert execution.context["flow"]["variables"] == {"bar": "mine"}
    assert "set" not in execution.context["widgets"]


def test_its_steps_are_inline_and_name_their_parent(stage, sub, run):
    execution = run(sub.sid)
    own = {step.transitioned_from: step for step in execution.steps}
    assert execution.path == ["Trigger", "own", "Trigger", "set", "inside", "tell"]
    assert own["inside"].name == "completed"
    assert [step.parent_step_sid for step in execution.steps] == [
        None,
        None,
        own["inside"].sid,
        own["inside"].sid,
        None,
        None,
    ]
    assert own["set"].transitioned_to == "Ended"


def test_the_step_that_runs_it_lasts_as_long_as_the_subflow(stage, state, run):
    sub = stage.play(
        state("ask", "send-and-wait-for-reply", {"timeout": None}, body="?", timeout="60"),
        name="sub",
    )
    execution = run(sub.sid)
    before = stage.sandbox.clock.now()
    stage.sandbox.clock.advance(60)
    (step,) = [step for step in execution.steps if step.transitioned_from == "inside"]
    assert step.entered == before.isoformat()
    assert step.left == stage.sandbox.clock.now().isoformat()


SHOWN = "{{trigger.parent | to_json}}"


def test_what_a_subflow_reads_of_its_parent(stage, state, run):
    sub = stage.play(
        state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body=SHOWN), name="sub"
    )
    parameters = [
        {"key": "text", "value": "{{trigger.message.Body}}", "type": "string"},
        {"key": "number", "value": "5"},
        {"key": "object", "value": "{{trigger}}", "type": "json_object"},
    ]
    execution = run(sub.sid, parameters=parameters)
    context = execution.frame.context
    parent = context["trigger"]["parent"]
    assert parent["parameters"]["text"] == "hi"
    assert parent["parameters"]["number"] == "5"
    assert parent["parameters"]["object"]["message"]["Body"] == "hi"
    assert parent["execution_sid"] == execution.sid == context["flow"]["sid"]
    assert parent["flow_sid"] == execution.flow_sid
    assert parent["trigger_type"] == "message"
    assert parent["step_sid"] == execution.frames[0].step_sid
    assert context["trigger"]["message"]["Body"] == "hi"
    assert context["contact"] == execution.context["contact"]
    assert context["flow"]["flow_sid"] == sub.sid
    assert (context["flow"]["variables"], context["widgets"]) == ({}, {})


def test_a_subflow_may_wait(stage, state, run):
    sub = stage.play(
        state("ask", "send-and-wait-for-reply", {"incomingMessage": "set"}, body="?"),
        state("set", "set-variables", {"next": None}, variables=[
            {"key": "bar", "value": "{{widgets.ask.inbound.Body}}"}
        ]),
        name="sub",
    )  # fmt: skip
    execution = run(sub.sid)
    assert execution.widget == "ask"
    stage.sandbox.message("later", stage.sandbox.flow("parent"))
    assert execution.status == "ended"
    assert stage.sent == ["?", "later/mine"]


def test_an_object_that_cannot_be_parsed_stays_text_with_81027(stage, sub, run):
    run(sub.sid, parameters=[{"key": "foo", "value": "{oops", "type": "json_object"}])
    assert stage.codes == [81027]
    assert stage.sent == ["{oops!/mine"]


@pytest.mark.parametrize("revision", ["LatestPublished", "7"])
def test_a_subflow_that_is_not_there_fails_with_81024(stage, run, revision):
    execution = run("FW" + "9" * 32, revision)
    (warning,) = stage.of(Warned)
    assert warning.code == 81024
    assert "FW" + "9" * 32 in warning.text
    assert execution.steps[-2].name == "failed"
    assert execution.context["widgets"].keys() == {"own", "tell"}
    assert execution.status == "ended"


def test_a_revision_that_is_not_there_fails_with_81024(stage, sub, run):
    run(sub.sid, "7")
    assert stage.codes == [81024]


def test_a_subflow_in_a_subflow_fails_with_81024(stage, state, sub, run):
    nesting = stage.play(
        state("deeper", "run-subflow", {"completed": None, "failed": None},
              flow_sid=sub.sid, flow_revision="1"),
        name="nesting",
    )  # fmt: skip
    execution = run(nesting.sid)
    assert stage.codes == [81024]
    names = {step.transitioned_from: step.name for step in execution.steps}
    assert (names["deeper"], names["inside"]) == ("failed", "completed")


def test_a_subflow_without_a_way_in_completes_at_once(stage, state, run):
    sub = stage.play(
        state("set", "set-variables", {"next": None}, variables=VARIABLES),
        name="sub",
        routed=("incomingMessage",),
    )
    execution = run(sub.sid)
    assert stage.sent == ["/mine"]
    assert execution.steps[-2].name == "completed"


def test_the_subflows_channel_is_lifted_into_the_parent(stage, state, run):
    sub = stage.play(
        state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="?"), name="sub"
    )
    execution = run(sub.sid)
    flow = execution.frame.context["flow"]
    flow["channel"]["sid"] = "CH1"
    flow["add_ons"] = {"status": "successful"}
    stage.sandbox.receive(execution, FlowEvent("incomingMessage", {}))
    lifted = execution.context["flow"]
    assert lifted["channel"] == {"address": "+15005550006", "sid": "CH1"}
    assert lifted["add_ons"] == {"status": "successful"}
    assert lifted["flow_sid"] == execution.flow_sid
