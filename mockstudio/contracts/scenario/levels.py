"""Keys that stand at another level of a scenario file than theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockstudio.endpoints.reply_rules import Finding
from mockstudio.files.shapes import as_list, as_mapping

_OF_A_SCENARIO = "belongs in a scenario, below `scenarios:` and behind a dash"


def misplaced(data: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the keys of file, scenarios, steps and blocks that belong at another of these levels.

    Args:
        data: that of a file, whatever it is.
        schema: that of scenario files.
    """
    levels = _Levels(schema)
    for key in _keys(data, levels.scenario - levels.file):
        yield Finding((key,), f"'{key}' {_OF_A_SCENARIO}", at_key=True)
    for index, scenario in enumerate(as_list(as_mapping(data).get("scenarios"))):
        yield from (f.under("scenarios", index) for f in levels.in_scenario(scenario))
    for name, block in as_mapping(as_mapping(data).get("blocks")).items():
        yield from (f.under("blocks", name) for f in levels.below(block, "scenario that uses it"))


class _Levels:
    """The keys that each level has.

    Attributes:
        file: those of a file.
        scenario: those of a scenario.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.file = frozenset(schema["properties"])
        self.scenario = frozenset(schema["$defs"]["scenario"]["properties"])

    def in_scenario(self, scenario: Any) -> Iterator[Finding]:
        yield from self._of_the_file(scenario)
        for index, step in enumerate(as_list(as_mapping(scenario).get("steps"))):
            yield from (f.under("steps", index) for f in self.below(step, "scenario"))

    def below(self, part: Any, scenario: str) -> Iterator[Finding]:
        """Yield the keys of a step or a block that belong in a scenario, or in the file."""
        yield from self._of_the_file(part)
        for key in _keys(part, self.scenario - _SHARED):
            text = f"'{key}' belongs in the {scenario}, beside its name"
            yield Finding((key,), text, at_key=True)

    def _of_the_file(self, part: Any) -> Iterator[Finding]:
        for key in _keys(part, self.file - self.scenario):
            text = (
                f"'{key}' belongs at the top of the file, beside `flow:`; it is for all scenarios"
            )
            yield Finding((key,), text, at_key=True)


_SHARED = frozenset({"use", "given", "when", "then"})
"""What steps and blocks have as scenarios have it."""


def _keys(value: Any, wanted: frozenset[str]) -> list[str]:
    return [key for key in value if key in wanted] if isinstance(value, Mapping) else []
