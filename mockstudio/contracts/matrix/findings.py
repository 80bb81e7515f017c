"""What the cells of a widget show that its author should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mockstudio.contracts.matrix.model import (
    BROKEN_TEMPLATE,
    DEAD_END,
    FINDINGS,
    LOOP,
    SLOW_CALL,
    STALE_PARSED,
    Cell,
    Finding,
)
from mockstudio.contracts.matrix.recorder import Recorder
from mockstudio.contracts.matrix.references import Path, references, templates
from mockstudio.durations import format_duration
from mockstudio.flows.engine import FLOW_END, LOOP_LIMIT
from mockstudio.flows.limits import Limits
from mockstudio.flows.model import Flow, State
from mockstudio.flows.verdict import Verdict


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
    flow: Flow, limits: Limits, widget: str, usual: Run, runs: Iterable[Run]
) -> list[Finding]:
    """Return what runs show, each thing once with the outcomes that show it.

    Args:
        flow: whose runs they are.
        limits: how long Twilio waits for TwiML.
        widget: the HTTP widget.
        usual: the run in which all is well.
        runs: one for each outcome.
    """
    outcomes: dict[tuple[str, str], list[str]] = {}
    for run in runs:
        for found in dict.fromkeys(_of_run(flow, limits, usual, run)):
            outcomes.setdefault(found, []).append(run.cell.outcome)
    made = [Finding(id_, widget, text, tuple(names)) for (id_, text), names in outcomes.items()]
    return sorted(made, key=lambda finding: list(FINDINGS).index(finding.id))


def _of_run(flow: Flow, limits: Limits, usual: Run, run: Run) -> Iterator[tuple[str, str]]:
    """Iterate over the ids and texts of what a run shows."""
    record, state = run.record, flow.state(run.cell.widget)
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
    for reader, path in _stale(flow, state.name, record):
        yield STALE_PARSED, f"widget '{reader}' reads {'.'.join(path)}, which the call left unset"
    if record.is_call and record.longest > limits.twiml_timeout:
        limit = format_duration(limits.twiml_timeout)
        yield SLOW_CALL, f"the caller hears nothing for longer than Twilio waits ({limit})"
    for text in record.broken:
        yield BROKEN_TEMPLATE, text


def _is_dead_end(state: State, usual: Run, run: Run) -> bool:
    """Tell whether a failure ends in a silence in which success does not end."""
    if run.record.verdicts[-1].succeeded or not _is_silent(run):
        return False
    well = state.transition("success")
    return not _is_silent(usual) or (
        not run.cell.path and well is not None and well.next is not None
    )


def _is_silent(run: Run) -> bool:
    record = run.record
    return record.ended == FLOW_END and not record.heard and not record.is_outward


def _stale(flow: Flow, widget: str, record: Recorder) -> Iterator[tuple[str, Path]]:
    """Iterate over the widgets that read `parsed` which the last call did not bring."""
    missing = _missing(record.verdicts[-1])
    if missing is None:
        return
    for name in record.entered:
        for path in _unguarded(flow.state(name)):
            if path[:3] == ("widgets", widget, "parsed") and missing.get(path[3:4]) is None:
                yield name, path


def _missing(verdict: Verdict) -> Mapping[Path, object] | None:
    """Return what a call brought under `parsed` though it failed; None when all is well."""
    parsed = verdict.outputs.get("parsed")
    if verdict.succeeded and parsed is not None:
        return None
    return {(): parsed, **{(name,): value for name, value in (parsed or {}).items()}}


def _unguarded(state: State) -> Iterator[Path]:
    """Iterate over what a widget reads without saying what holds if it is missing."""
    for template in templates(state):
        if "| default" not in template:
            yield from references(template)
