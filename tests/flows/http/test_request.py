from __future__ import annotations

import base64
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util.url import _encode_target

from mockstudio.flows.http.request import WidgetRequest, prepare
from mockstudio.http.exchange import Failure, FailureKind, OutgoingRequest
from mockstudio.http.outgoing import PLAIN_URL, Account, Destination, addressed, redirected
from mockstudio.signing import body_hash, is_signed

FORM = "application/x-www-form-urlencoded"
FORM_UTF8 = "application/x-www-form-urlencoded;charset=utf-8"
JSON = "application/json"
ACCOUNT = Account("AC" + "0" * 32, "12345", "http://sandbox:8080")
PAIRS = (("a", "1"), ("b", "x y"))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
parameters = st.lists(st.tuples(texts.filter(lambda name: name != "method"), texts), max_size=5)


def prepared(url: str = "https://h/p", **properties) -> OutgoingRequest:
    made = prepare(WidgetRequest("lookup", url, **properties), ACCOUNT)
    assert isinstance(made, OutgoingRequest), made
    return made


def refused(url: str = "https://h/p", **properties) -> Failure:
    made = prepare(WidgetRequest("lookup", url, **properties), ACCOUNT)
    assert isinstance(made, Failure), made
    return made


def query(request: OutgoingRequest) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(request.url).query, keep_blank_values=True)


def visible_query(request: OutgoingRequest) -> str:
    """The query without the signature's parameter."""
    parts = urlsplit(request.url).query.split("&")
    return "&".join(part for part in parts if not part.startswith("bodySHA256"))


# Reference 3.1, row by row: method, content type, body, parameters; then query and body sent.
ROWS = {
    "GET with parameters": ("GET", FORM, None, PAIRS, "q=0&a=1&b=x+y", b""),
    "GET with nothing": ("GET", None, None, (), "q=0", b""),
    "GET with a body sends none": ("GET", JSON, "{}", (), "q=0", b""),
    "POST form with parameters": ("POST", FORM_UTF8, None, PAIRS, "q=0", b"a=1&b=x+y"),
    "POST form with an empty body": ("POST", FORM, "", PAIRS, "q=0", b"a=1&b=x+y"),
    "POST with body as is": ("POST", FORM, "a=1&b= {x}", (), "q=0", b"a=1&b= {x}"),
    "POST JSON body as is": ("POST", JSON, '{"a": "é"}', (), "q=0", '{"a": "é"}'.encode()),
    "POST text that is no JSON": ("POST", JSON, "{oops", (), "q=0", b"{oops"),
    "POST JSON with parameters": ("POST", JSON, None, PAIRS, "q=0&a=1&b=x+y", b""),
    "POST body and parameters": ("POST", FORM, "c=3", PAIRS, "q=0&a=1&b=x+y", b"c=3"),
    "POST JSON body and parameters": ("POST", JSON, "{}", PAIRS, "q=0&a=1&b=x+y", b"{}"),
    "POST without content type": ("POST", None, None, PAIRS, "q=0", b"a=1&b=x+y"),
    "POST with nothing": ("POST", FORM, None, (), "q=0", b""),
}


@pytest.mark.parametrize(
    ("method", "content_type", "body", "pairs", "sent_query", "sent_body"),
    ROWS.values(),
    ids=ROWS.keys(),
)
def test_parameters_and_body_go_where_the_reference_says(
    method, content_type, body, pairs, sent_query, sent_body
):
    request = prepared(
        "https://h/p?q=0", method=method, content_type=content_type, body=body, parameters=pairs
    )
    assert (request.method, visible_query(request), request.body) == (
        method,
        sent_query,
        sent_body,
    )


def test_run_function_posts_its_parameters_as_a_form_whatever_else_it_has():
    request = prepared(function=True, method="GET", content_type=JSON, body="{}", parameters=PAIRS)
    assert (request.method, request.body) == ("POST", b"a=1&b=x+y")
    assert request.headers["Content-Type"] == f"{FORM}; charset=UTF-8"
    assert query(request) == []


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [
        (None, f"{FORM}; charset=UTF-8"),
        ("", f"{FORM}; charset=UTF-8"),
        ("application/json;charset=utf-8", "application/json;charset=utf-8"),
        ("text/plain\r\nX-Evil: 1", "text/plain??X-Evil: 1"),
    ],
)
def test_the_content_type_is_sent_as_it_is_stored(content_type, sent):
    assert prepared(content_type=content_type).headers["Content-Type"] == sent


def test_the_headers_are_those_of_twilios_proxy():
    headers = dict(prepared(parameters=PAIRS).headers)
    assert len(headers.pop("I-Twilio-Idempotency-Token")) == 36
    assert headers.pop("X-Twilio-Signature")
    assert headers == {
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "X-Home-Region": "us1",
        "Connection": "close",
        "Content-Type": f"{FORM}; charset=UTF-8",
        "Content-Length": "9",
    }


def test_a_get_has_neither_content_type_nor_length():
    headers = prepared(method="GET", content_type=JSON).headers
    assert "Content-Type" not in headers
    assert "Content-Length" not in headers


def test_two_calls_have_two_idempotency_tokens():
    tokens = {prepared().headers["I-Twilio-Idempotency-Token"] for _ in range(2)}
    assert len(tokens) == 2


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://h", "https://h/"),
        ("https://H/Ä?q=ö", "https://h/%C3%84?q=%C3%B6"),
        ("https://h/p?to=+1555&x=%2B1", "https://h/p?to=+1555&x=%2B1"),
        ("https://h/p?q={1}|2", "https://h/p?q=%7B1%7D%7C2"),
        ("https://h/p?q=whatsapp:+55", "https://h/p?q=whatsapp:+55"),
        ("https://h/p?a=%3a", "https://h/p?a=%3A"),
        ("https://h/p#part", "https://h/p"),
        ("https://münchen.de/", "https://xn--mnchen-3ya.de/"),
        ("http://[::1]:3000/x", "http://[::1]:3000/x"),
    ],
)
def test_a_url_is_encoded_only_as_far_as_sending_needs(url, sent):
    assert prepared(url, method="GET").url == sent


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "not absolute"),
        ("/lookup", "not absolute"),
        ("h/lookup", "not absolute"),
        ("ftp://h/x", "not absolute"),
        ("mailto:a@b", "not absolute"),
        ("http:///x", "not absolute"),
        ("https://h/a b", "a space at position 12"),
        (" https://h/", "a space at position 1"),
        ("https://h/\n", "'\\n' at position 11"),
        ("https://h/\x00", "'\\x00'"),
        ("https://h:99999/", "cannot be parsed"),
        ("https://h:port/", "cannot be parsed"),
        ("https://h:0/", "port 0"),
        ("https://[::1/", "cannot be parsed"),
        ("https://*.h/", "cannot be parsed"),
        ("https://a..b/", "cannot be parsed"),
        (f"https://{'a' * 64}.com/", "cannot be parsed"),
    ],
)
def test_a_url_that_cannot_be_sent_fails_without_a_request(url, why):
    failure = refused(url)
    assert failure.kind is FailureKind.BAD_URL
    assert why in failure.text


def test_a_reserved_parameter_name_fails_without_a_request():
    failure = refused(parameters=(("a", "1"), ("method", "x")))
    assert failure.kind is FailureKind.RESERVED_PARAMETER
    assert "'method'" in failure.text


def test_a_function_may_be_given_any_parameter():
    assert prepared(function=True, parameters=(("method", "x"),)).body == b"method=x"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("url", "authorization"),
    [
        ("https://ann:secret@h/p", basic("ann", "secret")),
        ("https://ann:p%40ss%3A@h/p", basic("ann", "p@ss:")),
        ("https://ann@h/p", basic("ann", "")),
        ("https://h/p", None),
        ("https://@h/p", None),
    ],
)
def test_credentials_in_the_url_become_a_header(url, authorization):
    request = prepared(url)
    assert request.headers.get("Authorization") == authorization
    assert request.url == "https://h/p"
    assert is_signed(request.headers["X-Twilio-Signature"], "12345", "https://h/p")


@pytest.mark.parametrize(
    "url",
    ["https://flex-api.twilio.com/v1", "https://a:b@api.twilio.com/", "http://sandbox:8080/v2"],
)
def test_twilio_auth_is_sent_to_twilio_and_wins_over_the_url(url):
    request = prepared(url, add_twilio_auth=True)
    assert request.headers["Authorization"] == basic(ACCOUNT.sid, "12345")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://eviltwilio.com/",
        "https://api.twilio.com.evil.org/",
        "https://api.twilio.com@evil.org/",
        "http://sandbox:8081/",
        "https://sandbox:8080/",
    ],
)
def test_twilio_auth_for_anybody_else_fails_without_a_request(url):
    assert refused(url, add_twilio_auth=True).kind is FailureKind.NOT_TWILIO


def test_without_a_sandbox_url_no_url_counts_as_the_sandboxes():
    request = WidgetRequest("w", "http://sandbox:8080/", add_twilio_auth=True)
    made = prepare(request, Account("AC", "t"))
    assert isinstance(made, Failure)


CALL = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675310"),
    ("Digits", "1234"),
    ("From", "+14158675310"),
    ("To", "+18005551212"),
)
SMS = (("From", "+15550100"), ("Body", "hi there"), *(("MediaUrl", v) for v in "baa"))
ZEROS = "0" * 32
HASHED = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


@pytest.mark.parametrize(
    ("token", "properties", "url", "signature"),
    [
        (
            "12345",
            {"url": "https://example.com/myapp.php?foo=1&bar=2", "parameters": CALL},
            "https://example.com/myapp.php?foo=1&bar=2",
            "L/OH5YylLD5NRKLltdqwSvS0BnU=",
        ),
        (
            ZEROS,
            {"url": "http://127.0.0.1:8080/sms", "parameters": SMS, "function": True},
            "http://127.0.0.1:8080/sms",
            "ivVRp4ArYedlydcRuAaFeqLSx1w=",
        ),
        (
            ZEROS,
            {
                "url": "http://127.0.0.1:8080/sms",
                "body": "From=%2B15550100&Body=hi+there&MediaUrl=b&MediaUrl=a&MediaUrl=a",
            },
            "http://127.0.0.1:8080/sms",
            "ivVRp4ArYedlydcRuAaFeqLSx1w=",
        ),
        (
            ZEROS,
            {
                "url": "http://127.0.0.1:8080/sms?x=1",
                "method": "GET",
                "parameters": (("y", "2"),),
            },
            "http://127.0.0.1:8080/sms?x=1&y=2",
            "HHWBb8BlbuOJhrQGiDqnq/QIQQA=",
        ),
        (
            ZEROS,
            {"url": "http://127.0.0.1:8080/json", "body": '{"a":1}', "content_type": JSON},
            f"http://127.0.0.1:8080/json?bodySHA256={HASHED}",
            "im1Iy4Vv2P6heR1LjZ+y4tFZaPk=",
        ),
    ],
)
def test_the_signature_is_that_of_the_official_clients(token, properties, url, signature):
    made = prepare(WidgetRequest("w", **properties), Account("AC", token))
    assert isinstance(made, OutgoingRequest)
    assert (made.url, made.headers["X-Twilio-Signature"]) == (url, signature)


def test_a_live_destination_gets_a_signature_over_its_own_address():
    request = prepared("https://orders.twil.io/lookup?x=1", method="GET")
    there = Destination("http://localhost:3000/lookup?x=1")
    sent = addressed(request, there, ACCOUNT)
    assert is_signed(sent.headers["X-Twilio-Signature"], "12345", there.url)
    assert sent.url == request.url
    assert "Host" not in sent.headers


def test_a_scripted_destination_is_told_its_host_and_gets_the_original_signature():
    request = prepared("https://orders.twil.io/lookup?x=1", method="GET")
    there = Destination("http://localhost:8080/lookup?x=1", "orders.twil.io")
    sent = addressed(request, there, ACCOUNT)
    assert is_signed(sent.headers["X-Twilio-Signature"], "12345", request.url)
    assert sent.headers["Host"] == "orders.twil.io"


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_turns_post_into_get_without_a_body(status):
    following = redirected(prepared(parameters=PAIRS), status, "/next")
    assert isinstance(following, OutgoingRequest)
    assert (following.method, following.url, following.body) == ("GET", "https://h/next", b"")
    assert not {"Content-Type", "Content-Length"} & set(following.headers)


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_method_keeps_the_body(status):
    following = redirected(prepared(body="{}", content_type=JSON), status, "/next")
    assert isinstance(following, OutgoingRequest)
    assert (following.method, following.body) == ("POST", b"{}")
    assert query(following) == [("bodySHA256", body_hash(b"{}"))]


def test_a_body_hash_that_the_server_sent_back_is_not_added_again():
    request = prepared(body="{}", content_type=JSON)
    following = redirected(request, 307, f"/next?{urlsplit(request.url).query}")
    assert isinstance(following, OutgoingRequest)
    assert query(following) == [("bodySHA256", body_hash(b"{}"))]


@pytest.mark.parametrize(
    ("status", "location"), [(300, "/x"), (304, "/x"), (305, "/x"), (200, "/x"), (302, "")]
)
def test_what_is_no_redirect_is_the_final_answer(status, location):
    assert redirected(prepared(), status, location) is None


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("next", "https://h/a/next"),
        ("?x=1", "https://h/a/b?x=1"),
        ("//other/x", "https://other/x"),
        ("http://other/x#there", "http://other/x"),
        ("/gr\u00c3\u00bc\u00c3\u009fe", "https://h/gr%C3%BC%C3%9Fe"),
    ],
)
def test_a_location_is_resolved_against_the_url(location, url):
    following = redirected(prepared("https://h/a/b?q=0"), 302, location)
    assert isinstance(following, OutgoingRequest)
    assert following.url == url


@pytest.mark.parametrize("location", ["ftp://h/x", "mailto:a@b", "http://h:99999/", "/a b"])
def test_a_location_that_cannot_be_requested_is_a_failure(location):
    failure = redirected(prepared(), 302, location)
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.BAD_REDIRECT


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("/next", basic("ann", "x")),
        ("http://h/next", basic("ann", "x")),
        ("https://other/", None),
        ("https://h:444/", None),
        ("https://bob:y@other/", basic("bob", "y")),
    ],
)
def test_credentials_stay_behind_when_the_host_changes(location, kept):
    following = redirected(prepared("https://ann:x@h/p"), 302, location)
    assert isinstance(following, OutgoingRequest)
    assert following.headers.get("Authorization") == kept


def test_the_idempotency_token_stays_the_same_over_a_redirect():
    request = prepared()
    following = redirected(request, 302, "/next")
    assert isinstance(following, OutgoingRequest)
    name = "I-Twilio-Idempotency-Token"
    assert following.headers[name] == request.headers[name]


@given(existing=parameters, added=parameters)
def test_parameters_are_added_to_the_query_in_order(existing, added):
    url = requests.Request("GET", "https://h/p", params=existing).prepare().url
    request = prepared(str(url), method="GET", parameters=tuple(added))
    assert query(request) == existing + added


@given(pairs=parameters, function=st.booleans(), method=st.sampled_from(["GET", "POST"]))
def test_every_request_verifies_as_the_endpoint_sees_it(pairs, function, method):
    request = prepared("https://h/p?q=0", method=method, function=function, parameters=tuple(pairs))
    form: dict[str, list[str]] = {}
    for name, value in parse_qsl(request.body.decode(), keep_blank_values=True):
        form.setdefault(name, []).append(value)
    signature = request.headers["X-Twilio-Signature"]
    assert is_signed(signature, "12345", request.url, form, request.body)


@given(texts, texts, parameters)
def test_any_json_body_is_signed_through_its_hash(body, path, pairs):
    url = "https://h/" + requests.utils.quote(path)
    request = prepared(url, body=body or "x", content_type=JSON, parameters=tuple(pairs))
    signature = request.headers["X-Twilio-Signature"]
    assert is_signed(signature, "12345", request.url, body=request.body)
    assert not is_signed(signature, "12345", request.url, body=request.body + b"!")


@given(texts, texts)
def test_the_url_is_exactly_what_is_put_on_the_wire(path, sought):
    made = prepare(WidgetRequest("w", f"https://h/{path}?{sought}", "GET"), ACCOUNT)
    if isinstance(made, OutgoingRequest):
        target = made.url.removeprefix("https://h")
        assert _encode_target(target) == target


@given(st.text(max_size=40))
def test_no_url_makes_it_crash(url):
    assert isinstance(prepare(WidgetRequest("w", url), ACCOUNT), Failure | OutgoingRequest)


@given(st.text(max_size=40), st.sampled_from([301, 302, 303, 307, 308]))
def test_no_location_makes_it_crash(location, status):
    following = redirected(prepared(), status, location)
    assert following is None or isinstance(following, Failure | OutgoingRequest)
    if isinstance(following, OutgoingRequest):
        assert following.url.startswith(("http://", "https://"))


def test_lone_surrogates_are_replaced_rather_than_fatal():
    assert prepared(parameters=(("a", "\ud800"),)).body == b"a=%3F"
    assert prepared(body="\ud800", content_type=JSON).body == b"?"


@given(st.from_regex(PLAIN_URL, fullmatch=True))
def test_a_plain_url_is_what_the_client_would_make_of_it(url: str) -> None:
    prepared = requests.PreparedRequest()
    try:
        prepared.prepare_url(url, None)
    except requests.RequestException:
        return
    assert prepared.url == url
