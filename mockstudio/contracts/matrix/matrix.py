"""Makes the matrix of a flow: drives it to each HTTP widget and plays each outcome there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from mockstudio.clock import VirtualClock
from mockstudio.contracts.matrix.answers import OK, Answers, endpoint_of, usual_json
from mockstudio.contracts.matrix.driver import Driver
from mockstudio.contracts.matrix.findings import Run, findings
from mockstudio.contracts.matrix.inputs import TRIGGERS
from mockstudio.contracts.matrix.model import (
    FINDINGS,
    UNREACHED,
    Cell,
    Drive,
    Ending,
    Finding,
    Matrix,
)
from mockstudio.contracts.matrix.plan import HTTP_WIDGETS, Edge, Plan
from mockstudio.contracts.matrix.recorder import MOST_ROUNDS, Recorder, Taken
from mockstudio.contracts.matrix.references import written
from mockstudio.contracts.matrix.search import (
    Found,
    Search,
    Step,
    http_widgets,
    why_unreached,
)
from mockstudio.contracts.matrix.simulation import Simulation
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.errors import MockstudioError, UsageError
from mockstudio.events import Event
from mockstudio.flows.liquid import StudioLiquid
from mockstudio.flows.model import Flow
from mockstudio.flows.program import Program
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
        self._flow = flow
        self._outcomes = outcomes
        self._triggers = triggers
        self._listeners: tuple[Recorder, Answers] | None = None
        program = Program(flow, StudioLiquid(sandbox.clock.now))
        usual = {
            name: usual_json(sandbox.endpoints, flow.state(name)) for name in http_widgets(flow)
        }
        self._usual: Mapping[str, Mapping[str, Any]] = usual
        self._simulation = Simulation(
            program, sandbox.settings, lambda state: usual.get(state.name, {})
        )
        self._widgets = standard_widgets()
        sandbox.listen(self._listen)

    def make(self) -> Matrix:
        """Return the matrix."""
        plans, found = self._reached()
        drives, cells, all_found = [], [], self._unreached(plans, found)
        for widget, (plan, usual) in plans.items():
            drives.append(_drive(widget, plan))
            runs = [
                usual if outcome == OK else self._run(widget, plan, outcome)
                for outcome in self._outcomes_of(widget)
            ]
            arrived = [run for run in runs if run.record.has_arrived]
            cells += [run.cell for run in runs]
            all_found += findings(self._flow, self._sandbox.limits, widget, usual, arrived)
        all_found.sort(key=lambda finding: list(FINDINGS).index(finding.id))
        return Matrix(self._flow.name, tuple(drives), tuple(cells), tuple(all_found))

    def _outcomes_of(self, widget: str) -> Iterator[str]:
        """Iterate over the outcomes that a widget's endpoint has."""
        endpoint = endpoint_of(self._sandbox.endpoints, self._flow.state(widget))
        own = endpoint.outcomes if endpoint else {}
        return (outcome for outcome in self._outcomes if outcome in {*OUTCOME_NAMES, *own})

    # --- ways

    def _reached(self) -> tuple[dict[str, tuple[Plan, Run]], Found]:
        """Return the plans that lead to their widgets, with the run in which all is well."""
        reached: dict[str, tuple[Plan, Run]] = {}
        refuted: dict[Step, str] = {}
        wanted = http_widgets(self._flow)
        found = Found()
        for _ in range(MOST_SEARCHES):
            missing = [widget for widget in wanted if widget not in reached]
            found = Search(self._simulation, self._widgets, refuted).find(self._triggers, missing)
            failed = [self._try(widget, plan, reached) for widget, plan in found.plans.items()]
            news = {step: why for step, why in filter(None, failed) if step not in refuted}
            refuted.update(news)
            if not news:
                break
        return {widget: reached[widget] for widget in wanted if widget in reached}, found

    def _try(
        self, widget: str, plan: Plan, reached: dict[str, tuple[Plan, Run]]
    ) -> tuple[Step, str] | None:
        """Run a plan; return the edge at which the run left it, if it did."""
        run = self._run(widget, plan, OK)
        if run.record.has_arrived:
            reached[widget] = plan, run
            return None
        for edge in plan.edges:
            took = next((each for each in run.record.taken if each[0] == edge.widget), None)
            if took is None or not self._is_along(edge, took):
                return (edge.widget, edge.number), _refutation(edge, took, run)
        return None

    def _is_along(self, edge: Edge, took: Taken) -> bool:
        """Tell whether a transition was as planned; an HTTP widget's event counts as well."""
        is_http = self._flow.state(edge.widget).type in HTTP_WIDGETS
        return took[2] == edge.next and (took[1] == edge.event or not is_http)

    def _unreached(self, reached: Mapping[str, Any], found: Found) -> list[Finding]:
        return [
            Finding(UNREACHED, name, why_unreached(self._flow, name, self._triggers, found))
            for name in http_widgets(self._flow)
            if name not in reached
        ]

    # --- runs

    def _run(self, widget: str, plan: Plan, outcome: str) -> Run:
        sandbox = self._sandbox
        sandbox.reset()
        record = Recorder(widget)
        answers = Answers(sandbox.endpoints, plan, widget, self._usual, outcome)
        self._listeners = record, answers
        stopped = ""
        try:
            Driver(sandbox, self._flow, plan, record).drive()
        except MockstudioError as error:
            stopped = str(error)
        finally:
            answers.restore()
            self._listeners = None
        return Run(self._cell(widget, outcome, record, stopped), record)

    def _listen(self, event: Event) -> None:
        if self._listeners is None:
            return
        record, answers = self._listeners
        record(event)
        answers(event)
        if record.goes_round:
            for execution in self._sandbox.executions.all():
                self._sandbox.end(execution)

    def _cell(self, widget: str, outcome: str, record: Recorder, stopped: str) -> Cell:
        verdict = record.verdicts[0] if record.verdicts else None
        return Cell(
            widget=widget,
            outcome=outcome,
            took=verdict.transition if verdict else "",
            reason=str(verdict.reason) if verdict else "",
            explanation=verdict.explanation if verdict else "",
            path=tuple(record.entered),
            heard=record.heard,
            ending=self._ending(record, stopped),
            seconds=record.seconds,
            warnings=tuple(dict.fromkeys(record.warnings)),
        )

    def _ending(self, record: Recorder, stopped: str) -> Ending:
        executions = self._sandbox.executions.all()
        last = executions[-1] if executions else None
        widget = last.widget if last else ""
        if stopped:
            return Ending("stopped", widget, stopped)
        if record.goes_round:
            return Ending("circles", widget, f"it ran {MOST_ROUNDS} times and goes on")
        if record.question is not None:
            return Ending("waits", record.question.widget, ", ".join(record.question.accepts))
        if last is not None and last.wait is not None:
            return Ending("waits", widget, ", ".join(last.wait.accepts))
        return Ending("ended", widget, last.ended_reason if last else "nothing was run")


def _refutation(edge: Edge, took: Taken | None, run: Run) -> str:
    """Return in words where a run left its plan."""
    what = f"takes '{took[1]}'" if took else str(run.cell.ending)
    explanation = run.record.explanations.get(edge.widget)
    why = f" ({explanation})" if explanation else ""
    return f"widget '{edge.widget}' was to take '{edge.event}', but {what}{why}"


def _drive(widget: str, plan: Plan) -> Drive:
    chosen = {written(path): value for path, value in plan.values.items()}
    return Drive(widget, plan.trigger, plan.widgets, chosen)
