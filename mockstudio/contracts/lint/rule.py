"""What a rule is, and what it finds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.errors import Problem
from mockstudio.flows.findings import Spot


class Level(StrEnum):
    """How bad a finding is, in SARIF's words.

    An error goes wrong in every run that comes by, a warning in some, a note is worth knowing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """A mistake in a flow.

    Attributes:
        rule: the rule's id.
        level: how bad it is.
        widget: the widget's name; empty when none is concerned.
        problem: what is wrong, and the property's file, path, line and column.
        instead: what to write instead.
    """

    rule: str
    level: Level
    widget: str
    problem: Problem
    instead: str

    @property
    def message(self) -> str:
        """What is wrong."""
        return self.problem.message


class Rule(ABC):
    """One kind of mistake.

    Attributes:
        id: `MS` and three digits; it never changes its meaning.
        level: how bad its findings are.
        title: the rule in one line.
        help: why it is a mistake and what to do about it.
    """

    id: ClassVar[str]
    level: ClassVar[Level] = Level.WARNING
    title: ClassVar[str]
    help: ClassVar[str]

    @abstractmethod
    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Yield all mistakes of this kind in a flow."""

    def found(self, widget: str, spot: Spot, message: str, instead: str) -> Finding:
        """Return a finding of this rule at a place of the definition."""
        return Finding(self.id, self.level, widget, spot.problem(message), instead)
