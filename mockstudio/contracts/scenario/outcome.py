"""What became of a scenario, as data for reports."""

from __future__ import annotations

from dataclasses import dataclass

from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.record import Line, RanStep


@dataclass(frozen=True)
class Failure:
    """An expectation that does not hold.

    Attributes:
        place: where it is written.
        expected: what was expected, in words.
        found: what there was instead, a line each.
        step: the number of the step concerned, or None.
        diff: where they differ, line by line as `differences` has it; empty where words say it.
    """

    place: Place
    expected: str
    found: tuple[str, ...]
    step: int | None = None
    diff: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a scenario; plain data, which another process can hand over.

    Attributes:
        name: of the scenario.
        place: where it is written.
        failures: of one `then`, the first that has any; empty when all held.
        error: what kept it from being played to its end, or empty.
        error_place: where what led to the error is written.
        steps: the widgets that were entered.
        lines: what was sent, said, played and warned of.
        warnings: those of the lines that Twilio's debugger shows and no expectation took.
        seconds: of the virtual clock.
        real_seconds: that it took.
    """

    name: str
    place: Place
    failures: tuple[Failure, ...] = ()
    error: str = ""
    error_place: Place | None = None
    steps: tuple[RanStep, ...] = ()
    lines: tuple[Line, ...] = ()
    warnings: tuple[Line, ...] = ()
    seconds: float = 0.0
    real_seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.failures and not self.error
