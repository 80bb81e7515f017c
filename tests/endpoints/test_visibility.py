from __future__ import annotations

import base64
import json

import pytest

from mockstudio.endpoints.model import BasicAuth, Endpoint, UrlPattern, Visibility
from mockstudio.endpoints.request import FORM, Request
from mockstudio.endpoints.visibility import refusal
from mockstudio.signing import SIGNATURE_HEADER, body_hash, signature

TOKEN = "0" * 32
PRODUCTION = UrlPattern("/lookup", "orders-1234.twil.io", "https")
PROTECTED = Endpoint("lookup", PRODUCTION, visibility=Visibility.PROTECTED)
FORM_BODY = b"To=%2B15550100&Media=b&Media=a"
PARAMS = {"To": ["+15550100"], "Media": ["b", "a"]}


def signed_post(signed_url: str, token: str = TOKEN, target: str = "/lookup?x=1") -> Request:
    headers = [
        ("Host", "localhost:8080"),
        ("Content-Type", FORM),
        (SIGNATURE_HEADER, signature(token, signed_url, PARAMS)),
    ]
    return Request("POST", target, headers, FORM_BODY)


def with_credentials(credentials: bytes, scheme: str = "Basic") -> Request:
    token = base64.b64encode(credentials).decode()
    return Request("GET", "/lookup", [("Authorization", f"{scheme} {token}")])


def error_of(endpoint: Endpoint, request: Request) -> tuple[int, str]:
    answer = refusal(endpoint, request, TOKEN)
    assert answer is not None
    return answer.status, json.loads(answer.body)["error"]


def test_a_public_endpoint_refuses_nobody() -> None:
    assert refusal(Endpoint("lookup", PRODUCTION), Request("GET", "/lookup"), TOKEN) is None


def test_a_private_function_is_not_found_however_well_signed() -> None:
    private = Endpoint("lookup", PRODUCTION, visibility=Visibility.PRIVATE)
    status, error = error_of(private, signed_post("http://localhost:8080/lookup?x=1"))
    assert status == 404
    assert "private" in error


@pytest.mark.parametrize(
    "signed_url",
    [
        "http://localhost:8080/lookup?x=1",
        "https://localhost:8080/lookup?x=1",
        "https://orders-1234.twil.io/lookup?x=1",
        "https://orders-1234.twil.io:443/lookup?x=1",
    ],
)
def test_a_protected_function_takes_a_signature_of_any_url_it_is_known_by(signed_url: str) -> None:
    assert refusal(PROTECTED, signed_post(signed_url), TOKEN) is None


def test_a_signed_json_body_is_checked_by_its_hash() -> None:
    body = b'{"a": 1}'
    target = f"/lookup?bodySHA256={body_hash(body)}"
    headers = [
        ("Host", "localhost"),
        ("Content-Type", "application/json"),
        (SIGNATURE_HEADER, signature(TOKEN, f"http://localhost{target}")),
    ]
    assert refusal(PROTECTED, Request("POST", target, headers, body), TOKEN) is None
    status, _ = error_of(PROTECTED, Request("POST", target, headers, b'{"a": 2}'))
    assert status == 403


def test_an_unsigned_request_to_a_protected_function_is_told_so() -> None:
    status, error = error_of(PROTECTED, Request("GET", "/lookup"))
    assert status == 403
    assert "X-Twilio-Signature header is missing" in error


@pytest.mark.parametrize(
    "request_",
    [
        signed_post("https://elsewhere.twil.io/lookup?x=1"),
        signed_post("https://orders-1234.twil.io/lookup?x=1", token="1" * 32),
        signed_post("https://orders-1234.twil.io/lookup?x=1", target="/lookup?x=2"),
    ],
)
def test_a_wrong_signature_is_told_the_urls_it_was_compared_with(request_: Request) -> None:
    status, error = error_of(PROTECTED, request_)
    assert status == 403
    assert f"https://orders-1234.twil.io{request_.target}" in error
    assert f"http://localhost:8080{request_.target}" in error


def test_a_host_with_wildcards_is_no_url_to_sign() -> None:
    pattern = UrlPattern("/lookup", "*.twil.io", "https")
    endpoint = Endpoint("lookup", pattern, visibility=Visibility.PROTECTED)
    _, error = error_of(endpoint, signed_post("https://*.twil.io/lookup?x=1"))
    assert "*" not in error


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
@pytest.mark.parametrize("scheme", ["Basic", "basic"])
def test_the_right_credentials_open_an_endpoint(charset: str, scheme: str) -> None:
    endpoint = Endpoint("lookup", PRODUCTION, auth=BasicAuth("zoë", "a:b"))
    assert refusal(endpoint, with_credentials("zoë:a:b".encode(charset), scheme), TOKEN) is None


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/lookup"),
        with_credentials(b"ann:wrong"),
        with_credentials(b"ann:secret", "Bearer"),
        Request("GET", "/lookup", [("Authorization", "Basic ?")]),
        Request("GET", "/lookup", [("Authorization", "Basic")]),
    ],
)
def test_wrong_credentials_are_challenged(request_: Request) -> None:
    endpoint = Endpoint('look"up', PRODUCTION, auth=BasicAuth("ann", "secret"))
    answer = refusal(endpoint, request_, TOKEN)
    assert answer is not None
    assert answer.status == 401
    assert ("WWW-Authenticate", r'Basic realm="look\"up"') in answer.headers
