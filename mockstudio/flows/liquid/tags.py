"""Studio's tags, and the reading of what stands between the braces (reference 5.1, 5.2).

Over python-liquid's: names that follow a dot may be keywords, names are ASCII, an output may
hold a comparison, comparisons are Studio's, loops count, and unknown filters are found when a
template is compiled. There is no `include`: a flow has no files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO, TypeVar

from liquid import Environment, RenderContext, Tag, Token, TokenStream
from liquid.ast import IllegalNode, Node
from liquid.builtin.content import Literal
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, tokenize
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.logical import parse_boolean_primitive
from liquid.builtin.illegal import Illegal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignNode, AssignTag
from liquid.builtin.tags.capture_tag import CaptureTag
from liquid.builtin.tags.case_tag import CaseTag
from liquid.builtin.tags.comment_tag import CommentTag
from liquid.builtin.tags.cycle_tag import CycleTag
from liquid.builtin.tags.decrement_tag import DecrementTag
from liquid.builtin.tags.for_tag import BreakTag, ContinueTag, ForNode, ForTag
from liquid.builtin.tags.if_tag import IfNode, IfTag
from liquid.builtin.tags.ifchanged_tag import IfChangedTag
from liquid.builtin.tags.increment_tag import IncrementTag
from liquid.builtin.tags.tablerow_tag import TablerowNode, TablerowTag
from liquid.builtin.tags.unless_tag import UnlessNode, UnlessTag
from liquid.exceptions import LiquidSyntaxError, UnknownFilterError
from liquid.expression import Expression
from liquid.token import (
    TOKEN_DOT,
    TOKEN_EOF,
    TOKEN_EXPRESSION,
    TOKEN_FLOAT,
    TOKEN_INTEGER,
    TOKEN_OUTPUT,
    TOKEN_PIPE,
    TOKEN_WORD,
)

from mockstudio.errors import did_you_mean
from mockstudio.flows.liquid.comparisons import studio_comparisons
from mockstudio.flows.liquid.lexer import template_tokens
from mockstudio.flows.liquid.loops import CountedLoop
from mockstudio.flows.liquid.values import text_of

_DOT = re.compile(r"(\.)")
_LONGEST_EXPRESSION = 8_192
"""Not Twilio's: python-liquid takes quadratic time over some expressions that nobody writes."""


class ExpressionStream(TokenStream):
    """The tokens of what stands between one pair of braces."""

    def __init__(self, token: Token) -> None:
        if len(token.value) > _LONGEST_EXPRESSION:
            raise LiquidSyntaxError(
                f"longer than {_LONGEST_EXPRESSION:,} characters between braces", token=token
            )
        super().__init__(_tokens(token))
        end = token.start_index + len(token.value)
        self.eof = Token(TOKEN_EOF, TOKEN_EOF, end, token.source)


class TemplateStream(TokenStream):
    """The tokens of a template: text, outputs and tags."""

    def __init__(self, source: str) -> None:
        super().__init__(template_tokens(source))
        self.eof = Token(TOKEN_EOF, TOKEN_EOF, len(source), source)

    def into_inner(self, *, tag: Token | None = None, eat: bool = True) -> TokenStream:
        """Return the tokens of the current tag's expression."""
        token = self.current
        if token.kind != TOKEN_EXPRESSION:
            raise LiquidSyntaxError("missing expression", token=tag or token)
        if eat:
            next(self)
        return ExpressionStream(token)


def _tokens(parent: Token) -> Iterator[Token]:
    previous = ""
    for token in tokenize(parent.value, parent):
        if token.kind == TOKEN_WORD and not token.value.isascii():
            raise LiquidSyntaxError(f"'{token.value}' is not an ASCII name", token=token)
        yield from _member_name(token) if previous == TOKEN_DOT else (token,)
        previous = token.kind


def _member_name(token: Token) -> Iterator[Token]:
    """Yield what follows a dot: a keyword or digits are a name there, as in `items.2.limit`."""
    is_keyword = token.kind == token.value
    if is_keyword:
        yield token._replace(kind=TOKEN_WORD)
    elif token.kind in (TOKEN_INTEGER, TOKEN_FLOAT):
        for part in filter(None, _DOT.split(token.value)):
            yield token._replace(kind=TOKEN_DOT if part == "." else TOKEN_WORD, value=part)
    else:
        yield token


def _check_filters(environment: Environment, expression: Expression) -> None:
    for used in getattr(expression, "filters", None) or ():
        if used.name not in environment.filters:
            raise UnknownFilterError(
                f"unknown filter '{used.name}'{did_you_mean(used.name, environment.filters)}",
                token=used.token,
            )


class StudioOutputNode(OutputNode):
    """An output, printed as Studio prints values."""

    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:  # noqa: D102
        return buffer.write(text_of(self.expression.evaluate(context)))


class StudioOutput(Output):
    """`{{ … }}`: a value or a comparison, then filters."""

    def parse(self, stream: TokenStream) -> OutputNode:  # noqa: D102 - as in Tag
        token = stream.eat(TOKEN_OUTPUT)
        tokens = ExpressionStream(stream.expect(TOKEN_EXPRESSION))
        left = studio_comparisons(parse_boolean_primitive(self.env, tokens))
        filters = Filter.parse(self.env, tokens, delim=(TOKEN_PIPE,))
        tokens.eat(TOKEN_EOF)
        expression = FilteredExpression(left.token, left, filters)
        _check_filters(self.env, expression)
        return StudioOutputNode(token, expression)


class StudioAssign(AssignTag):
    """`{% assign %}`, whose filters must exist."""

    def parse(self, stream: TokenStream) -> AssignNode:  # noqa: D102
        node = super().parse(stream)
        _check_filters(self.env, node.expression)
        return node


class StudioIf(IfTag):
    """`{% if %}` with Studio's comparisons."""

    def parse(self, stream: TokenStream) -> Node:  # noqa: D102
        return _with_studio_conditions(super().parse(stream))


class StudioUnless(UnlessTag):
    """`{% unless %}` with Studio's comparisons."""

    def parse(self, stream: TokenStream) -> Node:  # noqa: D102
        return _with_studio_conditions(super().parse(stream))


def _with_studio_conditions(node: Node) -> Node:
    if isinstance(node, IfNode | UnlessNode):
        branches = [node.condition, *(branch.expression for branch in node.alternatives)]
        for condition in branches:
            if isinstance(condition, BooleanExpression):
                condition.expression = studio_comparisons(condition.expression)
    return node


class StudioFor(ForTag):
    """`{% for %}` that counts its rounds."""

    def parse(self, stream: TokenStream) -> Node:  # noqa: D102
        return _counting(super().parse(stream))


class StudioTablerow(TablerowTag):
    """`{% tablerow %}` that counts its rounds."""

    def parse(self, stream: TokenStream) -> TablerowNode:  # noqa: D102
        return _counting(super().parse(stream))


NodeT = TypeVar("NodeT", bound=Node)


def _counting(node: NodeT) -> NodeT:
    if isinstance(node, ForNode | TablerowNode):
        node.expression = CountedLoop.of(node.expression)
    return node


class UnknownTag(Illegal):
    """A tag that Studio has not, or that stands where it has no meaning."""

    def parse(self, stream: TokenStream) -> IllegalNode:  # noqa: D102
        token = stream.current
        raise LiquidSyntaxError(_reason_against(token.value), token=token)


def _reason_against(name: str) -> str:
    if name in ("include", "render"):
        return f"'{name}' has nothing to read: a flow has no files"
    if name in ("else", "elsif", "when") or name.startswith("end"):
        return f"'{name}' closes nothing that is open here"
    return f"unknown tag '{name}'{did_you_mean(name, TAG_NAMES)}"


TAGS: tuple[type[Tag], ...] = (
    StudioAssign,
    BreakTag,
    CaptureTag,
    CaseTag,
    CommentTag,
    ContinueTag,
    CycleTag,
    DecrementTag,
    StudioFor,
    StudioIf,
    IfChangedTag,
    IncrementTag,
    StudioTablerow,
    StudioUnless,
)
"""Studio's tags; `raw` is not among them because python-liquid's lexer takes care of it."""

TAG_NAMES = tuple(tag.name for tag in TAGS)
PARTS: tuple[type[Tag], ...] = (Literal, StudioOutput, UnknownTag)
"""What a template has besides tags: text, outputs, and tags that nobody knows."""
