"""Makes the matrix of a flow: drives it to each HTTP widget and plays each outcome there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from mockstudio.clock import VirtualClock
from mockstudio.contracts.matrix.answers import OK, Answers, endpoint_of, usual_json
from mockstudio.contracts.matrix.driver import Driver
from mockstudio.contracts.matrix.findings import Run, findings
from mockstudio.contracts.matrix.inputs import TRIGGERS
from mockstudio.contracts.matrix.model import (
    FINDINGS,
    STOPPED,
    UNREACHED,
    Cell,
    Drive,
    Ending,
    Finding,
    Matrix,
)
from mockstudio.contracts.matrix.plan import (
    AT_START,
    ENTERING,
    HTTP_WIDGETS,
    TRIGGER,
    Edge,
    Plan,
)
from mockstudio.contracts.matrix.recorder import MOST_ROUNDS, Recorder, Taken
from mockstudio.contracts.matrix.search import Found, Search, Step, why_unreached
from mockstudio.contracts.matrix.simulation import Simulation
from mockstudio.contracts.matrix.steering import chosen_name
from mockstudio.contracts.matrix.ways import Obstacle
from mockstudio.contracts.matrix.whole import Target, WholeFlow
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.errors import MockstudioError, UsageError
from mockstudio.events import Event
from mockstudio.flows.liquid import StudioLiquid
from mockstudio.flows.model import Flow
from mockstudio.flows.widgets.registry import standard_widgets
from mockstudio.sandbox import Sandbox

MOST_SEARCHES: Final = 12
"""Searches, each after a plan has failed when it was tried."""


def wired_triggers(flow: Flow) -> tuple[str, ...]:
    """Return the events that start a flow and lead somewhere, in the order of preference."""
    trigger = flow.state(flow.initial_state)
    leading = {each.event for each in trigger.transitions if each.next is not None}
    return tuple(event for event in TRIGGERS if event in leading)


def make_matrix(
    sandbox: Sandbox,
    flow: Flow,
    outcomes: Sequence[str] = OUTCOME_NAMES,
    triggers: Sequence[str] = (),
) -> Matrix:
    """Return the matrix of a flow. What happened in the sandbox before is forgotten.

    Args:
        sandbox: has the flow, and endpoints for its URLs; its clock is virtual.
        flow: what is run.
        outcomes: what is played; an outcome that only some endpoints have is played at those.
        triggers: the events to start with, by preference; all that are wired when not given.

    Raises:
        UsageError: the clock is not virtual.
    """
    if not isinstance(sandbox.clock, VirtualClock):
        raise UsageError("a matrix needs a virtual clock")
    return _Maker(sandbox, flow, outcomes, triggers or wired_triggers(flow)).make()


class _Maker:
    """Makes one matrix.

    Args:
        sandbox: where the flow runs.
        flow: what is run.
        outcomes: what is played.
        triggers: the ways in.
    """

    def __init__(
        self, sandbox: Sandbox, flow: Flow, outcomes: Sequence[str], triggers: Sequence[str]
    ) -> None:
        self._sandbox = sandbox
        self._outcomes = outcomes
        self._triggers = triggers
        self._listeners: tuple[Recorder, Answers] | None = None
        self._whole = whole = WholeFlow(flow, sandbox.library, StudioLiquid(sandbox.clock.now))
        self._usual = cache(lambda place: usual_json(sandbox.endpoints, whole, place))
        self._simulation = Simulation(whole, sandbox.settings, self._usual)
        self._widgets = standard_widgets()
        sandbox.listen(self._listen)

    def make(self) -> Matrix:
        """Return the matrix."""
        reached, found = self._reached()
        drives, cells, all_found = [], [], self._unreached(reached, found)
        for target, (plan, usual) in reached.items():
            drives.append(_drive(self._whole, target, plan))
            runs = list(self._runs(target, plan, usual))
            arrived = [run for run in runs if run.record.has_arrived]
            cells += [run.cell for run in runs]
            all_found += findings(self._whole, self._sandbox.limits, target, usual, arrived)
        all_found.sort(key=lambda finding: list(FINDINGS).index(finding.id))
        return Matrix(self._whole.flow.name, tuple(drives), tuple(cells), tuple(all_found))

    def _runs(self, target: Target, plan: Plan, usual: Run) -> Iterator[Run]:
        """Iterate over the runs of all outcomes; where none can be played, there is the usual."""
        if not usual.record.has_arrived:
            yield usual
            return
        for outcome in self._outcomes_of(target):
            yield usual if outcome == OK else self._run(target, plan, outcome)

    def _outcomes_of(self, target: Target) -> Iterator[str]:
        """Iterate over the outcomes that a widget's endpoint has."""
        state = self._whole.state(target.places[0])
        endpoint = endpoint_of(self._sandbox.endpoints, state)
        own = endpoint.outcomes if endpoint else {}
        return (outcome for outcome in self._outcomes if outcome in {*OUTCOME_NAMES, *own})

    # --- ways

    def _reached(self) -> tuple[dict[Target, tuple[Plan, Run]], Found]:
        """Return the plans that lead to their widgets, with the run in which all is well."""
        reached: dict[Target, tuple[Plan, Run]] = {}
        refuted: dict[Step, Obstacle] = {}
        wanted = self._whole.targets
        found = Found()
        for _ in range(MOST_SEARCHES):
            missing = [target for target in wanted if target not in reached]
            found = Search(self._simulation, self._widgets, refuted).find(self._triggers, missing)
            failed = [self._try(target, plan, reached) for target, plan in found.plans.items()]
            news = {step: why for step, why in filter(None, failed) if step not in refuted}
            refuted.update(news)
            if not news:
                break
        return {target: reached[target] for target in wanted if target in reached}, found

    def _try(
        self, target: Target, plan: Plan, reached: dict[Target, tuple[Plan, Run]]
    ) -> tuple[Step, Obstacle] | None:
        """Run a plan; return the edge at which the run left it, if it did."""
        run = self._run(target, plan, OK)
        if run.record.has_arrived or _is_uncallable(run):
            reached[target] = plan, run
            return None
        taken = iter(run.record.taken)
        for edge in plan.transitions:
            took = next(taken, None)
            if took is None or not self._is_along(edge, took):
                return (edge.place, edge.number), _refutation(edge, took, run)
        return None

    def _is_along(self, edge: Edge, took: Taken) -> bool:
        """Tell whether a transition was as planned; an HTTP widget's event counts as well."""
        is_http = self._whole.state(edge.place).type in HTTP_WIDGETS
        is_there = (took.place, took.next) == (edge.place, edge.leads_to)
        return is_there and (took.event == edge.event or not is_http)

    def _unreached(self, reached: Mapping[Target, object], found: Found) -> list[Finding]:
        return [
            Finding(
                UNREACHED,
                target.widget,
                why_unreached(self._whole, target, self._triggers, found),
                subflow=target.subflow,
            )
            for target in self._whole.targets
            if target not in reached
        ]

    # --- runs

    def _run(self, target: Target, plan: Plan, outcome: str) -> Run:
        sandbox = self._sandbox
        sandbox.reset()
        record = Recorder(plan.edges[-1].next, plan)
        answers = Answers(sandbox.endpoints, record, self._usual, outcome)
        self._listeners = record, answers
        stopped = ""
        try:
            Driver(sandbox, self._whole, plan, record).drive()
        except MockstudioError as error:
            stopped = str(error)
        finally:
            answers.restore()
            self._listeners = None
        return Run(self._cell(target, outcome, record, stopped), record)

    def _listen(self, event: Event) -> None:
        if self._listeners is None:
            return
        record, answers = self._listeners
        record(event)
        answers(event)
        if record.goes_round:
            for execution in self._sandbox.executions.all():
                self._sandbox.end(execution)

    def _cell(self, target: Target, outcome: str, record: Recorder, stopped: str) -> Cell:
        verdict = record.verdicts[0] if record.verdicts else None
        return Cell(
            widget=target.widget,
            outcome=outcome,
            took=verdict.transition if verdict else "",
            reason=str(verdict.reason) if verdict else "",
            explanation=verdict.explanation if verdict else "",
            path=tuple(str(taken.place) for taken in record.since),
            heard=record.heard,
            ending=self._ending(record, stopped),
            seconds=record.seconds,
            warnings=tuple(dict.fromkeys(record.warnings)),
            subflow=target.subflow,
        )

    def _ending(self, record: Recorder, stopped: str) -> Ending:
        executions = self._sandbox.executions.all()
        last = executions[-1] if executions else None
        widget = str(record.place)
        if stopped:
            return Ending(STOPPED, widget, stopped)
        if record.goes_round:
            return Ending("circles", widget, f"it ran {MOST_ROUNDS} times and goes on")
        if record.question is not None:
            return Ending("waits", widget, ", ".join(record.question.accepts))
        if last is not None and last.wait is not None:
            return Ending("waits", widget, ", ".join(last.wait.accepts))
        return Ending("ended", widget, last.ended_reason if last else "nothing was run")


def _is_uncallable(run: Run) -> bool:
    """Tell whether the target was there to call, but its URL cannot be called."""
    return run.cell.ending.kind == STOPPED and run.record.place == run.record.target


def _refutation(edge: Edge, took: Taken | None, run: Run) -> Obstacle:
    """Return in words where a run left its plan."""
    what = f"takes '{took.event}'" if took and took.event else str(run.cell.ending)
    explanation = run.record.explanations.get(edge.place)
    why = f" ({explanation})" if explanation else ""
    return Obstacle(f"widget '{edge.place}' was to take '{edge.event}', but {what}{why}")


def _drive(whole: WholeFlow, target: Target, plan: Plan) -> Drive:
    path = tuple(str(edge.place) for edge in plan.edges if _is_shown(whole, edge))
    chosen = {(AT_START, path): value for path, value in plan.values.items()}
    for index, edge in enumerate(plan.edges):
        chosen.update({(index, path): value for path, value in edge.brings.items()})
    named = {chosen_name(plan, choice): value for choice, value in chosen.items()}
    return Drive(target.widget, plan.trigger, path, named, target.subflow)


def _is_shown(whole: WholeFlow, edge: Edge) -> bool:
    """Tell whether a way names a widget here: a subflow's trigger and its end go without saying."""
    is_trigger = whole.state(edge.place).type == TRIGGER and edge.place.via
    is_end = whole.subflow(edge.place) is not None and edge.number != ENTERING
    return not is_trigger and not is_end
