"""Set Variables: writes `flow.variables` (reference 2.3)."""

from __future__ import annotations

import re
from typing import Any

from mockstudio.flows.events import VariablesSet
from mockstudio.flows.json_text import JsonTextError, parse_json
from mockstudio.flows.widgets.base import Result, Took, Visit, Widget

UNPARSABLE_VALUE = 81027
JSON_OBJECT = "json_object"
STRING = "string"
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_LONGEST_NUMBER = 300


class SetVariables(Widget):
    """Sets variables; all values see the context from before the widget."""

    type = "set-variables"

    def enter(self, visit: Visit) -> Result:
        """Cast the rendered values and write them; it cannot fail."""
        variables = {key: value for key, value in self._variables(visit) if key}
        visit.tell(VariablesSet, variables=variables)
        return Took("next", variables, flow={"variables": variables})

    def _variables(self, visit: Visit) -> list[tuple[str, Any]]:
        # The key is taken as exported: keys are never Liquid (reference 5.3).
        return [
            (str(item.get("key", "")), self._cast(visit, item, str(shown.get("value", ""))))
            for item, shown in zip(
                visit.state.properties.get("variables") or (),
                visit.properties.get("variables") or (),
                strict=True,
            )
        ]

    def _cast(self, visit: Visit, item: dict[str, Any], text: str) -> Any:
        declared = item.get("type")
        if declared == JSON_OBJECT:
            return parsed_object(visit, str(item.get("key")), text)
        return text.strip() if declared == STRING else cast_number(text)


def cast_number(text: str) -> str | int | float:
    """Return the number that trimmed text is, else the trimmed text (reference 2.3, 8 no. 14)."""
    trimmed = text.strip()
    match = _JSON_NUMBER.fullmatch(trimmed)
    if match is None or len(trimmed) > _LONGEST_NUMBER:
        return trimmed
    if match.group(1) is None and match.group(2) is None:
        return int(trimmed)
    number = float(trimmed)
    return trimmed if number in (float("inf"), float("-inf")) else number


def parsed_object(visit: Visit, key: str, text: str) -> Any:
    """Return the JSON object that text is; any other text stays text, with warning 81027."""
    problem = "it is no object"
    try:
        parsed = parse_json(text)
        if isinstance(parsed, dict):
            return parsed
    except JsonTextError as error:
        problem = str(error)
    visit.warn(
        UNPARSABLE_VALUE,
        f"value of '{key}' could not be parsed as a JSON object: {problem}",
        text[:200],
    )
    return text
