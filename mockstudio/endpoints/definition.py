"""Endpoint files read and checked: everything wrong at once, and nothing half-loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mockstudio.endpoints.endpoint_rules import endpoint_findings
from mockstudio.endpoints.model import (
    AtEnd,
    BasicAuth,
    Endpoint,
    Kind,
    OutcomeReply,
    Predicate,
    Reply,
    UrlPattern,
    Visibility,
    When,
)
from mockstudio.endpoints.predicates import make_operator
from mockstudio.endpoints.reply_definition import Data, default_reply, make_reply, make_turn
from mockstudio.endpoints.url_patterns import free_name, name_from_url, parse_url_pattern
from mockstudio.errors import EndpointFileError, Problem
from mockstudio.files.documents import Document, read_yaml
from mockstudio.files.schemas import check, in_file_order

_SCHEMA = Path(__file__).with_name("endpoints.schema.json")


def read_endpoints(path: Path) -> tuple[Endpoint, ...]:
    """Return the endpoints of a file, in its order.

    Raises:
        EndpointFileError: the file cannot be read or used; holds every problem in it.
    """
    return _endpoints(read_yaml(path, EndpointFileError), path.parent)


def parse_endpoints(
    data: Any, source: str = "", folder: Path | None = None
) -> tuple[Endpoint, ...]:
    """Return the endpoints that data describes, as it comes from JSON.

    Args:
        data: what an endpoint file holds, or only its list of endpoints.
        source: how problems and endpoints call where they came from.
        folder: where the files of bodies lie; the working directory unless given.

    Raises:
        EndpointFileError: the data cannot be used; holds every problem in it.
    """
    whole = {"endpoints": data} if isinstance(data, list) else data
    return _endpoints(Document(whole, source), folder or Path())


def _endpoints(document: Document, folder: Path) -> tuple[Endpoint, ...]:
    problems = [*check(document, _schema()), *_broken_rules(document, folder)]
    if problems:
        raise EndpointFileError(in_file_order(problems))
    entries: list[Data] = document.data["endpoints"]
    urls = [parse_url_pattern(entry["url"]) for entry in entries]
    names = _names(entries, urls)
    return tuple(
        _endpoint(entry, name, url, _source(document, index), folder)
        for index, (entry, name, url) in enumerate(zip(entries, names, urls, strict=True))
    )


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return schema


def _broken_rules(document: Document, folder: Path) -> Iterator[Problem]:
    for finding in endpoint_findings(document.data, folder):
        yield document.problem(finding.path, finding.message, at_key=finding.at_key)


def _names(entries: Iterable[Data], urls: Iterable[UrlPattern]) -> list[str]:
    """Return the endpoints' names; those without get one from the URL, numbered if need be."""
    taken = {entry["name"] for entry in entries if "name" in entry}
    names: list[str] = []
    for entry, url in zip(entries, urls, strict=True):
        name = entry.get("name") or free_name(name_from_url(url), taken)
        taken.add(name)
        names.append(name)
    return names


def _source(document: Document, index: int) -> str:
    line, _ = document.position(["endpoints", index])
    return f"{document.name}:{line}" if line else document.name


def _endpoint(data: Data, name: str, url: UrlPattern, source: str, folder: Path) -> Endpoint:
    kind = Kind(data.get("kind", Kind.HTTP))
    return Endpoint(
        name=name,
        url=url,
        kind=kind,
        methods=_methods(data.get("methods", [])),
        when=_when(data.get("when", {})),
        replies=_replies(data, kind, folder),
        at_end=_at_end(data.get("at_end", AtEnd.STICK)),
        outcomes={key: make_reply(r, key, folder) for key, r in data.get("outcomes", {}).items()},
        visibility=Visibility(data.get("visibility", Visibility.PUBLIC)),
        auth=BasicAuth(**data["auth"]) if "auth" in data else None,
        source=source,
    )


def _methods(data: str | list[str]) -> frozenset[str]:
    return frozenset([data] if isinstance(data, str) else data)


def _at_end(data: str | int) -> AtEnd:
    return AtEnd(data) if isinstance(data, str) else AtEnd.NOT_FOUND


def _replies(data: Data, kind: Kind, folder: Path) -> tuple[Reply | OutcomeReply, ...]:
    turns = [data["reply"]] if "reply" in data else data.get("replies", ())
    made = tuple(make_turn(turn, number, folder) for number, turn in enumerate(turns, start=1))
    return made or (default_reply(kind),)


def _when(data: Data) -> When:
    return When(
        params=_conditions(data.get("params", {})),
        headers={n.lower(): c for n, c in _conditions(data.get("headers", {})).items()},
        cookies=_conditions(data.get("cookies", {})),
        json=data.get("json", ...),
        body=make_operator(data["body"]) if "body" in data else None,
    )


def _conditions(data: Data) -> Mapping[str, Predicate]:
    return {name: make_operator(condition) for name, condition in data.items()}
