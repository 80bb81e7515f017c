"""Which scenarios failed when they were last played, kept in the current folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from mockstudio.contracts.scenario.model import Place, Scenario
from mockstudio.contracts.scenario.outcome import Outcome

FOLDER: Final = ".mockstudio_cache"
_FILE: Final = "last-failed.json"
_NOT_KEPT: Final = "# Made by mockstudio; not for version control.\n*\n"

Name = tuple[str, str]
"""A scenario's file, resolved, and its own name."""


class LastFailed:
    """The scenarios that failed last; what cannot be read or written counts as nothing.

    Args:
        folder: in which the note is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FOLDER / _FILE

    def among(self, scenarios: Iterable[Scenario]) -> list[Scenario]:
        """Return those of the scenarios that failed when they were last played."""
        failed = self._read()
        return [each for each in scenarios if _name(each.place, each.name) in failed]

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Keep what failed now, and what failed before and was not played now."""
        played = {_name(outcome.place, outcome.name) for outcome in outcomes}
        failed = {_name(each.place, each.name) for each in outcomes if not each.passed}
        kept = sorted((self._read() - played) | failed)
        if kept or self._file.exists():
            self._write(json.dumps(kept, indent=1))

    def _read(self) -> set[Name]:
        try:
            listed = json.loads(self._file.read_text("utf-8"))
            return {(str(file), str(name)) for file, name in listed}
        except (OSError, ValueError, TypeError):
            return set()

    def _write(self, text: str) -> None:
        try:
            self._file.parent.mkdir(exist_ok=True)
            (self._file.parent / ".gitignore").write_text(_NOT_KEPT, "utf-8")
            self._file.write_text(text, "utf-8")
        except OSError:
            return


def _name(place: Place, name: str) -> Name:
    return str(Path(place.file).resolve()), name
