"""What a URL and its host are."""

from __future__ import annotations

import pytest

from mockstudio.http.hosts import is_loopback, is_twilios, is_url
from mockstudio.rest.parameters import local_address


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("app.localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("127.example.com", False),
        ("127.0.0.1.example.com", False),
        ("localhost.example.com", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_only_this_machine_is_this_machine(host, expected):
    assert is_loopback(host) is expected
    url = f"http://[{host}]:5000/x" if ":" in host else f"http://{host}:5000/x"
    assert (local_address(url) == url.removesuffix("/x")) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("twilio.com", True),
        ("API.Twilio.com", True),
        ("api.sydney.au1.twilio.com", True),
        ("nottwilio.com", False),
        ("twilio.com.example.com", False),
        ("orders-1234.twil.io", False),
    ],
)
def test_twilios_hosts_are_twilios(host, expected):
    assert is_twilios(host) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://a.test", True),
        ("https://a.test:1/x?y", True),
        ("ftp://a.test", False),
        ("a.test/x", False),
        ("https://", False),
        ("http://[half", False),
        ("", False),
    ],
)
def test_a_url_has_a_scheme_and_a_host(text, expected):
    assert is_url(text) is expected
