"""What became of one scenario, as a part of a page that unfolds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from mockstudio.contracts.scenario.outcome import Failure, Outcome
from mockstudio.contracts.scenario.record import HttpExchange, Line, RanStep
from mockstudio.durations import format_duration
from mockstudio.reports.html import table
from mockstudio.reports.markup import element
from mockstudio.reports.scenarios import answer_text

_SHOWN_OF_A_BODY: Final = 2_000


def scenario_section(outcome: Outcome) -> ET.Element:
    """Return what became of a scenario: unfolded where it failed."""
    section = element("details", _summary(outcome), *_parts(outcome), of="scenario")
    if not outcome.passed:
        section.set("open", "")
    return section


def _summary(outcome: Outcome) -> ET.Element:
    word, of = ("passed", "good") if outcome.passed else ("FAILED", "bad")
    took = f"{format_duration(outcome.seconds)} of virtual time"
    return element(
        "summary",
        element("span", word, of=of),
        " ",
        element("h3", outcome.name),
        " ",
        element("span", f"{outcome.place}, {took}", of="faint"),
    )


def _parts(outcome: Outcome) -> Iterator[ET.Element]:
    if outcome.error:
        yield element("h4", "It could not go on")
        yield element("p", str(outcome.error_place or outcome.place), of="faint")
        yield element("pre", outcome.error)
    if outcome.failures:
        yield element("h4", "Not as expected")
        yield element("ul", *map(_failure, outcome.failures), of="failures")
    yield from _steps(outcome)
    yield from _lines(outcome)
    yield from _exchanges(outcome)


def _failure(failure: Failure) -> ET.Element:
    block = f" in block '{failure.place.block}'" if failure.place.block else ""
    found = element("pre", "found: " + "\n       ".join(failure.found))
    return element(
        "li",
        element("span", f"{failure.place}{block}", of="faint"),
        ": expected ",
        element("strong", failure.expected),
        found,
        *_difference(failure.diff),
    )


def _difference(lines: Sequence[str]) -> Iterator[ET.Element]:
    if lines:
        yield element("p", "The difference (- expected, + found):")
        parts = (part for line in lines for part in (_compared(line), "\n"))
        yield element("pre", *parts, of="difference")


def _compared(line: str) -> ET.Element | str:
    of = {"-": "bad", "+": "good"}.get(line[:1])
    return element("span", line, of=of) if of else line


# --- what happened


def _steps(outcome: Outcome) -> Iterator[ET.Element]:
    yield element("h4", "Steps")
    if not outcome.steps:
        yield element("p", "No widget ran.")
        return
    concerned = {failure.step for failure in outcome.failures}
    rows = (_step(step, step.number in concerned) for step in outcome.steps)
    columns = ("step", "widget", "event", "next", "why")
    yield table("The widgets that ran", columns, rows)


def _step(step: RanStep, is_concerned: bool) -> tuple[ET.Element | str, ...]:
    number = str(step.number + 1)
    mark = element("strong", f"{number} concerned", of="bad") if is_concerned else number
    name = f"{step.via} → {step.widget}" if step.via else step.widget
    if step.left is None:
        return mark, name, "(not left)", "", step.why
    return mark, name, step.took, step.next or "end", step.why


def _lines(outcome: Outcome) -> Iterator[ET.Element]:
    if outcome.lines:
        yield element("h4", "Sent, said, played, warned of")
        rows = map(_line, outcome.lines)
        yield table(
            "What the person got, and what the debugger shows", ("what", "text", "to"), rows
        )


def _line(line: Line) -> tuple[str, ...]:
    code = "" if line.code is None else f"{line.code} "
    return line.kind.value, f"{code}{line.text}", line.to


# --- HTTP


def _exchanges(outcome: Outcome) -> Iterator[ET.Element]:
    asked = [(step.widget, step.exchange) for step in outcome.steps if step.exchange]
    if asked:
        yield element("h4", "HTTP")
    for widget, exchange in asked:
        yield from _exchange(widget, exchange)


def _exchange(widget: str, exchange: HttpExchange) -> Iterator[ET.Element]:
    yield element("p", element("strong", widget), " asked:")
    yield element("pre", "\n".join(_request(exchange)))
    for answered in exchange.answers:
        yield element("p", answer_text(answered))
        if answered.text:
            yield element("pre", _short(answered.text))
    if not exchange.answers:
        yield element("p", "No endpoint received it.")
    if exchange.verdict is not None:
        of = "good" if exchange.verdict.succeeded else "bad"
        yield element("p", "Verdict: ", element("span", exchange.verdict.explanation, of=of))


def _request(exchange: HttpExchange) -> Iterator[str]:
    request = exchange.request
    yield f"{request.method} {request.url}"
    yield from (f"{name} = {_short(value)}" for name, value in request.parameters)
    if request.body:
        yield _short(request.body)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_OF_A_BODY else f"{text[:_SHOWN_OF_A_BODY]}…"
