from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

import pytest

from mockstudio.flows.execution import Execution, Wait

WAITING = {
    "initial_state": "Trigger",
    "states": [
        {
            "name": "Trigger",
            "type": "trigger",
            "transitions": [{"event": "incomingMessage", "next": "remember"}],
            "properties": {},
        },
        {
            "name": "remember",
            "type": "set-variables",
            "transitions": [{"event": "next", "next": "ask"}],
            "properties": {"variables": [{"key": "first", "value": "{{trigger.message.Body}}"}]},
        },
        {
            "name": "ask",
            "type": "send-and-wait-for-reply",
            "transitions": [
                {"event": "incomingMessage", "next": "thanks"},
                {"event": "timeout", "next": "late"},
                {"event": "deliveryFailure"},
            ],
            "properties": {"body": "Which?", "timeout": "600"},
        },
        {
            "name": "thanks",
            "type": "send-message",
            "transitions": [{"event": "sent"}, {"event": "failed"}],
            "properties": {
                "body": "{{flow.variables.first}}, {{widgets.ask.inbound.Body}}: {{widgets.ask.outbound.Body}}"  # noqa: E501
            },
        },
        {
            "name": "late",
            "type": "send-message",
            "transitions": [{"event": "sent"}, {"event": "failed"}],
            "properties": {"body": "Too late, {{flow.variables.first}}"},
        },
    ],
}

CARRY_ON = """
import json, sys
from mockstudio.sandbox import Sandbox

flow_file, dump_file, what = sys.argv[1:]
with Sandbox() as sandbox:
    flow = sandbox.load_flow(flow_file).flow
    with open(dump_file) as dump:
        execution = sandbox.resume(json.load(dump))
    if what == "reply":
        assert sandbox.message("blue", flow) is execution
    else:
        assert sandbox.pass_time(execution)
    texts = [message.body for message in sandbox.messages.all()]
    print(json.dumps({"execution": execution.to_dict(), "texts": texts,
                      "clock": sandbox.clock.monotonic()}))
"""


@pytest.fixture
def dumped(stage, tmp_path):
    """Park an execution and write it and its flow to files."""
    flow_file = tmp_path / "colours.flow.json"
    flow_file.write_text(json.dumps(WAITING))
    stage.sandbox.load_flow(flow_file)
    execution = stage.sandbox.message("hi")
    dump_file = tmp_path / "execution.json"
    dump_file.write_text(json.dumps(execution.to_dict()))
    return execution, flow_file, dump_file


def carried_on(flow_file, dump_file, what):
    arguments = [sys.executable, "-c", CARRY_ON, str(flow_file), str(dump_file), what]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_another_process_carries_on_with_the_reply(dumped):
    before, flow_file, dump_file = dumped
    after = carried_on(flow_file, dump_file, "reply")
    execution = after["execution"]
    assert after["texts"] == ["hi, blue: Which?"]
    assert (execution["sid"], execution["status"]) == (before.sid, "ended")
    assert [step["transitioned_from"] for step in execution["steps"]] == [
        "Trigger",
        "remember",
        "ask",
        "thanks",
    ]
    assert execution["steps"][:2] == [asdict(step) for step in before.steps]
    assert execution["steps"][2]["sid"] == before.frame.step_sid


def test_the_timeout_fires_in_another_process_too(dumped):
    _, flow_file, dump_file = dumped
    after = carried_on(flow_file, dump_file, "timeout")
    assert after["texts"] == ["Too late, hi"]
    assert after["execution"]["steps"][2]["name"] == "timeout"
    assert after["clock"] == 600


def test_the_dump_is_the_whole_execution(dumped):
    execution, _, dump_file = dumped
    again = Execution.from_dict(json.loads(dump_file.read_text()))
    assert again == execution
    assert again.to_dict() == execution.to_dict()


def test_a_dump_shares_nothing_with_the_execution(dumped):
    execution, _, _ = dumped
    data = execution.to_dict()
    data["frames"][0]["context"]["flow"]["variables"]["first"] = "changed"
    assert execution.context["flow"]["variables"]["first"] == "hi"


@pytest.mark.parametrize("change", [{"format": 2}, {"format": None}])
def test_a_dump_of_another_format_is_refused(dumped, change):
    execution, _, _ = dumped
    with pytest.raises(ValueError, match="expected an execution of format 1"):
        Execution.from_dict({**execution.to_dict(), **change})


def test_an_execution_inside_a_subflow_goes_to_json_and_back(stage, state, on_stage):
    other = on_stage()
    for place in (stage, other):
        sub = place.play(
            state("ask", "send-and-wait-for-reply", {"incomingMessage": "set"}, body="?"),
            state("set", "set-variables", {"next": None}, variables=[
                {"key": "said", "value": "{{widgets.ask.inbound.Body}}"}
            ]),
            name="sub",
        )  # fmt: skip
        flow = place.play(
            state("run", "run-subflow", {"completed": "tell", "failed": None},
                  flow_sid=sub.sid, flow_revision="1"),
            state("tell", "send-message", {"sent": None, "failed": None},
                  body="{{widgets.run.said}}"),
        )  # fmt: skip
    execution = stage.sandbox.message("hi", flow)
    other.sandbox.resume(json.loads(json.dumps(execution.to_dict())))
    other.sandbox.message("blue", flow)
    assert other.sent == ["blue"]


def test_an_overdue_execution_times_out_as_soon_as_time_passes(stage, dumped, on_stage):
    execution, flow_file, _ = dumped
    data = execution.to_dict()
    other = on_stage()
    other.sandbox.load_flow(flow_file)
    other.sandbox.clock.advance(86_400)
    resumed = other.sandbox.resume(data)
    other.sandbox.clock.advance(0)
    assert resumed.steps[-2].name == "timeout"


def test_contexts_can_be_looked_at_as_they_were_after_each_step(stage, state):
    pairs = [{"key": "n", "value": "{{widgets.ask.inbound.Body}}"}]
    stage.play(
        state("ask", "send-and-wait-for-reply", {"incomingMessage": "set"}, body="?"),
        state("set", "set-variables", {"next": "ask"}, variables=pairs),
    )
    execution = stage.sandbox.message("hi")
    for reply in ("1", "2"):
        stage.sandbox.message(reply)
    after_trigger, first_ask, first_set, _, second_set = map(
        execution.context_after, execution.steps
    )
    assert (after_trigger["widgets"], after_trigger["flow"]["variables"]) == ({}, {})
    assert after_trigger["trigger"]["message"]["Body"] == "hi"
    assert first_ask["widgets"]["ask"]["inbound"]["Body"] == "1"
    assert ("set" in first_ask["widgets"], first_ask["flow"]["variables"]) == (False, {})
    assert first_set["widgets"]["set"] == first_set["flow"]["variables"] == {"n": 1}
    assert second_set["widgets"]["set"] == second_set["flow"]["variables"] == {"n": 2}
    assert second_set == execution.context_after() == execution.context


def test_a_variable_that_is_an_object_is_replaced_whole(stage, state):
    variables = [
        [{"key": "order", "value": json.dumps({name: 1}), "type": "json_object"}] for name in "ab"
    ]
    stage.play(
        state("first", "set-variables", {"next": "second"}, variables=variables[0]),
        state("second", "set-variables", {"next": None}, variables=variables[1]),
    )
    execution = stage.sandbox.message("hi")
    found = [execution.context_after(step)["flow"]["variables"] for step in execution.steps]
    assert found == [{}, {"order": {"a": 1}}, {"order": {"b": 1}}]
    assert execution.context_after() == execution.context


def test_the_context_after_a_subflows_step_is_the_subflows(stage, state):
    sub = stage.play(
        state("set", "set-variables", {"next": "ask"}, variables=[
            {"key": "got", "value": "{{trigger.parent.parameters.given}}!"}
        ]),
        state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="?"),
        name="sub",
    )  # fmt: skip
    flow = stage.play(
        state("own", "set-variables", {"next": "run"}, variables=[{"key": "own", "value": "x"}]),
        state("run", "run-subflow", {"completed": None, "failed": None}, flow_sid=sub.sid,
              flow_revision="1", parameters=[{"key": "given", "value": "y"}]),
        name="parent",
    )  # fmt: skip
    execution = stage.sandbox.message("hi", flow)
    inside = execution.context_after(execution.steps[-1])
    assert inside == execution.frame.context
    assert (inside["flow"]["flow_sid"], inside["flow"]["variables"]) == (sub.sid, {"got": "y!"})
    assert execution.context_after() == execution.context
    stage.sandbox.message("bye", flow)
    run = next(step for step in execution.steps if step.transitioned_from == "run")
    assert execution.context_after(run)["widgets"]["run"] == {"got": "y!"}
    assert execution.context_after(run) == execution.context_after() == execution.context
    again = Execution.from_dict(json.loads(json.dumps(execution.to_dict())))
    assert again.context_after(again.step(execution.steps[3].sid)) == inside


def test_a_conversation_that_a_widget_starts_is_in_the_context_from_its_step_on(stage, state):
    flow = stage.play(state("talk", "start-conversation", {"created": None, "failed": None}))
    execution = stage.sandbox.request(flow=flow)
    before, after = map(execution.context_after, execution.steps)
    assert "sid" not in before["flow"]["channel"]
    assert after["flow"]["channel"]["sid"] == after["widgets"]["talk"]["conversation"]["sid"]
    assert after == execution.context


@pytest.mark.parametrize(
    ("start", "prefix"),
    [
        (lambda sandbox: sandbox.message("hi"), "SM"),
        (lambda sandbox: sandbox.request(), "RQ"),
        (lambda sandbox: sandbox.execution_of(sandbox.call()), "CA"),
    ],
)
def test_an_execution_knows_what_initiated_it_and_when_it_moved_last(stage, state, start, prefix):
    stage.play(state("say", "say-play", {"audioComplete": None}, say="hello"))
    execution = start(stage.sandbox)
    assert execution.initiated_by.startswith(prefix)
    assert execution.updated >= execution.steps[0].left
    stage.sandbox.end(execution)
    stage.sandbox.clock.advance(60)
    assert execution.started <= execution.updated < stage.sandbox.clock.now().isoformat()


@pytest.mark.parametrize(
    ("accepts", "event", "takes"),
    [
        (["return", "timeout"], "return", True),
        (["return", "timeout"], "Return", False),
        ([], "return", False),
        (["*"], "anything", True),
        (["*"], "hangup", False),
        (["*", "hangup"], "hangup", True),
        (["return"], "hangup", False),
    ],
)
def test_what_a_wait_takes(accepts, event, takes):
    assert Wait(accepts).takes(event) is takes
