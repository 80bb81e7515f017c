"""Lines, one after another: typed by a person at a terminal, or read to their end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final, TextIO

from mockstudio.cli.commands import QUIT, Commands
from mockstudio.cli.conversation import Conversation
from mockstudio.cli.prompt import Prompt
from mockstudio.cli.run_output import Output
from mockstudio.errors import MockstudioError

GREETING: Final = "type a message, or keys and words in a call; :help for commands, :quit to stop"
GREETING_OF_A_CALL: Final = (
    "type keys or words; :help for commands, :quit to stop, Enter when the call is over"
)

_MOST_QUOTED: Final = 3


class Talk:
    """Takes lines until they end, or `:quit`.

    Args:
        conversation: of the person whose lines they are.
        output: where mistakes are told.
        prompt: asks a person at a terminal.
        ends_with_call: whether nothing is left to say once no call is live.
    """

    def __init__(
        self,
        conversation: Conversation,
        output: Output,
        prompt: Prompt,
        ends_with_call: bool = False,
    ) -> None:
        self._conversation = conversation
        self._commands = Commands(conversation, output)
        self._output = output
        self._prompt = prompt
        self._ends_with_call = ends_with_call

    def take(self, lines: TextIO) -> None:
        """Take the lines; raises MockstudioError unless somebody is there to read of it."""
        if lines.isatty():
            self._attended()
        else:
            self._unattended(lines)

    def _is_done(self) -> bool:
        return self._ends_with_call and self._conversation.live_call is None

    def _attended(self) -> None:
        with self._telling():
            self._catch_up()
        if not self._is_done():
            self._output.say(GREETING_OF_A_CALL if self._ends_with_call else GREETING)
        while (line := self._next_line()) is not None:
            with self._telling():
                self._catch_up(line)
                self._commands.take(line)
            with self._telling():
                self._catch_up(line)

    def _next_line(self) -> str | None:
        """Return what the person types, or None when there is no more to come."""
        if self._is_done():
            return None
        try:
            line = self._prompt.ask()
        except EOFError:
            return None
        # In real time the call may have ended behind the prompt.
        return None if self._is_done() or line.strip() == QUIT else line

    def _catch_up(self, line: str = "") -> None:
        """Go on to where the person is asked; real time goes on by itself.

        Args:
            line: what is or was done meanwhile; perhaps it is not for that moment.
        """
        is_virtual = self._conversation.sandbox.clock.name == "virtual"
        if is_virtual and self._commands.waits_for_turn(line):
            self._conversation.listen()

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell the person of a mistake and go on."""
        try:
            yield
        except MockstudioError as error:
            self._output.say(f"error: {error}")

    def _unattended(self, lines: TextIO) -> None:
        """Take each line when its turn has come, then let time pass until all has ended."""
        unheard: list[str] = []
        for line in filter(str.strip, lines):
            if self._commands.waits_for_turn(line):
                self._listen()
            if line.strip() == QUIT:
                break
            if self._is_unheard(line):
                unheard.append(line.strip())
            else:
                self._commands.take(line.rstrip("\r\n"))
        else:
            self._go_on_to_the_end()
        if unheard:
            self._tell_of_unheard(unheard)

    def _go_on_to_the_end(self) -> None:
        while self._conversation.go_on():
            pass
        self._raise_problem()

    def _is_unheard(self, line: str) -> bool:
        """Tell whether a line was meant for a call that is over."""
        is_over = self._conversation.is_after_a_call
        return is_over and (self._ends_with_call or self._commands.is_for_a_call(line))

    def _tell_of_unheard(self, lines: list[str]) -> None:
        quoted = ", ".join(f"'{line}'" for line in lines[:_MOST_QUOTED])
        more = f" and {len(lines) - _MOST_QUOTED} more" if len(lines) > _MOST_QUOTED else ""
        hint = "" if self._ends_with_call else " (:message TEXT sends a message after a call)"
        self._output.say(f"the call was over, nobody heard {quoted}{more}{hint}")

    def _listen(self) -> None:
        """Wait for the person's turn; with nobody to read a warning, it is an error."""
        self._conversation.listen()
        self._raise_problem()

    def _raise_problem(self) -> None:
        if self._conversation.problem is not None:
            raise self._conversation.problem
