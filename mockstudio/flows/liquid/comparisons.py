"""Comparisons as Studio makes them: of mixed types false, never an error (reference 5.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from liquid import RenderContext, Token
from liquid.builtin.expressions.logical import (
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
)
from liquid.expression import Expression
from liquid.undefined import is_undefined

from mockstudio.flows.liquid.values import text_of

Comparer = Callable[[object, object], bool]


class Comparison(Expression):
    """Two expressions and the way they are compared."""

    __slots__ = ("compare", "left", "right")

    def __init__(
        self, token: Token, compare: Comparer, left: Expression, right: Expression
    ) -> None:
        super().__init__(token)
        self.compare, self.left, self.right = compare, left, right

    def evaluate(self, context: RenderContext) -> bool:  # noqa: D102 - as in Expression
        return self.compare(
            _defined(self.left.evaluate(context)), _defined(self.right.evaluate(context))
        )

    def children(self) -> list[Expression]:  # noqa: D102
        return [self.left, self.right]


def studio_comparisons(expression: Expression) -> Expression:
    """Return an expression with python-liquid's comparisons replaced by Studio's."""
    if isinstance(expression, LogicalAndExpression | LogicalOrExpression):
        expression.left = studio_comparisons(expression.left)
        expression.right = studio_comparisons(expression.right)
    for kind, compare in _COMPARERS.items():
        if isinstance(expression, kind):
            left, right = expression.children()
            return Comparison(
                expression.token, compare, studio_comparisons(left), studio_comparisons(right)
            )
    return expression


def _defined(value: object) -> object:
    return None if is_undefined(value) else value


def _equal(left: object, right: object) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def _less(left: object, right: object) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    return _is_number(left) and _is_number(right) and left < right  # type: ignore[operator]


def _less_or_equal(left: object, right: object) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left <= right
    return _is_number(left) and _is_number(right) and left <= right  # type: ignore[operator]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _contains(container: object, part: object) -> bool:
    if part is None or part is False:
        return False
    if isinstance(container, str):
        return text_of(part) in container
    if isinstance(container, range):
        return isinstance(part, int) and part in container
    if isinstance(container, Mapping):
        return text_of(part) in container
    return isinstance(container, list) and any(_equal(item, part) for item in container)


_COMPARERS: Mapping[type[Expression], Comparer] = {
    EqExpression: _equal,
    NeExpression: lambda left, right: not _equal(left, right),
    LtExpression: _less,
    GtExpression: lambda left, right: _less(right, left),
    LeExpression: _less_or_equal,
    GeExpression: lambda left, right: _less_or_equal(right, left),
    ContainsExpression: _contains,
}
