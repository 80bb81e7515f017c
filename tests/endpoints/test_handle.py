from __future__ import annotations

import pytest

from mockstudio.clock import VirtualClock
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.handle import EndpointHandle
from mockstudio.endpoints.journal import Journal
from mockstudio.endpoints.request import Request
from mockstudio.errors import EndpointFileError, ExpectationError, UnknownNameError

LOOKUP = {"name": "lookup", "url": "https://shop.example.com/lookup", "methods": ["POST"],
          "reply": {"json": {"name": "Ada"}}}  # fmt: skip
STOCK = {"name": "stock", "url": "https://shop.example.com/stock"}


@pytest.fixture
def endpoints():
    made = Endpoints(Journal(VirtualClock()), "token")
    made.append(parse_endpoints([LOOKUP, STOCK]))
    return made


@pytest.fixture
def lookup(endpoints):
    return EndpointHandle(endpoints, "lookup")


@pytest.fixture
def ask(endpoints):
    """Send a request to the endpoint and return the status and body of the answer."""

    def send(query: str = "", method: str = "POST", path: str = "/lookup"):
        host = [("Host", "shop.example.com")]
        target = f"{path}?{query}" if query else path
        answer, _ = endpoints.respond(Request(method, target, host))
        return answer.status, answer.body.decode()

    return send


def test_a_name_that_nothing_has_is_refused_at_once(endpoints):
    with pytest.raises(UnknownNameError, match="did you mean 'lookup'"):
        EndpointHandle(endpoints, "lokup")


# --- what it plays


def test_an_outcome_is_played_as_often_as_said(lookup, ask):
    assert lookup.plays("server-error", times=2) is lookup
    assert [ask()[0] for _ in range(3)] == [500, 500, 200]


def test_an_outcome_that_does_not_exist_is_refused(lookup):
    with pytest.raises(UnknownNameError, match="did you mean 'timeout'"):
        lookup.plays("time-out")


def test_a_reply_takes_the_place_of_those_there_were(lookup, ask):
    lookup.plays("server-error").replies(status=201, json={"names": ("Bob", "Eve")})
    assert ask() == (201, '{"names": ["Bob", "Eve"]}')


def test_replies_come_in_their_order_and_the_last_one_stays(lookup, ask):
    lookup.replies("client-error", {"status": 503, "times": 2}, text="at last")
    assert [ask()[0] for _ in range(5)] == [404, 503, 503, 200, 200]


def test_a_reply_of_nothing_is_the_default_one(lookup, ask):
    lookup.replies()
    assert ask() == (200, "")


def test_a_reply_is_checked_as_in_a_file(lookup, ask):
    with pytest.raises(EndpointFileError, match="did you mean 'status'"):
        lookup.replies(statos=500)
    assert ask()[0] == 200


# --- what reached it


def test_it_was_called(lookup, ask):
    ask("order=42")
    ask("order=43")
    assert [entry.number for entry in lookup.was_called()] == [1, 2]
    assert lookup.was_called(times=2) == lookup.calls
    assert [entry.number for entry in lookup.was_called(params={"order": "43"})] == [2]
    lookup.was_not_called(params={"order": {"matches": "4[4-9]"}})


def test_it_was_not_called(lookup, ask):
    ask(path="/stock")
    lookup.was_not_called()
    assert lookup.calls == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "expected endpoint 'lookup' to be called at least once, it was called not at all"),
        ({"times": 2}, "expected endpoint 'lookup' to be called twice, it was called not at all"),
    ],
)
def test_an_error_tells_when_nothing_was_received(lookup, asked, expected):
    with pytest.raises(ExpectationError) as raised:
        lookup.was_called(**asked)
    assert str(raised.value).splitlines() == [expected, "received: nothing"]


def test_an_error_tells_what_each_request_differs_in(lookup, ask):
    ask("order=42")
    ask("order=43", method="GET")
    ask(path="/stock")
    with pytest.raises(ExpectationError) as raised:
        lookup.was_called(times=1, params={"order": "44"})
    assert str(raised.value).splitlines() == [
        "expected endpoint 'lookup' to be called once with params {'order': '44'}, "
        "it was called not at all so",
        "received:",
        "  1. POST /lookup?order=42 -> lookup, 200",
        "     param order: expected '44', found '42'",
        "  2. GET /lookup?order=43 -> no endpoint, 404",
        "     method: expected POST, found GET",
        "  3. POST /stock -> stock, 200",
        "     path: expected '/lookup', found '/stock'",
    ]


def test_an_error_tells_of_calls_that_there_should_not_be(lookup, ask):
    ask()
    with pytest.raises(ExpectationError, match="called not at all, it was called once"):
        lookup.was_not_called()


def test_an_error_shows_the_newest_requests(lookup, ask):
    for _ in range(30):
        ask(path="/stock")
    with pytest.raises(ExpectationError) as raised:
        lookup.was_called()
    assert str(raised.value).count("/stock -> stock") == 20


def test_an_error_tells_of_refused_connections(endpoints, lookup):
    lookup.plays("refused")
    assert endpoints.refuses(LOOKUP["url"])
    with pytest.raises(
        ExpectationError, match="connections refused before a request could be sent: 1"
    ):
        lookup.was_called()


def test_a_condition_is_checked_as_in_a_file(lookup):
    with pytest.raises(EndpointFileError, match="did you mean 'params'"):
        lookup.was_called(parms={"order": "42"})
