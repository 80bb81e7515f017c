"""What happened in a sandbox, kept for when somebody asks: the section of a failing test."""

from __future__ import annotations

from collections import deque
from io import StringIO
from typing import Final

from mockstudio.endpoints.journal import Entry
from mockstudio.events import Event
from mockstudio.reports.terminal import TerminalView
from mockstudio.sandbox import Sandbox

MOST: Final = 2_000
"""How many events and requests are kept."""
WIDTH: Final = 100


class Recording:
    """The newest events of a sandbox; `str()` shows them as `mockstudio run` does.

    Args:
        sandbox: whose events are kept from now on.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._noted: deque[Event | Entry] = deque(maxlen=MOST)
        self._count = 0
        sandbox.listen(self._note)
        sandbox.endpoints.subscribe(self._note)

    def _note(self, noted: Event | Entry) -> None:
        self._count += 1
        self._noted.append(noted)

    def __str__(self) -> str:
        from rich.console import Console

        text = StringIO()
        console = Console(
            file=text, width=WIDTH, color_system=None, highlight=False, markup=False, emoji=False
        )
        if earlier := self._count - len(self._noted):
            console.print(f"… {earlier:,} earlier events and requests")
        view = TerminalView(console)
        for noted in tuple(self._noted):
            if isinstance(noted, Entry):
                view.answered(f"endpoint {noted.endpoint}" if noted.endpoint else "no endpoint")
            else:
                view(noted)
        return text.getvalue().rstrip()
