from __future__ import annotations

import json
import logging
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockstudio.clock import VirtualClock
from mockstudio.endpoints.answer import Answer
from mockstudio.endpoints.collection import Endpoints
from mockstudio.endpoints.definition import parse_endpoints
from mockstudio.endpoints.journal import Entry, Journal
from mockstudio.endpoints.model import Endpoint, Fault, JsonBody, Reply, TextBody, UrlPattern
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.endpoints.request import Request
from mockstudio.errors import UnknownNameError, UsageError
from mockstudio.signing import SIGNATURE_HEADER, signature

TOKEN = "12345"


@pytest.fixture
def endpoints() -> Endpoints:
    return Endpoints(Journal(VirtualClock()), TOKEN)


@pytest.fixture
def script(endpoints: Endpoints) -> Callable[..., None]:
    def use(*entries: dict[str, Any]) -> None:
        endpoints.use(parse_endpoints(list(entries)))

    return use


@pytest.fixture
def call(endpoints: Endpoints) -> Callable[..., Answer]:
    def respond(target: str, *headers: tuple[str, str], method: str = "GET") -> Answer:
        request = Request(method, target, [("Host", "127.0.0.1"), *headers])
        return endpoints.respond(request)[0]

    return respond


@pytest.fixture
def bodies(call) -> Callable[[str, int], list[str]]:
    def several(target: str, count: int) -> list[str]:
        answers = [call(target) for _ in range(count)]
        return [a.body.decode() if a.status == 200 else str(a.status) for a in answers]

    return several


REPLIES = [{"text": "a", "times": 2}, {"text": "b"}, "no-content"]


@pytest.mark.parametrize(
    ("at_end", "expected"),
    [
        ("stick", "a a b 204 204 204 204"),
        ("cycle", "a a b 204 a a b"),
        (404, "a a b 204 404 404 404"),
    ],
)
def test_replies_are_played_in_order(script, bodies, at_end: str | int, expected: str) -> None:
    script({"name": "x", "url": "/x", "at_end": at_end, "replies": REPLIES})
    assert bodies("/x", 7) == expected.split()


def test_a_list_of_one_reply_ends_too(script, bodies, call) -> None:
    script({"name": "x", "url": "/x", "at_end": 404, "replies": [{"text": "a"}]})
    assert bodies("/x", 2) == ["a", "404"]
    assert json.loads(call("/x").body) == {
        "error": "endpoint 'x' has no reply left for call 3",
        "hint": "its replies end with `at_end: 404`; use stick or cycle, or reset the sandbox",
    }


@pytest.mark.parametrize("outcome", OUTCOME_NAMES)
def test_every_endpoint_has_every_outcome_unwritten(script, call, endpoints, outcome: str) -> None:
    script({"name": "x", "url": "/x"})
    endpoints.play("x", outcome)
    call("/x")
    (entry,) = endpoints.journal
    assert (entry.endpoint, entry.reply) == ("x", outcome)


def test_an_endpoint_can_mean_something_else_by_an_outcome(script, call, endpoints) -> None:
    outcomes = {"timeout": {"text": "my own", "delay": "3s"}, "tired": {"status": 503}}
    script({"name": "x", "url": "/x", "outcomes": outcomes}, {"name": "y", "url": "/y"})
    for name in ("x", "y"):
        endpoints.play(name, "timeout")
    assert (call("/x").at, call("/x").body, call("/y").at) == (3.0, b"my own", 12.0)
    endpoints.play("x", "tired")
    assert call("/x").status == 503


def test_an_outcome_is_played_until_it_is_stopped(script, bodies, endpoints) -> None:
    script({"name": "x", "url": "/x", "replies": [{"text": "a"}, {"text": "b"}, {"text": "c"}]})
    endpoints.play("x", "server-error")
    assert bodies("/x", 2) == ["500", "500"]
    endpoints.play("x", None)
    assert bodies("/x", 1) == ["c"]


def test_an_outcome_is_played_so_many_times(script, bodies, endpoints) -> None:
    script({"name": "x", "url": "/x", "reply": {"text": "a"}})
    endpoints.play("x", "server-error", times=2)
    assert bodies("/x", 4) == ["500", "500", "a", "a"]
    assert endpoints.state("x").calls == 4
    assert endpoints.state("x").playing is None


def test_a_request_can_ask_for_an_outcome_of_its_own(script, call, endpoints) -> None:
    script(
        {"name": "first", "url": "/x", "when": {"params": {"never": "1"}}},
        {"name": "second", "url": "/x", "outcomes": {"tired": {"status": 503}}},
    )
    assert call("/x?mockstudio-play=second:tired").status == 503
    assert call("/x?mockstudio-play=tired").status == 503
    assert call("/x?a=b&mockstudio-play=first:client-error").status == 404
    for asked, hint in (("nobody:tired", "no endpoint 'nobody'"), ("nope", "no outcome 'nope'")):
        answer = call(f"/x?mockstudio-play={asked}")
        assert answer.status == 404
        assert hint in json.loads(answer.body)["hint"]
    assert call("/x?mockstudio-play=second:unknown").status == 404
    assert [entry.endpoint for entry in endpoints.journal] == [
        *("second", "second", "first", "", "", "")
    ]
    assert (endpoints.state("first").calls, endpoints.state("second").calls) == (0, 0)


def test_protected_private_and_credentials_are_checked(script, call, endpoints) -> None:
    replies = [{"text": "a"}, {"text": "b"}]
    script(
        {"url": "/p", "kind": "function", "visibility": "protected", "reply": {"text": "a"}},
        {"url": "/q", "kind": "function", "visibility": "private", "reply": {"text": "a"}},
        {"name": "r", "url": "/r", "auth": {"user": "u", "password": "p"}, "replies": replies},
    )
    signed = (SIGNATURE_HEADER, signature(TOKEN, "http://127.0.0.1/p"))
    assert [call("/p").status, call("/p", signed).status, call("/q").status] == [403, 200, 404]
    assert call("/r").status == 401
    assert call("/r", ("Authorization", "Basic dTpw")).body == b"a"
    assert [entry.reply for entry in endpoints.journal] == [
        *("refusal", "reply 1", "refusal", "refusal", "reply 1")
    ]


def test_a_refused_connection_is_counted_and_only_then(script, endpoints) -> None:
    url = "https://a.test/x"
    script({"name": "x", "url": url, "replies": ["refused", {"text": "a"}, {"text": "b"}]})
    assert [endpoints.refuses(url), endpoints.refuses(url)] == [True, False]
    assert endpoints.state("x").calls == 1
    endpoints.play("x", "refused", times=1)
    assert [endpoints.refuses(url), endpoints.refuses(url)] == [True, False]
    assert endpoints.state("x").calls == 2
    assert endpoints.refuses("https://elsewhere.test/x") is False


def test_an_endpoints_own_refused_is_answered(script, call, endpoints) -> None:
    script({"name": "x", "url": "/x", "outcomes": {"refused": {"status": 503}}})
    endpoints.play("x", "refused")
    assert endpoints.refuses("http://127.0.0.1/x") is False
    assert call("/x").status == 503


def test_a_refused_connection_that_came_through_is_a_reset(script, call, endpoints) -> None:
    script({"name": "x", "url": "/x", "reply": "refused"})
    assert call("/x").fault is Fault.RESET


def test_covers_names_the_first_endpoint_at_a_url(script, endpoints) -> None:
    script({"name": "a", "url": "https://a.test/*"}, {"name": "b", "url": "https://a.test/b"})
    assert endpoints.covers("https://a.test/b?c=d").name == "a"
    assert endpoints.covers("https://b.test/b") is None


# --- changes


def test_an_unchanged_endpoint_keeps_its_state_and_a_changed_one_what_it_plays(
    script, bodies, endpoints
) -> None:
    same = {"name": "same", "url": "/same", "replies": [{"text": "a"}, {"text": "b"}]}
    other = {"name": "other", "url": "/other", "replies": [{"text": "a"}, {"text": "b"}]}
    script(same, other)
    bodies("/same", 1), bodies("/other", 1)
    endpoints.play("other", "timeout")
    script(other | {"replies": [{"text": "c"}, {"text": "d"}]}, same, {"name": "n", "url": "/n"})
    assert (bodies("/same", 1), bodies("/other", 1)) == (["b"], ["c"])
    assert (endpoints.state("same").calls, endpoints.state("other").calls) == (2, 1)
    assert endpoints.state("other").playing == "timeout"


def test_an_endpoint_that_moved_to_another_line_is_unchanged(endpoints, bodies) -> None:
    (first,) = parse_endpoints([{"url": "/x", "replies": [{"text": "a"}, {"text": "b"}]}], "f:1")
    endpoints.use([first])
    bodies("/x", 1)
    endpoints.use([replace(first, source="f:9")])
    assert (bodies("/x", 1), endpoints.definition("x").source) == (["b"], "f:9")


def test_endpoints_are_added_replaced_in_their_place_and_removed(endpoints, call) -> None:
    a, b = Endpoint("a", UrlPattern("/x")), Endpoint("b", UrlPattern("/x"))
    endpoints.add(a)
    endpoints.add(b)
    endpoints.add(replace(a, replies=(Reply(status=201),)))
    assert (endpoints.names, call("/x").status) == (("a", "b"), 201)
    endpoints.remove("a")
    assert (endpoints.names, call("/x").status) == (("b",), 200)


def test_an_exchange_takes_the_place_of_names_and_leaves_the_others(endpoints) -> None:
    endpoints.use([Endpoint(name, UrlPattern(f"/{name}")) for name in "abc"])
    endpoints.exchange(["a"], [Endpoint(name, UrlPattern("/new")) for name in "dc"])
    assert endpoints.names == ("d", "c", "b")
    assert str(endpoints.definition("c").url) == "/new"


def test_two_endpoints_of_one_name_change_nothing(endpoints, call) -> None:
    endpoints.use([Endpoint("a", UrlPattern("/a"))])
    twice = [Endpoint("b", UrlPattern("/b")), Endpoint("b", UrlPattern("/c"))]
    with pytest.raises(UsageError, match="2 endpoints are named 'b'"):
        endpoints.use(twice)
    assert (endpoints.names, call("/a").status) == (("a",), 200)


@pytest.mark.parametrize(
    ("do", "message"),
    [
        (lambda e: e.definition("lokup"), r"no endpoint 'lokup'; did you mean 'lookup'\?"),
        (lambda e: e.state("lokup"), "did you mean 'lookup'"),
        (lambda e: e.remove("lokup"), "did you mean 'lookup'"),
        (lambda e: e.play("lokup", None), "did you mean 'lookup'"),
        (lambda e: e.play("lookup", "timeuot"), "no outcome 'timeuot'; did you mean 'timeout'"),
        (lambda e: e.play("lookup", "own-on"), "did you mean 'own-one'"),
    ],
)
def test_an_unknown_name_names_the_nearest(script, endpoints, do, message: str) -> None:
    script({"name": "lookup", "url": "/x", "outcomes": {"own-one": {"status": 201}}})
    with pytest.raises(UnknownNameError, match=message):
        do(endpoints)


def test_a_reset_forgets_calls_outcomes_and_journal(script, bodies, endpoints) -> None:
    script({"name": "x", "url": "/x", "replies": [{"text": "a"}, {"text": "b"}]})
    bodies("/x", 2)
    endpoints.play("x", "timeout")
    endpoints.reset()
    assert (endpoints.state("x").calls, endpoints.state("x").playing) == (0, None)
    assert (len(endpoints.journal), bodies("/x", 1)) == (0, ["a"])


# --- answers


def test_a_request_that_nothing_matches_is_told_the_nearest(
    script, call, endpoints, caplog
) -> None:
    script(
        {"name": "lookup", "url": "https://a.test/lookup", "methods": ["POST"]},
        {"name": "other", "url": "/something-else"},
    )
    with caplog.at_level(logging.WARNING):
        answer = call("/lookup?a=1", ("X-A", "b"))
    assert (answer.status, answer.headers) == (404, (("Content-Type", "application/json"),))
    said = json.loads(answer.body)
    assert said["error"] == "no endpoint matches GET http://127.0.0.1/lookup?a=1"
    assert said["nearest"][0] == {
        "endpoint": "lookup",
        "url": "https://a.test/lookup",
        "differences": ["method: expected POST, found GET"],
    }
    assert caplog.messages == [answer.body.decode()]
    assert [entry.endpoint for entry in endpoints.journal.unmatched] == [""]


FIXED = Reply(201, (("X-A", "b"),), JsonBody({"a": 1}), label="reply 1")


def test_the_short_way_of_a_fixed_answer_looks_like_the_long_one(endpoints, call) -> None:
    templated = replace(FIXED, headers=(("X-A", "{{ 'b' }}"),))
    endpoints.use(
        Endpoint(name, UrlPattern(f"/{name}"), replies=(reply,))
        for name, reply in (("fixed", FIXED), ("made", templated))
    )
    matches = {n: endpoints.find(Request("GET", f"/{n}")) for n in ("fixed", "made")}
    assert [matches["fixed"].fixed is None, matches["made"].fixed is None] == [False, True]
    for name in ("fixed", "made"):
        call(f"/{name}")
        endpoints.play(name, "ok", times=1)
        call(f"/{name}")
        call(f"/{name}")
    said = [json.dumps(entry.to_dict()).replace("made", "fixed") for entry in endpoints.journal]
    for one, other in zip(said[:3], said[3:], strict=True):
        assert json.loads(one) | {"number": 0} == json.loads(other) | {"number": 0}
    assert (endpoints.state("fixed").calls, endpoints.state("made").calls) == (3, 3)


def test_listeners_hear_every_entry(script, call, endpoints) -> None:
    heard: list[Entry] = []
    endpoints.subscribe(heard.append)
    script({"name": "x", "url": "/x"})
    call("/x"), call("/y")
    assert heard == list(endpoints.journal)
    assert [entry.endpoint for entry in heard] == ["x", ""]


# --- threads


@pytest.fixture
def hasty_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_calls_at_the_same_time_get_each_reply_exactly_once(
    hasty_threads, together, endpoints, call
) -> None:
    replies = tuple(Reply(body=TextBody(str(n), "text/plain")) for n in range(800))
    endpoints.use([Endpoint("x", UrlPattern("/x"), replies=replies)])
    got: list[str] = []
    together(*[lambda: got.extend(call("/x").body.decode() for _ in range(100))] * 8)
    assert Counter(got) == Counter(str(n) for n in range(800))


def test_calls_of_a_fixed_answer_at_the_same_time_are_all_counted(
    hasty_threads, together, script, endpoints, call
) -> None:
    script({"name": "x", "url": "/x", "reply": {"text": "a"}})
    together(*[lambda: [call("/x") for _ in range(500)]] * 8)
    assert endpoints.state("x").calls == len(endpoints.journal) == 4_000


def test_an_outcome_that_ends_is_played_exactly_so_often(
    hasty_threads, together, script, endpoints, call
) -> None:
    script({"name": "x", "url": "/x", "reply": {"text": "a"}})
    endpoints.play("x", "server-error", times=100)
    got: list[int] = []
    together(*[lambda: got.extend(call("/x").status for _ in range(50))] * 8)
    assert Counter(got) == {500: 100, 200: 300}


def test_a_change_is_met_whole_or_not_at_all(hasty_threads, endpoints, call) -> None:
    versions = [
        [Endpoint(name, UrlPattern("/x")), Endpoint(f"{name}2", UrlPattern("/y"))]
        for name in ("a", "b")
    ]
    endpoints.use(versions[0])
    over = threading.Event()

    def change() -> None:
        for n in range(200):
            endpoints.use(versions[n % 2])
        over.set()

    changing = threading.Thread(target=change)
    changing.start()
    statuses = {call("/x").status}
    while not over.is_set():
        statuses |= {call("/x").status, call("/x?mockstudio-play=ok").status}
        endpoints.refuses("http://own/x")
    changing.join()
    assert statuses == {200}
