"""A conversation with a flow: lines are messages, lines that begin with a colon are commands."""

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
from mockstudio.flows.model import Flow
from mockstudio.sandbox import Sandbox

HELP = """\
  TEXT                     send a message
  :wait 1h                 let time pass
  :play ENDPOINT OUTCOME   such as :play lookup timeout; without OUTCOME back to the replies
  :event NAME [K=V ...]    give the parked widget an event, such as :event return foo=bar
  :context                 show what templates can read
  :steps                   show the widgets that ran
  :quit                    stop"""


class Conversation:
    """One person's talk with one flow.

    Args:
        sandbox: the flow's world.
        flow: the flow.
        output: where the talk is shown.
        prompt: asks a person at a terminal.
    """

    def __init__(self, sandbox: Sandbox, flow: Flow, output: Output, prompt: Prompt) -> None:
        self._sandbox = sandbox
        self._flow = flow
        self._output = output
        self._prompt = prompt
        self._commands: dict[str, Callable[[list[str]], None]] = {
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

    # --- how it begins

    def say(self, text: str) -> None:
        """Send a message: it starts the flow, or answers what waits for it."""
        self._sandbox.message(text, self._flow)

    def call(self) -> None:
        """Call the flow."""
        self._sandbox.call(self._flow)

    def request(self, parameters: dict[str, str]) -> None:
        """Start the flow as the REST API does."""
        self._sandbox.request(parameters, self._flow)

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
                line = self._prompt.ask()
            except EOFError:
                return
            if line.strip() == ":quit":
                return
            try:
                self._take(line)
            except MockstudioError as error:
                self._output.say(f"error: {error}")

    def _unattended(self, lines: TextIO) -> None:
        for line in lines:
            if line.strip() == ":quit":
                return
            self._take(line.rstrip("\r\n"))
        if self._sandbox.clock.name == "virtual":
            while self.execution and self._sandbox.pass_time(self.execution):
                pass

    def _take(self, line: str) -> None:
        if not line.strip():
            return
        if not line.startswith(":"):
            self.say(line)
            return
        name, *arguments = _words(line[1:]) or [""]
        if name not in self._commands:
            known = [f":{command}" for command in (*self._commands, "quit")]
            raise UsageError(f"no command ':{name}'{did_you_mean(f':{name}', known)} (see :help)")
        self._commands[name](arguments)

    # --- the commands

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
