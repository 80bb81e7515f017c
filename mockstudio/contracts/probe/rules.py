"""The rules of `mockstudio check`: what can be found, how bad it is, and what to do about it.

Their texts are in `rules.yaml` beside this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mockstudio.errors import SettingsError, UnknownNameError
from mockstudio.files.documents import read_yaml

_FILE = Path(__file__).with_name("rules.yaml")


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The widget fails, or a protected endpoint is open."""
    WARNING = "warning"
    """The widget succeeds today, and the flow may not do what its author means."""
    NOTE = "note"
    """Worth knowing."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: such as `MS012`; it never changes.
        name: the same in words.
        level: of its findings.
        title: what is found, in a line.
        help: why it matters and what to do.
    """

    id: str
    name: str
    level: Level
    title: str
    help: str


@dataclass(frozen=True)
class Finding:
    """What a rule has found.

    Attributes:
        rule: the rule.
        text: what is wrong here.
        line: of the document, counted from 1, or None when none is concerned.
        code: Twilio's debugger code, or None.
    """

    rule: Rule
    text: str
    line: int | None = None
    code: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON data."""
        return {
            "rule": self.rule.id,
            "name": self.rule.name,
            "level": self.rule.level.value,
            "text": self.text,
            "line": self.line,
            "code": self.code,
        }


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return all rules by their ids."""
    data: Mapping[str, Mapping[str, str]] = read_yaml(_FILE, SettingsError).data
    rules = (
        Rule(id_, rule["name"], Level(rule["level"]), rule["title"], rule["help"].strip())
        for id_, rule in data.items()
    )
    return MappingProxyType({rule.id: rule for rule in rules})


def rule_of(id_: str) -> Rule:
    """Return the rule with an id, in whatever case it is written.

    Raises:
        UnknownNameError: there is no such rule.
    """
    rules = all_rules()
    try:
        return rules[id_.upper()]
    except KeyError:
        raise UnknownNameError("rule", id_, rules) from None


def finding(name: str, text: str, *, line: int | None = None, code: int | None = None) -> Finding:
    """Return a finding of the rule with a name, such as `too-slow`."""
    rule = next(rule for rule in all_rules().values() if rule.name == name)
    return Finding(rule, text, line or None, code)
