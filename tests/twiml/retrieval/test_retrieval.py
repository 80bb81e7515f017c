"""A document from its request to what is told of it, in virtual time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from mockstudio.errors import RouteError
from mockstudio.flows.limits import Limits
from mockstudio.http.exchange import Failure
from mockstudio.http.outgoing import Account, signed
from mockstudio.signing import is_signed
from mockstudio.twiml.events import DocumentReceived, DocumentRequested
from mockstudio.twiml.model import Document
from mockstudio.twiml.urls import absolute_url
from mockstudio.twiml.webhook_client import compose

URL = "https://orders.twil.io/voice"
FALLBACK = "https://orders.twil.io/fallback"
TOKEN = "12345"
TOKEN_HEADER = "I-Twilio-Idempotency-Token"
PARAMETERS = {"CallSid": "CA1", "From": "+15551230000", "Body": "ä & b = c", "Empty": ""}


# --- what is sent


def test_a_post_carries_the_parameters_as_a_form(world):
    world.app.on(URL)
    world.retrieve(f"{URL}?x=1", parameters=PARAMETERS)
    (request,) = world.app.received
    assert (request.method, request.url) == ("POST", f"{URL}?x=1")
    assert request.form == {name: [value] for name, value in PARAMETERS.items()}
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"


@pytest.mark.parametrize("method", ["GET", "get"])
def test_a_get_carries_the_parameters_in_its_query(world, method):
    world.app.on(URL)
    world.retrieve(f"{URL}?x=1", method=method, parameters=PARAMETERS)
    (request,) = world.app.received
    assert request.method == "GET"
    assert request.query == {"x": ["1"], **{name: [value] for name, value in PARAMETERS.items()}}
    assert "Content-Type" not in request.headers


def test_every_request_carries_the_standard_headers(world):
    world.app.on(URL)
    world.retrieve()
    headers = world.app.received[0].headers
    assert headers["User-Agent"] == "TwilioProxy/1.1"
    assert headers["Accept"] == "*/*"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["X-Home-Region"] == "us1"
    assert headers["Host"] == "orders.twil.io"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers[TOKEN_HEADER])


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_both_validators_accept_the_signature(world, method):
    world.app.on(URL)
    world.retrieve(f"{URL}?x=%20y#rc=2", method=method, parameters=PARAMETERS)
    (request,) = world.app.received
    given_signature = request.headers["X-Twilio-Signature"]
    form = {name: values[0] for name, values in request.form.items()}
    assert is_signed(given_signature, TOKEN, request.url, request.form)
    assert RequestValidator(TOKEN).validate(request.url, form, given_signature)
    assert not is_signed(given_signature, "another", request.url, request.form)


@given(
    st.dictionaries(st.text("abAB[]:é ", min_size=1, max_size=8), st.text(max_size=12), max_size=6),
    st.sampled_from(["GET", "POST"]),
)
def test_whatever_the_parameters_the_official_validator_accepts_the_request(parameters, method):
    request = compose(f"{URL}?a=b", method, parameters)
    assert not isinstance(request, Failure)
    made = signed(request, Account("AC1", TOKEN)).headers["X-Twilio-Signature"]
    sent = _as_sent(parameters) if method == "POST" else {}
    assert RequestValidator(TOKEN).validate(request.url, sent, made)


def _as_sent(parameters):
    """Return the parameters as UTF-8 can carry them."""
    return {
        name.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode()
        for name, value in parameters.items()
    }


def test_the_fragment_is_neither_sent_nor_shown(world):
    world.app.on(URL, body=b"<Response><Hangup x='1'/></Response>")
    world.retrieve(f"{URL}#rc=2&rp=all")
    assert world.app.received[0].url == URL
    assert [event.url for event in world.events] == [URL, URL, URL]


def test_a_document_keeps_the_overrides_for_when_it_is_requested_again(world):
    world.app.on(URL, {}, {"status": 500}, {})
    document = world.retrieve(f"{URL}#rc=2&rp=5xx")
    assert world.retrieve(absolute_url(document.url, "")) is not None
    assert world.retrieve(absolute_url(document.url, "voice")) is not None
    assert world.codes == []
    assert len(world.app.received) == 4


# --- what is told


def test_a_document_is_told_of_before_it_is_asked_for_and_when_it_plays(world):
    world.app.on(URL, body=b"<Response><Say>Hi</Say><Hangup/></Response>")
    document = world.retrieve(parameters={"CallSid": "CA1"})
    requested, received = world.events
    assert requested == DocumentRequested(
        at=requested.at, exchange="CA1", method="POST", url=URL, parameters={"CallSid": "CA1"}
    )
    assert received == DocumentReceived(
        at=received.at, exchange="CA1", url=URL, verbs=("Say", "Hangup")
    )
    assert [verb.name for verb in document.verbs] == ["Say", "Hangup"]


def test_what_is_odd_in_a_document_is_warned_of_and_the_rest_plays(world):
    world.app.on(URL, body=b"<Response>\n<Sey>Hi</Sey>\n<Hangup/></Response>")
    document = world.retrieve()
    assert [verb.name for verb in document.verbs] == ["Hangup"]
    (warning,) = world.warnings
    assert (warning.code, warning.url, warning.exchange) == (12200, URL, "CA1")
    assert warning.text.startswith("line 2: ")


def test_a_document_is_remarked_on_once_until_it_comes_with_other_words(world):
    unknown = b"<Response><Foo/></Response>"
    world.app.on(URL, {"body": unknown}, {"body": unknown}, {"body": unknown + b"\n"}, {})
    for exchange in ("CA1", "CA2", "CA3", "CA4"):
        world.retrieve(exchange=exchange)
    assert [warning.exchange for warning in world.warnings] == ["CA1", "CA3"]
    world.app.on(URL, body=unknown)
    world.retrieve()
    assert len(world.warnings) == 2
    world.retriever.forget()
    world.retrieve()
    assert len(world.warnings) == 3


def test_credentials_are_not_told(world):
    world.app.on(URL, status=500)
    world.retrieve("https://me:secret@orders.twil.io/voice")
    assert "secret" not in str(world.events)


# --- credentials


def test_credentials_of_the_url_are_sent_once_they_are_asked_for(world):
    world.app.on(
        URL,
        {"status": 401, "headers": {"WWW-Authenticate": 'Basic realm="x"'}},
        {"status": 200},
    )
    document = world.retrieve("https://me:s%20e@orders.twil.io/voice")
    first, second = world.app.received
    assert "Authorization" not in first.headers
    assert second.headers["Authorization"] == "Basic bWU6cyBl"
    assert first.headers[TOKEN_HEADER] == second.headers[TOKEN_HEADER]
    assert is_signed(second.headers["X-Twilio-Signature"], TOKEN, URL, second.form)
    assert document is not None
    assert world.codes == []


@pytest.mark.parametrize(
    ("url", "challenge"),
    [(URL, 'Basic realm="x"'), ("https://me:pw@orders.twil.io/voice", 'Digest realm="x"')],
    ids=["no credentials", "digest"],
)
def test_a_401_that_cannot_be_answered_is_a_failure(world, url, challenge):
    world.app.on(URL, status=401, headers={"WWW-Authenticate": challenge})
    assert world.retrieve(url) is None
    assert len(world.app.received) == 1
    assert world.codes == [11200]


def test_relative_urls_keep_the_credentials_of_the_document(world):
    world.app.on(URL)
    document = world.retrieve("https://me:pw@orders.twil.io/voice#rc=0")
    assert absolute_url(document.url, "/next") == "https://me:pw@orders.twil.io/next"


# --- redirects


def test_a_redirected_document_is_at_home_where_it_was_found(world):
    world.app.on(URL, status=302, headers={"Location": "/b/there?y=2"})
    world.app.on("https://orders.twil.io/b/there")
    document = world.retrieve(parameters=PARAMETERS)
    assert document.url == "https://orders.twil.io/b/there?y=2"
    assert [(r.method, bool(r.form)) for r in world.app.received] == [
        ("POST", True),
        ("GET", False),
    ]


def test_the_parameters_of_a_get_are_not_in_its_document_s_url(world):
    world.app.on(URL)
    document = world.retrieve(f"{URL}?x=1", method="GET", parameters=PARAMETERS)
    assert document.url == f"{URL}?x=1"


@pytest.mark.parametrize(("redirects", "codes"), [(10, []), (11, [11215])])
def test_ten_redirects_are_followed(world, redirects, codes):
    redirect = {"status": 307, "headers": {"Location": URL}}
    world.app.on(URL, *[redirect] * redirects, {"status": 200})
    assert (world.retrieve() is None) == bool(codes)
    assert world.codes == codes


# --- the fallback


def test_the_fallback_gets_the_same_parameters_and_the_error(world):
    world.app.on(URL, status=404)
    world.app.on(FALLBACK)
    document = world.retrieve(
        f"{URL}?x=1#rc=0", parameters={"CallSid": "CA1"}, fallback_url=FALLBACK
    )
    first, second = world.app.received
    assert second.form == {
        "CallSid": ["CA1"],
        "ErrorCode": ["11200"],
        "ErrorUrl": [f"{URL}?x=1"],
    }
    assert first.headers[TOKEN_HEADER] != second.headers[TOKEN_HEADER]
    assert document.url == FALLBACK
    assert [(w.code, w.text, w.url) for w in world.warnings] == [
        (
            11200,
            "answered 404 Not Found, expected 200 OK: '<Response><Hangup/></Response>'",
            f"{URL}?x=1",
        )
    ]


def test_the_fallback_has_a_method_of_its_own(world):
    world.app.on(URL, body=b"<Response")
    world.app.on(FALLBACK)
    world.retrieve(fallback_url=FALLBACK, fallback_method="GET")
    request = world.app.received[1]
    assert request.method == "GET"
    assert request.query == {"ErrorCode": ["12100"], "ErrorUrl": [URL]}


def test_when_the_fallback_fails_too_there_is_no_document(world):
    world.app.on(URL, status=500)
    world.app.on(FALLBACK, body=b"<response/>")
    assert world.retrieve(fallback_url=FALLBACK) is None
    assert [(w.code, w.url) for w in world.warnings] == [(11200, URL), (12102, FALLBACK)]
    assert not any(isinstance(event, DocumentReceived) for event in world.events)


def test_a_url_that_no_route_covers_is_no_trouble_of_twilio_s(worlds):
    def refuse(url):
        raise RouteError(url)

    world = worlds(resolve=refuse)
    with pytest.raises(RouteError):
        world.retrieve(fallback_url=FALLBACK)
    with pytest.raises(RouteError):
        world.retriever.notify(URL, "POST", {}, "CA1")
    assert world.warnings == []


# --- time and size


@pytest.mark.parametrize(("after", "codes"), [(14.9, []), (15.0, [11200]), (60.0, [11200])])
def test_an_answer_has_fifteen_seconds(world, after, codes):
    world.app.on(URL, after=after)
    assert (world.retrieve() is None) == bool(codes)
    assert world.codes == codes
    assert world.clock.monotonic() == min(after, 15.0)
    assert len(world.app.received) == 1


def test_the_deadline_runs_over_all_redirects(world):
    world.app.on(URL, after=6, status=307, headers={"Location": URL})
    assert world.retrieve() is None
    assert world.warnings[0].text == "no answer after 15.0 s, limit 15.0 s"
    assert world.clock.monotonic() == 15


def test_the_fallback_has_fifteen_seconds_of_its_own(world):
    world.app.on(URL, after=20)
    world.app.on(FALLBACK, after=14)
    assert isinstance(world.retrieve(fallback_url=FALLBACK), Document)
    assert world.clock.monotonic() == 29


@pytest.mark.parametrize(("size", "codes"), [(65_536, []), (65_537, [11750])])
def test_a_document_has_64_kilobytes(world, size, codes):
    world.app.on(URL, body=b"<Response/>".ljust(size))
    assert (world.retrieve() is None) == bool(codes)
    assert world.codes == codes


def test_the_limits_can_be_changed(worlds):
    world = worlds(limits=Limits(twiml_timeout=3, twiml_body=20, twiml_redirects=0))
    world.app.on(URL, {"after": 5}, {}, {"status": 307, "headers": {"Location": URL}})
    assert [world.retrieve() for _ in range(3)] == [None, None, None]
    assert world.codes == [11200, 11750, 11215]
    assert world.clock.monotonic() == 3


# --- cookies

SETS = {"Content-Type": "text/xml", "Set-Cookie": "step=2; Expires=Wed, 01 Jan 2098 00:00:00 GMT"}


def cookies(world):
    return [request.headers.get("Cookie") for request in world.app.received]


def test_a_call_keeps_its_cookies_and_no_other_s(world):
    world.app.on(URL, {"headers": SETS}, {})
    for call in ("CA1", "CA1", "CA2"):
        world.retrieve(exchange=call)
    assert cookies(world) == [None, "step=2", None]


def test_cookies_of_a_redirect_go_along_but_not_to_another_host(world):
    world.app.on(URL, status=307, headers={**SETS, "Location": "https://other.example/x"})
    world.app.on(f"{URL}2")
    world.app.on("https://other.example/x", status=307, headers={"Location": f"{URL}2"})
    world.retrieve()
    assert cookies(world) == [None, None, "step=2"]


def test_messages_keep_their_cookies_for_four_hours_between_two_numbers(world):
    world.app.on(URL, {"headers": SETS}, {})
    there = {"From": "+15551", "To": "+15552"}
    back = {"From": "+15552", "To": "+15551"}
    world.retrieve(exchange="SM1", kind="messaging", parameters=there)
    world.retrieve(exchange="SM2", kind="messaging", parameters=back)
    world.retrieve(exchange="SM3", kind="messaging", parameters={**there, "From": "+15553"})
    world.clock.advance(4 * 3600)
    world.retrieve(exchange="SM4", kind="messaging", parameters=there)
    assert cookies(world) == [None, "step=2", None, None]


def test_cookies_can_be_forgotten(world):
    world.app.on(URL, headers=SETS)
    world.retrieve()
    world.retriever.forget()
    world.retrieve()
    assert cookies(world) == [None, None]


# --- status callbacks


def test_a_callback_carries_its_parameters_and_its_answer_does_not_matter(world):
    world.app.on(URL, body=b"x" * 100_000, headers={"Content-Type": "image/png"})
    world.retriever.notify(URL, "POST", PARAMETERS, "CA1")
    (request,) = world.app.received
    assert request.form == {name: [value] for name, value in PARAMETERS.items()}
    assert is_signed(request.headers["X-Twilio-Signature"], TOKEN, URL, request.form)
    assert world.events == []


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ({"status": 404, "body": b""}, "status callback: answered 404 Not Found, expected 200 OK"),
        (
            {"status": 503, "body": b"maintenance"},
            "status callback: answered 503 Service Unavailable, expected 200 OK: 'maintenance'",
        ),
        ({"after": 15}, "status callback: no answer after 15.0 s, limit 15.0 s"),
    ],
)
def test_trouble_with_a_callback_is_15003(world, reply, text):
    world.app.on(URL, **reply)
    world.retriever.notify(f"{URL}#x", "POST", {}, "CA1")
    assert [(w.code, w.text, w.url, w.exchange) for w in world.warnings] == [
        (15003, text, URL, "CA1")
    ]
