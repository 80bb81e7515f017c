"""A flow as the rules see it: its graph, its templates, its places in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from mockstudio.contracts.lint.graph import Graph
from mockstudio.contracts.lint.origins import Origins
from mockstudio.contracts.lint.routing import Routing
from mockstudio.contracts.lint.templates import Template, liquid_environment, templates_of
from mockstudio.errors import Problem
from mockstudio.files.documents import Document
from mockstudio.flows.definition import LoadedFlow
from mockstudio.flows.findings import Findings, Spot
from mockstudio.flows.liquid.environment import StudioEnvironment
from mockstudio.flows.model import Flow, State
from mockstudio.flows.unfilled import read_unfilled

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class LintedFlow:
    """A flow, and what the rules ask of it.

    Attributes:
        flow: the flow.
        root: the definition in its file.
        oddities: what was found odd while it was loaded.
        unfilled: its placeholders that no variable fills, by name, each at its first place.
        routing: what the flow's URLs may lead to; None when neither endpoints nor routes are
            known.
    """

    flow: Flow
    root: Spot
    oddities: Sequence[Problem] = ()
    unfilled: Mapping[str, Problem] = field(default_factory=dict)
    routing: Routing | None = None

    @cached_property
    def graph(self) -> Graph:
        """The flow's widgets and where they lead."""
        return Graph(self.flow)

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Every text with Liquid that some path can come to."""
        return tuple(t for state in self.running for t in templates_of(state, self._liquid))

    @cached_property
    def origins(self) -> Origins:
        """Where the values of the flow's variables come from."""
        return Origins(t for t in self.templates if t.state.type == "set-variables")

    def template(self, state: State, name: str) -> Template | None:
        """Return a property's text as a template, even when it has no Liquid in it."""
        text = state.properties.get(name)
        if not isinstance(text, str):
            return None
        return Template(state, ("properties", name), text, self._liquid)

    @cached_property
    def running(self) -> tuple[State, ...]:
        """The widgets that can be reached: of the others it is enough to say that they cannot."""
        return tuple(s for s in self.flow.states if s.name in self.graph.reachable)

    @cached_property
    def _liquid(self) -> StudioEnvironment:
        return liquid_environment()

    def at(self, state: State, *steps: str | int) -> Spot:
        """Return a place in a widget."""
        spot = self.root / "states" / state.index
        for step in steps:
            spot = spot / step
        return spot

    def at_template(self, template: Template) -> Spot:
        """Return where a template stands."""
        return self.at(template.state, *template.steps)

    def texts(self, name: str, *types: str) -> Iterator[tuple[State, str]]:
        """Yield the widgets of some types that can be reached, and the text of one property."""
        for state in self.running:
            text = state.properties.get(name)
            if state.type in types and isinstance(text, str):
                yield state, text

    def widget_at(self, problem: Problem) -> str:
        """Return the name of the widget that a problem's path leads to, or nothing."""
        parts = problem.path.removeprefix("#/").split("/")
        if len(parts) > 1 and parts[0] == "states" and parts[1].isdecimal():
            return self.flow.states[int(parts[1])].name
        return ""


def linted(loaded: LoadedFlow, routing: Routing | None = None) -> LintedFlow:
    """Return a loaded flow as the rules see it."""
    root = loaded.root or Findings(Document(loaded.flow.definition, "")).root
    return LintedFlow(loaded.flow, root, loaded.warnings, routing=routing)


def read_linted(
    path: Path,
    variables: Mapping[str, str] = _NO_VARIABLES,
    routing: Routing | None = None,
) -> LintedFlow:
    """Read a flow to lint it: placeholders without a value stay as they are.

    Args:
        path: as for `read_flow`.
        variables: values for `${...}` placeholders.
        routing: what its URLs may lead to, if that is known.

    Raises:
        FlowDefinitionError: Studio would not publish it; there is nothing to lint then.
    """
    read = read_unfilled(path, variables)
    return replace(linted(read.loaded, routing), unfilled=read.unfilled)
