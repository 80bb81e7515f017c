"""Deployment placeholders: `${...}` that Terraform or a script fills in before Studio sees a flow.

What is a placeholder, in any text of a definition:

* `${name}` with letters, digits, `_`, `.` and `-`, blanks around it allowed. Its value is the
  variable `name`.
* Any other `${...}` that closes, such as `${lookup(x, "y")}`, and whatever has more than one `$`,
  such as Terraform's `$${escaped}`. Nobody but Terraform knows what becomes of it, so nothing is
  guessed: its value is the variable that is called exactly like its whole text.

What is none: a price in front of Liquid, `${{flow.variables.price}}` or `${% if x %}`, and a
`${` that never closes. They are text and stay as they are. Values are put into the parsed text,
so quotes and line ends in them do no harm, and are not searched for placeholders again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mockstudio.errors import FlowDefinitionError, Problem, did_you_mean
from mockstudio.flows.findings import Spot

_PLACEHOLDER = re.compile(
    r"""(?<!\$)\$++\{(?![{%])      # not a dollar in front of Liquid
        (?: [^{}"]                  # an expression may hold
          | "(?:[^"\\]|\\.)*+"      # quoted text with any characters
          | \{[^{}]*+\}             # and an object
        )*+\}""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_FEW = 2
"""How many names are as fast given one by one."""
_NAME = re.compile(r"\$\{\s*([A-Za-z0-9_.\-]+)\s*\}")


class MissingPlaceholdersError(FlowDefinitionError):
    """Placeholders that no variable fills.

    Attributes:
        names: what the variables would have to be called, in the file's order.
    """

    title = "flow definition has placeholders without a value"
    twilio_code: ClassVar[int | None] = None

    def __init__(self, problems: Iterable[Problem], names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(problems)

    def __str__(self) -> str:
        """Return the problems and, where they are many, what can be pasted to give all values."""
        told = super().__str__()
        return f"{told}\n{_to_paste(self.names)}" if len(self.names) > _FEW else told


@dataclass
class _Missing:
    spot: Spot
    text: str
    count: int = 0


def substitute(data: Any, variables: Mapping[str, str], root: Spot) -> Any:
    """Return a copy of a definition with all placeholders filled.

    Args:
        data: the definition, JSON's types.
        variables: values by placeholder name.
        root: the definition's spot.

    Raises:
        MissingPlaceholdersError: all that have no value, each with its first place and how often
            it occurs.
    """
    missing = _missing(data, variables, root)
    if missing:
        problems = [_problem(name, each, variables) for name, each in missing.items()]
        raise MissingPlaceholdersError(problems, missing)
    return _filled(data, variables)


def _missing(data: Any, variables: Mapping[str, str], root: Spot) -> dict[str, _Missing]:
    missing: dict[str, _Missing] = {}
    for spot, text in _texts(data, root):
        for found in _PLACEHOLDER.finditer(text):
            name = _name(found.group())
            if name not in variables:
                missing.setdefault(name, _Missing(spot, found.group())).count += 1
    return missing


def _texts(data: Any, spot: Spot) -> Iterator[tuple[Spot, str]]:
    if isinstance(data, str):
        yield spot, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from _texts(value, spot / key)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, spot / index)


def _name(placeholder: str) -> str:
    plain = _NAME.fullmatch(placeholder)
    return plain.group(1) if plain else placeholder


def _problem(name: str, missing: _Missing, variables: Mapping[str, str]) -> Problem:
    times = "once" if missing.count == 1 else f"{missing.count} times"
    return missing.spot.problem(
        f"no value for {missing.text}, used {times}: give it with --var {_shell_word(name)}=VALUE"
        f" or `variables:` in mockstudio.yaml{did_you_mean(name, variables)}"
    )


def _to_paste(names: Iterable[str]) -> str:
    """Return the lines of mockstudio.yaml that give values to all names."""
    lines = (f"  {_key(name)}: VALUE" for name in names)
    return "\n".join(("to give all of them, write into mockstudio.yaml:", "variables:", *lines))


def _key(name: str) -> str:
    """Return a name as a key in YAML, quoted wherever that could be needed."""
    return name if _PLAIN_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _shell_word(name: str) -> str:
    return f"'{name}'" if "$" in name else name


def _filled(data: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(data, str):
        return _PLACEHOLDER.sub(lambda found: variables[_name(found.group())], data)
    if isinstance(data, Mapping):
        return {key: _filled(value, variables) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, variables) for value in data]
    return data
