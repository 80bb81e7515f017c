"""What the server asks of the endpoints' side."""

from __future__ import annotations

from typing import Protocol, TypeVar

from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.request import Request


class Match(Protocol):
    """The endpoint and the reply found for a request."""

    @property
    def needs_thread(self) -> bool:
        """Whether making the answer may block: `python:` and `file:` replies."""
        ...


AnyMatch = TypeVar("AnyMatch", bound=Match)


class Entry(Protocol):
    """The journal's record of a request."""

    def finish(self, sent: int, complete: bool) -> None:
        """Note that the answer is over.

        Args:
            sent: body bytes that went out.
            complete: whether everything scripted went out.
        """
        ...


class ScriptedEndpoints(Protocol[AnyMatch]):
    """The endpoints as the server sees them; a match goes back to those who found it."""

    def find(self, request: Request) -> AnyMatch | None:
        """Return what answers the request, or None; fast, never blocks."""
        ...

    def answer(self, match: AnyMatch, request: Request) -> tuple[Answer, Entry]:
        """Make the answer and note the request in the journal."""
        ...
