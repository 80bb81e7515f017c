"""Waiting, and being cut short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mockstudio.twiml.voice.base import (
    Action,
    Heard,
    HungUp,
    Key,
    Listen,
    Steps,
    Words,
    hears_everything,
    hears_nothing,
)
from mockstudio.twiml.voice.listening import hear, until


@dataclass
class Watch:
    """As much of a session as waiting needs."""

    seconds: float = 0.0

    def now(self) -> float:
        return self.seconds


def are_words(heard: Heard) -> bool:
    return isinstance(heard, Words)


def steps_of(*waits: Listen) -> Steps:
    yield from waits
    return Action("/next")


def returned(steps: Steps, sent: object) -> object:
    with pytest.raises(StopIteration) as end:
        steps.send(sent)  # type: ignore[arg-type]
    return end.value.value


def test_what_does_not_count_leaves_the_rest_of_the_wait():
    watch = Watch()
    waiting = hear(watch, 10, are_words, hears_everything)
    assert next(waiting) == Listen(10, hears_everything)
    watch.seconds = 4
    assert waiting.send(Key("1")) == Listen(6, hears_everything)
    assert returned(waiting, Words("yes")) == Words("yes")


def test_what_does_not_count_is_not_listened_to_unless_that_is_said():
    assert next(hear(Watch(), 10, are_words)) == Listen(10, are_words)


def test_nobody_listens_where_nothing_counts():
    waiting = hear(Watch(), 3)
    assert next(waiting) == Listen(3, hears_nothing)
    assert returned(waiting, None) is None


def test_steps_that_end_in_time_lead_where_they_lead():
    limited = until(Watch(), steps_of(Listen(2)), 5)
    assert next(limited) == Listen(2)
    assert returned(limited, None) == Action("/next")


def test_steps_are_cut_short_when_their_moment_comes():
    limited = until(Watch(), steps_of(Listen(9, hears_everything)), 5)
    assert next(limited) == Listen(5, hears_everything)
    assert returned(limited, None) is None


def test_steps_are_closed_when_the_person_hangs_up():
    closed: list[bool] = []

    def steps() -> Iterator[Listen]:
        try:
            yield Listen(9)
        finally:
            closed.append(True)

    limited = until(Watch(), steps(), 5)
    next(limited)
    with pytest.raises(HungUp):
        limited.throw(HungUp())
    assert closed == [True]
