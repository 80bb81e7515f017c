from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.twiml.values import Anything, OneOf, Url, WholeNumber, WordsOf, kind

METHOD = OneOf(("GET", "POST"))
EVENTS = WordsOf(OneOf(("start", "end")))
URL = Url(("http", "https"))


@pytest.mark.parametrize(
    ("facts", "value", "read"),
    [
        ({}, " a b ", " a b "),
        ({"one_of": ["GET", "POST"]}, " post ", "POST"),
        ({"one_of": ["GET", "POST"]}, "", None),
        ({"one_of": ["GET", "POST"]}, "GET POST", None),
        ({"words_of": ["start", "end"]}, "End,start", "end start"),
        ({"words_of": ["start", "end"]}, "start stop", None),
        ({"words_of": ["start", "end"]}, " ", None),
        ({"at_least": 1}, "007", "7"),
        ({"at_least": 1}, "0", None),
        ({"at_least": 0}, "0", "0"),
        ({"at_least": 0}, "-1", None),
        ({"at_least": 0}, "+1", None),
        ({"at_least": 0}, "1.0", None),
        ({"at_least": 0}, "²", None),
        ({"at_least": 0}, "٣", None),
        ({"at_least": 0}, "9" * 9, "9" * 9),
        ({"at_least": 0}, "9" * 10, None),
        ({"at_least": 0}, "9" * 5_000, None),
        ({"at_least": 1, "at_most": 3}, "3", "3"),
        ({"at_least": 1, "at_most": 3}, "4", None),
        ({"pattern": "[a-c]?", "expected": "a letter"}, " b ", "b"),
        ({"pattern": "[a-c]?", "expected": "a letter"}, "bb", None),
        ({"pattern": "[a-c]?", "expected": "a letter"}, "", ""),
    ],
)
def test_a_kind_reads_a_value_or_does_not(facts, value, read):
    assert kind(facts).read(value) == read


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Anything(), "any text"),
        (OneOf(("a",)), "a"),
        (METHOD, "GET or POST"),
        (OneOf(("a", "b", "c")), "a, b or c"),
        (EVENTS, "one or more of start, end, with blanks between them"),
        (WholeNumber(0), "a whole number, 0 or more"),
        (WholeNumber(1, 3), "a whole number from 1 to 3"),
        (kind({"pattern": "x", "expected": "an x"}), "an x"),
        (kind({"schemes": ["http", "https"]}), "an http or https URL, or a path"),
    ],
)
def test_a_kind_says_what_it_expects(found, expected):
    assert found.expected == expected


@pytest.mark.parametrize(
    ("found", "value", "suggestion"),
    [
        (METHOD, "PST", "; did you mean 'POST'?"),
        (METHOD, "x", ""),
        (EVENTS, "start ent", "; did you mean 'end'?"),
        (WholeNumber(0), "x", ""),
    ],
)
def test_a_bad_value_has_a_nearest(found, value, suggestion):
    assert found.suggestion(value) == suggestion


@given(
    st.text(), st.sampled_from([Anything(), URL, METHOD, EVENTS, WholeNumber(0), WholeNumber(1, 9)])
)
def test_what_a_kind_has_read_it_reads_again(text, found):
    read = found.read(text)
    assert read is None or found.read(read) == read
    assert isinstance(found.suggestion(text), str)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/menu?a=1&b=2",
        "menu",
        "?step=2",
        "//other.example/x",
        "http://example.com",
        " https://user:secret@example.com:8443/x#rc=2 ",
        "HTTPS://example.com/für",
        "http://[::1]:3000/",
    ],
)
def test_a_url_may_be_relative(url):
    assert URL.read(url) == url


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("not a url", "; write a blank as %20"),
        ("https://example.com/a b", "; write a blank as %20"),
        ("ftp://example.com/a.mp3", ""),
        ("javascript:alert(1)", ""),
        ("localhost:3000/voice", "; write http:// before it"),
        ("https://", ""),
        ("https:///x", ""),
        ("http://[x/", ""),
        ("/a\x00b", ""),
    ],
)
def test_what_cannot_be_requested_is_no_url(url, advice):
    assert (URL.read(url), URL.suggestion(url)) == (None, advice)
