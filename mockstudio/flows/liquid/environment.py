"""python-liquid's environment and render context, set up as Studio's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from io import StringIO
from typing import Any, TextIO

from liquid import BoundTemplate, Environment, Node, RenderContext, Token
from liquid.exceptions import LiquidTypeError, OutputStreamLimitError
from liquid.parser import get_parser
from liquid.undefined import UNDEFINED
from liquid.utils import ReadOnlyChainMap

from mockstudio.flows.liquid.filters import studio_filters
from mockstudio.flows.liquid.limits import LiquidLimits
from mockstudio.flows.liquid.loops import RoundCounter
from mockstudio.flows.liquid.tags import PARTS, TAGS, TemplateStream
from mockstudio.flows.liquid.values import member


class StudioEnvironment(Environment):
    """Studio's tags and filters.

    Args:
        now: tells the time to the `date` filter.
        limits: how much a template may do.
    """

    suppress_blank_control_flow_blocks = False

    def __init__(self, now: Callable[[], datetime], limits: LiquidLimits) -> None:
        self.now = now
        self.limits = limits
        super().__init__()

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Replace python-liquid's tags and filters by Studio's."""
        super().setup_tags_and_filters(extra=extra)
        self.filters = studio_filters(self.filters, self.now, self.limits)
        self.tags.clear()
        for tag in (*PARTS, *TAGS):
            self.add_tag(tag)

    def nodes(self, source: str) -> list[Node]:
        """Return a template's nodes.

        Raises:
            LiquidError: the template is broken.
        """
        return get_parser(self).parse(TemplateStream(source))


class StudioContext(RenderContext):
    """What one rendering sees and keeps: the roots, its own variables, its loops."""

    __slots__ = ("_limits",)

    def __init__(
        self, template: BoundTemplate, roots: Mapping[str, Any], limits: LiquidLimits
    ) -> None:
        super().__init__(template, globals=roots)
        self._limits = limits
        # Without python-liquid's `now` and `today`, which would tell the machine's time.
        self.scope = ReadOnlyChainMap(self.locals, roots, self.counters)
        self.tag_namespace["rounds"] = RoundCounter(limits)

    def get(
        self, path: list[object], *, token: Token | None, default: object = UNDEFINED
    ) -> object:
        """Return what a path leads to; a path that leads nowhere is undefined (5.3)."""
        try:
            value: object = self.scope[str(path[0])]
            for key in path[1:]:
                value = member(value, key)
            return value
        except KeyError:
            return self.env.undefined(str(path[0]), token=token)
        except LiquidTypeError as error:
            error.token = token
            raise

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """Return a buffer that holds no more than a rendered text may (5.1)."""
        return LimitedText(self._limits.rendered_bytes)


class LimitedText(StringIO):
    """Text that may take only so many bytes.

    Args:
        limit: bytes in UTF-8.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(newline="")
        self._limit = limit
        self._size = 0

    def write(self, text: str) -> int:
        """Add text.

        Raises:
            OutputStreamLimitError: it would be too long.
        """
        self._size += len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        if self._size > self._limit:
            raise OutputStreamLimitError(
                f"the rendered text is longer than {self._limit:,} bytes", token=None
            )
        return super().write(text)
