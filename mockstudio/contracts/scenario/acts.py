"""What can be done in a scenario: by the person, by a client of the REST API, by time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final
from urllib.parse import urlencode

from mockstudio.contracts.scenario.model import Place
from mockstudio.errors import RunError
from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import Execution
from mockstudio.flows.model import Flow
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.call import Call
from mockstudio.twiml.phone import keys

RETURN: Final = "return"
"""The event by which a TwiML Redirect comes back (reference 2.6)."""


@dataclass(frozen=True, kw_only=True)
class Act(ABC):
    """Something that is done.

    Attributes:
        place: where it is written.
        settles: whether a live call then goes on until the person's turn has come.
    """

    place: Place
    settles: ClassVar[bool] = True

    @abstractmethod
    def do(self, sandbox: Sandbox) -> None:
        """Do it; raises MockstudioError when it cannot be done, or what it led to went wrong."""


@dataclass(frozen=True, kw_only=True)
class SendMessage(Act):
    """The person sends a message.

    Attributes:
        body: text.
        media: URLs of what is attached.
        parameters: further ones of the webhook, such as ButtonPayload (rest-api.md 5.2).
    """

    body: str = ""
    media: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102 - as in Act
        sandbox.chat(_flow(sandbox)).send(self.body, self.media, self.parameters)


@dataclass(frozen=True, kw_only=True)
class CallNumber(Act):
    """The person calls the flow's number."""

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102
        if _live_call(sandbox) is not None:
            raise RunError("a call is live already; hang-up ends it")
        sandbox.call(_flow(sandbox))


@dataclass(frozen=True, kw_only=True)
class StartByApi(Act):
    """A client of the REST API starts the flow.

    Attributes:
        parameters: for `flow.data`.
    """

    parameters: Mapping[str, object] = field(default_factory=dict)

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102
        sandbox.request(self.parameters, _flow(sandbox))


@dataclass(frozen=True, kw_only=True)
class PressKeys(Act):
    """The person presses keys when asked; raises UsageError when there is no such key."""

    digits: str

    def __post_init__(self) -> None:
        keys(self.digits)

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102
        _asking_call(sandbox).press(self.digits)


@dataclass(frozen=True, kw_only=True)
class SayWords(Act):
    """The person says something when asked."""

    words: str

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102
        _asking_call(sandbox).speak(self.words)


@dataclass(frozen=True, kw_only=True)
class StaySilent(Act):
    """The person lets a question pass."""

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102
        call = _asking_call(sandbox)
        call.turn.clear()
        if not call.is_over:
            call.wait_for_turn()


@dataclass(frozen=True, kw_only=True)
class HangUp(Act):
    """The person hangs up.

    Attributes:
        after: seconds from now, whatever plays then; None for when asked.
    """

    after: float | None = None

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102
        if self.after is None:
            _asking_call(sandbox).hang_up()
        else:
            call = _needed_call(sandbox)
            sandbox.clock.advance(self.after)
            call.hang_up()


@dataclass(frozen=True, kw_only=True)
class Wait(Act):
    """Time passes, and no more of it than that."""

    seconds: float
    settles: ClassVar[bool] = False

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102
        sandbox.clock.advance(self.seconds)


@dataclass(frozen=True, kw_only=True)
class GiveEvent(Act):
    """The parked execution gets an event, such as `return` from TwiML.

    A live call brings `return` itself, so that the caller hears what the flow answers: it leaves
    what is played for the flow's webhook, as by a `<Redirect>` (reference 2.6).
    """

    name: str = RETURN
    parameters: Mapping[str, str] = field(default_factory=dict)

    def do(self, sandbox: Sandbox) -> None:  # noqa: D102
        execution = newest_execution(sandbox)
        if execution is None:
            raise RunError(f"the event '{self.name}' reaches nobody: no flow was run yet")
        if self._brought_by_call(sandbox, execution):
            return
        if not sandbox.receive(execution, FlowEvent(self.name, self._sent)):
            raise RunError(f"widget '{execution.widget}' does not wait for '{self.name}'")

    @property
    def _sent(self) -> dict[str, str]:
        return {"FlowEvent": self.name, **self.parameters}

    def _brought_by_call(self, sandbox: Sandbox, execution: Execution) -> bool:
        """Send the live call back to its flow with `return`; False when that is not how it comes.

        Where the widget does not wait for it, the flow itself is to say so.
        """
        is_awaited = execution.wait is not None and execution.wait.takes(RETURN)
        call = sandbox.carrier.call(execution.call_sid)
        if self.name != RETURN or not is_awaited or call is None:
            return False
        webhook = sandbox.webhook_url(sandbox.flow(execution.flow_sid))
        url = f"{webhook}?{urlencode(self._sent)}"
        if not call.redirect(url=url, method="POST", twiml=""):
            return False
        # It goes by a timer of this same moment; until then the turn is that of what it leaves.
        sandbox.clock.advance(0)
        return True


def _flow(sandbox: Sandbox) -> Flow:
    """Return the flow under test, which was loaded last: the revision that the person gets."""
    flow = sandbox.library.flows[-1]
    return sandbox.library.flow_for(flow.sid, sandbox.settings.contact) or flow


def newest_execution(sandbox: Sandbox) -> Execution | None:
    """Return the newest execution, or None before the first."""
    executions = sandbox.executions.all()
    return executions[-1] if executions else None


def settle(sandbox: Sandbox) -> None:
    """Let a live call go on until the person's turn has come, or the call is over."""
    call = _live_call(sandbox)
    if call is not None:
        call.wait_for_turn()
    problem = next((each.problem for each in sandbox.carrier.calls if each.problem), None)
    if problem is not None:
        raise problem


def _live_call(sandbox: Sandbox) -> Call | None:
    return next((call for call in reversed(sandbox.carrier.calls) if not call.is_over), None)


def _needed_call(sandbox: Sandbox) -> Call:
    call = _live_call(sandbox)
    if call is None:
        raise RunError("the call is over" if sandbox.carrier.calls else "there is no call")
    return call


def _asking_call(sandbox: Sandbox) -> Call:
    """Return the live call, gone on to where the person is asked."""
    call = _needed_call(sandbox)
    call.wait_for_turn()
    return _needed_call(sandbox)
