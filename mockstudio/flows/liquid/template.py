"""Templates, compiled once and rendered often; rendering never raises (reference 5)."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liquid import BoundTemplate, Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.exceptions import LiquidError, LiquidInterrupt

from mockstudio.flows.liquid.environment import StudioContext, StudioEnvironment, found
from mockstudio.flows.liquid.faults import FOREIGN_ERRORS, TemplateFault, fault_from
from mockstudio.flows.liquid.limits import LiquidLimits
from mockstudio.flows.liquid.tags import StudioOutputNode
from mockstudio.flows.liquid.values import text_of

_MOST_BYTES_OF_A_CHARACTER = 4


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template came to.

    Attributes:
        text: the rendered text; empty when there is a fault (reference 8, question 13).
        error: what went wrong, if anything did.
    """

    text: str
    error: TemplateFault | None = None


_NOTHING = Rendered("")


class Template(ABC):
    """A compiled template.

    Attributes:
        source: as written in the flow.
    """

    source: str

    @abstractmethod
    def render(self, context: Mapping[str, Any]) -> Rendered:
        """Return the template rendered.

        Args:
            context: the roots `flow`, `trigger`, `widgets` and `contact`, plain JSON data
                (reference 4). It is read where it stands, neither copied nor changed.
        """


class StudioLiquid:
    """Compiles templates.

    Args:
        now: tells the time; an aware date.
        limits: how much a template may do.
    """

    def __init__(self, now: Callable[[], datetime], limits: LiquidLimits | None = None) -> None:
        self.limits = limits or LiquidLimits()
        self._environment = StudioEnvironment(now, self.limits)
        self._compiled = functools.lru_cache(self.limits.remembered_templates)(self._compile)

    def compile(self, source: str) -> Template:
        """Return a template; a broken one renders to its fault and nothing else."""
        return self._compiled(source)

    def _compile(self, source: str) -> Template:
        if "{{" not in source and "{%" not in source:
            return _ConstantTemplate(source, Rendered(source))
        try:
            nodes = self._environment.nodes(source)
        except (LiquidError, *FOREIGN_ERRORS) as error:
            return _ConstantTemplate(source, Rendered("", fault_from(source, error)))
        template = _NodeTemplate(source, nodes, self._environment)
        path = _only_path(nodes)
        return template if path is None else _PathTemplate(path, template)


class _ConstantTemplate(Template):
    """Plain text, or a broken template."""

    def __init__(self, source: str, rendered: Rendered) -> None:
        self.source = source
        self._rendered = rendered

    def render(self, context: Mapping[str, Any]) -> Rendered:
        return self._rendered


class _NodeTemplate(Template):
    """Any template, rendered node by node."""

    def __init__(self, source: str, nodes: list[Node], environment: StudioEnvironment) -> None:
        self.source = source
        self.limits = environment.limits
        self._bound = BoundTemplate(environment, nodes)

    def render(self, context: Mapping[str, Any]) -> Rendered:
        state = StudioContext(self._bound, context, self.limits)
        buffer = state.get_buffer()
        for node in self._bound.nodes:
            try:
                node.render(state, buffer)
            except (LiquidError, LiquidInterrupt, *FOREIGN_ERRORS) as error:
                return Rendered("", fault_from(self.source, error, node.token))
        return Rendered(buffer.getvalue())


class _PathTemplate(Template):
    """A template that is one path and nothing else, as most are: rendered without machinery.

    Whatever is not plain success is left to the whole template.
    """

    def __init__(self, path: list[Any], whole: _NodeTemplate) -> None:
        self.source = whole.source
        self._path = path
        self._whole = whole
        self._surely_short = whole.limits.rendered_bytes // _MOST_BYTES_OF_A_CHARACTER

    def render(self, context: Mapping[str, Any]) -> Rendered:
        try:
            text = text_of(found(context, self._path))
        except KeyError:
            return _NOTHING
        except (LiquidError, *FOREIGN_ERRORS):
            return self._whole.render(context)
        return Rendered(text) if len(text) <= self._surely_short else self._whole.render(context)


def _only_path(nodes: list[Node]) -> list[Any] | None:
    """Return the path that a template consists of, if it does."""
    if len(nodes) != 1 or not isinstance(nodes[0], StudioOutputNode):
        return None
    expression = nodes[0].expression
    if not isinstance(expression, FilteredExpression) or expression.filters:
        return None
    if not isinstance(expression.left, Path):
        return None
    path = expression.left.path
    return None if any(isinstance(part, Path) for part in path) else list(path)
