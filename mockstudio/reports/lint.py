"""What `mockstudio lint` found, as text and as JSON."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from mockstudio.contracts.lint.registry import RULES
from mockstudio.contracts.lint.rule import Finding, Level

_FINGERPRINT_LENGTH = 32


def fingerprint(finding: Finding) -> str:
    """Return what a finding is recognised by after lines have moved: 32 hex digits.

    It depends on file, rule, widget and message.
    """
    parts = (finding.problem.file or "", finding.rule, finding.widget, finding.message)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:_FINGERPRINT_LENGTH]


def text_lines(finding: Finding) -> tuple[str, str]:
    """Return a finding as two lines: `file:line:column: level id widget: message`, and advice."""
    problem = finding.problem
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
    widget = f" {finding.widget}" if finding.widget else ""
    first = f"{place}: {finding.level} {finding.rule}{widget}: {finding.message}"
    return first, f"    {finding.instead}"


def to_dict(finding: Finding) -> dict[str, Any]:
    """Return a finding in JSON's types."""
    problem = finding.problem
    return {
        "rule": finding.rule,
        "level": str(finding.level),
        "title": RULES[finding.rule].title,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "widget": finding.widget,
        "message": finding.message,
        "instead": finding.instead,
        "fingerprint": fingerprint(finding),
    }


def summary(findings: Iterable[Finding], flows: Sequence[str]) -> str:
    """Return how much was found, in one line.

    Args:
        findings: what was found.
        flows: the names of all flows that were looked at.
    """
    counts = Counter(finding.level for finding in findings)
    found = [_counted(counts[level], str(level)) for level in Level if counts[level]]
    return f"{', '.join(found) or 'nothing'} found in {_counted(len(flows), 'flow')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
