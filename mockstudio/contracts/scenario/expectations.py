"""What a scenario can expect: each kind tells itself in words, and what there was instead."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from mockstudio.contracts.scenario.differences import list_difference, nearest, text_difference
from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.record import Line, LineKind, RanStep
from mockstudio.contracts.scenario.seen import Miss, Seen
from mockstudio.contracts.scenario.wording import as_clause, as_object
from mockstudio.durations import format_duration
from mockstudio.endpoints.predicates import Absent, Equals, Operator
from mockstudio.flows.runner import TRIGGER

NOTHING: Final = "nothing"
_CLOSE: Final = 0.0005
"""Seconds by which two times may differ and be the same."""


@dataclass(frozen=True, kw_only=True)
class Expectation(ABC):
    """Something that is to be so.

    Attributes:
        place: where it is written.
    """

    place: Place

    @property
    @abstractmethod
    def text(self) -> str:
        """What is expected, to be read after `expected`."""

    @abstractmethod
    def check(self, seen: Seen) -> Miss | None:
        """Return None when it holds, else what there was instead."""


@dataclass(frozen=True, kw_only=True)
class WidgetRan(Expectation):
    """A widget ran, perhaps by a certain transition and for a certain reason.

    Attributes:
        widget: its name.
        took: the event it took, or empty for any.
        reason: the rule of the verdict, or empty for any.
        because: a condition on the explanation of verdict or split, or None.
    """

    widget: str
    took: str = ""
    reason: str = ""
    because: Operator | None = None

    @property
    def text(self) -> str:  # noqa: D102 - as in Expectation
        took = f" to take '{self.took}'" if self.took else "" if self.reason else " to run"
        why = self.reason or (f"of {as_object(self.because)}" if self.because else "")
        return f"widget '{self.widget}'{took}" + (f" because {why}" if why else "")

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        if seen.take_step(lambda step: self._is_meant(step, seen) and self._fits(step)):
            return None
        ran = [step for step in seen.steps if self._is_meant(step, seen)]
        if not ran:
            return Miss((f"it did not run; what ran: {_listed(map(seen.name_of, seen.steps))}",))
        if any(map(self._fits, ran)):
            return Miss(("it did before what is expected above, and not again",), ran[-1].number)
        return Miss(tuple(map(told, ran)), ran[-1].number)

    def _is_meant(self, step: RanStep, seen: Seen) -> bool:
        return seen.means(self.widget, step.via, step.widget)

    def _fits(self, step: RanStep) -> bool:
        return (
            self.took in ("", step.took)
            and self.reason in ("", step.reason)
            and (self.because is None or self.because.holds([step.why]))
        )


@dataclass(frozen=True, kw_only=True)
class PathRan(Expectation):
    """These widgets ran, and no others, in this order; a trigger may be left out."""

    widgets: tuple[str, ...]

    @property
    def text(self) -> str:  # noqa: D102
        return f"the path {_listed(self.widgets)}"

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        ran = [step for step in seen.left if step.type != TRIGGER or self._has(step, seen)]
        same = [seen.means(n, s.via, s.widget) for n, s in zip(self.widgets, ran, strict=False)]
        if all(same) and len(ran) == len(self.widgets):
            return None
        at = same.index(False) if False in same else len(same)
        path = [*self.widgets[:at], *map(seen.name_of, ran[at:])]
        differ = f"they differ at widget {at + 1}"
        step = ran[at].number if at < len(ran) else None
        return Miss((_listed(path), differ), step, list_difference(self.widgets, path))

    def _has(self, step: RanStep, seen: Seen) -> bool:
        return any(seen.means(name, step.via, step.widget) for name in self.widgets)


@dataclass(frozen=True, kw_only=True)
class StepsRan(Expectation):
    """So many widgets ran, triggers not counted.

    Attributes:
        at_least: how many.
        at_most: how many.
    """

    at_least: float = 0
    at_most: float = field(default=float("inf"))

    @property
    def text(self) -> str:  # noqa: D102
        if self.at_least == self.at_most:
            return f"{self.at_least} {'step' if self.at_least == 1 else 'steps'}"
        bounds = [f"at least {self.at_least}"] * bool(self.at_least)
        bounds += [f"at most {self.at_most}"] * (self.at_most != float("inf"))
        return f"{' and '.join(bounds)} steps"

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        ran = [step for step in seen.left if step.type != TRIGGER]
        if self.at_least <= len(ran) <= self.at_most:
            return None
        step = ran[-1].number if ran else None
        return Miss((f"{len(ran)}: {_listed(map(seen.name_of, ran))}",), step)


@dataclass(frozen=True, kw_only=True)
class LineCame(Expectation):
    """Something was sent, said or played, or there was a warning.

    Attributes:
        kind: which of these.
        condition: on the text; None for any.
        to: who got the message, or empty for anybody.
        code: of the warning, or None for any.
    """

    kind: LineKind
    condition: Operator | None = None
    to: str = ""
    code: int | None = None

    @property
    def text(self) -> str:  # noqa: D102
        what = as_object(self.condition) if self.condition else "anything"
        if self.kind is not LineKind.WARNED:
            return f"{what} to be {self.kind}{f' to {self.to}' if self.to else ''}"
        if isinstance(self.condition, Absent):
            return f"{what} to be warned of"
        code = f" {self.code}" if self.code else ""
        words = f" whose text {as_clause(self.condition)}" if self.condition else ""
        return f"a warning{code}{words}"

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        lines = seen.lines(self.kind)
        if isinstance(self.condition, Absent) and self.condition.expected:
            unwanted = [line for line in lines if self._is_meant(line)]
            return Miss(tuple(map(quoted, unwanted))) if unwanted else None
        if seen.take_line(self.kind, self._fits):
            return None
        told_lines = tuple(self._told(line, seen) for line in lines)
        return Miss(told_lines or (NOTHING,), diff=self._difference(lines, seen))

    def _difference(self, lines: Iterable[Line], seen: Seen) -> tuple[str, ...]:
        """Return where the line differs that was most likely meant."""
        if not isinstance(self.condition, Equals):
            return ()
        free = (line.text for line in lines if not seen.is_expected(line))
        near = nearest(self.condition.text, free)
        return text_difference(self.condition.text, near) if near is not None else ()

    def _is_meant(self, line: Line) -> bool:
        return self.to in ("", line.to) and self.code in (None, line.code)

    def _fits(self, line: Line) -> bool:
        return self._is_meant(line) and (
            self.condition is None or self.condition.holds([line.text])
        )

    def _told(self, line: Line, seen: Seen) -> str:
        return quoted(line) + ("  (expected above)" if seen.is_expected(line) else "")


@dataclass(frozen=True, kw_only=True)
class NoWarnings(Expectation):
    """Twilio's debugger would show nothing."""

    @property
    def text(self) -> str:  # noqa: D102
        return "no warnings"

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        shown = [line for line in seen.lines(LineKind.WARNED) if line.code is not None]
        return Miss(tuple(map(quoted, shown))) if shown else None


@dataclass(frozen=True, kw_only=True)
class HasEnded(Expectation):
    """The execution is over, perhaps for a certain reason such as `FLOW_END` or `hangup`."""

    reason: str = ""

    @property
    def text(self) -> str:  # noqa: D102
        return f"the execution to have ended{f' by {self.reason}' if self.reason else ''}"

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        execution = seen.execution
        if execution and not execution.is_active and self.reason in ("", execution.ended_reason):
            return None
        return Miss((state_of(seen),), _last(seen))


@dataclass(frozen=True, kw_only=True)
class IsWaiting(Expectation):
    """The execution waits, perhaps at a certain widget."""

    widget: str = ""

    @property
    def text(self) -> str:  # noqa: D102
        return f"the execution to wait{f' at {self.widget!r}' if self.widget else ''}"

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        execution = seen.execution
        is_there = not self.widget or seen.stands_at(self.widget)
        if execution and execution.is_active and is_there:
            return None
        return Miss((state_of(seen),), _last(seen))


@dataclass(frozen=True, kw_only=True)
class TimePassed(Expectation):
    """So much time of the clock has passed.

    Attributes:
        at_least: seconds.
        at_most: seconds.
    """

    at_least: float = 0.0
    at_most: float = field(default=float("inf"))

    @property
    def text(self) -> str:  # noqa: D102
        low, high = format_duration(self.at_least), ""
        if self.at_most != float("inf"):
            high = format_duration(self.at_most)
        if self.at_least == self.at_most:
            return f"{low} to pass"
        bounds = [f"at least {low}"] * bool(self.at_least) + [f"at most {high}"] * bool(high)
        return f"{' and '.join(bounds)} to pass"

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        if self.at_least - _CLOSE <= seen.seconds <= self.at_most + _CLOSE:
            return None
        return Miss((f"{seen.seconds:,.3f} s passed",))


# --- words


def told(step: RanStep) -> str:
    """Return what a step came to: `it took 'fail' (timeout; fail: no answer within 10 s)`."""
    if step.left is None:
        return "it was entered and not left"
    why = "; ".join(filter(None, (step.reason, step.why)))
    return f"it took '{step.took}'" + (f" ({why})" if why else "")


def quoted(line: Line) -> str:
    """Return a line as one reads it in a list of what was found."""
    code = f"{line.code} " if line.code else ""
    to = f"  to {line.to}" if line.to else ""
    return f"{code}'{line.text}'{to}" if line.kind is not LineKind.WARNED else f"{code}{line.text}"


def state_of(seen: Seen) -> str:
    """Return how the newest execution stands."""
    execution = seen.execution
    if execution is None:
        return "no flow was run"
    if not execution.is_active:
        return f"it has ended ({execution.ended_reason})"
    accepts = f" for {' or '.join(execution.wait.accepts)}" if execution.wait else ""
    return f"it waits at '{seen.widget}'{accepts}"


def _last(seen: Seen) -> int | None:
    return seen.steps[-1].number if seen.steps else None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or NOTHING
