"""One scenario played in a sandbox of its own, in virtual time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mockstudio.clock import VirtualClock
from mockstudio.config import Settings
from mockstudio.contracts.scenario.acts import newest_execution, settle
from mockstudio.contracts.scenario.expectations import NOTHING, quoted
from mockstudio.contracts.scenario.model import Given, Place, Scenario, Stretch, World
from mockstudio.contracts.scenario.outcome import Failure, Outcome
from mockstudio.contracts.scenario.record import Line, LineKind, Mark, Record
from mockstudio.contracts.scenario.seen import Seen
from mockstudio.endpoints.journal import Entry
from mockstudio.endpoints.visibility import signature_problem
from mockstudio.errors import MockstudioError
from mockstudio.flows.definition import LoadedFlow
from mockstudio.flows.deployed import DRAFT, Revision
from mockstudio.sandbox import Sandbox


def play(scenario: Scenario, settings: Settings | None = None) -> Outcome:
    """Play a scenario.

    Args:
        scenario: what is given, done and expected.
        settings: of its sandbox; the defaults when not given.

    Returns:
        What became of it. An error of the flow's, or of what was done, is an outcome too.
    """
    began = time.perf_counter()
    with Sandbox(_settings(scenario, settings or Settings()), VirtualClock()) as sandbox:
        stage = _Stage(sandbox)
        _set_up(sandbox, scenario, stage.record)
        failures, error = stage.play(scenario)
        return Outcome(
            name=scenario.name,
            place=scenario.place,
            failures=failures,
            error=error,
            error_place=stage.place if error else None,
            steps=tuple(stage.record.steps),
            lines=tuple(stage.record.lines),
            warnings=stage.warnings,
            seconds=sandbox.clock.monotonic() - stage.began,
            real_seconds=time.perf_counter() - began,
        )


def _settings(scenario: Scenario, settings: Settings) -> Settings:
    results = {**settings.results, **scenario.results}
    return replace(settings, results=results, contact=scenario.contact or settings.contact)


def _set_up(sandbox: Sandbox, scenario: Scenario, record: Record) -> None:
    _furnish(sandbox, scenario.world, scenario.flow)
    if scenario.phone is not None:
        sandbox.carrier.give_phone(sandbox.settings.contact, scenario.phone)
    sandbox.listen(record)
    sandbox.endpoints.subscribe(record.answered)


def _furnish(sandbox: Sandbox, world: World, runs: LoadedFlow) -> None:
    """Bring flows and endpoints into a sandbox; the flow under test comes last."""
    sandbox.endpoints.append(world.endpoints)
    for loaded in (*world.subflows, world.flow):
        sandbox.library.add(loaded.flow, loaded.warnings)
    if world.draft is not None:
        _add_draft(sandbox, world.draft, world.test_users)
    for loaded in (*world.subflows, runs) if world.stub else ():
        sandbox.stub(loaded.flow)
    sandbox.bind(world.flow.flow)


def _add_draft(sandbox: Sandbox, draft: LoadedFlow, test_users: tuple[str, ...]) -> None:
    """Save a further revision of a flow without publishing it (rest-api.md 4.1)."""
    revision = Revision(draft.flow, DRAFT, sandbox.clock.now(), draft.warnings)
    sandbox.library.deployed.change(
        revision.sid, lambda flow: replace(flow.with_revision(revision), test_users=test_users)
    )


@dataclass
class _Stage:
    """A scenario being played.

    Attributes:
        sandbox: where.
        record: of all that happened.
        place: what is being done is written there.
        began: the moment of the clock.
    """

    sandbox: Sandbox
    record: Record = field(default_factory=Record)
    place: Place | None = None

    def __post_init__(self) -> None:
        self.began = self.sandbox.clock.monotonic()
        self._expected: set[Line] = set()

    @property
    def warnings(self) -> tuple[Line, ...]:
        """What Twilio's debugger shows and no expectation has taken."""
        warned = (line for line in self.record.lines if line.kind is LineKind.WARNED)
        return tuple(line for line in warned if line.code and line not in self._expected)

    def play(self, scenario: Scenario) -> tuple[tuple[Failure, ...], str]:
        """Return the failures of the first `then` that has any, or what kept it from going on."""
        self.place = scenario.place
        since, began = Mark(), self.began
        for stretch in scenario.stretches:
            try:
                self._act(stretch)
            except MockstudioError as error:
                return (), str(error)
            now = self.sandbox.clock.monotonic()
            seen = self._seen(scenario, since, now - began)
            failures = tuple(_failures(scenario, stretch, seen))
            self._expected.update(filter(seen.is_expected, self.record.lines))
            if failures:
                return failures, ""
            since, began = self.record.mark, now
        return (), ""

    def _seen(self, scenario: Scenario, since: Mark, seconds: float) -> Seen:
        return Seen(
            record=self.record,
            since=since,
            execution=newest_execution(self.sandbox),
            seconds=seconds,
            own=scenario.flow.flow.by_name,
            signature_problem=self._signature_problem,
        )

    def _signature_problem(self, entry: Entry) -> str | None:
        endpoint = self.sandbox.endpoints.definition(entry.endpoint)
        return signature_problem(endpoint, entry.request, self.sandbox.settings.auth_token)

    def _act(self, stretch: Stretch) -> None:
        _give(self.sandbox, stretch.given)
        for act in stretch.acts:
            self.place = act.place
            act.do(self.sandbox)
            self.sandbox.raise_problem()
        if stretch.acts and stretch.acts[-1].settles:
            settle(self.sandbox)
            self.sandbox.raise_problem()


def _give(sandbox: Sandbox, given: Given) -> None:
    for name, played in given.items():
        if isinstance(played, str):
            sandbox.endpoints.play(name, played)
        else:
            sandbox.endpoints.play(name, None)
            sandbox.endpoints.add(replace(sandbox.endpoints.definition(name), replies=played))


def _failures(scenario: Scenario, stretch: Stretch, seen: Seen) -> Iterator[Failure]:
    for expectation in stretch.expectations:
        miss = expectation.check(seen)
        if miss is not None:
            yield Failure(expectation.place, expectation.text, miss.found, miss.step, miss.diff)
    if scenario.strict and seen.unexpected:
        found = tuple(f"{line.kind}: {quoted(line)}" for line in seen.unexpected)
        yield Failure(scenario.place, f"{NOTHING} else (strict)", found)
