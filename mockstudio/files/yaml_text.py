"""YAML as mockstudio reads it: JSON's types and nothing else.

As in YAML 1.2, `yes`, `no`, `on` and `off` are text and so are dates. Beyond it, what only looks
like a number stays text: a phone number (`+15005550006`), a padded one (`007`), a time (`12:30`),
`.inf`. Keys are text, whatever they look like. A number knows how it is written (see `scalars`),
so that `1.50` is that wherever it is to be text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml.reader import Reader

from mockstudio.errors import DocumentError, Problem
from mockstudio.files.nodes import MERGE, Node, compose, place_of, refuse
from mockstudio.files.scalars import as_written

_DIGITS_AT_MOST = 4000  # Python refuses to read longer integers

_PLAIN: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"null|Null|NULL|~|"), lambda text: None),
    (re.compile(r"true|True|TRUE"), lambda text: True),
    (re.compile(r"false|False|FALSE"), lambda text: False),
    (re.compile(r"-?(?:0|[1-9](?:_?[0-9])*)"), lambda text: as_written(int(text), text)),
    (re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+"), lambda text: as_written(int(text, 0), text)),
    (
        re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"),
        lambda text: as_written(float(text), text),
    ),
)

_TAG_PREFIX = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}
_TEXT_TAGS = ("!", f"{_TAG_PREFIX}str", f"{_TAG_PREFIX}timestamp")


def compose_yaml(text: str) -> Node | None:
    """Return the root of a YAML text, or None for an empty one.

    Raises:
        DocumentError: the text is not usable; its problems name line and column, but no file.
    """
    _refuse_unprintable(text)
    try:
        return compose(_events(text), read_scalar, _read_key)
    except yaml.MarkedYAMLError as error:
        raise DocumentError([_syntax_problem(error)]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentError([Problem(f"not valid YAML: {error}")]) from error


def _events(text: str) -> Iterator[yaml.Event]:
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=loader)
    return events


def read_scalar(event: yaml.ScalarEvent) -> Any:
    """Return what a scalar stands for: text, a number, true, false or None."""
    if event.tag is None:
        return plain_value(event.value) if event.implicit[0] else event.value
    if event.tag in _TEXT_TAGS:
        return event.value
    types = _TAGGED.get(event.tag.removeprefix(_TAG_PREFIX))
    value = plain_value(event.value)
    if types is None or not isinstance(value, types):
        refuse(event, f"the tag '{event.tag}' does not go with '{event.value}'; leave it out")
    return value


def plain_value(text: str) -> Any:
    """Return what a text written without quotes stands for."""
    if len(text) <= _DIGITS_AT_MOST:
        for pattern, convert in _PLAIN:
            if pattern.fullmatch(text):
                return convert(text)
    return text


def _read_key(event: yaml.ScalarEvent) -> Any:
    is_plain = event.tag is None and event.implicit[0]
    return MERGE if is_plain and event.value == "<<" else event.value


def _refuse_unprintable(text: str) -> None:
    found = Reader.NON_PRINTABLE.search(text)
    if found is None:
        return
    before = text[: found.start()]
    line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
    message = f"not valid YAML: the character U+{ord(found.group()):04X} is not allowed"
    raise DocumentError([Problem(message, line=line, column=column)])


def _syntax_problem(error: yaml.MarkedYAMLError) -> Problem:
    reason = " ".join(part for part in (error.problem, error.context) if part)
    message = f"not valid YAML: {reason}"
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(message)
    place = place_of(mark)
    return Problem(message, line=place.line, column=place.column)
