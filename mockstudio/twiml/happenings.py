"""What can happen to a live call, one after another."""

from __future__ import annotations

from dataclasses import dataclass

from mockstudio.twiml.voice.base import Heard


@dataclass(frozen=True)
class Begin:
    """The call begins."""


@dataclass(frozen=True)
class TimeIsOver:
    """The wait of this number has come to its end."""

    wait: int


@dataclass(frozen=True)
class Act:
    """The person presses keys, or says something."""

    what: str
    text: str
    heard: tuple[Heard, ...]


@dataclass(frozen=True)
class HangUp:
    """One side has hung up."""

    reason: str


@dataclass(frozen=True)
class Redirect:
    """Another document is to be played."""


Happening = Begin | TimeIsOver | Act | HangUp | Redirect
