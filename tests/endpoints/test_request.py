from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.endpoints.request import FORM, Request

FORM_TYPE = [("content-type", f"{FORM}; charset=utf-8")]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a", "/a", ""),
        ("/a?b=c?d", "/a", "b=c?d"),
        ("/a%20b/%C3%A9%2Fx?y=%20", "/a b/é/x", "y=%20"),
        ("/a+b", "/a+b", ""),
        ("/%ff", "/\ufffd", ""),
        ("*", "*", ""),
    ],
)
def test_the_path_is_decoded_and_the_query_is_not(target: str, path: str, query: str) -> None:
    request = Request("GET", target)
    assert (request.path, request.query, request.target) == (path, query, target)


@given(TEXTS)
def test_any_encoded_path_is_decoded(text: str) -> None:
    assert Request("GET", "/" + quote(text, safe="")).path == "/" + text


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5), st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_params_are_query_and_form_and_the_form_wins(
    query: list[tuple[str, str]], form: list[tuple[str, str]]
) -> None:
    request = Request("POST", f"/?{urlencode(query)}", FORM_TYPE, urlencode(form).encode())

    def grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
        return {name: [v for n, v in pairs if n == name] for name, _ in pairs}

    assert request.query_params == grouped(query)
    assert request.form == grouped(form)
    assert request.params == {**grouped(query), **grouped(form)}


def test_a_body_of_another_type_is_no_form() -> None:
    assert Request("POST", "/?a=1", [("Content-Type", "text/plain")], b"b=2").params == {"a": ["1"]}


def test_headers_are_found_in_any_case() -> None:
    request = Request("GET", "/", [("HOST", "A.test:80"), ("x-a", "1"), ("X-A", "2")])
    assert (request.header("X-a"), request.header_values("x-A")) == ("1", ["1", "2"])
    assert (request.header("absent"), request.header("absent", "-")) == ("", "-")
    assert (request.host, request.url) == ("a.test:80", "http://a.test:80/")


def test_cookies_of_all_lines_count_and_broken_ones_do_not() -> None:
    lines = [("Cookie", 'a=1; b="2 3"'), ("Cookie", "c=4"), ("Cookie", "d\x00=5")]
    cookies = Request("GET", "/", lines).cookies
    assert {name: cookies[name] for name in "abc"} == {"a": "1", "b": "2 3", "c": "4"}


@pytest.mark.parametrize(
    ("body", "value"),
    [(b'{"a": 1}', {"a": 1}), (b"", None), (b"{", None), (b"\xff", None), (b"[" * 99_999, None)],
    ids=["object", "empty", "unfinished", "undecodable", "too-deep"],
)
def test_a_body_that_is_no_json_is_none(body: bytes, value: object) -> None:
    assert Request("POST", "/", body=body).json == value


def test_text_is_utf_8_with_what_cannot_be_decoded_replaced() -> None:
    assert Request("POST", "/", body="é".encode() + b"\xff").text == "é\ufffd"


def test_an_excerpt_is_a_copy_with_the_body_cut() -> None:
    request = Request("POST", "/a?b=c", [("Host", "h")], b"12345", 7.0, "https", "10.0.0.1")
    excerpt = request.excerpt(2)
    assert vars(excerpt) | {"body": request.body} == vars(request)
    assert (excerpt.body, request.body) == (b"12", b"12345")
