from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.signing import body_hash, is_signed, signature

TOKEN = "12345"
URL = "https://example.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": ["CA1234567890ABCDE"],
    "Caller": ["+14158675310"],
    "Digits": ["1234"],
    "From": ["+14158675310"],
    "To": ["+18005551212"],
}
DOCUMENTED = "L/OH5YylLD5NRKLltdqwSvS0BnU="
"""The example in Twilio's own documentation of webhook security."""

forms = st.dictionaries(st.text(), st.lists(st.text(), max_size=3), max_size=4)


def test_the_documented_example():
    assert signature(TOKEN, URL, FORM) == DOCUMENTED
    assert is_signed(DOCUMENTED, TOKEN, URL, FORM)


@pytest.mark.parametrize(
    ("token", "url", "form"),
    [
        ("54321", URL, FORM),
        (TOKEN, URL + "&baz=3", FORM),
        (TOKEN, URL.replace("https", "http"), FORM),
        (TOKEN, URL, {**FORM, "Digits": ["4321"]}),
        (TOKEN, URL, {**FORM, "More": ["x"]}),
        (TOKEN, URL, None),
    ],
)
def test_whatever_is_changed_the_signature_does_not_fit(token, url, form):
    assert not is_signed(DOCUMENTED, token, url, form)


@pytest.mark.parametrize("given", ["", "x", "ünïcödé", DOCUMENTED.lower(), DOCUMENTED + "="])
def test_nonsense_is_no_signature(given):
    assert not is_signed(given, TOKEN, URL, FORM)


@given(forms)
def test_the_order_of_parameters_and_values_and_repeats_do_not_matter(form):
    shuffled = {name: [*reversed(values), *values] for name, values in reversed(form.items())}
    assert is_signed(signature(TOKEN, URL, form), TOKEN, URL, shuffled)


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("https://example.com/x", "https://example.com:443/x"),
        ("https://example.com:443/x", "https://example.com/x"),
        ("http://example.com:80/x", "http://example.com/x"),
        ("http://example.com/x", "http://example.com:8080/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ],
)
def test_a_port_may_be_there_or_not(signed, seen):
    assert is_signed(signature(TOKEN, signed), TOKEN, seen)


@pytest.mark.parametrize("url", ["https://example.com:99999/x", "https://[::1/x", "https://h:x/"])
def test_a_url_that_cannot_be_parsed_was_never_signed(url):
    assert not is_signed(signature(TOKEN, url), TOKEN, url)


def test_a_body_hash_is_checked_and_the_form_left_out():
    body = b'{"a": 1}'
    url = f"https://example.com/x?bodySHA256={body_hash(body)}"
    signed = signature(TOKEN, url)
    assert is_signed(signed, TOKEN, url, body=body)
    assert is_signed(signed, TOKEN, url, FORM, body)
    assert not is_signed(signed, TOKEN, url, body=body + b" ")


def test_a_body_hash_is_lower_case_hex():
    assert body_hash(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
