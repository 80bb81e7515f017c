"""Runs a flow along a plan in a sandbox, and on from there."""

from __future__ import annotations

from collections.abc import Mapping
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
from mockstudio.twiml.call import Call
from mockstudio.twiml.phone import Phone

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
SECONDS_TO_ACT: Final = 1.0
"""From the end of a question to what the person does."""
_LEADING_OUT: Final = ("add-twiml-redirect", "run-function")
"""Widgets at which a call plays documents that are not the flow's own."""


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
        self._talk(carrier.call_number(self._sandbox.number_of(self._whole.flow), person))

    def _is_done(self, execution: Execution) -> bool:
        """Tell whether the run has come to a wait that the matrix tells of as its end."""
        is_printed = execution.wait is not None and execution.wait.twiml is not None
        return self._recorder.has_arrived and not is_printed

    def _go_on(self, execution: Execution) -> None:
        call = next((each for each in self._sandbox.carrier.calls if not each.is_over), None)
        if call is not None:
            self._talk(call)
            return
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

    # --- a call

    def _phone(self) -> Phone:
        """Return a person who says nothing of their own accord."""
        return Phone(hangs_up_after=LONGEST_CALL)

    def _talk(self, call: Call) -> None:
        """Let a call go on to its end, and do at its questions what is planned."""
        while call.wait_for_turn() and not call.is_over:
            call.turn.clear()
            self._sandbox.clock.advance(SECONDS_TO_ACT)
            self._answer(call)
        call.wait()

    def _answer(self, call: Call) -> None:
        """Act as planned, stay silent where others ask, and hang up when asked anything else."""
        edge = None if self._recorder.has_arrived else self._recorder.planned
        asking = self._whole.state(self._recorder.place).type
        if asking == GATHER and edge is not None:
            _act(call, edge)
        elif asking not in _LEADING_OUT:
            call.hang_up()


def _act(call: Call, edge: Edge) -> None:
    if edge.event == KEYPRESS:
        call.press(edge.brings.get(("Digits",), USUAL_ANSWER))
    elif edge.event == SPEECH:
        call.speak(edge.brings.get(("SpeechResult",), USUAL_WORDS))
