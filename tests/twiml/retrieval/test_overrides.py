"""Connection overrides: how they are read, and what they do (rest-api.md 8.8)."""

from __future__ import annotations

import socket

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.http import transport
from mockstudio.http.exchange import Exchange, Failure, FailureCause, FailureKind, HttpResponse
from mockstudio.twiml.overrides import Overrides, overrides_of

URL = "https://orders.twil.io/voice"
FALLBACK = "https://orders.twil.io/fallback"

READ = {
    "": Overrides(),
    "#": Overrides(),
    "#top": Overrides(),
    "#ct=2000": Overrides(connect=2.0),
    "#ct=100&rt=100&tt=100": Overrides(connect=0.1, read=0.1, total=0.1),
    "#ct=10000&rt=15000&tt=15000": Overrides(connect=10.0, read=15.0, total=15.0),
    "#rc=0": Overrides(retries=0),
    "#rc=5": Overrides(retries=5),
    "#rc=2&rp=4xx,5xx": Overrides(retries=2, policy=frozenset({"4xx", "5xx"})),
    "#rp=ct%2Crt": Overrides(policy=frozenset({"ct", "rt"})),
    "#rp=all": Overrides(policy=frozenset({"all"})),
    "#sni=n": Overrides(),
    "#e=dublin": Overrides(),
    "#e=ashburn,umatilla&rc=3": Overrides(retries=3),
}


@pytest.mark.parametrize(("fragment", "overrides"), READ.items())
def test_good_overrides_are_read_without_a_word(fragment, overrides):
    assert overrides_of(f"{URL}?a=b{fragment}") == (overrides, ())


WRONG = {
    "#ct=99": (None, "ct=99: expected a whole number of milliseconds from 100 to 10000"),
    "#ct=10001": (None, "from 100 to 10000"),
    "#rt=15001": (None, "rt=15001: expected a whole number of milliseconds from 100 to 15000"),
    "#tt=2s": (None, "tt=2s: expected a whole number"),
    "#tt=": (None, "tt=: expected a whole number"),
    "#rc=6": (11243, "rc=6: expected a whole number from 0 to 5"),
    "#rc=-1": (11243, "expected a whole number from 0 to 5"),
    "#rc=²": (11243, "expected a whole number from 0 to 5"),
    "#rp=5x": (11243, "rp=5x: expected some of 4xx, 5xx, ct, rt, all; did you mean '5xx'?"),
    "#rp=": (11243, "expected some of"),
    "#rp=5xx,never": (11243, "expected some of"),
    "#sni=no": (None, "sni=no: expected y or n"),
    "#e=dublni": (11240, "did you mean 'dublin'?"),
    "#e=roaming": (11241, "expected one of ashburn"),
    "#e=dublin-ix": (11242, "expected one of ashburn"),
    "#ret=3": (None, "connection override 'ret' is none"),
}


@pytest.mark.parametrize(("fragment", "code", "text"), [(f, *w) for f, w in WRONG.items()])
def test_a_wrong_override_is_told_and_leaves_the_usual_value(fragment, code, text):
    overrides, (trouble,) = overrides_of(URL + fragment)
    assert overrides == Overrides()
    assert trouble.code == code
    assert text in trouble.text


def test_a_wrong_override_leaves_the_others(world):
    world.app.on(URL, {"status": 500}, {})
    assert world.retrieve(f"{URL}#e=mars&rp=5xx&rt=x") is not None
    assert [(warning.code, warning.url) for warning in world.warnings] == [
        (11240, URL),
        (None, URL),
    ]


@given(st.text(max_size=40))
def test_any_fragment_can_be_read_within_the_ranges(fragment):
    overrides, _ = overrides_of(f"{URL}#{fragment}")
    assert 0 <= overrides.retries <= 5
    assert overrides.policy


# --- what is tried again

OUTCOMES = {
    "4xx": [HttpResponse(400), HttpResponse(499)],
    "5xx": [HttpResponse(500), HttpResponse(599)],
    "ct": [
        Failure(FailureKind.REFUSED, ""),
        Failure(FailureKind.DNS, ""),
        Failure(FailureKind.TLS, ""),
        Failure(FailureKind.TIMEOUT, "", cause=FailureCause.NOT_CONNECTED),
    ],
    "rt": [
        Failure(FailureKind.TIMEOUT, ""),
        Failure(FailureKind.RESET, ""),
        Failure(FailureKind.NETWORK, ""),
    ],
    None: [
        HttpResponse(200),
        HttpResponse(304),
        Failure(FailureKind.BAD_URL, ""),
        Failure(FailureKind.OVERFLOW, ""),
        Failure(FailureKind.TOO_MANY_REDIRECTS, ""),
        Failure(FailureKind.BAD_REDIRECT, ""),
    ],
}


@pytest.mark.parametrize("policy", ["4xx", "5xx", "ct", "rt", "all"])
@pytest.mark.parametrize(
    ("reason", "outcome"), [(why, outcome) for why, all_ in OUTCOMES.items() for outcome in all_]
)
def test_a_policy_repeats_what_it_is_about(policy, reason, outcome):
    overrides = Overrides(policy=frozenset({policy}))
    failed = isinstance(outcome, Failure)
    exchange = Exchange(None, failure=outcome) if failed else Exchange(None, outcome)
    assert overrides.retry_after(exchange) == (reason is not None and policy in ("all", reason))


REFUSED = requests.ConnectionError(ConnectionRefusedError())
RESET = requests.ConnectionError(ConnectionResetError())


@pytest.mark.parametrize(
    ("fragment", "error", "tries"),
    [
        ("", REFUSED, 2),
        ("", RESET, 1),
        ("#rc=0", REFUSED, 1),
        ("#rc=5", REFUSED, 6),
        ("#rp=rt", REFUSED, 1),
        ("#rp=rt&rc=3", RESET, 4),
        ("#rp=all&rc=2", RESET, 3),
        ("#rc=9", REFUSED, 2),
    ],
)
def test_so_many_tries_are_made(world, fragment, error, tries):
    broken = world.breaks(error)
    assert world.retrieve(URL + fragment) is None
    assert broken.sent == tries
    assert (f" (try {tries})" in world.warnings[-1].text) == (tries > 1)


def test_a_try_that_succeeds_ends_it_and_all_tries_have_one_token(world):
    world.app.on(URL, {"status": 503}, {"status": 404}, {})
    assert world.retrieve(f"{URL}#rc=5&rp=4xx,5xx", parameters={"CallSid": "CA1"}) is not None
    tokens = {r.headers["I-Twilio-Idempotency-Token"] for r in world.app.received}
    assert (len(world.app.received), len(tokens)) == (3, 1)
    assert all(r.form == {"CallSid": ["CA1"]} for r in world.app.received)
    assert world.codes == []


def test_the_fallback_has_overrides_of_its_own(world):
    world.app.on(URL, status=500)
    world.app.on(FALLBACK, status=500)
    world.retrieve(f"{URL}#rc=2&rp=5xx", fallback_url=f"{FALLBACK}#rc=1&rp=5xx")
    assert [request.url for request in world.app.received] == [URL] * 3 + [FALLBACK] * 2


def test_callbacks_have_overrides_too(world):
    world.app.on(URL, status=500)
    world.retriever.notify(f"{URL}#rc=2&rp=5xx&e=mars", "POST", {}, "CA1")
    assert len(world.app.received) == 3
    assert world.codes == [11240, 15003]


# --- time


@pytest.mark.parametrize(
    ("fragment", "after", "code", "seconds", "tries"),
    [
        ("#rt=2000", 3, 11200, 2, 1),
        ("#rt=2000&rp=rt", 3, 11200, 4, 2),
        ("#rt=2000&rp=rt&rc=5", 3, 11200, 12, 6),
        ("#rt=4000&rp=rt&rc=5", 5, 11200, 15, 4),
        ("#tt=3000", 4, 11203, 3, 1),
        ("#tt=3000&rt=2000&rp=rt", 4, 11203, 3, 2),
        ("#tt=3000&rp=all&rc=5", 4, 11203, 3, 1),
        ("#tt=9000&rt=2000", 4, 11200, 2, 1),
        ("#rp=all&rc=5", 20, 11200, 15, 1),
    ],
)
def test_overrides_bound_the_time_of_a_try_and_of_all(world, fragment, after, code, seconds, tries):
    world.app.on(URL, after=after)
    assert world.retrieve(URL + fragment) is None
    assert world.codes == [code]
    assert world.clock.monotonic() == pytest.approx(seconds)
    assert len(world.app.received) == tries


@given(
    st.integers(100, 15_000),
    st.integers(100, 15_000),
    st.integers(0, 5),
    st.floats(0.01, 20, allow_nan=False),
)
def test_no_override_makes_the_whole_longer_than_it_may_be(worlds_once, rt, tt, rc, after):
    world = worlds_once()
    world.app.on(URL, after=after)
    world.retrieve(f"{URL}#rt={rt}&tt={tt}&rc={rc}&rp=all")
    assert world.clock.monotonic() <= tt / 1000 + 1e-6


def test_a_slow_connection_is_given_up_after_ct_and_tried_again(live, monkeypatch):
    waits = []

    def never(address, timeout, **_):
        waits.append(timeout)
        raise TimeoutError("timed out")

    monkeypatch.setattr(transport, "create_connection", never)
    assert live.retrieve("http://127.0.0.1:9/#ct=200&rc=2") is None
    assert [wait for wait in waits if 0.1 < wait <= 0.2] == waits
    assert len(waits) == 3
    (warning,) = live.warnings
    assert warning.code == 11205
    assert warning.text.startswith("no connection after ")
    assert warning.text.endswith("limit 200 ms (try 3)")


def test_a_connection_has_five_seconds_unless_told(live, monkeypatch):
    waits = []

    def refuses(address, timeout, **_):
        waits.append(timeout)
        raise ConnectionRefusedError

    monkeypatch.setattr(transport, "create_connection", refuses)
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))],
    )
    live.retrieve("http://127.0.0.1:9/")
    assert [4 < wait <= 5 for wait in waits] == [True, True]
