"""What a typed line means: a message, keys, words, or a command that begins with a colon."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Final

from mockstudio.cli.conversation import Conversation
from mockstudio.cli.run_output import Output, as_json
from mockstudio.config import pairs
from mockstudio.durations import parse_duration
from mockstudio.errors import UsageError, did_you_mean
from mockstudio.flows.events import FlowEvent
from mockstudio.twiml.call import Call

HELP: Final = """\
  TEXT                     send a message; in a call: press 0-9, * and #, say anything else
  :message TEXT            send a message, in a call and after one too
  :call                    call the number
  :say TEXT                in a call: say the words, even if they are digits
  :silence                 in a call: let the question pass
  :hangup                  in a call: hang up when it is your turn
  :hangup 10s              in a call: hang up 10 s from now, whatever plays then
  :wait 1h                 let time pass, in a call too, whoever's turn it is
  :play ENDPOINT OUTCOME   such as :play lookup timeout; without OUTCOME back to the replies
  :event NAME [K=V ...]    give the parked widget an event, such as :event return foo=bar
  :context                 show what templates can read
  :steps                   show the widgets that ran
  :quit                    stop"""
QUIT: Final = ":quit"
KEYS: Final = frozenset("0123456789*#")
_IN_A_CALL: Final = frozenset({"say", "silence", "hangup"})
_PRESSING: Final = "; to press keys, type them alone: 1, or 42#"
_MEANING_KEYS: Final = frozenset({"press", "key", "keys", "digits", "dtmf", "type"})
_LEAVING: Final = frozenset({"exit", "bye", "end", "stop"})


class Commands:
    """Does what lines say.

    Args:
        conversation: of the person who types them.
        output: where what they ask for is shown.
    """

    def __init__(self, conversation: Conversation, output: Output) -> None:
        self._conversation = conversation
        self._sandbox = conversation.sandbox
        self._output = output
        self._last_call: Call | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "message": self._message,
            "call": self._call,
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

    def take(self, line: str) -> None:
        """Do what a line says.

        Raises:
            MockstudioError: it says nothing that can be done, or it stopped the flow.
        """
        if not line.strip():
            return
        name, rest = _parsed(line)
        if name is None:
            self._talk(line)
        elif name in self._commands:
            self._commands[name](rest)
        else:
            raise UsageError(f"no command ':{name}'{self._suggestion(name)} (see :help)")

    def waits_for_turn(self, line: str) -> bool:
        """Tell whether a line is for the moment at which the person is asked next."""
        name, rest = _parsed(line)
        return name != "wait" and not (name == "hangup" and rest)

    def is_for_a_call(self, line: str) -> bool:
        """Tell whether a line says what is done in a call, or would be if there was one."""
        name, _ = _parsed(line)
        return name is None or name in _IN_A_CALL

    def _suggestion(self, name: str) -> str:
        """Return what to type instead of a command that is none."""
        if name in _MEANING_KEYS:
            return _PRESSING
        if name in _LEAVING:
            return f"; did you mean '{QUIT}'?"
        known = [*(f":{command}" for command in self._commands), QUIT]
        pressing = _PRESSING if self._conversation.live_call is not None else ""
        return did_you_mean(f":{name}", known) or pressing

    # --- what the person does

    def _talk(self, line: str) -> None:
        text = line.strip()
        if self._conversation.live_call is None:
            self._tell_that_the_call_is_over(text)
            self._conversation.send(line)
        elif set(text) <= KEYS:
            self._conversation.press(text)
        else:
            self._conversation.speak(text)

    def _tell_that_the_call_is_over(self, text: str) -> None:
        """Tell once after a call that nobody hears the keys or words any more."""
        newest = next(reversed(self._conversation.calls), None)
        if newest is not self._last_call:
            self._last_call = newest
            self._output.say(f"the call is over: '{text}' is sent as a message")

    def _message(self, rest: str) -> None:
        if not rest:
            raise UsageError("expected :message TEXT, such as :message hello")
        self._conversation.send(rest)

    def _call(self, rest: str) -> None:
        self._conversation.call()

    def _say(self, rest: str) -> None:
        if not rest:
            raise UsageError("expected :say TEXT, such as :say yes please")
        self._conversation.speak(rest)

    def _silence(self, rest: str) -> None:
        self._conversation.stay_silent()

    def _hang_up(self, rest: str) -> None:
        self._conversation.hang_up(_seconds("hangup", rest) if rest else 0.0)

    # --- what happens to the world

    def _wait(self, rest: str) -> None:
        self._conversation.pass_time(_seconds("wait", rest))

    def _play(self, rest: str) -> None:
        arguments = _words("play", rest)
        if len(arguments) not in (1, 2):
            raise UsageError("expected :play ENDPOINT OUTCOME, such as :play lookup timeout")
        name, outcome = (*arguments, None)[:2]
        self._sandbox.endpoints.play(str(name), outcome)
        self._output.say(f"'{name}' plays {outcome or 'its replies'}")

    def _event(self, rest: str) -> None:
        if not (arguments := _words("event", rest)):
            raise UsageError("expected :event NAME, such as :event return foo=bar")
        execution = self._conversation.execution
        if execution is None:
            raise UsageError("nothing is running; send a message first")
        name, *parameters = arguments
        self._sandbox.receive(execution, FlowEvent(name, pairs(":event", parameters)))

    # --- what is shown

    def _context(self, rest: str) -> None:
        execution = self._conversation.execution
        self._output.show(as_json(execution.frame.context if execution else {}))

    def _steps(self, rest: str) -> None:
        execution = self._conversation.execution
        for number, step in enumerate(execution.steps if execution else (), 1):
            self._output.show(
                f"{number:4}  {step.transitioned_from}: {step.name} → {step.transitioned_to}"
            )

    def _help(self, rest: str) -> None:
        self._output.say(HELP)


def _parsed(line: str) -> tuple[str | None, str]:
    """Return the name of a command and what follows it; None for a line that is said or sent."""
    if not line.startswith(":"):
        return None, line
    name, _, rest = line[1:].strip().partition(" ")
    return name, rest.strip()


def _seconds(command: str, duration: str) -> float:
    try:
        return parse_duration(duration)
    except ValueError as error:
        raise UsageError(f":{command}: {error}") from error


def _words(command: str, text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"':{command} {text}' cannot be read: {error}") from error
