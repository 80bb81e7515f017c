"""What one `then` of a scenario looks at: all that happened since the one before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from mockstudio.contracts.scenario.names import name_in
from mockstudio.contracts.scenario.record import Line, LineKind, Mark, RanStep, Record
from mockstudio.endpoints.journal import Entry
from mockstudio.flows.execution import Execution


@dataclass(frozen=True)
class Miss:
    """What there was instead of what was expected.

    Attributes:
        found: in words, a line each.
        step: the number of the step concerned, or None.
        diff: where it differs from what was expected, line by line; empty where the words do.
    """

    found: tuple[str, ...]
    step: int | None = None
    diff: tuple[str, ...] = ()


class Seen:
    """All that happened since a moment, as expectations ask for it.

    What is expected must come in the order in which it is written; other things may come between.

    Args:
        record: of all that happened.
        since: the moment.
        execution: the newest, or None.
        seconds: of the clock, since the moment.
        own: the names of the flow's own widgets.
        signature_problem: tells what is wrong with a request's signature, if anything.
    """

    def __init__(
        self,
        record: Record,
        since: Mark,
        execution: Execution | None,
        seconds: float,
        own: Collection[str],
        signature_problem: Callable[[Entry], str | None],
    ) -> None:
        self.execution = execution
        self.seconds = seconds
        self.signature_problem = signature_problem
        self._own = own
        self._record = record
        self._since = since
        self._met: dict[str, int] = {}
        self._expected: set[int] = set()

    # --- names

    def name_of(self, step: RanStep) -> str:
        """Return how a scenario calls a step's widget (see `names.Names`)."""
        return self.name(step.via, step.widget)

    def name(self, via: str, widget: str) -> str:
        """Return how a scenario calls a widget, of the subflow that `via` runs or of the flow."""
        return name_in(via, widget) if widget in self._own else widget

    def means(self, name: str, via: str, widget: str) -> bool:
        """Tell whether a scenario's name means a widget."""
        return name in (self.name(via, widget), name_in(via, widget))

    @property
    def widget(self) -> str:
        """How a scenario calls the widget at which the execution stands; empty without one."""
        return self.name(self._via, self.execution.widget) if self.execution else ""

    def stands_at(self, name: str) -> bool:
        """Tell whether the execution stands at the widget that a scenario calls so."""
        execution = self.execution
        return execution is not None and self.means(name, self._via, execution.widget)

    @property
    def _via(self) -> str:
        frames = self.execution.frames if self.execution else []
        return frames[0].widget if len(frames) > 1 else ""

    # --- steps

    @property
    def steps(self) -> list[RanStep]:
        """The steps that were left since, in that order, and those that were not left yet."""
        left = [s for s in self._record.steps if s.left is not None and s.left >= self._since.left]
        left.sort(key=lambda step: step.left or 0)
        return [*left, *(step for step in self._record.steps if step.left is None)]

    @property
    def left(self) -> list[RanStep]:
        """The steps that were left since."""
        return [step for step in self.steps if step.left is not None]

    def take_step(self, fits: Callable[[RanStep], bool]) -> RanStep | None:
        """Return the first step that fits behind the last one that was taken, or None."""
        after = self._met.get("step", -1)
        for position, step in enumerate(self.steps):
            if position > after and fits(step):
                self._met["step"] = position
                return step
        return None

    # --- lines

    def lines(self, kind: LineKind) -> list[Line]:
        """Return all lines of a kind since."""
        return [line for line in self._record.lines[self._since.lines :] if line.kind is kind]

    def take_line(self, kind: LineKind, fits: Callable[[Line], bool]) -> Line | None:
        """Return the first line that fits, or None.

        It stands behind the last one of its kind that was taken; warnings may come in any order.
        """
        after = -1 if kind is LineKind.WARNED else self._met.get(kind, -1)
        for line in self.lines(kind):
            if line.number > after and line.number not in self._expected and fits(line):
                self._met[kind] = line.number
                self._expected.add(line.number)
                return line
        return None

    def is_expected(self, line: Line) -> bool:
        """Tell whether an expectation has taken a line."""
        return line.number in self._expected

    @property
    def unexpected(self) -> list[Line]:
        """The lines that no expectation has taken; mockstudio's own advice is none."""
        return [
            line
            for kind in LineKind
            for line in self.lines(kind)
            if not self.is_expected(line) and (kind is not LineKind.WARNED or line.code)
        ]

    # --- requests

    @property
    def entries(self) -> list[Entry]:
        """What the scripted endpoints received since."""
        return self._record.entries[self._since.entries :]

    def url(self, entry: Entry) -> str:
        """Return the URL of a request as the flow has it."""
        return self._record.urls.get(entry.number, entry.request.url)

    def take_entry(self, fitting: Iterable[Entry]) -> Entry | None:
        """Return the first of some requests behind the last one that was taken, or None."""
        after = self._met.get("entry", 0)
        found = next((entry for entry in fitting if entry.number > after), None)
        if found is not None:
            self._met["entry"] = found.number
        return found

    def step_of(self, entry: Entry) -> int | None:
        """Return the number of the step that made a request, or None."""
        for step in self._record.steps:
            exchange = step.exchange or step.document
            answers = exchange.answers if exchange else ()
            if any(answered.number == entry.number for answered in answers):
                return step.number
        return None
