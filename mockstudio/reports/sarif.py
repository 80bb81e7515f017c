"""Findings in SARIF 2.1.0, the format in which code hosts and editors read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from mockstudio.contracts.lint.rule import Finding, Rule
from mockstudio.reports.lint import fingerprint
from mockstudio.version import VERSION

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT: Final = "mockstudioFinding/v1"
"""What our fingerprints are called; another number would make all findings new ones."""


def sarif_log(findings: Iterable[Finding], rules: Sequence[Rule]) -> dict[str, Any]:
    """Return a SARIF log with one run.

    Args:
        findings: what was found, by these rules.
        rules: what was looked for.
    """
    indexes = {rule.id: index for index, rule in enumerate(rules)}
    driver = {
        "name": "mockstudio",
        "semanticVersion": VERSION,
        "rules": [_descriptor(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, indexes[finding.rule]) for finding in findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": type(rule).__name__,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.help},
        "help": {"text": rule.help, "markdown": rule.help},
        "defaultConfiguration": {"level": str(rule.level)},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": str(finding.level),
        "message": {"text": f"{finding.message}. Instead: {finding.instead}."},
        "locations": [_location(finding)],
        "partialFingerprints": {FINGERPRINT: fingerprint(finding)},
    }


def _location(finding: Finding) -> dict[str, Any]:
    problem = finding.problem
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.file or "")}}
    region = {"startLine": problem.line, "startColumn": problem.column}
    if problem.line:
        place["region"] = {name: number for name, number in region.items() if number}
    logical = {"fullyQualifiedName": problem.path, "kind": "member"}
    if finding.widget:
        logical["name"] = finding.widget
    return {"physicalLocation": place, "logicalLocations": [logical]}


def _uri(file: str) -> str:
    """Return a file's name as a URI reference, absolute only when the name is."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
