from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import VIRTUAL_START
from mockstudio.twiml.events import (
    CarrierWarned,
    DocumentReceived,
    DocumentRequested,
    TranscriptLine,
)
from mockstudio.twiml.urls import absolute_url, shown, without_credentials

SECRET = "https://me:secret@a.example/x?y=1#rc=2"
SHOWN = "https://a.example/x?y=1"


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("", SECRET),
        ("next", "https://me:secret@a.example/next"),
        ("/next#rc=1", "https://me:secret@a.example/next#rc=1"),
        ("?z=2", "https://me:secret@a.example/x?z=2"),
        ("https://b.example/", "https://b.example/"),
        ("http://[", "http://["),
    ],
)
def test_a_url_is_resolved_against_its_document(url, absolute):
    assert absolute_url(SECRET, url) == absolute


@pytest.mark.parametrize(
    ("url", "expected"),
    [("", ""), (SECRET, SHOWN), (SHOWN, SHOWN), ("http://[#x", "http://["), ("a@b", "a@b")],
)
def test_secrets_and_fragments_are_not_shown(url, expected):
    assert shown(url) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (
            f"no route to {SECRET}, nor to ftp://me:p@ss@x/",
            f"no route to {SHOWN}#rc=2, nor to ftp://x/",
        ),
        ("wss://me@a.example/s", "wss://a.example/s"),
        ("https://a.example/?from=me@b.example", "https://a.example/?from=me@b.example"),
        ("write to me@a.example", "write to me@a.example"),
    ],
)
def test_a_text_holds_no_credentials_of_urls(text, expected):
    assert without_credentials(text) == expected


@pytest.mark.parametrize(
    ("event", "members"),
    [
        (TranscriptLine, {"who": "Twilio", "what": "Say", "document": SECRET}),
        (TranscriptLine, {"who": "Twilio", "what": "Play", "text": SECRET, "document": SECRET}),
        (DocumentRequested, {"method": "GET", "url": SECRET, "parameters": {"MediaUrl0": SECRET}}),
        (DocumentReceived, {"url": SECRET, "verbs": ()}),
        (CarrierWarned, {"code": 11200, "text": f"not {SECRET}", "url": SECRET}),
    ],
)
def test_no_event_tells_the_credentials_of_a_url(event, members):
    told = event(at=VIRTUAL_START, exchange="CA1", **members).to_dict()
    assert SHOWN in told.values()
    assert "secret" not in str(told)


@given(st.text(), st.text())
def test_no_text_surprises(base, url):
    assert isinstance(shown(absolute_url(base, url)), str)
    assert without_credentials(without_credentials(url)) == without_credentials(url)
