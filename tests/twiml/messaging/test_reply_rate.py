from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import VirtualClock
from mockstudio.twiml.reply_rate import CLOSE, REPLIES, ReplyRate


def paced(gaps):
    """Return what is allowed of replies with these seconds before each."""
    clock = VirtualClock()
    rate = ReplyRate(clock)
    allowed = []
    for gap in gaps:
        clock.advance(gap)
        allowed.append(rate.allows("+1", "+2"))
    return allowed


def test_fifteen_close_replies_pass_and_no_more():
    assert paced([29.9] * 17) == [True] * 15 + [False] * 2


def test_thirty_quiet_seconds_let_replies_pass_again():
    assert paced([1.0] * 16 + [30.0]) == [True] * 15 + [False, True]


def test_trying_on_keeps_the_guard_up():
    assert paced([1.0] * 16 + [20.0, 20.0])[-2:] == [False, False]


def test_each_pair_of_numbers_is_counted_by_itself():
    rate = ReplyRate(VirtualClock())
    assert all(rate.allows("+1", "+2") for _ in range(REPLIES))
    assert not rate.allows("+1", "+2")
    assert rate.allows("+1", "+3")
    assert rate.allows("+2", "+1")


@given(st.lists(st.floats(CLOSE, 1e6), max_size=40))
def test_slow_replies_always_pass(gaps):
    assert all(paced(gaps))


@given(st.lists(st.floats(0, CLOSE - 0.01), max_size=40))
def test_of_close_replies_the_first_ones_pass(gaps):
    assert sum(paced([0.0, *gaps])) == min(len(gaps) + 1, REPLIES)
