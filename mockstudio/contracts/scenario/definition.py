"""Scenario files read and checked: everything wrong at once, and nothing half-loaded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from mockstudio.config import Settings
from mockstudio.contracts.scenario.blocks import ScenarioDocument, use_findings, with_blocks
from mockstudio.contracts.scenario.columns import column_findings
from mockstudio.contracts.scenario.levels import misplaced
from mockstudio.contracts.scenario.making import (
    Maker,
    make_acts,
    make_expectations,
    make_given,
    results_of,
)
from mockstudio.contracts.scenario.model import Scenario, Stretch
from mockstudio.contracts.scenario.names import Names, endpoint_names, widget_names
from mockstudio.contracts.scenario.rows import Case, cases, documents, row_findings
from mockstudio.contracts.scenario.rules import result_findings, scenario_findings, stretches
from mockstudio.contracts.scenario.worlds import Worlds
from mockstudio.endpoints.reply_rules import Finding
from mockstudio.errors import Problem, ScenarioFileError
from mockstudio.files.documents import Document, read_yaml
from mockstudio.files.schemas import check, in_file_order
from mockstudio.flows.catalogue import Catalogue, load_catalogue
from mockstudio.twiml.phone import Answer, Phone

_SCHEMA: Final = Path(__file__).with_name("scenario.schema.json")
_OF_ENDPOINTS: Final = Path("endpoints", "endpoints.schema.json")
_PACKAGE: Final = Path(__file__).parents[2]


def read_scenarios(path: Path, settings: Settings | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios of a file, in its order, one for each row of a table.

    Args:
        path: the file.
        settings: for endpoint files and variables that the file does not name.

    Raises:
        ScenarioFileError: the file, or one that it names, cannot be read or used; holds every
            problem.
    """
    document = with_blocks(read_yaml(path, ScenarioFileError))
    worlds = Worlds(document, path.parent, settings or Settings())
    problems = dict.fromkeys(_problems(document, worlds, path.parent))
    if problems:
        raise ScenarioFileError(in_file_order(problems))
    return tuple(_scenario(document, case, worlds, path.parent) for case in cases(document.data))


# --- what is wrong


def _problems(document: Document, worlds: Worlds, folder: Path) -> Iterator[Problem]:
    """Yield what is wrong; where a mistyped column or a misplaced key is told, that is enough."""
    finer = (*column_findings(document.data), *misplaced(document.data, _schema()))
    told = [_told(document, finding) for finding in finer]
    places = {_place(problem) for problem in told}
    yield from told
    others = _other_problems(document, worlds, folder)
    yield from (problem for problem in others if _place(problem) not in places)


def _place(problem: Problem) -> tuple[str | None, int | None, int | None]:
    return problem.file, problem.line, problem.column


def _other_problems(document: Document, worlds: Worlds, folder: Path) -> Iterator[Problem]:
    found = [problem for each in documents(document) for problem in check(each, _schema())]
    yield from found
    yield from worlds.problems([case.data for case in cases(document.data)])
    data = document.data if isinstance(document.data, Mapping) else {}
    for finding in (
        *_of_results(data),
        *use_findings(data),
        *row_findings(data),
        *_duplicates(document),
    ):
        yield _told(document, finding)
    for case in filter(attrgetter("is_filled"), cases(document.data)):
        for finding in scenario_findings(case.data, _names(case.data, worlds), folder):
            yield _told(document, finding.under("scenarios", case.index))


def _of_results(data: Mapping[str, Any]) -> Iterator[Finding]:
    return (finding.under("results") for finding in result_findings(data.get("results")))


def _duplicates(document: Document) -> Iterator[Finding]:
    named = [case for case in cases(document.data) if isinstance(case.data, Mapping)]
    count = Counter(case.data.get("name") for case in named)
    seen: set[Any] = set()
    for case in named:
        name = case.data.get("name")
        if isinstance(name, str) and count[name] > 1 and name in seen:
            path = ("scenarios", case.index, "name")
            yield Finding(path, f"another scenario above is called '{name}' already")
        seen.add(name)


def _told(document: Document, finding: Finding) -> Problem:
    return document.problem(finding.path, finding.message, at_key=finding.at_key)


def _names(scenario: Any, worlds: Worlds) -> Names:
    world = worlds.world(scenario)
    if world is None:
        return Names()
    flow = world.flow_for(worlds.contact(scenario)).flow
    subflows = [loaded.flow for loaded in world.subflows]
    return Names(
        widget_names(flow, subflows, _catalogue()),
        endpoint_names(world.endpoints, [flow, *subflows] if world.stub else ()),
        () if world.stub else tuple(endpoint_names((), [flow, *subflows])),
    )


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


@cache
def _schema() -> Mapping[str, Any]:
    """Return the schema with that of endpoint files in it, to whose parts it refers."""
    others = json.loads((_PACKAGE / _OF_ENDPOINTS).read_text("utf-8"))["$defs"]
    text = _SCHEMA.read_text("utf-8").replace(f"../../{_OF_ENDPOINTS.as_posix()}#", "#")
    schema: dict[str, Any] = json.loads(text)
    return {**schema, "$defs": {**others, **schema["$defs"]}}


# --- what is right


def _scenario(document: ScenarioDocument, case: Case, worlds: Worlds, folder: Path) -> Scenario:
    data, path = case.data, ("scenarios", case.index)
    maker = Maker(document, folder)
    world = worlds.world(data)
    if world is None:
        raise ScenarioFileError(worlds.problems([data]))
    made = (_stretch(stretch, maker, (*path, *at)) for at, stretch in stretches(data))
    whole = document.data
    return Scenario(
        name=data["name"],
        place=maker.place(path),
        world=world,
        stretches=tuple(made),
        contact=worlds.contact(data) if world.draft else worlds.named_contact(data),
        results={**results_of(whole.get("results", {})), **results_of(data.get("results", {}))},
        phone=Phone(Answer(data["phone"])) if "phone" in data else None,
        strict=data.get("strict", whole.get("strict", False)),
    )


def _stretch(data: Mapping[str, Any], maker: Maker, path: tuple[str | int, ...]) -> Stretch:
    return Stretch(
        given=make_given(data.get("given", {}), maker.folder),
        acts=tuple(make_acts(data.get("when", ()), maker, (*path, "when"))),
        expectations=tuple(make_expectations(data.get("then", ()), maker, (*path, "then"))),
    )
