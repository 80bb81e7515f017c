from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.model import AtEnd, OutcomeReply, Reply
from mockstudio.endpoints.replies import ReplySequence, reply_at

FIRST = Reply(label="first", times=2)
SECOND = OutcomeReply("timeout")
THIRD = Reply(label="third", times=3)

TIMES = st.lists(st.integers(1, 5), min_size=1, max_size=8)


def replies_with(times: list[int]) -> list[Reply]:
    return [Reply(times=count, label=f"reply {n}") for n, count in enumerate(times)]


def written_out(replies: list[Reply]) -> list[Reply]:
    return [reply for reply in replies for _ in range(reply.times)]


@pytest.mark.parametrize(
    ("at_end", "seventh", "thirteenth"),
    [(AtEnd.STICK, THIRD, THIRD), (AtEnd.CYCLE, FIRST, FIRST), (AtEnd.NOT_FOUND, None, None)],
)
def test_what_follows_the_last_reply(
    at_end: AtEnd, seventh: Reply | None, thirteenth: Reply | None
) -> None:
    played = [reply_at((FIRST, SECOND, THIRD), at_end, n) for n in range(13)]
    assert played[:6] == [FIRST, FIRST, SECOND, THIRD, THIRD, THIRD]
    assert (played[6], played[12]) == (seventh, thirteenth)


def test_an_endpoint_without_replies_plays_ok() -> None:
    assert reply_at((), AtEnd.STICK, 5) == OutcomeReply("ok")


@given(TIMES, st.integers(0, 40))
def test_each_reply_is_played_as_often_as_it_says_and_then_not_again(
    times: list[int], n: int
) -> None:
    replies = replies_with(times)
    expected = written_out(replies)
    found = ReplySequence(replies, AtEnd.NOT_FOUND).at(n)
    assert found is (expected[n] if n < len(expected) else None)


@given(TIMES, st.integers(0, 40))
def test_a_cycle_is_the_written_list_over_and_over(times: list[int], n: int) -> None:
    replies = replies_with(times)
    expected = written_out(replies)
    assert ReplySequence(replies, AtEnd.CYCLE).at(n) is expected[n % len(expected)]


@given(TIMES, st.integers(0, 40))
def test_the_last_reply_sticks(times: list[int], n: int) -> None:
    replies = replies_with(times)
    expected = written_out(replies)
    assert ReplySequence(replies).at(n) is expected[min(n, len(expected) - 1)]
