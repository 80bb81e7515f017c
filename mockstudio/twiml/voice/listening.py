"""Waiting, and hearing what the person does meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Generator

from mockstudio.twiml.voice.base import (
    Heard,
    Hears,
    Listen,
    Outcome,
    Session,
    Steps,
    hears_nothing,
)

Counts = Callable[[Heard], bool]
"""Tells whether something the person did ends a wait."""

Waiting = Generator[Listen, Heard | None, Heard | None]
"""A wait; returns what ended it, or None when its time was over."""


def hear(
    session: Session,
    seconds: float,
    counts: Counts = hears_nothing,
    hears: Hears | None = None,
) -> Waiting:
    """Wait, until something is heard that counts.

    Args:
        session: the call.
        seconds: how long at most.
        counts: what ends the wait early; nothing when not given.
        hears: what is listened to; what counts when not given.
    """
    listens_to = hears or counts
    end = session.now() + seconds
    while True:
        heard = yield Listen(max(0.0, end - session.now()), listens_to)
        if heard is None or counts(heard):
            return heard


def until(session: Session, steps: Steps, moment: float) -> Steps:
    """Take steps until a moment comes; return what they led to, None when it came first."""
    heard: Heard | None = None
    try:
        while True:
            wanted = steps.send(heard)
            left = max(0.0, moment - session.now())
            heard = yield Listen(min(wanted.seconds, left), wanted.hears)
            if heard is None and wanted.seconds > left:
                return None
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome
    finally:
        steps.close()
