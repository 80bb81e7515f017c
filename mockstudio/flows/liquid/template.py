"""Templates, compiled once and rendered often; rendering never raises (reference 5)."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liquid import BoundTemplate, Node
from liquid.exceptions import LiquidError, LiquidInterrupt

from mockstudio.flows.liquid.environment import StudioContext, StudioEnvironment
from mockstudio.flows.liquid.faults import FOREIGN_ERRORS, TemplateFault, fault_from
from mockstudio.flows.liquid.limits import LiquidLimits


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template came to.

    Attributes:
        text: the rendered text; empty when there is a fault (reference 8, question 13).
        error: what went wrong, if anything did.
    """

    text: str
    error: TemplateFault | None = None


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
        return _NodeTemplate(source, nodes, self._environment)


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
        self._limits = environment.limits
        self._bound = BoundTemplate(environment, nodes)

    def render(self, context: Mapping[str, Any]) -> Rendered:
        state = StudioContext(self._bound, context, self._limits)
        buffer = state.get_buffer()
        for node in self._bound.nodes:
            try:
                node.render(state, buffer)
            except (LiquidError, LiquidInterrupt, *FOREIGN_ERRORS) as error:
                return Rendered("", fault_from(self.source, error, node.token))
        return Rendered(buffer.getvalue())
