"""Real exports, run as far as they go from every way in; the folder is as in the loading test."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from mockstudio.errors import UnsupportedWidgetError
from mockstudio.flows.definition import read_flow
from mockstudio.flows.placeholders import MissingPlaceholdersError
from mockstudio.flows.triggers import (
    call_trigger,
    conversation_trigger,
    message_trigger,
    request_trigger,
)
from mockstudio.flows.widgets.registry import standard_widgets

CORPUS = os.environ.get("MOCKSTUDIO_CORPUS", "")
FLOWS = sorted(Path(CORPUS, "flows").glob("*.json")) if CORPUS else []
SUBFLOW_SID = "FW" + "0" * 32
PERSON, NUMBER = "+12025550123", "+15005550006"
SENT = {"From": PERSON, "To": NUMBER, "Body": "hi"}
TRIGGERS = (
    message_trigger({**SENT, "MessageSid": "SM1"}),
    call_trigger({**SENT, "CallSid": "CA1"}),
    conversation_trigger({**SENT, "ConversationSid": "CH1"}),
    request_trigger(NUMBER, PERSON, {}),
)
MOST_WAITS = 200

pytestmark = pytest.mark.skipif(
    not CORPUS, reason="MOCKSTUDIO_CORPUS does not name a folder with flows/*.json"
)


def load(path):
    try:
        return read_flow(path).flow
    except MissingPlaceholdersError as error:
        values = {n: SUBFLOW_SID if n.endswith("subflow_sid") else "value" for n in error.names}
        return read_flow(path, values).flow


def ways_in(flow):
    trigger = flow.state(flow.initial_state)
    leading = {transition.event for transition in trigger.transitions if transition.next}
    return [trigger for trigger in TRIGGERS if trigger.event in leading]


def drive(sandbox, flow, trigger):
    """Start the flow and let every wait time out until it ends."""
    execution = sandbox.start(flow, trigger)
    for _ in range(MOST_WAITS):
        if not sandbox.pass_time(execution):
            return
    pytest.fail("the flow never ends")


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_real_export_that_is_a_subflow_runs_inside_a_parent(path, stage, state):
    flow = load(path)
    trigger = flow.state(flow.initial_state).transition("incomingParent")
    if trigger is None or trigger.next is None:
        return
    stage.sandbox.library.add(flow)
    stage.sandbox.stub(flow)
    properties = {"flow_sid": flow.sid, "flow_revision": "LatestPublished"}
    call = state("call", "run-subflow", {"completed": None, "failed": None}, **properties)
    parent = stage.play(call, name="parent")
    with contextlib.suppress(UnsupportedWidgetError):
        drive(stage.sandbox, parent, TRIGGERS[0])
    (execution,) = stage.sandbox.executions.all()
    assert any(step.parent_step_sid for step in execution.steps)


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_real_export_runs_until_it_ends_or_meets_a_widget_that_cannot_run(path, stage, caplog):
    flow = stage.sandbox.library.add(load(path))
    stage.sandbox.stub(flow)
    met = []
    for trigger in ways_in(flow):
        try:
            drive(stage.sandbox, flow, trigger)
        except UnsupportedWidgetError as error:
            met.append(error.type)
    assert not set(met) & set(standard_widgets())
    executions = stage.sandbox.executions.all()
    assert [e.trigger_event for e in executions] == [t.event for t in ways_in(flow)]
    assert not any(execution.is_active for execution in executions)
    assert {entry.answer.status for entry in stage.sandbox.journal} <= {200}
    failed = [record.exc_info[0] for record in caplog.records if record.exc_info]
    assert set(failed) <= {UnsupportedWidgetError}
