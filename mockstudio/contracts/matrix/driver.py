"""Runs a flow along a plan in a sandbox, and on from there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from mockstudio.contracts.matrix.inputs import (
    USUAL_ANSWER,
    USUAL_WORDS,
    caller,
    message_parameters,
    request_parameters,
    trigger_of,
)
from mockstudio.contracts.matrix.plan import GATHER, KEYPRESS, SPEECH, Edge, Plan
from mockstudio.contracts.matrix.recorder import Recorder
from mockstudio.contracts.matrix.whole import WholeFlow
from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import Execution
from mockstudio.flows.triggers import (
    INCOMING_CALL,
    INCOMING_CONVERSATION_MESSAGE,
    INCOMING_MESSAGE,
    INCOMING_REQUEST,
)
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.phone import CallAct, HangUp, Phone, Press, Silence, Speak

MOST_WAITS: Final = 60
"""Waits of one run, besides those of its plan."""
NEEDED: Final[Mapping[tuple[str, str], Mapping[str, str]]] = MappingProxyType(
    {
        ("send-to-flex", "failedToEnqueue"): {
            "Tasks": "refused",
            "Interactions": "refused",
            "Enqueue": "queue-full",
        },
        ("enqueue-call", "failedToEnqueue"): {"Enqueue": "queue-full"},
        ("enqueue-call", "callFailure"): {"Enqueue": "system-error"},
        ("send-to-flex", "callFailure"): {"Enqueue": "system-error"},
    }
)
"""What the world outside must decide so that a widget takes an event."""
LONGEST_CALL: Final = 600.0
"""Seconds after which the person hangs up, whatever is played."""


class Driver:
    """Plays the world outside for one run.

    Args:
        sandbox: freshly reset.
        whole: what is run.
        plan: the way to the target.
        recorder: tells how far the run has come.
    """

    def __init__(self, sandbox: Sandbox, whole: WholeFlow, plan: Plan, recorder: Recorder) -> None:
        self._sandbox = sandbox
        self._whole = whole
        self._plan = plan
        self._recorder = recorder

    def drive(self) -> None:
        """Start the flow, and go on until it has ended or the person is asked after the target.

        Raises:
            MockstudioError: what stopped it, such as a URL without a route.
        """
        for what, results in self._sandbox.settings.results.items():
            self._sandbox.results.script(what, *results)
        needed = self._needed()
        for what, result in needed.items():
            self._sandbox.results.script(what, result)
        try:
            self._run()
        finally:
            for what in needed:
                self._sandbox.results.script(what)

    def _needed(self) -> dict[str, str]:
        """Return what must be decided outside for the plan, by verb or resource."""
        needed: dict[str, str] = {}
        for edge in self._plan.edges:
            needed.update(NEEDED.get((self._whole.state(edge.place).type, edge.event), {}))
        return needed

    def _run(self) -> None:
        self._start()
        self._sandbox.raise_problem()
        for _ in range(MOST_WAITS + len(self._plan.edges)):
            execution = next((e for e in self._sandbox.executions.all() if e.is_active), None)
            if execution is None or execution.wait is None or self._is_done(execution):
                return
            self._go_on(execution)
            self._sandbox.raise_problem()

    def _start(self) -> None:
        plan, sandbox, flow = self._plan, self._sandbox, self._whole.flow
        if plan.trigger == INCOMING_CALL:
            self._call()
        elif plan.trigger == INCOMING_REQUEST:
            sandbox.request(request_parameters(plan), flow, self._phone())
        elif plan.trigger == INCOMING_MESSAGE:
            sandbox.message("", flow, message_parameters(plan, sandbox.settings))
        else:
            sandbox.start(flow, trigger_of(plan, sandbox.settings))

    def _call(self) -> None:
        carrier, person = self._sandbox.carrier, caller(self._plan, self._sandbox.settings)
        carrier.give_phone(person, self._phone())
        carrier.call_number(self._sandbox.number_of(self._whole.flow), person).wait()

    def _is_done(self, execution: Execution) -> bool:
        """Tell whether the run has come to a wait that the matrix tells of as its end."""
        is_printed = execution.wait is not None and execution.wait.twiml is not None
        return self._recorder.has_arrived and not is_printed

    def _go_on(self, execution: Execution) -> None:
        edge = self._recorder.planned
        if edge is None or edge.event != INCOMING_MESSAGE:
            self._sandbox.pass_time(execution)
            return
        settings = self._sandbox.settings
        reply = {"From": settings.contact, "To": settings.number, "Body": USUAL_ANSWER}
        for path, value in edge.under("inbound").items():
            reply[path[0]] = value
        self._sandbox.clock.advance(1)
        self._sandbox.receive(execution, FlowEvent(self._channel(), reply))

    def _channel(self) -> str:
        """Return the event by which replies come."""
        trigger = self._plan.trigger
        is_conversation = trigger == INCOMING_CONVERSATION_MESSAGE
        return INCOMING_CONVERSATION_MESSAGE if is_conversation else INCOMING_MESSAGE

    def _phone(self) -> Phone:
        """Return a person who answers as planned, and hangs up when asked anything else."""
        acts = tuple(self._acts())
        return Phone(acts=acts, otherwise=HangUp(), hangs_up_after=LONGEST_CALL)

    def _acts(self) -> Iterator[CallAct]:
        for edge in self._plan.edges:
            if self._whole.state(edge.place).type == GATHER:
                yield _act(edge)


def _act(edge: Edge) -> CallAct:
    if edge.event == KEYPRESS:
        return Press(edge.brings.get(("Digits",), USUAL_ANSWER))
    if edge.event == SPEECH:
        return Speak(edge.brings.get(("SpeechResult",), USUAL_WORDS))
    return Silence()
