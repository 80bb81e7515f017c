"""Studio's tags, and the reading of what stands between the braces (reference 5.1, 5.2).

Over python-liquid's: names that follow a dot may be keywords, names are ASCII, an output may
hold a comparison, comparisons are Studio's, loops count, and unknown filters are found when a
template is compiled. There is no `include`: a flow has no files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from liquid import Environment, RenderContext, Tag, Token, TokenStream
from liquid.ast import Node
from liquid.builtin.content import Literal
from liquid.builtin.expressions import BooleanExpression, FilteredExpression, tokenize
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.logical import parse_boolean_primitive
from liquid.builtin.illegal import Illegal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignTag
from liquid.builtin.tags.capture_tag import CaptureTag
from liquid.builtin.tags.case_tag import CaseTag
from liquid.builtin.tags.comment_tag import CommentTag
from liquid.builtin.tags.cycle_tag import CycleNode, CycleTag
from liquid.builtin.tags.decrement_tag import DecrementTag
from liquid.builtin.tags.for_tag import BreakTag, ContinueTag, ForNode, ForTag
from liquid.builtin.tags.if_tag import IfNode, IfTag
from liquid.builtin.tags.ifchanged_tag import IfChangedTag
from liquid.builtin.tags.increment_tag import IncrementTag
from liquid.builtin.tags.tablerow_tag import TablerowNode, TablerowTag
from liquid.builtin.tags.unless_tag import UnlessNode, UnlessTag
from liquid.exceptions import LiquidSyntaxError, UnknownFilterError
from liquid.expression import Expression
from liquid.token import TOKEN_DOT, TOKEN_EOF, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_PIPE, TOKEN_WORD

from mockstudio.errors import did_you_mean
from mockstudio.flows.liquid.comparisons import studio_comparisons
from mockstudio.flows.liquid.loops import CountedLoop
from mockstudio.flows.liquid.values import text_of
