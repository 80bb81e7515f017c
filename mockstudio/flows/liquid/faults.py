"""What a template did wrong, and where (Twilio's 81018, reference 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquid import Token
from liquid.exceptions import LiquidError, LiquidInterrupt
from liquid.token import TOKEN_EOF

FOREIGN_ERRORS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What python-liquid lets out for input that nobody expected, besides its own errors."""

_WIDEST = 60


@dataclass(frozen=True)
class TemplateFault:
    """Why a template renders to nothing.

    Attributes:
        message: what is wrong.
        line: counted from 1.
        column: counted from 1.
        excerpt: the line of the template, and a caret under the place.
    """

    twilio_code: ClassVar[int] = 81018

    message: str
    line: int
    column: int
    excerpt: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}\n{self.excerpt}"


def fault_at(source: str, index: int, message: str) -> TemplateFault:
    """Return a fault.

    Args:
        source: the template.
        index: the place in it, counted from 0; below 0 when unknown.
        message: what is wrong there.
    """
    place = min(max(index, 0), len(source))
    start = source.rfind("\n", 0, place) + 1
    end = source.find("\n", place)
    line = source[start : end if end >= 0 else len(source)]
    column = place - start
    number = source.count("\n", 0, place) + 1
    return TemplateFault(message, number, column + 1, _excerpt(line, column))


def fault_from(source: str, error: BaseException, token: Token | None = None) -> TemplateFault:
    """Return the fault that an error of python-liquid stands for.

    Args:
        source: the template.
        error: what was raised.
        token: where, in case that the error does not tell.
    """
    place = error.token if isinstance(error, LiquidError) and error.token else token
    return fault_at(source, place.start_index if place else 0, _reason(error))


def _reason(error: BaseException) -> str:
    if isinstance(error, LiquidInterrupt):
        return f"'{error}' outside a loop"
    if isinstance(error, LiquidError):
        return str(error.message).replace(TOKEN_EOF, "the end")
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f"{type(error).__name__}: {error}"


def _excerpt(line: str, column: int) -> str:
    first = max(0, column - _WIDEST)
    shown = line[first : column + _WIDEST].replace("\t", " ").rstrip()
    lead = "…" if first else ""
    trail = "…" if column + _WIDEST < len(line) else ""
    return f"{lead}{shown}{trail}\n{' ' * (len(lead) + column - first)}^"
