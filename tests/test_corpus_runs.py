"""Real exports, driven to their end from every way in; the folder is as in the loading test.

`golden/corpus_endings.txt` says how each ended; `--update-golden` writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mockstudio.errors import UnsupportedWidgetError
from mockstudio.flows.definition import read_flow
from mockstudio.flows.engine import STOPPED
from mockstudio.flows.events import FlowEvent, Warned
from mockstudio.flows.placeholders import MissingPlaceholdersError
from mockstudio.flows.triggers import conversation_trigger
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.phone import Phone, Press, Send

CORPUS = os.environ.get("MOCKSTUDIO_CORPUS", "")
FLOWS = sorted(Path(CORPUS, "flows").glob("*.json")) if CORPUS else []
ENDINGS = Path(__file__).parent / "golden" / "corpus_endings.txt"
SUBFLOW_SID = "FW" + "0" * 32
PERSON, NUMBER = "+12025550123", "+15005550006"
PHONE = Phone(otherwise=Press("1"), hangs_up_after=120, replies=(Send("1"),) * 12)
"""Answers questions with 1, a dozen in a chat, and hangs up after two minutes."""
CHAT = {"From": PERSON, "To": NUMBER, "Body": "1", "ConversationSid": "CH" + "0" * 32}
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


def call(sandbox, flow):
    sandbox.call(flow, PHONE).wait()


def write(sandbox, flow):
    sandbox.chat(flow, PHONE).send("hi")


def converse(sandbox, flow):
    """Write in a Conversation, and answer 1 as long as an answer is waited for."""
    execution = sandbox.start(flow, conversation_trigger(CHAT))
    event = FlowEvent("incomingConversationMessage", CHAT)
    while execution.is_active and execution.wait and execution.wait.takes(event.name):
        sandbox.clock.advance(5)
        sandbox.receive(execution, event)


def request(sandbox, flow):
    sandbox.request(flow=flow, phone=PHONE)


WAYS_IN = {
    "incomingCall": call,
    "incomingMessage": write,
    "incomingConversationMessage": converse,
    "incomingRequest": request,
}


def ways_in(flow):
    trigger = flow.state(flow.initial_state)
    leading = {transition.event for transition in trigger.transitions if transition.next}
    return [event for event in WAYS_IN if event in leading]


def let_end(sandbox):
    """Let time pass until nothing is active; replies and calls go on meanwhile."""
    for _ in range(MOST_WAITS):
        active = [e for e in sandbox.executions.all() if e.is_active]
        if not active:
            return
        sandbox.pass_time(active[0])
    pytest.fail("the flow never ends")


def drive(path, event):
    """Return how a flow ends when it is triggered so, and the codes that were warned of."""
    events = []
    with Sandbox() as sandbox:
        sandbox.listen(events.append)
        flow = sandbox.library.add(load(path))
        sandbox.stub(flow)
        stopped = ""
        try:
            WAYS_IN[event](sandbox, flow)
            let_end(sandbox)
            sandbox.raise_problem()
        except UnsupportedWidgetError as error:
            stopped = error.type
        executions = sandbox.executions.all()
        assert executions, "nothing was run"
        assert not any(execution.is_active for execution in executions)
        assert all(c.is_over for c in sandbox.carrier.calls)
        assert {entry.answer.status for entry in sandbox.journal} <= {200}
        last = executions[-1]
        assert (last.ended_reason == STOPPED) == bool(stopped)
    warned = [e.code for e in events if isinstance(e, Warned | CarrierWarned) and e.code]
    return ending(path, event, executions, stopped, sorted(set(warned)))


def ending(path, event, executions, stopped, codes):
    last = executions[-1]
    reason = f"{last.ended_reason} ({stopped})" if stopped else last.ended_reason
    parts = [path.stem, event, reason, f"at {last.widget}", f"{last.step_count} steps"]
    if len(executions) > 1:
        parts.append(f"{len(executions)} executions")
    if codes:
        parts.append("warned of " + ", ".join(map(str, codes)))
    return " | ".join(parts)


CASES = [(path, event) for path in FLOWS for event in ways_in(load(path))]


@pytest.fixture(scope="module")
def endings(request):
    """The golden endings by flow and way in."""
    if request.config.getoption("--update-golden"):
        lines = [drive(path, event) for path, event in CASES]
        ENDINGS.write_text("\n".join(lines) + "\n", "utf-8")
    lines = ENDINGS.read_text("utf-8").splitlines()
    return {tuple(line.split(" | ")[:2]): line for line in lines}


@pytest.mark.parametrize(("path", "event"), CASES, ids=lambda value: getattr(value, "stem", value))
def test_a_real_export_ends_as_it_always_did(path, event, endings, caplog):
    assert drive(path, event) == endings[path.stem, event]
    failed = [record.exc_info[0] for record in caplog.records if record.exc_info]
    assert failed == []


def test_there_is_no_ending_without_its_export(endings):
    assert set(endings) == {(path.stem, event) for path, event in CASES}


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_real_export_that_is_a_subflow_runs_inside_a_parent(path, stage, state):
    flow = load(path)
    trigger = flow.state(flow.initial_state).transition("incomingParent")
    if trigger is None or trigger.next is None:
        return
    stage.sandbox.library.add(flow)
    stage.sandbox.stub(flow)
    properties = {"flow_sid": flow.sid, "flow_revision": "LatestPublished"}
    widget = state("run", "run-subflow", {"completed": None, "failed": None}, **properties)
    parent = stage.play(widget, name="parent")
    write(stage.sandbox, parent)
    let_end(stage.sandbox)
    execution = stage.sandbox.executions.all()[0]
    assert any(step.parent_step_sid for step in execution.steps)
