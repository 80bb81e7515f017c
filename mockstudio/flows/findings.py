"""What is found wrong with a definition, at Studio's property paths and the file's lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mockstudio.errors import FlowDefinitionError, Problem, did_you_mean
from mockstudio.files.documents import Document

Steps = tuple[str | int, ...]
"""The way to a value: keys and indexes."""

_TYPE_NAMES: tuple[tuple[type, str], ...] = (
    (type(None), "null"),
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
)


def json_type(value: Any) -> str:
    """Return a value's JSON type as Twilio's messages call it (reference 1.6)."""
    return next((name for kind, name in _TYPE_NAMES if isinstance(value, kind)), "object")


def property_path(steps: Iterable[str | int]) -> str:
    """Return steps as Studio writes them, counted from 0: `#/states/3/type` (reference 1.6)."""
    return "#" + "".join(f"/{str(s).replace('~', '~0').replace('/', '~1')}" for s in steps)


@dataclass
class Findings:
    """All errors and warnings of one definition.

    Attributes:
        document: the file that holds the definition.
        base: where in it the definition stands; the paths of spots are relative to that.
        errors: what Studio would refuse.
        warnings: what is odd, yet loads.
        suggestions: how many more wrong names are compared with the valid ones; thousands of
            comparisons would take minutes.
    """

    document: Document
    base: Steps = ()
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    suggestions: int = 200

    @property
    def root(self) -> Spot:
        """The definition itself."""
        return Spot(self)

    def raise_errors(self) -> None:
        """Raise all errors at once, if there are any.

        Raises:
            FlowDefinitionError: the errors, in the file's order.
        """
        if self.errors:
            raise FlowDefinitionError(in_file_order(self.errors))


@dataclass(frozen=True)
class Spot:
    """A place in the definition at which things can be found wrong: `root / "states" / 3`."""

    findings: Findings
    path: Steps = ()

    def __truediv__(self, step: str | int) -> Spot:
        return Spot(self.findings, (*self.path, step))

    def __str__(self) -> str:
        """Return the place in words, for a message about another one."""
        line = self.problem("").line
        return f"{property_path(self.path)}, line {line}" if line else property_path(self.path)

    def problem(self, message: str, *, at_key: bool = False) -> Problem:
        """Return a problem with what stands here, the place in the file filled in."""
        steps, shown = [*self.findings.base, *self.path], property_path(self.path)
        return self.findings.document.problem(steps, message, shown, at_key=at_key)

    def error(self, message: str, *, at_key: bool = False) -> None:
        """Note something that Studio would refuse."""
        self.findings.errors.append(self.problem(message, at_key=at_key))

    def warn(self, message: str, *, at_key: bool = False) -> None:
        """Note something odd that loads nevertheless."""
        self.findings.warnings.append(self.problem(message, at_key=at_key))

    def expect(self, value: Any, expected: str) -> bool:
        """Tell whether the value here has a JSON type; a wrong one is an error."""
        found = json_type(value)
        if found != expected:
            self.error(f"{found} found, {expected} expected")
        return found == expected

    def allow(self, value: Any, expected: str) -> bool:
        """Tell whether the value here has a JSON type; null and absent are no error."""
        return value is not None and self.expect(value, expected)

    def require(self, value: Any, expected: str) -> bool:
        """Tell whether a value is here and has a JSON type; anything else is an error."""
        if value is None:
            self.error("is missing but it is required")
        return self.allow(value, expected)

    def warn_unknown_keys(self, keys: Iterable[str], known: Iterable[str]) -> None:
        """Warn of each key here that is not known, with the nearest one that is."""
        valid = list(known)
        for key in keys:
            if key not in valid:
                message = f"unknown property{self.did_you_mean(key, valid)}"
                (self / key).warn(message, at_key=True)

    def did_you_mean(self, name: str, valid: Iterable[str]) -> str:
        """Return `; did you mean 'x'?` or nothing, as `errors.did_you_mean`."""
        self.findings.suggestions -= 1
        return did_you_mean(name, valid) if self.findings.suggestions >= 0 else ""

    def not_among(self, name: str, valid: Iterable[str]) -> str:
        """Return Twilio's message for a value outside an enumeration, with the nearest value."""
        values = list(valid)
        hint = self.did_you_mean(name, values)
        return f"'{name}' does not have a value in the enumeration [{', '.join(values)}]{hint}"


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems as they stand in the file; those without a line stay in their order."""
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))
