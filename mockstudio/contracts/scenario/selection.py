"""Which scenarios are meant by words: `timeout`, `stock and not timeout`, `call or message`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from mockstudio.contracts.scenario.model import Scenario
from mockstudio.errors import UsageError


def selector(expression: str) -> Callable[[Scenario], bool]:
    """Return what tells whether a scenario is meant.

    Args:
        expression: texts that occur in the file's or the scenario's name, in any case, with
            `and`, `or` and `not` between; `and` binds closer.

    Raises:
        UsageError: a text is missing.
    """
    terms = [re.split(r"\s+and\s+", part) for part in re.split(r"\s+or\s+", expression.strip())]
    alternatives = [[_term(term, expression) for term in part] for part in terms]

    def means(scenario: Scenario) -> bool:
        name = f"{PurePath(scenario.place.file).name} {scenario.name}".casefold()
        return any(all((t in name) is wanted for wanted, t in part) for part in alternatives)

    return means


def _term(term: str, expression: str) -> tuple[bool, str]:
    """Return whether a text must occur, and the text."""
    words = term.split()
    wanted = words[:1] != ["not"]
    text = " ".join(words if wanted else words[1:])
    if not text or words[-1] in ("and", "or", "not"):
        raise UsageError(f"-k '{expression}': expected words with and, or, not between")
    return wanted, text.casefold()
