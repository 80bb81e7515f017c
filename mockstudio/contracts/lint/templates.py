"""What a flow's templates read, print, compare and loop over, without rendering them.

python-liquid's static analysis says which paths a template reads that it has not assigned itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from liquid import BoundTemplate, Node, RenderContext
from liquid.builtin.expressions import FilteredExpression, LoopExpression, Path
from liquid.builtin.expressions.primitive import FloatLiteral, IntegerLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import LiquidError
from liquid.expression import Expression

from mockstudio.clock import VIRTUAL_START
from mockstudio.flows.liquid import LiquidLimits, TemplateFault
from mockstudio.flows.liquid.comparisons import Comparison
from mockstudio.flows.liquid.environment import StudioEnvironment
from mockstudio.flows.liquid.faults import FOREIGN_ERRORS, fault_from
from mockstudio.flows.model import State
from mockstudio.flows.program import NEVER_LIQUID

Steps = tuple[str | int, ...]
Segments = tuple[str | int | None, ...]
"""A path of a template, such as `widgets`, `lookup`, `parsed`, 0; None for what is computed."""


@dataclass(frozen=True)
class Printed:
    """A value that an output prints.

    Attributes:
        path: what is printed; empty for a literal or a comparison.
        filters: the names of the filters that it goes through, in order.
        start: where the output begins in the template, counted from 0.
        end: where it ends.
    """

    path: Segments
    filters: tuple[str, ...]
    start: int
    end: int

    def __str__(self) -> str:
        return dotted(self.path)


@dataclass(frozen=True)
class Template:
    """A text of a widget that Studio renders.

    Attributes:
        state: the widget.
        steps: the way from the widget to the text, such as `properties`, `body`.
        source: the text.
        environment: reads it.
    """

    state: State
    steps: Steps
    source: str
    environment: StudioEnvironment

    @cached_property
    def _parsed(self) -> tuple[Sequence[Node], TemplateFault | None]:
        try:
            return self.environment.nodes(self.source), None
        except (LiquidError, *FOREIGN_ERRORS) as error:
            return (), fault_from(self.source, error)

    @property
    def fault(self) -> TemplateFault | None:
        """Why the text cannot be rendered, if it cannot."""
        return self._parsed[1]

    @cached_property
    def _bound(self) -> BoundTemplate:
        return BoundTemplate(self.environment, list(self._parsed[0]))

    @cached_property
    def reads(self) -> tuple[Segments, ...]:
        """The paths that are read from the context, each once, in order."""
        analysis = self._bound.analyze()
        found = [v for variables in analysis.globals.values() for v in variables]
        ordered = sorted(found, key=lambda variable: variable.span.index)
        return tuple(dict.fromkeys(_segments(variable.segments) for variable in ordered))

    @cached_property
    def expected_to_miss(self) -> frozenset[Segments]:
        """The paths that the template tests with `if`, or has a default for."""
        conditions = [
            each
            for node in self._nodes
            if isinstance(node, IfNode | UnlessNode)
            for top in _conditions(node)
            for each in _expressions([top])
        ]
        defaults = [
            each.left
            for each in self._all_expressions
            if isinstance(each, FilteredExpression) and "default" in _filter_names(each)
        ]
        paths = [each for each in [*conditions, *defaults] if isinstance(each, Path)]
        return frozenset(_segments(each.path) for each in paths)

    @cached_property
    def printed(self) -> tuple[Printed, ...]:
        """The outputs, in order."""
        nodes = [node for node in self._nodes if isinstance(node, OutputNode)]
        return tuple(_printed(node, self.source) for node in nodes)

    @cached_property
    def loops(self) -> tuple[Segments, ...]:
        """The paths that a loop goes over."""
        loops = [each for each in self._all_expressions if isinstance(each, LoopExpression)]
        return tuple(_segments(o.iterable.path) for o in loops if isinstance(o.iterable, Path))

    @cached_property
    def compared_with_numbers(self) -> tuple[Segments, ...]:
        """The paths that are compared with a number that is written out."""
        pairs = [e.children() for e in self._all_expressions if isinstance(e, Comparison)]
        both = [*pairs, *([right, left] for left, right in pairs)]
        return tuple(
            _segments(path.path)
            for path, number in both
            if isinstance(path, Path) and isinstance(number, IntegerLiteral | FloatLiteral)
        )

    @cached_property
    def has_tags(self) -> bool:
        """Whether the template has tags, so that parts of it may be left out."""
        return bool(self._bound.analyze().tags)

    @cached_property
    def _nodes(self) -> tuple[Node, ...]:
        context = RenderContext(self._bound)
        return tuple(_walk(self._bound.nodes, context))

    @cached_property
    def _all_expressions(self) -> tuple[Expression, ...]:
        return tuple(_expressions(e for node in self._nodes for e in node.expressions()))


def templates_of(state: State, environment: StudioEnvironment) -> Iterator[Template]:
    """Yield every text of a widget that has Liquid in it (reference 5.3)."""
    for name, value in state.properties.items():
        if name not in NEVER_LIQUID:
            yield from _in(value, ("properties", name), state, environment)
    for number, transition in enumerate(state.transitions):
        for index, condition in enumerate(transition.conditions):
            at = ("transitions", number, "conditions", index)
            yield from _in(list(condition.arguments), (*at, "arguments"), state, environment)
            yield from _in(condition.value, (*at, "value"), state, environment)


def liquid_environment() -> StudioEnvironment:
    """Return Studio's Liquid, for reading templates only."""
    return StudioEnvironment(lambda: VIRTUAL_START, LiquidLimits())


def dotted(path: Segments) -> str:
    """Return a path as it is written in a template; computed parts are `…`."""
    shown = ["…" if part is None else str(part) for part in path]
    return ".".join(shown)


def _in(value: Any, steps: Steps, state: State, env: StudioEnvironment) -> Iterator[Template]:
    if isinstance(value, str):
        if "{{" in value or "{%" in value:
            yield Template(state, steps, value, env)
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _in(member, (*steps, key), state, env)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _in(member, (*steps, index), state, env)


def _walk(nodes: Iterable[Node], context: RenderContext) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children(context, include_partials=False), context)


def _expressions(expressions: Iterable[Expression]) -> Iterator[Expression]:
    for each in expressions:
        yield each
        yield from _expressions(each.children())


def _conditions(node: IfNode | UnlessNode) -> Iterator[Expression]:
    yield node.condition
    for branch in node.alternatives:
        yield branch.expression


def _filter_names(expression: FilteredExpression) -> tuple[str, ...]:
    return tuple(used.name for used in expression.filters or ())


def _printed(node: OutputNode, source: str) -> Printed:
    start = node.token.start_index
    end = start + len(node.token.value)
    expression = node.expression
    if not isinstance(expression, FilteredExpression):
        return Printed((), (), start, end)
    path = _segments(expression.left.path) if isinstance(expression.left, Path) else ()
    return Printed(path, _filter_names(expression), start, end)


def _segments(path: Iterable[Any]) -> Segments:
    return tuple(part if isinstance(part, str | int) else None for part in path)
