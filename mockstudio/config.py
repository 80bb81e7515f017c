"""Settings: option > environment (`MOCKSTUDIO_*`) > `mockstudio.yaml` > default."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mockstudio.durations import EXPECTED, parse_duration
from mockstudio.errors import DocumentError, Problem, SettingsError, UsageError, did_you_mean
from mockstudio.files.documents import Document, parse_yaml, read_yaml
from mockstudio.files.scalars import as_text
from mockstudio.files.schemas import check, in_file_order
from mockstudio.sids import SAMPLE_ACCOUNT_SID

FILE_NAME = "mockstudio.yaml"
ENVIRONMENT_PREFIX = "MOCKSTUDIO_"
API_VERSION = "2010-04-01"
"""Of Twilio's REST API, as requests name it (rest-api.md 5.2)."""
SAMPLE_AUTH_TOKEN = "0123456789abcdef" * 2
SAMPLE_TEST_ACCOUNT_SID = "AC" + "0" * 31 + "2"
SAMPLE_TEST_AUTH_TOKEN = "fedcba9876543210" * 2
SAMPLE_NUMBER = "+15005550006"
"""Twilio's own test number that is valid everywhere (rest-api.md 1.4)."""
SAMPLE_CONTACT = "+12025550123"
"""From the range 555-0100 to 555-0199, which belongs to nobody."""

_NOT_A_SETTING = frozenset({"MOCKSTUDIO_CORPUS", "MOCKSTUDIO_OPENAPI"})
"""Variables of the tests' own: the folders of exported flows and of specifications they read."""
_HOW = frozenset({"status", "delay", "drop"})
_WHICH = ("first", "every", "probability")
_OPTIONS = MappingProxyType(
    {
        "variables": "--var",
        "limits": "--limit",
        "subflows": "--subflow",
        "routes": "--route",
        "results": "--result",
    }
)
_SCHEMA = Path(__file__).with_name("settings.schema.json")


@dataclass(frozen=True)
class Settings:
    """What mockstudio was told.

    Attributes:
        host: the address the sandbox binds to.
        port: the port it binds to; 0 for any free one.
        account_sid: the account of the REST API and of webhooks.
        auth_token: signs webhooks and opens the REST API.
        test_account_sid: the account of test credentials (rest-api.md 1.4).
        test_auth_token: their token.
        endpoints: endpoint files.
        flows: flow files.
        subflows: flow files by flow SID, for Run Subflow widgets.
        routes: where URLs of a flow really go, from pattern to target, in order.
        variables: values for the `${...}` placeholders of a flow.
        profile: the set of limits that is kept to.
        limits: single limits over the profile's, as text: `10s`, `65536`, `true`.
        seed: makes random delays repeat.
        journal_size: how many requests the journal keeps.
        trust_env: whether calls use the environment's proxies and credentials.
        remote_control: whether other machines may use the control API.
        verify_signatures: whether the flows' webhooks refuse requests that are not signed.
        fallback_url: what Twilio asks when a flow's webhook fails; empty for none.
        results: what the world outside decides, by verb or resource, in order.
        rest_failures: which requests to the REST API fail, and how; the first that fits counts.
        rest_limits: how many of a resource the REST API lets be created in a second.
        context: what Python functions find in their context.
        lint_ignore: findings that `mockstudio lint` leaves out: a rule's id, or an id and a widget.
        number: Twilio's side of calls and messages.
        contact: the person's side.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    account_sid: str = SAMPLE_ACCOUNT_SID
    auth_token: str = field(default=SAMPLE_AUTH_TOKEN, repr=False)
    test_account_sid: str = SAMPLE_TEST_ACCOUNT_SID
    test_auth_token: str = field(default=SAMPLE_TEST_AUTH_TOKEN, repr=False)
    endpoints: tuple[Path, ...] = ()
    flows: tuple[Path, ...] = ()
    subflows: Mapping[str, Path] = field(default_factory=dict)
    routes: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    profile: str = "studio"
    limits: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    journal_size: int = 10_000
    trust_env: bool = False
    remote_control: bool = False
    verify_signatures: bool = False
    fallback_url: str = ""
    results: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rest_failures: tuple[Mapping[str, Any], ...] = ()
    rest_limits: Mapping[str, int] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict, repr=False)
    lint_ignore: tuple[str, ...] = ()
    number: str = SAMPLE_NUMBER
    contact: str = SAMPLE_CONTACT


_NAMES = tuple(setting.name for setting in fields(Settings))


@dataclass(frozen=True)
class _Source:
    """Where settings come from.

    Attributes:
        document: what was given.
        folder: what relative paths start from.
        label: how a setting is called there, for problems.
    """

    document: Document
    folder: Path
    label: Callable[[str], str]


def pairs(option: str, texts: Iterable[str], expected: str = "NAME=VALUE") -> dict[str, str]:
    """Return `NAME=VALUE` texts as a mapping; raises UsageError naming the option."""
    found: dict[str, str] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not (separator and name):
            raise UsageError(f"{option} '{text}': expected {expected}")
        found[name] = value
    return found


def load_settings(options: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings in force.

    The nearest source counts: an option, then the environment, then the file. Mappings are put
    together, the nearest source first. Paths in the file are relative to it, others as given.
    In the environment lists of paths are written like PATH, mappings as YAML: `{name: value}`.

    Args:
        options: by setting; None and empty tuples mean that an option was not given.
        environ: environment variables.
        folder: where `mockstudio.yaml` lies, if there is one; or the settings file itself.

    Raises:
        SettingsError: anything given cannot be used, whatever the source; holds every problem.
    """
    problems = list(_unknown_variables(environ))
    sources = [_from_options(options), _from_environment(environ)]
    try:
        sources.append(_from_file(folder if folder.is_file() else folder / FILE_NAME))
    except SettingsError as error:
        problems += error.problems
    problems += [problem for source in sources for problem in _problems(source)]
    if problems:
        raise SettingsError(problems)
    return Settings(**_merged([_values(source) for source in sources]))


def _from_options(options: Mapping[str, Any]) -> _Source:
    given = {name: _plain(value) for name, value in options.items() if value not in (None, ())}
    return _Source(Document(given, ""), Path(), _option)


def _plain(value: Any) -> Any:
    """Return an option's value in JSON's types."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _from_environment(environ: Mapping[str, str]) -> _Source:
    given = {name: environ.get(_variable(name), "") for name in _NAMES}
    values = {name: _read_variable(name, text) for name, text in given.items() if text}
    return _Source(Document(values, ""), Path(), _variable)


def _variable(name: str) -> str:
    return ENVIRONMENT_PREFIX + name.upper()


def _read_variable(name: str, text: str) -> Any:
    """Return a variable's value; text that cannot be read stays text, for the schema to refuse."""
    default = getattr(Settings(), name)
    if isinstance(default, str):
        return text
    if isinstance(default, tuple) and name != "rest_failures":
        return [part for part in text.split(os.pathsep) if part]
    try:
        return parse_yaml(text, _variable(name)).data
    except DocumentError:
        return text


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[Problem]:
    known = [_variable(name) for name in _NAMES]
    for name in environ:
        if name.startswith(ENVIRONMENT_PREFIX) and name not in {*known, *_NOT_A_SETTING}:
            yield Problem(f"unknown environment variable{did_you_mean(name, known)}", path=name)


def _from_file(path: Path) -> _Source:
    document = read_yaml(path, SettingsError) if path.exists() else Document({}, "")
    if document.data is None:
        document = replace(document, data={})
    return _Source(document, path.parent, lambda name: name)


def _problems(source: _Source) -> Iterator[Problem]:
    if source.document.data == {}:
        return
    problems = [
        *check(source.document, _schema()),
        *_broken_limits(source.document),
        *_broken_failures(source.document),
    ]
    for problem in in_file_order(problems):
        name = re.split(r"\W", problem.path, maxsplit=1)[0]
        yield replace(problem, path=source.label(name) + problem.path[len(name) :])


def _option(name: str) -> str:
    """Return how a setting is called on the command line."""
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return schema


def _broken_limits(document: Document) -> Iterator[Problem]:
    limits = document.data.get("limits") if isinstance(document.data, Mapping) else None
    for name, value in limits.items() if isinstance(limits, Mapping) else ():
        if isinstance(value, str) and not _is_limit(value):
            message = f"expected a number, true, false or {EXPECTED}, found {value!r}"
            yield document.problem(["limits", name], message)


def _broken_failures(document: Document) -> Iterator[Problem]:
    """Find rules that say nothing of how requests fail, or say of which in two ways."""
    rules = document.data.get("rest_failures") if isinstance(document.data, Mapping) else None
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        if not isinstance(rule, Mapping):
            continue
        if not _HOW.intersection(rule):
            message = "expected how requests fail: status, delay or drop"
            yield document.problem(["rest_failures", index], message)
        if len(told := [name for name in _WHICH if name in rule]) > 1:
            message = f"expected one of first, every and probability, found {' and '.join(told)}"
            yield document.problem(["rest_failures", index], message)


def _is_limit(text: str) -> bool:
    try:
        parse_duration(text.replace("_", ""))
    except ValueError:
        return text.lower() in ("true", "false")
    return True


def _values(source: _Source) -> dict[str, Any]:
    """Return a source's settings as Settings wants them."""
    return {
        name: _CONVERSIONS[name](value, source.folder) if name in _CONVERSIONS else value
        for name, value in source.document.data.items()
    }


def _paths(value: list[str], folder: Path) -> tuple[Path, ...]:
    return tuple(folder / path for path in value)


def _texts(value: Mapping[str, Any], folder: Path) -> Mapping[str, str]:
    return {name: as_text(inner) for name, inner in value.items()}


def _results(value: Mapping[str, Any], folder: Path) -> Mapping[str, tuple[str, ...]]:
    return {what: (r,) if isinstance(r, str) else tuple(r) for what, r in value.items()}


def _whole(value: float, folder: Path) -> int:
    return int(value)


_CONVERSIONS: Mapping[str, Callable[[Any, Path], Any]] = {
    "port": _whole,
    "seed": _whole,
    "journal_size": _whole,
    "endpoints": _paths,
    "flows": _paths,
    "subflows": lambda value, folder: {sid: folder / path for sid, path in value.items()},
    "variables": _texts,
    "context": _texts,
    "results": _results,
    "rest_failures": lambda value, folder: tuple(value),
    "lint_ignore": lambda value, folder: tuple(value),
    "limits": _texts,
}
"""What makes a setting from its value in a source, for settings that are not taken as they are."""


def check_rest_failures(data: Any, name: str) -> None:
    """Check rules for failures that came otherwise than by settings.

    Args:
        data: a list of rules, as in `mockstudio.yaml`.
        name: what problems call the source.

    Raises:
        SettingsError: it cannot be used; holds every problem.
    """
    document = Document({"rest_failures": data}, name)
    problems = [*check(document, _schema()), *_broken_failures(document)]
    if problems:
        raise SettingsError(problems)


def _merged(sources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one value for each setting, the nearest source first."""
    merged: dict[str, Any] = {}
    for source in sources:
        for name, value in source.items():
            if isinstance(value, dict):
                nearer = merged.get(name, {})
                merged[name] = nearer | {k: v for k, v in value.items() if k not in nearer}
            else:
                merged.setdefault(name, value)
    return merged
