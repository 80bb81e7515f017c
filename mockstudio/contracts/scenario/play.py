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
from mockstudio.contracts.scenario.record import Mark, Record
from mockstudio.contracts.scenario.seen import Seen
from mockstudio.errors import MockstudioError
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
    results = {**(settings or Settings()).results, **scenario.results}
    with Sandbox(replace(settings or Settings(), results=results), VirtualClock()) as sandbox:
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
            seconds=sandbox.clock.monotonic() - stage.began,
            real_seconds=time.perf_counter() - began,
        )


def _set_up(sandbox: Sandbox, scenario: Scenario, record: Record) -> None:
    _furnish(sandbox, scenario.world)
    if scenario.phone is not None:
        sandbox.carrier.give_phone(sandbox.settings.contact, scenario.phone)
    sandbox.listen(record)
    sandbox.endpoints.subscribe(record.answered)


def _furnish(sandbox: Sandbox, world: World) -> None:
    """Bring flows and endpoints into a sandbox; the flow under test comes last."""
    sandbox.endpoints.append(world.endpoints)
    for loaded in (*world.subflows, world.flow):
        flow = sandbox.library.add(loaded.flow, loaded.warnings)
        if world.stub:
            sandbox.stub(flow)
    sandbox.bind(world.flow.flow)


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
            seen = Seen(self.record, since, newest_execution(self.sandbox), now - began)
            failures = tuple(_failures(scenario, stretch, seen))
            if failures:
                return failures, ""
            since, began = self.record.mark, now
        return (), ""

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
            yield Failure(expectation.place, expectation.text, miss.found, miss.step)
    if scenario.strict and seen.unexpected:
        found = tuple(f"{line.kind}: {quoted(line)}" for line in seen.unexpected)
        yield Failure(scenario.place, f"{NOTHING} else (strict)", found)
