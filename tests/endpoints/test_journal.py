from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import SystemClock, VirtualClock
from mockstudio.endpoints.answer import Answer, Piece
from mockstudio.endpoints.journal import UNMATCHED, Journal
from mockstudio.endpoints.model import Fault
from mockstudio.endpoints.request import FORM, Request
from mockstudio.errors import ExpectationError

OK = Answer(pieces=(Piece(0.0, b"ok"),))
LIMIT = 65_536


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def journal(clock: VirtualClock) -> Journal:
    return Journal(clock)


@pytest.fixture
def received(clock: VirtualClock, journal: Journal) -> Callable[..., None]:
    def receive(target: str, endpoint: str = "", method: str = "GET") -> None:
        request = Request(method, target, arrived=clock.monotonic())
        journal.record(request, endpoint, "reply 1", OK)

    return receive


def test_an_entry_tells_request_answer_effects_and_times(
    clock: VirtualClock, journal: Journal
) -> None:
    clock.advance(5)
    headers = [("Host", "a.test"), ("Content-Type", FORM)]
    request = Request("POST", "/x?a=1&a=2", headers, b"b=%C3%AB", arrived=4.0)
    pieces = (Piece(1.0, b"\xff"), Piece(3.0, b"b"))
    answer = Answer(201, (("X-A", "b"),), pieces, at=1.0, fault=Fault.TRUNCATE)
    entry = journal.record(request, "orders", "reply 2", answer)
    clock.advance(2)
    entry.finish(sent=1)
    assert entry.to_dict() == {
        "number": 1,
        "at": (clock.now() - timedelta(seconds=3)).isoformat(),
        "endpoint": "orders",
        "reply": "reply 2",
        "effects": ["delay 1.000 s", "dribble 2 pieces over 2.000 s", "fault truncate"],
        "request": {
            "method": "POST",
            "url": "http://a.test/x?a=1&a=2",
            "path": "/x",
            "headers": [["Host", "a.test"], ["Content-Type", FORM]],
            "params": {"a": ["1", "2"], "b": "ë"},
            "size": 8,
            "body": "b=%C3%AB",
        },
        "answer": {
            "status": 201,
            "headers": [["X-A", "b"]],
            "size": 2,
            "sent": 1,
            "complete": True,
            "body_base64": "/2I=",
        },
        "seconds": {"made": 1.0, "finished": 3.0},
    }


def test_what_is_not_over_has_no_end(journal: Journal) -> None:
    said = journal.record(Request("GET", "/"), UNMATCHED, "", OK).to_dict()
    assert (said["seconds"]["finished"], said["endpoint"], said["effects"]) == (None, None, [])


@given(st.integers(0, 200_000), st.integers(0, 200_000), st.integers(1, 5))
def test_bodies_are_kept_up_to_64_kilobytes_each(asked: int, answered: int, count: int) -> None:
    body = bytes(answered)
    cuts = [answered * n // count for n in range(count + 1)]
    pieces = tuple(Piece(float(a), body[a:b]) for a, b in itertools.pairwise(cuts))
    answer = Answer(pieces=pieces)
    request = Request("POST", "/", body=b"a" * asked)
    entry = Journal(VirtualClock()).record(request, "a", "", answer)
    assert (entry.request_size, len(entry.request.body)) == (asked, min(asked, LIMIT))
    assert (entry.answer_size, len(entry.answer.body)) == (answered, min(answered, LIMIT))
    assert [p.at for p in entry.answer.pieces] == [p.at for p in pieces]
    assert (len(request.body), len(answer.body)) == (asked, answered)


def test_one_long_answer_to_many_requests_is_kept_once(journal: Journal) -> None:
    long = Answer(pieces=(Piece(0.0, bytes(LIMIT + 1)),))
    for _ in range(3):
        journal.record(Request("GET", "/"), "a", "", long)
    assert len({id(entry.answer) for entry in journal}) == 1


def test_the_ring_drops_the_oldest_and_counts_them(clock: VirtualClock) -> None:
    journal = Journal(clock, size=3)
    for n in range(5):
        journal.record(Request("GET", f"/{n}"), "a", "", OK)
    assert [entry.number for entry in journal] == [3, 4, 5]
    assert (len(journal), journal.dropped) == (3, 2)
    journal.clear()
    assert (len(journal), journal.dropped, list(journal)) == (0, 0, [])
    journal.record(Request("GET", "/"), "a", "", OK)
    assert ([entry.number for entry in journal], journal.dropped) == ([6], 0)


def test_ten_thousand_requests_are_kept_unless_told(journal: Journal, received) -> None:
    for _ in range(10_001):
        received("/")
    assert (len(journal), journal.dropped) == (10_000, 1)


def test_a_query_takes_endpoint_path_method_and_time(
    clock: VirtualClock, journal: Journal, received
) -> None:
    received("/a?x=1", "one")
    clock.advance(60)
    middle = clock.now()
    received("/a", "two", "POST")
    clock.advance(60)
    received("/b")

    def numbers(*args: str, **criteria: object) -> list[int]:
        return [entry.number for entry in journal.query(*args, **criteria)]  # type: ignore[arg-type]

    assert numbers() == [1, 2, 3]
    assert numbers("one") == [1]
    assert numbers(path="/a") == [1, 2]
    assert numbers(path="/a", method="post") == [2]
    assert numbers(since=middle) == [2, 3]
    assert numbers(until=middle) == [1]
    assert numbers(since=middle, until=clock.now()) == [2]
    assert [entry.number for entry in journal.unmatched] == [3]


def test_an_entrys_date_stays_as_it_was(journal: Journal, clock: VirtualClock, received) -> None:
    received("/")
    before = clock.now()
    clock.advance(3_600)
    assert [entry.at for entry in journal] == [before]


def test_assert_called_returns_what_fits(journal: Journal, received) -> None:
    received("/a", "one")
    received("/a", "one", "POST")
    assert len(journal.assert_called("one")) == 2
    assert len(journal.assert_called("one", times=2)) == 2
    assert [e.number for e in journal.assert_called(path="/a", method="POST", times=1)] == [2]
    assert journal.assert_called("two", times=0) == []
    journal.assert_not_called("two")


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"endpoint": "two"}, "expected two to be called at least once, it was called 0 times"),
        ({"endpoint": "one", "times": 3}, "expected one to be called 3 times, it was called 1 "),
        ({"path": "/a", "method": "PUT"}, "expected PUT /a to be called at least once"),
        ({"times": 5}, "expected any request to be called 5 times, it was called 2 times"),
    ],
)
def test_assert_called_tells_what_was_received(
    journal: Journal, received, criteria: dict, message: str
) -> None:
    received("/a?x=1", "one")
    received("/b")
    with pytest.raises(ExpectationError) as caught:
        journal.assert_called(**criteria)
    assert str(caught.value).startswith(message)
    assert "\n  1. GET /a?x=1 -> one, 200\n  2. GET /b -> no endpoint, 200" in str(caught.value)


def test_assert_not_called_is_an_assertion_error_too(journal: Journal, received) -> None:
    received("/a", "one")
    with pytest.raises(AssertionError, match="expected one to be called 0 times"):
        journal.assert_not_called("one")


def test_with_nothing_received_the_message_says_so(journal: Journal) -> None:
    with pytest.raises(ExpectationError, match="received: nothing"):
        journal.assert_called("one")


def test_eight_threads_record_while_others_query_and_nothing_is_lost(together) -> None:
    journal = Journal(SystemClock(), size=20_000)

    def record() -> None:
        for _ in range(1_000):
            journal.record(Request("GET", "/"), "a", "", OK)

    def query() -> None:
        numbers: list[int] = []
        while len(numbers) < 8_000:
            numbers = [entry.number for entry in journal.query("a")]
            assert numbers == list(range(1, len(numbers) + 1))
            assert journal.dropped == 0

    together(*[record] * 8, query, query)
    assert [entry.number for entry in journal] == list(range(1, 8_001))
