"""What became of scenarios, for people: a line each, then every failure with what led to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mockstudio.contracts.scenario.expectations import quoted
from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.outcome import Failure, Outcome
from mockstudio.contracts.scenario.record import (
    Answered,
    DocumentExchange,
    HttpExchange,
    Line,
    RanStep,
)
from mockstudio.durations import format_duration
from mockstudio.excerpts import line_excerpt

_SHOWN_OF_A_BODY = 200
_INDENT = "    "


class ScenarioView:
    """Prints outcomes as they come, and failures at the end.

    Args:
        write: prints a line, in a style of `good`, `bad`, `head` or none.
        is_verbose: whether scenarios that passed have a line too.
    """

    def __init__(self, write: Callable[[str, str], None], is_verbose: bool = False) -> None:
        self._write = write
        self._is_verbose = is_verbose
        self._failed: list[Outcome] = []
        self._passed = 0

    def __call__(self, outcome: Outcome) -> None:
        """Print what became of a scenario."""
        if outcome.passed:
            self._passed += 1
        else:
            self._failed.append(outcome)
        if self._is_verbose or not outcome.passed:
            word, style = ("passed", "good") if outcome.passed else ("FAILED", "bad")
            self._write(f"{word}  {title(outcome)}{_times(outcome)}", style)

    def finish(self, real_seconds: float, left_out: int = 0) -> None:
        """Print every failure, and how many there were.

        Args:
            real_seconds: that all took.
            left_out: how many scenarios were not played.
        """
        for outcome in self._failed:
            self._write(f"\n{title(outcome)}", "head")
            self._write(failure_text(outcome), "")
        failed = len(self._failed)
        parts = [f"{failed:,} failed"] * bool(failed) + [f"{self._passed:,} passed"]
        parts += [f"{left_out:,} not played"] * bool(left_out)
        lead = "\n" if failed else ""
        took = format_duration(real_seconds)
        self._write(f"{lead}{', '.join(parts)} in {took}", "bad" if failed else "good")


def title(outcome: Outcome) -> str:
    """Return file and name of a scenario, such as `a.scenario.yaml: a late answer`."""
    return f"{outcome.place.file}: {outcome.name}"


def failure_text(outcome: Outcome) -> str:
    """Return why a scenario failed, as a person reads it.

    Every expectation that does not hold with its place and what there was instead, the steps that
    ran with a mark at the one concerned, the HTTP exchange concerned with its verdict or the
    document that TwiML led to, and the debugger's warnings that were not expected.
    """
    return "\n".join(_failure_lines(outcome))


def _failure_lines(outcome: Outcome) -> Iterator[str]:
    if outcome.error:
        yield f"{outcome.error_place or outcome.place}: the scenario could not go on"
        yield from _used(outcome.error_place, outcome)
        yield from (f"{_INDENT}{line}" for line in outcome.error.splitlines())
    for failure in outcome.failures:
        yield from _expected(failure, outcome)
    yield from _steps(outcome.steps, {failure.step for failure in outcome.failures})
    for step in _concerned(outcome):
        if step.exchange is not None:
            yield from _exchange(step.widget, step.exchange)
        if step.document is not None:
            yield from _document(step.widget, step.document)
    yield from _warned(outcome.warnings)


def _expected(failure: Failure, outcome: Outcome) -> Iterator[str]:
    yield f"{failure.place}: expected {failure.expected}"
    yield from _used(failure.place, outcome)
    first, *others = failure.found
    yield f"{_INDENT}found: {first}"
    yield from (f"{_INDENT}       {line}" for line in others)
    if failure.diff:
        yield f"{_INDENT}the difference (- expected, + found):"
        yield from (f"{_INDENT}  {line}" for line in failure.diff)


def _used(place: Place | None, outcome: Outcome) -> Iterator[str]:
    """Yield which scenario used the block in which something is written."""
    if place is not None and place.block:
        yield f"{_INDENT}in block '{place.block}', used by '{outcome.name}' ({outcome.place})"


def _steps(steps: Sequence[RanStep], marked: set[int | None]) -> Iterator[str]:
    if not steps:
        yield "no widget ran"
        return
    yield "the steps that ran:"
    width = max(len(step.widget) + 2 * step.depth for step in steps)
    for step in steps:
        mark = ">" if step.number in marked else " "
        name = f"{'  ' * step.depth}{step.widget}".ljust(width)
        yield f"  {mark} {name}  {_left(step)}"


def _left(step: RanStep) -> str:
    if step.left is None:
        return "(not left)"
    why = f"  ({step.why})" if step.why else ""
    return f"{step.took} → {step.next or 'end'}{why}"


def _concerned(outcome: Outcome) -> list[RanStep]:
    """Return the steps that failures are about, else the last that called somebody in vain.

    Else and besides the one that waits for TwiML to bring the call back.
    """
    numbers = {failure.step for failure in outcome.failures if failure.step is not None}
    asked = [step for step in outcome.steps if step.exchange or step.document]
    about = [step for step in asked if step.number in numbers]
    failed = [step for step in asked if step.verdict and not step.verdict.succeeded]
    waiting = [step for step in asked if step.document and step.left is None]
    return about or [*failed[-1:], *waiting[-1:]]


def _exchange(widget: str, exchange: HttpExchange) -> Iterator[str]:
    request = exchange.request
    yield f"the request of '{widget}':"
    yield f"{_INDENT}{request.method} {request.url}"
    yield from (f"{_INDENT}  {name} = {_short(value)}" for name, value in request.parameters)
    if request.body:
        yield f"{_INDENT}  {_short(request.body)}"
    yield from _answers(exchange.answers)
    if exchange.verdict is not None:
        yield f"{_INDENT}verdict {exchange.verdict.explanation}"


def _document(widget: str, document: DocumentExchange) -> Iterator[str]:
    yield f"the last document that TwiML of '{widget}' led to:"
    yield f"{_INDENT}{document.request.method} {document.request.url}"
    yield from _answers(document.answers)


def _warned(warnings: Sequence[Line]) -> Iterator[str]:
    if warnings:
        yield "warned:"
        yield from (f"{_INDENT}{quoted(line)}" for line in warnings)


def _answers(answers: Sequence[Answered]) -> Iterator[str]:
    if not answers:
        yield f"{_INDENT}no endpoint received it"
    for answered in answers:
        yield from (f"{_INDENT}{line}" for line in _answer(answered))


def answer_text(answered: Answered) -> str:
    """Return who answered, and what: `endpoint lookup (ok) answered 200, 53 bytes`."""
    who = f"endpoint {answered.endpoint} ({answered.reply})" if answered.endpoint else "no endpoint"
    effects = "".join(f", {effect}" for effect in answered.effects)
    return f"{who} answered {answered.status}, {answered.size:,} bytes{effects}"


def _answer(answered: Answered) -> Iterator[str]:
    yield answer_text(answered)
    if answered.text:
        yield f"  {_short(answered.text)}"


def _short(text: str) -> str:
    return line_excerpt(text, _SHOWN_OF_A_BODY)


def _times(outcome: Outcome) -> str:
    return f"  ({format_duration(outcome.seconds)} of virtual time)"
