"""Every error of mockstudio, as one tree.

MockstudioError
├── UsageError              the command line or a call asks for something that cannot be
├── DocumentError           a file people write is broken: every Problem in it at once
│   ├── EndpointFileError
│   ├── FlowDefinitionError     Twilio's 81022
│   ├── ScenarioFileError
│   └── SettingsError
├── UnknownNameError        a name that nothing has; lists the nearest and the valid ones
├── RouteError              a URL of the flow that no route covers
├── TwimlError              a TwiML document cannot be played: Twilio's 11750 or 12100 to 12102
├── RunError                a run cannot go on, through no fault of the flow's author
│   └── UnsupportedWidgetError
├── FunctionError           a `python:` reply could not be found or made
├── DeadlinePassed          a clock reached a deadline before the moment that was waited for
├── ExpectationError        an assertion about what happened does not hold (an AssertionError too)
└── ServerError             could not bind or reach an address
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

_NEAR: Final = 0.6
"""How alike names must be, from 0 to 1; below, they share little more than a first word."""


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name that looks most like `name`, or None when none comes near."""
    matches = difflib.get_close_matches(name, list(valid), n=1, cutoff=_NEAR)
    return matches[0] if matches else None


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return `; did you mean 'x'?`, or an empty string when nothing valid comes near."""
    found = nearest(name, valid)
    return f"; did you mean '{found}'?" if found else ""


@dataclass(frozen=True)
class Problem:
    """One mistake in a file, with all that a person needs to mend it.

    Attributes:
        message: what is wrong, what was expected and the nearest valid name.
        path: where in the document, such as `endpoints[0].reply.delay` or `#/states/3/type`.
        file: the file's name as the user gave it, or None for data that came another way.
        line: counted from 1, or None when unknown.
        column: counted from 1, or None when unknown.
    """

    message: str
    path: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return ": ".join(part for part in (place, self.path, self.message) if part)


class MockstudioError(Exception):
    """Root of everything mockstudio raises on purpose."""

    exit_code: ClassVar[int] = 2


class UsageError(MockstudioError):
    """What was asked for cannot be; the message says what to write instead."""


class DocumentError(MockstudioError):
    """A file people write is broken.

    Attributes:
        problems: every mistake found, in the file's order.
        twilio_code: Twilio's debugger code for this, where one exists.
    """

    title: ClassVar[str] = "file cannot be used"
    twilio_code: ClassVar[int | None] = None

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([self._headline(), *(f"  {p}" for p in self.problems)]))

    def _headline(self) -> str:
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        code = f" ({self.twilio_code})" if self.twilio_code else ""
        return f"{self.title}{code}: {count} {noun}"


class EndpointFileError(DocumentError):
    """An endpoint file, or an endpoint sent to the control API, is broken."""

    title = "endpoints cannot be used"


class FlowDefinitionError(DocumentError):
    """A flow definition is not one that Studio would publish (reference 1.6)."""

    title = "flow definition is not valid"
    twilio_code: ClassVar[int | None] = 81022

    def _headline(self) -> str:
        # A file that is not there or no JSON is nothing that Studio has an opinion of.
        is_of_studio = any(problem.path for problem in self.problems)
        return super()._headline() if is_of_studio else "flow cannot be used"


class ScenarioFileError(DocumentError):
    """A scenario file is broken."""

    title = "scenarios cannot be used"


class SettingsError(DocumentError):
    """`mockstudio.yaml`, an environment variable or an option holds an unusable value."""

    title = "settings cannot be used"


class UnknownNameError(MockstudioError):
    """A name that nothing has.

    Attributes:
        name: the name asked for.
        valid: the names that exist.
    """

    def __init__(self, what: str, name: str, valid: Iterable[str]) -> None:
        self.name, self.valid = name, tuple(valid)
        known = ", ".join(self.valid) or "none"
        super().__init__(f"no {what} '{name}'{did_you_mean(name, self.valid)} (known: {known})")


class RouteError(MockstudioError):
    """A URL of the flow that no route covers: nothing reaches production by accident."""


class TwimlError(MockstudioError):
    """A TwiML document cannot be played, not even in part (rest-api.md 8.7).

    Attributes:
        code: Twilio's debugger code: 11750 too large, 12100 not XML, 12101 not its
            version 1, 12102 another root.
        line: counted from 1, or None when no line is concerned.
        column: counted from 1, or None.
    """

    exit_code = 1

    def __init__(
        self, code: int, reason: str, line: int | None = None, column: int | None = None
    ) -> None:
        self.code, self.line, self.column = code, line, column
        numbers = (("line", line), ("column", column))
        place = ", ".join(f"{name} {number}" for name, number in numbers if number)
        super().__init__(f"{place}: {reason}" if place else reason)


class RunError(MockstudioError):
    """A run cannot go on."""

    exit_code = 1


class UnsupportedWidgetError(RunError):
    """A widget was reached whose type this version cannot run.

    Attributes:
        widget: the widget's name in the flow.
        type: its type string.
    """

    def __init__(
        self,
        widget: str,
        type: str,  # noqa: A002 - Twilio's word
        reason: str = "this version loads but cannot run yet",
    ) -> None:
        self.widget, self.type = widget, type
        super().__init__(f"widget '{widget}' has type '{type}', which {reason}")


class FunctionError(MockstudioError):
    """A `python: module:function` reply could not be found, or returned something unusable."""


class DeadlinePassed(MockstudioError):  # noqa: N818 - it is an event as much as an error
    """A clock stands at a deadline: what was waited for would come later."""

    exit_code = 1


class ExpectationError(MockstudioError, AssertionError):
    """Something expected did not happen; the message tells what did."""

    exit_code = 1


class ServerError(MockstudioError):
    """An address could not be bound or reached."""

    exit_code = 4
