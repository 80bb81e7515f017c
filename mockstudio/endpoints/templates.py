"""Liquid templates in replies, filled in from the request.

What templates see is in `request_values`; names that nothing has render as nothing. Liquid takes a
tenth of a second to import, so that is left to the first template.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mockstudio.endpoints.bodies import json_text
from mockstudio.errors import MockstudioError, did_you_mean

if TYPE_CHECKING:
    from liquid import BoundTemplate, Environment, RenderContext

LOOP_LIMIT = 100_000
"""Rounds that the loops of one template may make, so that a request cannot make it run for ever."""

Namespace = Mapping[str, object]
Part = str | Callable[[Namespace], str]
"""Text as it is, or what makes it for a request."""


class TemplateError(MockstudioError):
    """A template that cannot be read or filled in."""


def is_template(text: str) -> bool:
    """Tell whether there is anything in a text for Liquid to do."""
    return "{{" in text or "{%" in text


def check_template(text: str) -> str | None:
    """Return what is wrong with a template's syntax, with line and column, or None."""
    try:
        TemplateCompiler().compile(text)
    except TemplateError as error:
        return str(error)
    return None


class TemplateCompiler:
    """Makes templates of text; one of them serves any number of texts and threads."""

    def compile(self, text: str) -> Part:
        """Return text as it is when it is no template, else what fills it in.

        Raises:
            TemplateError: the syntax is wrong, or a filter is unknown.
        """
        if not is_template(text):
            return text
        try:
            template = self._environment.from_string(text)
        except Exception as error:
            raise TemplateError(_explained(error, text)) from error
        self._check_filters(template, text)
        return lambda namespace: _filled(template, namespace, text)

    def _check_filters(self, template: BoundTemplate, text: str) -> None:
        """Raise TemplateError for a filter nobody knows, which Liquid would find out at play."""
        known = self._environment.filters
        for name, spans in template.analyze(include_partials=False).filters.items():
            if name not in known:
                place = _place(text, spans[0].index)
                raise TemplateError(f"{place}: no filter '{name}'{did_you_mean(name, known)}")

    @cached_property
    def _environment(self) -> Environment:
        from liquid import Environment
        from liquid.extra import JSON

        class LimitedEnvironment(Environment):
            loop_iteration_limit = LOOP_LIMIT

        environment = LimitedEnvironment()
        environment.add_filter("json", JSON())
        environment.add_filter("date", _date_filter(environment.filters["date"]))
        return environment


def compile_json(value: Any, compile_text: Callable[[str], Part]) -> tuple[Part, ...]:
    """Return a JSON document whose string values are templates, as text in parts.

    Args:
        value: anything with a JSON form; its keys are no templates.
        compile_text: such as `TemplateCompiler.compile`; what it makes of a string stays a string.

    Raises:
        UsageError: the value has no JSON form.
        TemplateError: a template's syntax is wrong.
    """
    plain = json.loads(json_text(value))
    return tuple(_merged(_json_parts(plain, compile_text)))


def fill(parts: Iterable[Part], namespace: Namespace) -> str:
    """Return the text that parts make for a request.

    Raises:
        TemplateError: a template cannot be filled in.
    """
    return "".join([part if isinstance(part, str) else part(namespace) for part in parts])


def _filled(template: BoundTemplate, namespace: Namespace, text: str) -> str:
    # A filter may fail with any exception; whatever it is, the template is the reason.
    try:
        return template.render(namespace)
    except Exception as error:
        raise TemplateError(_explained(error, text)) from error


def _explained(error: Exception, text: str) -> str:
    """Return an error with its place in the template: the end where Liquid knows no place."""
    token = getattr(error, "token", None)
    index = token.start_index if token is not None and token.start_index >= 0 else len(text)
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    return f"{_place(text, index)}: {message}"


def _place(text: str, index: int) -> str:
    line = text.count("\n", 0, index) + 1
    column = index - text.rfind("\n", 0, index)
    return f"line {line}, column {column}"


def _date_filter(date: Callable[..., object]) -> Callable[..., object]:
    """Return Liquid's `date` filter with `now` and `today` taken from the clock passed in."""
    from liquid.filter import with_context

    @with_context
    def date_of(value: object, *arguments: object, context: RenderContext) -> object:
        moment = context.resolve("now") if value in ("now", "today") else value
        return date(moment, *arguments, environment=context.env)

    return date_of


def _json_parts(value: Any, compile_text: Callable[[str], Part]) -> Iterator[Part]:
    text = json_text(value)
    if not is_template(text):
        yield text
    elif isinstance(value, dict):
        for before, (key, item) in zip(_separators("{"), value.items(), strict=False):
            yield f"{before}{json_text(key)}: "
            yield from _json_parts(item, compile_text)
        yield "}"
    elif isinstance(value, list):
        for before, item in zip(_separators("["), value, strict=False):
            yield before
            yield from _json_parts(item, compile_text)
        yield "]"
    else:
        yield _json_string(compile_text(value))


def _separators(opening: str) -> Iterator[str]:
    return itertools.chain([opening], itertools.repeat(", "))


def _json_string(part: Part) -> Part:
    return json_text(part) if isinstance(part, str) else lambda values: json_text(part(values))


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts with neighbours that are plain text made one."""
    for is_text, group in itertools.groupby(parts, lambda part: isinstance(part, str)):
        if is_text:
            yield fill(group, {})
        else:
            yield from group
