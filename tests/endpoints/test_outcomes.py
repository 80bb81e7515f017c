from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mockstudio.endpoints.model import (
    Body,
    Dribble,
    Endpoint,
    Fault,
    FileBody,
    FixedDelay,
    JsonBody,
    Kind,
    OutcomeReply,
    PythonBody,
    Reply,
    TextBody,
    UniformDelay,
    UrlPattern,
)
from mockstudio.endpoints.outcomes import (
    BODY_LIMIT,
    OUTCOME_NAMES,
    requested_play,
    standard_reply,
)
from mockstudio.endpoints.request import Request
from mockstudio.errors import UnknownNameError

ORDER = Reply(
    status=201,
    headers=(("X-Order", "42"),),
    body=JsonBody({"total": 12.5}),
    delay=UniformDelay(1.0, 3.0),
    dribble=Dribble(2, 1.0),
    times=3,
    label="reply 1",
)
CALM_ORDER = replace(ORDER, delay=FixedDelay(), dribble=None, times=1)
EMPTY_RESPONSE = TextBody("<Response/>", "text/xml")


def endpoint(
    *replies: Reply | OutcomeReply, kind: Kind = Kind.FUNCTION, name: str = "lookup"
) -> Endpoint:
    return Endpoint(name, UrlPattern("/lookup"), kind, replies=replies)


def test_the_standard_outcomes_are_known_by_name() -> None:
    assert OUTCOME_NAMES == (
        "ok",
        "no-content",
        "redirect",
        "client-error",
        "server-error",
        "timeout",
        "dribble",
        "overflow",
        "at-limit",
        "not-json",
        "json-array",
        "wrong-type",
        "reset",
        "empty",
        "truncate",
        "garbage",
        "refused",
        "redirect-loop",
        "bad-twiml",
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("outcome", OUTCOME_NAMES)
def test_every_endpoint_has_every_outcome_under_its_name(outcome: str, kind: Kind) -> None:
    reply = standard_reply(endpoint(ORDER, kind=kind), outcome)
    assert reply.label == outcome
    assert reply.times == 1


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("ok", replace(ORDER, times=1)),
        ("no-content", Reply(status=204)),
        ("client-error", Reply(status=404, body=JsonBody({"error": "not found"}))),
        ("server-error", Reply(status=500, body=JsonBody({"error": "internal error"}))),
        ("timeout", replace(CALM_ORDER, delay=FixedDelay(12.0))),
        ("dribble", replace(CALM_ORDER, dribble=Dribble(6, 12.0))),
        ("overflow", replace(CALM_ORDER, size=65_537)),
        ("at-limit", replace(CALM_ORDER, size=65_536)),
        ("json-array", Reply(body=JsonBody([1, 2, 3]))),
        ("reset", Reply(fault=Fault.RESET)),
        ("empty", Reply(fault=Fault.EMPTY)),
        ("truncate", replace(CALM_ORDER, fault=Fault.TRUNCATE)),
        ("garbage", Reply(fault=Fault.GARBAGE)),
        ("refused", Reply(fault=Fault.RESET)),
    ],
)
def test_what_an_outcome_means_for_a_scripted_endpoint(outcome: str, expected: Reply) -> None:
    found = standard_reply(endpoint(OutcomeReply("timeout"), ORDER), outcome)
    assert found == replace(expected, label=outcome)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.FUNCTION, JsonBody({"ok": True})),
        (Kind.HTTP, JsonBody({"ok": True})),
        (Kind.TWIML, EMPTY_RESPONSE),
    ],
)
def test_without_a_scripted_reply_ok_is_what_the_kind_answers(
    kind: Kind, body: JsonBody | TextBody
) -> None:
    silent = endpoint(OutcomeReply("reset"), kind=kind)
    assert standard_reply(silent, "ok") == Reply(body=body, label="ok")


@pytest.mark.parametrize("outcome", ["timeout", "dribble"])
def test_twilio_waits_longer_for_twiml_than_studio_for_an_answer(outcome: str) -> None:
    reply = standard_reply(endpoint(kind=Kind.TWIML), outcome)
    late = FixedDelay(reply.dribble.over) if reply.dribble else reply.delay
    assert late == FixedDelay(20.0)


@pytest.mark.parametrize("outcome", ["dribble", "overflow", "at-limit", "wrong-type", "truncate"])
@pytest.mark.parametrize("silent", [Reply(), Reply(status=204, body=JsonBody(1))])
def test_outcomes_that_need_a_body_have_one(outcome: str, silent: Reply) -> None:
    assert standard_reply(endpoint(silent), outcome).body == JsonBody({"ok": True})


@pytest.mark.parametrize(
    "body",
    [
        FileBody(Path("menu.json"), "application/json"),
        PythonBody("orders", "lookup"),
        TextBody("x" * (BODY_LIMIT + 2), "text/plain"),
        JsonBody({"not json": object()}),
    ],
)
@pytest.mark.parametrize("outcome", ["overflow", "at-limit"])
def test_a_body_that_cannot_be_padded_gives_way_to_one_that_can(outcome: str, body: Body) -> None:
    reply = standard_reply(endpoint(Reply(body=body)), outcome)
    assert reply.body == JsonBody({"ok": True})
    assert reply.size in (BODY_LIMIT, BODY_LIMIT + 1)


def test_not_json_and_bad_twiml_are_what_they_say() -> None:
    not_json = standard_reply(endpoint(), "not-json").body
    bad_twiml = standard_reply(endpoint(), "bad-twiml").body
    assert not_json == TextBody('{"unfinished": ', "application/json")
    assert isinstance(bad_twiml, TextBody)
    assert bad_twiml.content_type == "text/xml"
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(bad_twiml.text)


@pytest.mark.parametrize(
    ("kind", "wrong"), [(Kind.FUNCTION, "text/plain"), (Kind.TWIML, "application/json")]
)
def test_a_wrong_type_keeps_everything_but_the_type(kind: Kind, wrong: str) -> None:
    typed = replace(CALM_ORDER, headers=(("content-type", "application/json"), ("X-Order", "42")))
    expected = replace(
        typed, headers=(("X-Order", "42"), ("Content-Type", wrong)), label="wrong-type"
    )
    assert standard_reply(endpoint(typed, kind=kind), "wrong-type") == expected


def test_an_endpoint_says_what_an_outcome_means_for_it() -> None:
    closed = Reply(status=503, label="reply 9")
    own = replace(endpoint(ORDER), outcomes={"ok": closed, "closed-today": closed})
    assert standard_reply(own, "ok") == replace(closed, label="ok")
    assert standard_reply(own, "closed-today") == replace(closed, label="closed-today")
    assert standard_reply(own, "timeout").status == 503


def test_an_unknown_outcome_is_told_the_nearest_and_the_own_ones() -> None:
    own = replace(endpoint(), outcomes={"closed-today": Reply()})
    with pytest.raises(UnknownNameError, match="did you mean 'timeout'") as raised:
        standard_reply(own, "time-out")
    assert raised.value.valid == (*OUTCOME_NAMES, "closed-today")


@given(st.text(min_size=1), st.sampled_from([("redirect", "ok"), ("redirect-loop",) * 2]))
def test_a_redirect_stays_on_its_path_and_asks_for_the_next_outcome(
    name: str, outcomes: tuple[str, str]
) -> None:
    outcome, following = outcomes
    name = name.encode("utf-8", "replace").decode()
    reply = standard_reply(endpoint(name=name), outcome)
    (header, location) = reply.headers[0]
    followed = urlsplit(urljoin("https://orders.twil.io/a/lookup?x=1", location))
    request = Request("GET", f"{followed.path}?{followed.query}")
    assert (reply.status, header, request.path) == (302, "Location", "/a/lookup")
    assert location.isascii()
    assert requested_play(request) == (name, following)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/lookup", None),
        ("/lookup?x=mockstudio-play", None),
        ("/lookup?mockstudio-play=lookup:timeout", ("lookup", "timeout")),
        ("/lookup?x=1&mockstudio-play=a%3Ab%3Areset", ("a:b", "reset")),
        ("/lookup?mockstudio-play=timeout", ("", "timeout")),
        ("/lookup?mockstudio-play=", ("", "")),
    ],
)
def test_a_request_can_ask_for_an_outcome(target: str, expected: tuple[str, str] | None) -> None:
    assert requested_play(Request("GET", target)) == expected
