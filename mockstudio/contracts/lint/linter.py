"""Checks flows by rules, and leaves out what the settings ignore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.contracts.lint.registry import rule_named
from mockstudio.contracts.lint.rule import Finding, Level, Rule

FAILING = (Level.ERROR, Level.WARNING)
"""The levels of findings that make the command fail."""


@dataclass
class Ignored:
    """Findings that the settings leave out.

    Attributes:
        entries: `MS101`, or `MS101 widget` for one widget only; as in the settings.
    """

    entries: Sequence[str] = ()
    _used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for entry in self.entries:
            rule_named(entry.partition(" ")[0])

    def covers(self, finding: Finding) -> bool:
        """Tell whether a finding is left out."""
        names = (finding.rule, f"{finding.rule} {finding.widget}")
        fitting = [entry for entry in self.entries if entry in names]
        self._used.update(fitting)
        return bool(fitting)

    @property
    def unused(self) -> tuple[str, ...]:
        """The entries that have left nothing out so far."""
        return tuple(entry for entry in self.entries if entry not in self._used)


def lint(
    flow: LintedFlow, rules: Iterable[Rule], ignored: Ignored | None = None
) -> tuple[Finding, ...]:
    """Return what the rules find in a flow, in the file's order.

    What a rule says twice of a widget, in the same words, is kept at its first place only: a
    split repeats its input in every branch.

    Args:
        flow: the flow.
        rules: what is looked for.
        ignored: what is left out.
    """
    found = (finding for rule in rules for finding in rule.check(flow))
    kept = [each for each in found if ignored is None or not ignored.covers(each)]
    first: dict[tuple[str, str, str], Finding] = {}
    for each in sorted(kept, key=_place):
        first.setdefault((each.rule, each.widget, each.message), each)
    return tuple(first.values())


def fails(findings: Iterable[Finding]) -> bool:
    """Tell whether findings are bad enough to fail."""
    return any(finding.level in FAILING for finding in findings)


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.problem.line or 0, finding.problem.column or 0, finding.rule
