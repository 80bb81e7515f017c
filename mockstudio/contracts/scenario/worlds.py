"""The flows and endpoints that a scenario file names, each read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from mockstudio.config import Settings
from mockstudio.contracts.scenario.model import World
from mockstudio.endpoints.definition import read_endpoints
from mockstudio.endpoints.model import Endpoint
from mockstudio.errors import DocumentError, MockstudioError, Problem
from mockstudio.files.documents import Document
from mockstudio.files.scalars import as_text
from mockstudio.flows.definition import LoadedFlow, read_flow

T = TypeVar("T")
Variables = tuple[tuple[str, str], ...]


class Worlds:
    """What the scenarios of a file run in; with other variables it is another world.

    Args:
        document: the scenario file.
        folder: where its paths start from.
        settings: for what it does not name.
    """

    def __init__(self, document: Document, folder: Path, settings: Settings) -> None:
        self._document = document
        self._data: Mapping[str, Any] = document.data if isinstance(document.data, Mapping) else {}
        self._folder = folder
        self._settings = settings
        self._problems: dict[Problem, None] = {}
        self._made: dict[Variables, World | None] = {}
        self._endpoints: tuple[Endpoint, ...] | None = None

    def problems(self, scenarios: Iterable[Any]) -> Iterator[Problem]:
        """Yield what is wrong with the files that scenarios, or else the file as such, need."""
        for scenario in list(scenarios) or [{}]:
            self.world(scenario)
        yield from self._problems

    def world(self, scenario: Any) -> World | None:
        """Return the world of a scenario; None when a file of it cannot be used."""
        variables = self._variables(scenario)
        if variables not in self._made:
            self._made[variables] = self._make(dict(variables))
        return self._made[variables]

    def contact(self, scenario: Any) -> str:
        """Return the number of a scenario's person."""
        return self.named_contact(scenario) or self._settings.contact

    def named_contact(self, scenario: Any) -> str:
        """Return the number of a scenario's person where scenario or file name one, or empty."""
        own = scenario.get("contact") if isinstance(scenario, Mapping) else None
        named = own or self._data.get("contact")
        return named if isinstance(named, str) else ""

    def _test_users(self) -> tuple[str, ...]:
        listed = self._data.get("test-users")
        users = listed if isinstance(listed, list) else ()
        return tuple(user for user in users if isinstance(user, str))

    def _variables(self, scenario: Any) -> Variables:
        own = scenario.get("variables") if isinstance(scenario, Mapping) else None
        given = {**_scalars(self._data.get("variables")), **_scalars(own)}
        return tuple({**self._settings.variables, **given}.items())

    def _make(self, variables: Mapping[str, str]) -> World | None:
        endpoints = self._read_endpoints()
        flow = self._flow(self._data.get("flow"), variables, ("flow",))
        draft = self._flow(self._data.get("draft"), variables, ("draft",))
        subflows = self._subflows(variables)
        if flow is None or endpoints is None or None in subflows:
            return None
        return World(
            flow=_without_file(flow),
            endpoints=endpoints,
            subflows=tuple(_without_file(each) for each in subflows if each is not None),
            stub=self._data.get("stub") is True,
            draft=draft and _next_revision(flow, draft),
            test_users=self._test_users(),
        )

    def _subflows(self, variables: Mapping[str, str]) -> list[LoadedFlow | None]:
        named = self._data.get("subflows")
        made = [
            self._flow(file, variables, ("subflows", sid), sid)
            for sid, file in (named.items() if isinstance(named, Mapping) else ())
        ]
        for sid, path in self._settings.subflows.items():
            made.append(self._read(partial(read_flow, path, variables, sid), ("flow",)))
        return made

    def _flow(
        self, file: Any, variables: Mapping[str, str], path: tuple[str, ...], sid: str | None = None
    ) -> LoadedFlow | None:
        if not isinstance(file, str) or not file:
            return None
        return self._read(lambda: read_flow(self._folder / file, variables, sid), path)

    def _read_endpoints(self) -> tuple[Endpoint, ...] | None:
        if self._endpoints is None:
            read = [
                self._read(partial(read_endpoints, file), ("endpoints",))
                for file in self._endpoint_files()
            ]
            if None not in read:
                self._endpoints = tuple(each for listed in read for each in listed or ())
        return self._endpoints

    def _endpoint_files(self) -> list[Path]:
        named = self._data.get("endpoints")
        if named is None:
            return list(self._settings.endpoints)
        listed = [named] if isinstance(named, str) else named if isinstance(named, list) else []
        return [self._folder / file for file in listed if isinstance(file, str) and file]

    def _read(self, read: Callable[[], T], path: tuple[str, ...]) -> T | None:
        """Return what is read, or None when that goes wrong, which is noted."""
        try:
            return read()
        except DocumentError as error:
            self._problems.update(dict.fromkeys(error.problems))
        except MockstudioError as error:
            self._problems[self._document.problem(path, str(error))] = None
        return None


def _without_file(loaded: LoadedFlow) -> LoadedFlow:
    """Return a flow that can be handed to another process."""
    return replace(loaded, root=None)


def _next_revision(flow: LoadedFlow, draft: LoadedFlow) -> LoadedFlow:
    """Return a draft as the flow's revision after the published one."""
    numbered = replace(draft.flow, sid=flow.flow.sid, revision=flow.flow.revision + 1)
    return replace(_without_file(draft), flow=numbered)


def _scalars(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {name: as_text(each) for name, each in pairs if isinstance(each, str | int | float)}
