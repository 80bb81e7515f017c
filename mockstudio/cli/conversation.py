"""What one person says and does with one of Twilio's numbers, by message and by call."""

from __future__ import annotations

from mockstudio.errors import MockstudioError, UsageError
from mockstudio.flows.execution import Execution
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.call import Call
from mockstudio.twiml.numbers import PhoneNumber


class Conversation:
    """One person's talk with one of Twilio's numbers.

    Everything that is said or done raises what stopped a flow meanwhile.

    Args:
        sandbox: the world of both.
        number: which is called and written to.

    Attributes:
        sandbox: the same.
    """

    def __init__(self, sandbox: Sandbox, number: PhoneNumber) -> None:
        self.sandbox = sandbox
        self._number = number

    @property
    def execution(self) -> Execution | None:
        """The newest execution, or None before the first."""
        executions = self.sandbox.executions.all()
        return executions[-1] if executions else None

    @property
    def calls(self) -> list[Call]:
        """Every call, oldest first."""
        return self.sandbox.carrier.calls

    @property
    def live_call(self) -> Call | None:
        """The newest call that is not over, or None."""
        return next((call for call in reversed(self.calls) if not call.is_over), None)

    @property
    def _person(self) -> str:
        return self.sandbox.settings.contact

    # --- what the person does

    def send(self, text: str) -> None:
        """Send a message: it starts the flow, or answers what waits for it."""
        self.sandbox.carrier.chat(self._number, self._person).send(text)
        self.sandbox.raise_problem()

    def call(self) -> None:
        """Call the number; raises UsageError while another call is live."""
        if self.live_call is not None:
            raise UsageError("a call is live already; :hangup ends it")
        self.sandbox.carrier.call_number(self._number, self._person)
        self.sandbox.raise_problem()

    def press(self, keys: str) -> None:
        """Press keys in the call; raises UsageError without one, as all that is done in a call."""
        self._needed_call().press(keys)
        self.sandbox.raise_problem()

    def speak(self, words: str) -> None:
        """Say something in the call."""
        self._needed_call().speak(words)
        self.sandbox.raise_problem()

    def hang_up(self, after: float = 0.0) -> None:
        """Hang up, so many seconds from now; until then everything takes its course."""
        call = self._needed_call()
        if after > 0:
            self.sandbox.clock.call_later(after, call.hang_up)
        else:
            call.hang_up()
        self.sandbox.raise_problem()

    def stay_silent(self) -> None:
        """Let the question pass that the call has come to, or comes to next."""
        call = self._needed_call()
        call.wait_for_turn()
        call.turn.clear()
        # The call may have ended just before its turn was taken away: nothing more would come.
        if not call.is_over:
            call.wait_for_turn()
        self.sandbox.raise_problem()

    def _needed_call(self) -> Call:
        call = self.live_call
        if call is None and self.calls:
            raise UsageError("the call is over; :call begins another")
        if call is None:
            raise UsageError("there is no call; :call begins one")
        return call

    # --- how time passes

    def pass_time(self, seconds: float) -> None:
        """Let so many seconds pass, whatever happens meanwhile."""
        clock = self.sandbox.clock
        (clock.advance if clock.name == "virtual" else clock.sleep)(seconds)
        self.sandbox.raise_problem()

    def listen(self) -> None:
        """Let time pass until a live call awaits the person, or is over."""
        call = self.live_call
        if call is not None:
            call.wait_for_turn()
            self.sandbox.raise_problem()

    @property
    def is_after_a_call(self) -> bool:
        """Whether there was a call, and none is live."""
        return bool(self.calls) and self.live_call is None

    def go_on(self) -> bool:
        """Let time pass until something ends; tell whether more can come."""
        call = self.live_call
        if call is not None:
            call.wait()
            self.sandbox.raise_problem()
            return True
        if self.sandbox.clock.name != "virtual" or self.execution is None:
            return False
        more_can_come = self.sandbox.pass_time(self.execution)
        self.sandbox.raise_problem()
        return more_can_come

    @property
    def problem(self) -> MockstudioError | None:
        """What kept a call from going on that nothing but a warning has told of, or None."""
        return next((call.problem for call in self.calls if call.problem is not None), None)
