"""What the templates of a reply must keep to: their syntax is checked when a file is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockstudio.endpoints.templates import TemplateCompiler, TemplateError

Steps = tuple[str | int, ...]

TEMPLATED = ("json", "text", "twiml", "xml", "headers", "redirect")
"""The members of a reply whose strings are templates."""


def broken_templates(reply: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    """Yield the path of each template with broken syntax, and what is wrong with it."""
    compiler = TemplateCompiler()
    for member in TEMPLATED:
        for path, text in _strings(reply.get(member), (member,)):
            try:
                compiler.compile(text)
            except TemplateError as error:
                yield path, f"template: {error}"


def _strings(value: Any, path: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _strings(member, (*path, key))
    elif isinstance(value, Sequence):
        for index, member in enumerate(value):
            yield from _strings(member, (*path, index))
