from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import ScaledClock, VirtualClock
from mockstudio.errors import DeadlinePassed

seconds = st.floats(0, 1e6)


def test_a_moment_before_the_deadline_is_reached():
    clock = VirtualClock()
    clock.sleep_until(4.5, clock.deadline(10))
    assert clock.monotonic() == 4.5


def test_a_moment_that_has_passed_costs_nothing():
    clock = VirtualClock()
    clock.advance(7)
    clock.sleep_until(4.5)
    assert clock.monotonic() == 7


@pytest.mark.parametrize("moment", [10, 12, 14_400])
def test_the_clock_stops_at_the_deadline(moment):
    clock = VirtualClock()
    with pytest.raises(DeadlinePassed):
        clock.sleep_until(moment, clock.deadline(10))
    assert clock.monotonic() == 10


def test_a_running_clock_stops_at_the_deadline_too():
    clock = ScaledClock(1000)
    deadline = clock.deadline(10)
    with pytest.raises(DeadlinePassed):
        clock.sleep_until(deadline.at + 3600, deadline)
    assert deadline.passed
    assert clock.monotonic() < deadline.at + 3600


@given(seconds, seconds, seconds)
def test_whatever_rounding_does_the_deadline_has_passed(start, limit, beyond):
    clock = VirtualClock()
    clock.advance(start)
    deadline = clock.deadline(limit)
    with pytest.raises(DeadlinePassed):
        clock.sleep_until(deadline.at + beyond, deadline)
    assert deadline.passed
    assert clock.monotonic() == pytest.approx(deadline.at)
