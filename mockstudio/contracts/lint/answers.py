"""Rules about what a flow reads of the answers to its requests."""

from __future__ import annotations

from collections.abc import Iterator

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.contracts.lint.rule import Finding, Rule
from mockstudio.contracts.lint.templates import Segments, Template, dotted
from mockstudio.contracts.lint.values import widget_read

_PARSED = 3
"""How many names a path to a whole answer has: `widgets.lookup.parsed`."""


class ArrayInParsed(Rule):
    """MS151 (reference 3.6)."""

    id = "MS151"
    title = "A template expects an array in parsed"
    help = """\
Studio parses an answer only when it is a JSON object. An array at the top is not parsed, so
`widgets.lookup.parsed[0]` is always empty, and a loop over `parsed` runs over an object's members.

Answer with an object around the array, `{"items": […]}`, and read `parsed.items[0]`."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find numbers after `parsed`, and loops over it."""
        for template in flow.templates:
            for path in template.reads:
                if _is_answer(path, flow) and len(path) > _PARSED and _is_index(path[_PARSED]):
                    yield self._found(flow, template, path[: _PARSED + 1])
            for path in template.loops:
                if _is_answer(path, flow) and len(path) == _PARSED:
                    yield self._found(flow, template, path)

    def _found(self, flow: LintedFlow, template: Template, path: Segments) -> Finding:
        whole = dotted(path[:_PARSED])
        message = f"{dotted(path)} expects an array, but only a JSON object is parsed"
        instead = f'answer with {{"items": […]}} and read {whole}.items'
        return self.found(template.state.name, flow.at_template(template), message, instead)


def _is_answer(path: Segments, flow: LintedFlow) -> bool:
    state = flow.flow.by_name.get(widget_read(path) or "")
    is_request = state is not None and state.type in ("make-http-request", "run-function")
    return is_request and path[2:_PARSED] == ("parsed",)


def _is_index(part: str | int | None) -> bool:
    return isinstance(part, int) or (part is not None and part.isdecimal())


RULES: tuple[type[Rule], ...] = (ArrayInParsed,)
