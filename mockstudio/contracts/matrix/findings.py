"""What the cells of a widget show that its author should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from mockstudio.contracts.matrix.model import (
    APPLICATION_ERROR,
    BROKEN_TEMPLATE,
    DEAD_END,
    EMPTY_MESSAGE,
    FINDINGS,
    LOOP,
    SLOW_CALL,
    STALE_PARSED,
    STOPPED,
    UNPLAYED,
    Cell,
    Finding,
)
from mockstudio.contracts.matrix.recorder import Recorder
from mockstudio.contracts.matrix.stale import stale
from mockstudio.contracts.matrix.whole import Target, WholeFlow
from mockstudio.durations import format_duration
from mockstudio.flows.engine import FLOW_END, LOOP_LIMIT
from mockstudio.flows.limits import Limits
from mockstudio.flows.model import State

_WORDS: Final = ("body", "media_url", "content_sid", "say", "play", "digits")
"""Properties that hold what a widget sends or says."""


@dataclass(frozen=True)
class Run:
    """A run and the cell it gave.

    Attributes:
        cell: what the matrix tells of it.
        record: what happened.
    """

    cell: Cell
    record: Recorder


def findings(
    whole: WholeFlow, limits: Limits, target: Target, usual: Run, runs: Iterable[Run]
) -> list[Finding]:
    """Return what runs show, each thing once with the outcomes that show it.

    Args:
        whole: whose runs they are.
        limits: how long Twilio waits for TwiML.
        target: the HTTP widget.
        usual: the run in which all is well.
        runs: one for each outcome.
    """
    outcomes: dict[tuple[str, str], list[str]] = {}
    for run in runs:
        for found in dict.fromkeys(_of_run(whole, limits, usual, run)):
            outcomes.setdefault(found, []).append(run.cell.outcome)
    made = [
        Finding(id_, target.widget, text, tuple(names), target.subflow)
        for (id_, text), names in outcomes.items()
    ]
    made += _unplayed(target, usual)
    return sorted(made, key=lambda finding: list(FINDINGS).index(finding.id))


def _unplayed(target: Target, usual: Run) -> Iterator[Finding]:
    """Iterate over why the endpoint was never asked, if it was not."""
    if not usual.record.has_arrived:
        reason = usual.cell.ending.reason.partition("\n")[0]
        why = reason.removeprefix(f"widget '{target.widget}': ")
    elif usual.record.verdicts[0].is_unsent:
        why = usual.cell.explanation.partition(": ")[2]
    else:
        return
    yield Finding(UNPLAYED, target.widget, why, subflow=target.subflow)


def _of_run(whole: WholeFlow, limits: Limits, usual: Run, run: Run) -> Iterator[tuple[str, str]]:
    """Iterate over the ids and texts of what a run shows."""
    record, state = run.record, whole.state(run.record.target)
    if _is_dead_end(state, usual, run):
        yield DEAD_END, f"'{run.cell.took}' ends in silence at '{run.cell.ending.widget}'"
    if record.goes_round and not usual.record.goes_round:
        yield (
            LOOP,
            f"from '{run.cell.ending.widget}' the flow goes round until its steps are used up",
        )
    elif record.ended == str(LOOP_LIMIT):
        text = f"'{run.cell.ending.widget}' runs until the execution is ended ({LOOP_LIMIT})"
        yield LOOP, text
    for text in stale(whole, record.target, record.verdicts[-1], record.since):
        yield STALE_PARSED, text
    yield from _in_a_call(limits, usual, run)
    for text in chain.from_iterable(record.broken.values()):
        yield BROKEN_TEMPLATE, text
    if _is_stopped(run) and not _is_stopped(usual):
        yield STOPPED, run.cell.ending.reason.partition("\n")[0]
    yield from ((EMPTY_MESSAGE, text) for text in _empty(whole, usual.record, record))


def _in_a_call(limits: Limits, usual: Run, run: Run) -> Iterator[tuple[str, str]]:
    """Iterate over the ids and texts of what keeps the caller from hearing the flow."""
    record = run.record
    if record.is_call and record.longest > limits.twiml_timeout:
        limit = format_duration(limits.twiml_timeout)
        yield SLOW_CALL, f"the caller hears nothing for longer than Twilio waits ({limit})"
    # What mockstudio cannot play ends in the same words, but not at Twilio.
    if record.is_cut_off and not usual.record.is_cut_off and not _is_stopped(run):
        yield APPLICATION_ERROR, FINDINGS[APPLICATION_ERROR]


def _empty(whole: WholeFlow, usual: Recorder, record: Recorder) -> Iterator[str]:
    """Iterate over what is not sent or said, but would be if all were well.

    A template that is broken is a finding already.
    """
    for place, text in record.unsaid.items():
        is_news = place not in usual.unsaid and place not in record.broken
        if is_news and _has_words(whole.state(place)):
            yield text


def _is_dead_end(state: State, usual: Run, run: Run) -> bool:
    """Tell whether a failure ends in a silence in which success does not end."""
    if run.record.verdicts[-1].succeeded or not _is_silent(run):
        return False
    well = state.transition("success")
    return not _is_silent(usual) or (
        not run.cell.path and well is not None and well.next is not None
    )


def _has_words(state: State) -> bool:
    """Tell whether a widget is written to send or say something."""
    return any(str(state.properties.get(name, "")).strip() for name in _WORDS)


def _is_stopped(run: Run) -> bool:
    return run.cell.ending.kind == STOPPED


def _is_silent(run: Run) -> bool:
    record = run.record
    return record.ended == FLOW_END and not record.heard and not record.is_outward
