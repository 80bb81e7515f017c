"""What an endpoint file must keep to beyond its schema (see `reply_rules` for how they look)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mockstudio.endpoints.model import Kind
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.endpoints.predicates import Matches
from mockstudio.endpoints.reply_rules import Finding, reply_findings
from mockstudio.endpoints.url_patterns import parse_url_pattern
from mockstudio.errors import did_you_mean
from mockstudio.files.shapes import as_list, as_mapping

_NAMED_CONDITIONS = ("params", "headers", "cookies")


def endpoint_findings(data: Any, folder: Path) -> Iterator[Finding]:
    """Yield what is wrong with the endpoints of a file, whatever its data is.

    Args:
        data: the whole file's data.
        folder: where files of bodies lie.
    """
    endpoints = as_list(as_mapping(data).get("endpoints"))
    yield from (finding.under("endpoints") for finding in _duplicate_names(endpoints))
    for index, endpoint in enumerate(endpoints):
        for finding in _of_endpoint(as_mapping(endpoint), folder):
            yield finding.under("endpoints", index)


def _duplicate_names(endpoints: list[Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, endpoint in enumerate(endpoints):
        name = as_mapping(endpoint).get("name")
        if isinstance(name, str) and name in seen:
            yield Finding((index, "name"), f"another endpoint above is called '{name}' already")
        elif isinstance(name, str):
            seen.add(name)


def _of_endpoint(endpoint: Mapping[str, Any], folder: Path) -> Iterator[Finding]:
    for rule in _RULES:
        yield from rule(endpoint)
    for path, reply in _replies(endpoint):
        yield from (finding.under(*path) for finding in reply_findings(reply, folder))


def _turns(endpoint: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield all that an endpoint plays in turn, with the paths."""
    if "reply" in endpoint:
        yield ("reply",), endpoint["reply"]
    for index, turn in enumerate(as_list(endpoint.get("replies"))):
        yield ("replies", index), turn


def _replies(endpoint: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield all that is written out as a reply, with the paths."""
    yield from _turns(endpoint)
    for name, reply in as_mapping(endpoint.get("outcomes")).items():
        yield ("outcomes", name), reply


def _url(endpoint: Mapping[str, Any]) -> Iterator[Finding]:
    url = endpoint.get("url")
    if isinstance(url, str) and url:
        try:
            parse_url_pattern(url)
        except ValueError as error:
            yield Finding(("url",), str(error))


def _reply_or_replies(endpoint: Mapping[str, Any]) -> Iterator[Finding]:
    if "reply" in endpoint and "replies" in endpoint:
        yield Finding(("replies",), "expected reply or replies, found both", at_key=True)


def _visibility(endpoint: Mapping[str, Any]) -> Iterator[Finding]:
    kind = endpoint.get("kind", Kind.HTTP.value)
    if "visibility" in endpoint and kind in (Kind.HTTP.value, Kind.TWIML.value):
        message = f"only an endpoint of kind function has a visibility, this one is of kind {kind}"
        yield Finding(("visibility",), message, at_key=True)


def _outcome_names(endpoint: Mapping[str, Any]) -> Iterator[Finding]:
    valid = dict.fromkeys((*OUTCOME_NAMES, *as_mapping(endpoint.get("outcomes"))))
    for path, turn in _turns(endpoint):
        inner = ("outcome",) if isinstance(turn, Mapping) else ()
        name = turn.get("outcome") if isinstance(turn, Mapping) else turn
        if isinstance(name, str) and name not in valid:
            message = f"no outcome '{name}'{did_you_mean(name, valid)} (known: {', '.join(valid)})"
            yield Finding((*path, *inner), message)


def _patterns(endpoint: Mapping[str, Any]) -> Iterator[Finding]:
    when = as_mapping(endpoint.get("when"))
    for part in _NAMED_CONDITIONS:
        for name, condition in as_mapping(when.get(part)).items():
            yield from (f.under("when", part, name) for f in broken_patterns(condition))
    yield from (f.under("when", "body") for f in broken_patterns(when.get("body")))


def broken_patterns(condition: Any) -> Iterator[Finding]:
    """Yield which patterns of a condition are no regular expressions, whatever its data is."""
    operators = as_mapping(condition)
    if isinstance(pattern := operators.get("matches"), str):
        try:
            Matches(pattern)
        except ValueError as error:
            yield Finding(("matches",), str(error))
    for index, alternative in enumerate(as_list(operators.get("any_of"))):
        yield from (f.under("any_of", index) for f in broken_patterns(alternative))


_RULES: tuple[Callable[[Mapping[str, Any]], Iterator[Finding]], ...] = (
    _url,
    _reply_or_replies,
    _visibility,
    _outcome_names,
    _patterns,
)
