from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import VIRTUAL_START, ScaledClock, SystemClock, VirtualClock
from mockstudio.errors import UsageError

PATIENCE = 5.0


def test_a_virtual_clock_stands_still():
    clock = VirtualClock()
    before = clock.now(), clock.monotonic()
    time.sleep(0.002)
    assert (clock.now(), clock.monotonic()) == before == (VIRTUAL_START, 0.0)


def test_a_virtual_sleep_takes_no_time_and_moves_the_date():
    clock = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))
    began = time.monotonic()
    clock.sleep(14_400)
    assert time.monotonic() - began < 1
    assert clock.now() == datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


def test_timers_fire_in_the_order_of_their_moments_at_their_moments():
    clock, fired = VirtualClock(), []
    for seconds in (5, 1, 3, 1):
        clock.call_later(seconds, lambda s=seconds: fired.append((s, clock.monotonic())))
    clock.advance(3)
    assert fired == [(1, 1), (1, 1), (3, 3)]
    clock.advance(10)
    assert fired[-1] == (5, 5)
    assert clock.monotonic() == 13


@given(st.lists(st.floats(0, 1e4), max_size=20), st.floats(0, 1e4))
def test_exactly_the_timers_that_are_due_have_fired(delays, seconds):
    clock, fired = VirtualClock(), []
    for delay in delays:
        clock.call_later(delay, lambda d=delay: fired.append(d))
    clock.advance(seconds)
    assert fired == sorted(delay for delay in delays if delay <= seconds)


def test_a_cancelled_timer_does_not_fire():
    clock, fired = VirtualClock(), []
    timer = clock.call_later(1, lambda: fired.append(1))
    timer.cancel()
    timer.cancel()
    clock.advance(2)
    assert fired == []


def test_a_cancelled_timer_lets_go_of_its_callback():
    clock, held = VirtualClock(), []
    callback = held.append
    timer = clock.call_later(3600, callback)  # type: ignore[arg-type]
    timer.cancel()
    assert timer.callback is not callback


def test_a_callback_may_set_a_timer_that_is_due_in_the_same_advance():
    clock, fired = VirtualClock(), []

    def again() -> None:
        fired.append(clock.monotonic())
        clock.call_later(2, again)

    clock.call_later(2, again)
    clock.advance(7)
    assert fired == [2, 4, 6]


def test_a_callback_that_sleeps_moves_the_clock_no_further_than_it_must():
    clock, fired = VirtualClock(), []

    def slow() -> None:
        clock.sleep(3)
        fired.append(("slow", clock.monotonic()))

    clock.call_later(1, slow)
    clock.call_later(2, lambda: fired.append(("quick", clock.monotonic())))
    clock.advance(10)
    assert fired == [("quick", 2), ("slow", 4)]
    assert clock.monotonic() == 10
    clock.call_later(1, slow)
    clock.advance(2)
    assert clock.monotonic() == 14


def test_a_callback_may_wait_for_a_thread_that_needs_the_clock():
    clock, done = VirtualClock(), []

    def ask_another() -> None:
        thread = threading.Thread(target=clock.sleep, args=(1,), daemon=True)
        thread.start()
        thread.join(PATIENCE)
        done.append(thread.is_alive())

    clock.call_later(1, ask_another)
    clock.advance(1)
    assert done == [False]


@pytest.mark.parametrize("make", [VirtualClock, lambda: ScaledClock(1000)])
def test_an_error_in_a_callback_is_logged_and_the_next_timer_fires(make, caplog):
    clock, fired = make(), threading.Event()

    def broken() -> None:
        raise ValueError("broken on purpose")

    clock.call_later(1, broken)
    clock.call_later(2, fired.set)
    with caplog.at_level(logging.ERROR, "mockstudio.clock"):
        clock.advance(5)
        assert fired.wait(PATIENCE)
    clock.close()
    assert "a timer's callback failed" in caplog.text
    assert "broken on purpose" in caplog.text


@pytest.mark.parametrize("seconds", [-1, -0.5])
def test_time_never_goes_back(seconds):
    clock = VirtualClock()
    clock.advance(10)
    clock.advance(seconds)
    clock.sleep(seconds)
    assert clock.monotonic() == 10


def test_real_seconds_of_something_outside_count():
    clock = VirtualClock()
    clock.add_real(2.5)
    assert clock.monotonic() == 2.5
    assert clock.real_seconds(3) == 3


def test_a_deadline_counts_down_to_zero():
    clock = VirtualClock()
    deadline = clock.deadline(10)
    clock.advance(9)
    assert (deadline.remaining(), deadline.passed) == (1, False)
    clock.advance(1)
    assert (deadline.remaining(), deadline.passed) == (0, True)
    clock.advance(1)
    assert deadline.remaining() == 0


def test_a_scaled_clock_runs_at_its_speed():
    clock = ScaledClock(100)
    before, began = clock.monotonic(), time.monotonic()
    clock.sleep(2)
    real = time.monotonic() - began
    assert real >= 0.02
    assert clock.monotonic() - before == pytest.approx(real * 100, rel=0.5)
    assert clock.real_seconds(50) == 0.5


def test_a_scaled_clocks_date_runs_with_it():
    clock = ScaledClock(1000)
    before = clock.now()
    clock.sleep(5)
    assert clock.now() - before >= timedelta(seconds=5)


def test_a_scaled_clock_can_be_advanced_and_its_timers_notice():
    clock, waiting, fired = ScaledClock(100), threading.Event(), threading.Event()
    clock.call_later(1_000_000, fired.set)
    clock.call_later(0, waiting.set)
    assert waiting.wait(PATIENCE)
    clock.sleep(1)
    clock.advance(1_000_000)
    assert fired.wait(PATIENCE)
    clock.close()


def test_a_scaled_clocks_timers_fire_by_themselves_and_in_order():
    clock, fired, done = ScaledClock(100), [], threading.Event()
    clock.call_later(4, done.set)
    clock.call_later(3, lambda: fired.append(3))
    clock.call_later(1, lambda: fired.append(1))
    assert done.wait(PATIENCE)
    clock.close()
    assert fired == [1, 3]


def test_the_thread_that_waits_ends_when_nothing_is_left_to_wait_for_and_starts_again():
    clock = ScaledClock(1000)
    for _ in range(2):
        fired = threading.Event()
        clock.call_later(20, fired.set)
        (waiting,) = [t for t in threading.enumerate() if t.name == "mockstudio-clock"]
        assert fired.wait(PATIENCE)
        waiting.join(PATIENCE)
        assert not waiting.is_alive()
    clock.close()


def test_a_slow_callback_does_not_delay_the_others():
    clock, slow, quick = ScaledClock(1000), threading.Event(), threading.Event()
    clock.call_later(1, lambda: slow.wait(PATIENCE))
    clock.call_later(2, quick.set)
    assert quick.wait(PATIENCE / 2)
    slow.set()
    clock.close()


def test_a_virtual_clock_waits_timer_by_timer_until_something_happens():
    clock, happened = VirtualClock(), threading.Event()
    clock.call_later(5, lambda: clock.call_later(2, happened.set))
    clock.call_later(60, pytest.fail)
    assert clock.wait(happened, 100)
    assert clock.monotonic() == 7


def test_a_virtual_clock_waits_no_longer_than_it_is_told():
    clock = VirtualClock()
    assert not clock.wait(threading.Event(), 100)
    assert clock.monotonic() == 100


def test_a_running_clock_waits_in_its_own_seconds():
    clock, happened = ScaledClock(1000), threading.Event()
    clock.call_later(20, happened.set)
    assert clock.wait(happened, 1000 * PATIENCE)
    assert not clock.wait(threading.Event(), 1)
    clock.close()


def test_a_closed_clock_drops_its_timers_and_takes_no_more():
    clock, fired = ScaledClock(1000), []
    clock.call_later(500, lambda: fired.append(1))
    clock.close()
    clock.call_later(0, lambda: fired.append(2))
    time.sleep(0.005)
    assert fired == []


def test_a_callback_may_close_the_clock():
    clock, closed = ScaledClock(1000), threading.Event()

    def close() -> None:
        clock.close()
        closed.set()

    clock.call_later(1, close)
    assert closed.wait(PATIENCE)


@pytest.mark.parametrize("speed", [0, -1])
def test_a_clock_must_go_forward(speed):
    with pytest.raises(UsageError, match=f"above 0, found {speed}"):
        ScaledClock(speed)


def test_real_time_is_real_and_cannot_be_advanced():
    clock = SystemClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.real_seconds(7) == 7
    with pytest.raises(UsageError, match="cannot be advanced"):
        clock.advance(1)


def test_a_timer_of_real_time_fires():
    clock, fired = SystemClock(), threading.Event()
    clock.call_later(0.005, fired.set)
    assert fired.wait(PATIENCE)
    clock.close()


def test_a_closed_virtual_clock_keeps_nothing_of_what_was_to_come():
    clock, fired = VirtualClock(), []
    clock.call_later(1.0, lambda: fired.append(1))
    clock.close()
    clock.advance(2.0)
    assert fired == []
