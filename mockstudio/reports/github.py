"""What failed, is broken or was found, as annotations that GitHub shows beside a change's lines.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

from mockstudio.contracts.lint.rule import Finding, Level
from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.outcome import Outcome
from mockstudio.errors import Problem

ERROR: Final = "error"
_COMMANDS: Final = MappingProxyType(
    {Level.ERROR: ERROR, Level.WARNING: "warning", Level.NOTE: "notice"}
)


class Annotations:
    """Makes workflow commands.

    Args:
        root: the folder of the repository, from which files are named; None for the current one.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    def of_outcomes(self, outcomes: Iterable[Outcome]) -> Iterator[str]:
        """Yield a command for each expectation that does not hold, and for each error."""
        for outcome in outcomes:
            if outcome.error:
                place = outcome.error_place or outcome.place
                yield self._command(place, outcome.name, outcome.error)
            for failure in outcome.failures:
                told = [f"expected {failure.expected}", "found:", *failure.found, *failure.diff]
                text = "\n".join(told)
                yield self._command(failure.place, outcome.name, text)

    def of_problems(self, problems: Iterable[Problem]) -> Iterator[str]:
        """Yield a command for each mistake in a file."""
        for problem in problems:
            place = Place(problem.file or "", problem.line or 0)
            text = f"{problem.path}: {problem.message}" if problem.path else problem.message
            yield self._command(place, "the file cannot be used", text)

    def of_findings(self, findings: Iterable[Finding]) -> Iterator[str]:
        """Yield a command for each mistake that was found in a flow."""
        for finding in findings:
            place = Place(finding.problem.file or "", finding.problem.line or 0)
            title = f"{finding.rule} {finding.widget}".rstrip()
            text = f"{finding.message}\n{finding.instead}"
            yield self._command(place, title, text, _COMMANDS[finding.level])

    def _command(self, place: Place, title: str, text: str, command: str = ERROR) -> str:
        line = str(place.line or "")
        properties = {"file": _from(self._root, place.file), "line": line, "title": title}
        told = ",".join(f"{name}={_of_property(text)}" for name, text in properties.items() if text)
        return f"::{command} {told}::{_of_text(text)}"


def _from(root: Path | None, file: str) -> str:
    path = Path(file).resolve()
    if root is None or not file or not path.is_relative_to(root.resolve()):
        return file
    return path.relative_to(root.resolve()).as_posix()


def _of_text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _of_property(text: str) -> str:
    return _of_text(text).replace(":", "%3A").replace(",", "%2C")
