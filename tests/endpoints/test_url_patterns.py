from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.model import UrlPattern
from mockstudio.endpoints.url_patterns import name_from_url, parse_url_pattern


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("/", UrlPattern("/")),
        ("/lookup", UrlPattern("/lookup")),
        ("/orders/{id}.json", UrlPattern("/orders/{id}.json")),
        ("/files/*", UrlPattern("/files/*")),
        ("/a%20b", UrlPattern("/a b")),
        ("/http://x", UrlPattern("/http://x")),
        ("https://x.twil.io", UrlPattern("/", "x.twil.io", "https")),
        ("HTTPS://X.Twil.IO/Path", UrlPattern("/Path", "x.twil.io", "https")),
        ("https://*.twil.io/lookup", UrlPattern("/lookup", "*.twil.io", "https")),
        ("http://localhost:3000/x", UrlPattern("/x", "localhost:3000", "http")),
        ("http://x:80/", UrlPattern("/", "x", "http")),
        ("https://x:443/", UrlPattern("/", "x", "https")),
        ("https://x:80/", UrlPattern("/", "x:80", "https")),
        ("http://[::1]:8080/", UrlPattern("/", "[::1]:8080", "http")),
        ("http://localhost:*/", UrlPattern("/", "localhost:*", "http")),
    ],
)
def test_a_pattern_is_read_as_requests_look(text: str, pattern: UrlPattern) -> None:
    assert parse_url_pattern(text) == pattern


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lookup", "expected a path such as /lookup or a URL"),
        ("", "expected a path"),
        ("x.twil.io/lookup", "expected a path"),
        ("/lookup?order=42", "parameters go under when.params"),
        ("/lookup#here", "expected a path"),
        ("ftp://x/", "expected http or https before '://', found 'ftp'"),
        ("https:///x", "expected a host such as"),
        ("https://a b/x", "expected a host such as"),
        ("https://{tenant}.twil.io/x", "expected a host such as"),
        ("https://bob:secret@x/", "write them under auth"),
        ("/x/{id", "expected parts such as {id}"),
        ("/x/id}", "expected parts such as {id}"),
        ("/x/{}", "expected parts such as {id}"),
        ("/x/{1st}", "expected parts such as {id}"),
        ("/{a}/{a}", "found '{a}' twice"),
    ],
)
def test_what_is_no_pattern_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_url_pattern(text)
    assert message in str(caught.value)


@given(st.text(max_size=30) | st.from_regex(r"https?://[a-z.*:0-9]{0,9}[/{}*%a-z?#]{0,9}"))
def test_a_pattern_has_a_path_or_is_refused(text: str) -> None:
    try:
        pattern = parse_url_pattern(text)
    except ValueError:
        return
    assert pattern.path.startswith("/")
    assert (pattern.host is None) is (pattern.scheme is None)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "root"),
        ("/*", "root"),
        ("/lookup", "lookup"),
        ("/api/orders/{id}", "api-orders-id"),
        ("/api/*/x.json", "api-x-json"),
    ],
)
def test_a_name_is_made_from_the_path(path: str, name: str) -> None:
    assert name_from_url(UrlPattern(path)) == name
