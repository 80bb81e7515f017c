"""Loops that count: at most so many rounds, and no list made to find that out (reference 5.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from liquid import RenderContext, Token
from liquid.builtin.expressions import LoopExpression, StringLiteral
from liquid.exceptions import LoopIterationLimitError
from liquid.expression import Expression

from mockstudio.flows.liquid.limits import LiquidLimits
from mockstudio.flows.liquid.values import NOT_DATA, number_of


class RoundCounter:
    """Counts the rounds of every loop of one rendering."""

    __slots__ = ("_limits", "_total")

    def __init__(self, limits: LiquidLimits) -> None:
        self._limits = limits
        self._total = 0

    def counted(self, items: Sequence[object], token: Token) -> Iterator[object]:
        """Yield items until one of the limits is reached.

        Args:
            items: what the loop goes over.
            token: where the loop stands.

        Raises:
            LoopIterationLimitError: one item too many was asked for.
        """
        for position, item in enumerate(items):
            self._total += 1
            if position == self._limits.iterations:
                raise LoopIterationLimitError(
                    f"a loop runs at most {self._limits.iterations} times", token=token
                )
            if self._total > self._limits.total_iterations:
                raise LoopIterationLimitError(
                    f"loops run at most {self._limits.total_iterations} times in all", token=token
                )
            yield item


class CountedLoop(LoopExpression):
    """A loop's items, cut by `offset` and `limit` before any of them is touched."""

    __slots__ = ()

    @classmethod
    def of(cls, loop: LoopExpression) -> CountedLoop:
        """Return the same loop, counted."""
        return cls(
            loop.token,
            loop.identifier,
            loop.iterable,
            limit=loop.limit,
            offset=loop.offset,
            reversed_=loop.reversed,
            cols=loop.cols,
        )

    def evaluate(self, context: RenderContext) -> tuple[Iterator[object], int]:
        """Return the items to loop over and their number."""
        items = _sequence(self.iterable.evaluate(context))
        key = f"{self.identifier}-{self.iterable}"
        start = min(self._start(context, key), len(items))
        stop = len(items) if self.limit is None else start + _count(self.limit, context)
        window = items[start : min(stop, len(items))]
        context.stopindex(key=key, index=start + len(window))
        ordered = window[::-1] if self.reversed else window
        rounds: RoundCounter = context.tag_namespace["rounds"]
        return rounds.counted(ordered, self.token), len(window)

    def _start(self, context: RenderContext, key: str) -> int:
        if isinstance(self.offset, StringLiteral) and self.offset.value == "continue":
            return context.stopindex(key)
        return _count(self.offset, context) if self.offset else 0


def _count(expression: Expression, context: RenderContext) -> int:
    return max(0, int(number_of(expression.evaluate(context))))


def _sequence(value: object) -> Sequence[object]:
    if isinstance(value, NOT_DATA):
        return []
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, str):
        return [value] if value else []
    return value if isinstance(value, Sequence) else []
