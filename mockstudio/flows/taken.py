"""The event a widget took, with why: a text that tests compare and that explains itself."""

from __future__ import annotations

from typing import Self


class Taken(str):
    """The event a widget took.

    It equals the event's name; what is printed of it, such as by a failing test, tells why as well.

    Args:
        event: its name.
        because: the name of the rule that decided, such as `timeout`; empty where there is none.
        explanation: the same in words.

    Attributes:
        because: the same.
        explanation: the same.
    """

    __slots__ = ("because", "explanation")

    because: str
    explanation: str

    def __new__(cls, event: str, because: str = "", explanation: str = "") -> Self:  # noqa: D102 - as the class
        taken = super().__new__(cls, event)
        taken.because, taken.explanation = because, explanation
        return taken

    @property
    def why(self) -> str:
        """Rule and explanation: `timeout: no answer after 10.0 s, limit 10.0 s`, or empty."""
        explanation = self.explanation.removeprefix(f"{self}: ")
        return f"{self.because}: {explanation}" if self.because else explanation

    def __repr__(self) -> str:
        event = super().__repr__()
        return f"<{event} because {self.why}>" if self.why else event
