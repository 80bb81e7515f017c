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
                self._commands.take(line)
            with self._telling():
                self._catch_up()

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

    def _catch_up(self) -> None:
        """Go on to where the person is asked; real time goes on by itself."""
        if self._conversation.sandbox.clock.name == "virtual":
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
        for line in filter(str.strip, lines):
            self._listen()
            if line.strip() == QUIT:
                return
            if self._is_done():
                self._output.say(f"the call is over, nobody heard '{line.strip()}' or what follows")
                return
            self._commands.take(line.rstrip("\r\n"))
        while self._conversation.go_on():
            pass

    def _listen(self) -> None:
        """Wait for the person's turn; with nobody to read a warning, it is an error."""
        self._conversation.listen()
        if self._conversation.problem is not None:
            raise self._conversation.problem
