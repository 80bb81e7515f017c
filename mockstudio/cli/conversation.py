"""A conversation with a flow by message and by call.

Lines are messages, or what the person says and presses while a call is live; lines that begin with
a colon are commands.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TextIO

from mockstudio.cli.options import pairs
from mockstudio.cli.prompt import Prompt
from mockstudio.cli.run_output import Output, as_json
from mockstudio.durations import parse_duration
from mockstudio.errors import MockstudioError, UsageError, did_you_mean
from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import Execution
from mockstudio.sandbox import Sandbox
from mockstudio.twiml.call import Call
from mockstudio.twiml.numbers import PhoneNumber

HELP = """\
  TEXT                     send a message; in a call: press the keys, else say the words
  :say TEXT                in a call: say the words, even if they are digits
  :silence                 in a call: let the question pass
  :hangup                  in a call: hang up
  :wait 1h                 let time pass
  :play ENDPOINT OUTCOME   such as :play lookup timeout; without OUTCOME back to the replies
  :event NAME [K=V ...]    give the parked widget an event, such as :event return foo=bar
  :context                 show what templates can read
  :steps                   show the widgets that ran
  :quit                    stop"""


KEYS = frozenset("0123456789*#")


class Conversation:
    """One person's talk with one of Twilio's numbers.

    Args:
        sandbox: the world of both.
        number: which is called and written to.
        output: where the talk is shown.
        prompt: asks a person at a terminal.
    """

    def __init__(
        self, sandbox: Sandbox, number: PhoneNumber, output: Output, prompt: Prompt
    ) -> None:
        self._sandbox = sandbox
        self._number = number
        self._output = output
        self._prompt = prompt
        self._commands: dict[str, Callable[[list[str]], None]] = {
            "say": self._say,
            "silence": self._silence,
            "hangup": self._hang_up,
            "wait": self._wait,
            "play": self._play,
            "event": self._event,
            "context": self._context,
            "steps": self._steps,
            "help": self._help,
        }

    @property
    def execution(self) -> Execution | None:
        """The newest execution, or None before the first."""
        executions = self._sandbox.executions.all()
        return executions[-1] if executions else None

    @property
    def live_call(self) -> Call | None:
        """The newest call that is not over, or None."""
        return next((c for c in reversed(self._sandbox.carrier.calls) if not c.is_over), None)

    @property
    def _person(self) -> str:
        return self._sandbox.settings.contact

    # --- how it begins

    def say(self, text: str) -> None:
        """Send a message: it starts the flow, or answers what waits for it."""
        self._sandbox.carrier.chat(self._number, self._person).send(text)
        self._sandbox.raise_problem()

    def call(self) -> None:
        """Call the number."""
        self._sandbox.carrier.call_number(self._number, self._person)
        self._sandbox.raise_problem()

    # --- how it goes on

    def talk(self, lines: TextIO) -> None:
        """Take lines until they end or `:quit`; unattended, let time pass until the flow ends."""
        if lines.isatty():
            self._attended()
        else:
            self._unattended(lines)

    def _attended(self) -> None:
        self._output.say("type a message, :help for commands, :quit to stop")
        while True:
            try:
                if self._sandbox.clock.name == "virtual":
                    self._listen()
                line = self._prompt.ask()
            except EOFError:
                return
            except MockstudioError as error:
                self._output.say(f"error: {error}")
                continue
            if line.strip() == ":quit":
                return
            try:
                self._take(line)
            except MockstudioError as error:
                self._output.say(f"error: {error}")

    def _unattended(self, lines: TextIO) -> None:
        for line in lines:
            self._listen()
            if line.strip() == ":quit":
                return
            self._take(line.rstrip("\r\n"))
        while self._goes_on():
            self._sandbox.raise_problem()

    def _listen(self) -> None:
        """Let time pass until a live call awaits the person, or is over."""
        call = self.live_call
        if call is not None:
            call.wait_for_turn()
            self._check(call)

    def _goes_on(self) -> bool:
        """Let time pass until something ends; tell whether more can come."""
        call = self.live_call
        if call is not None:
            call.wait()
            self._check(call)
            return True
        if self._sandbox.clock.name != "virtual" or self.execution is None:
            return False
        return self._sandbox.pass_time(self.execution)

    def _check(self, call: Call) -> None:
        """Raise what kept a call from going on."""
        self._sandbox.raise_problem()
        if call.problem is not None:
            raise call.problem

    def _take(self, line: str) -> None:
        if not line.strip():
            return
        if not line.startswith(":"):
            self._talk(line)
            return
        name, *arguments = _words(line[1:]) or [""]
        if name not in self._commands:
            known = [f":{command}" for command in (*self._commands, "quit")]
            raise UsageError(f"no command ':{name}'{did_you_mean(f':{name}', known)} (see :help)")
        self._commands[name](arguments)

    def _talk(self, line: str) -> None:
        call, keys = self.live_call, line.strip()
        if call is None:
            self.say(line)
        elif set(keys) <= KEYS:
            call.press(keys)
        else:
            call.speak(keys)
        self._sandbox.raise_problem()

    def _needed_call(self) -> Call:
        call = self.live_call
        if call is None:
            raise UsageError("there is no call; begin with --call")
        return call

    # --- the commands

    def _say(self, arguments: list[str]) -> None:
        self._needed_call().speak(" ".join(arguments))
        self._sandbox.raise_problem()

    def _silence(self, arguments: list[str]) -> None:
        call = self._needed_call()
        call.turn.clear()
        call.wait_for_turn()
        self._check(call)

    def _hang_up(self, arguments: list[str]) -> None:
        self._needed_call().hang_up()
        self._sandbox.raise_problem()

    def _wait(self, arguments: list[str]) -> None:
        try:
            seconds = parse_duration(" ".join(arguments))
        except ValueError as error:
            raise UsageError(f":wait: {error}") from error
        if self._sandbox.clock.name == "system":
            self._sandbox.clock.sleep(seconds)
        else:
            self._sandbox.clock.advance(seconds)

    def _play(self, arguments: list[str]) -> None:
        if len(arguments) not in (1, 2):
            raise UsageError("expected :play ENDPOINT OUTCOME, such as :play lookup timeout")
        name, outcome = (*arguments, None)[:2]
        self._sandbox.endpoints.play(str(name), outcome)
        self._output.say(f"'{name}' plays {outcome or 'its replies'}")

    def _event(self, arguments: list[str]) -> None:
        if not arguments:
            raise UsageError("expected :event NAME, such as :event return foo=bar")
        if self.execution is None:
            raise UsageError("nothing is running; send a message first")
        name, *parameters = arguments
        self._sandbox.receive(self.execution, FlowEvent(name, pairs(":event", parameters)))

    def _context(self, arguments: list[str]) -> None:
        self._output.show(as_json(self.execution.frame.context if self.execution else {}))

    def _steps(self, arguments: list[str]) -> None:
        for number, step in enumerate(self.execution.steps if self.execution else (), 1):
            self._output.show(
                f"{number:4}  {step.transitioned_from}: {step.name} → {step.transitioned_to}"
            )

    def _help(self, arguments: list[str]) -> None:
        self._output.say(HELP)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"':{line}' cannot be read: {error}") from error
