"""Cookies between requests."""

from __future__ import annotations

import pytest
import requests
from urllib3 import HTTPHeaderDict, HTTPResponse

from mockstudio.http.cookies import Cookies
from mockstudio.http.exchange import OutgoingRequest

URL = "https://orders.twil.io/voice"


def setting(*cookies):
    answer = requests.Response()
    answer.raw = HTTPResponse(headers=HTTPHeaderDict([("Set-Cookie", c) for c in cookies]))
    return answer


def sent(cookies, url=URL):
    return cookies.added_to(OutgoingRequest("GET", url, {"Accept": "*/*"})).headers.get("Cookie")


def test_without_cookies_a_request_stays_as_it_is():
    request = OutgoingRequest("GET", URL)
    assert Cookies().added_to(request) is request


def test_every_cookie_of_an_answer_is_kept_whatever_commas_it_holds():
    cookies = Cookies()
    cookies.keep(URL, setting("a=1; Expires=Wed, 01 Jan 2098 00:00:00 GMT", "b=2; Path=/"))
    assert sorted(sent(cookies).split("; ")) == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("attributes", "url", "expected"),
    [
        ("", URL, "a=1"),
        ("", "https://other.twil.io/voice", None),
        ("", "http://orders.twil.io/voice", "a=1"),
        ("; Secure", "http://orders.twil.io/voice", None),
        ("; Secure", URL, "a=1"),
        ("; Path=/sms", "https://orders.twil.io/sms/1", "a=1"),
        ("; Path=/sms", URL, None),
        ("; Domain=twil.io", "https://other.twil.io/", "a=1"),
        ("; Domain=example.com", URL, None),
        ("; Max-Age=0", URL, None),
    ],
)
def test_a_cookie_goes_where_it_belongs(attributes, url, expected):
    cookies = Cookies()
    cookies.keep("https://orders.twil.io/sms", setting(f"a=1{attributes}"))
    assert sent(cookies, url) == expected


def test_a_cookie_without_a_sense_is_dropped():
    cookies = Cookies()
    cookies.keep("http://localhost:8080/x", setting("", "=;;", "a=1"))
    assert sent(cookies, "http://localhost:8080/y") == "a=1"
