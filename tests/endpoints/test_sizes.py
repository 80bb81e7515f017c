from __future__ import annotations

import json
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mockstudio.endpoints.sizes import pad, smallest_size
from mockstudio.errors import UsageError

LARGEST = 200_000
PARTS = 8
"""Every size is tried; in parts, so that several processes can share the work."""
JSON = "application/json"
XML = "text/xml"
ORDER = '{"total": 12.5, "käufer": "Zoë ☎"}'.encode()
GREETING = "<Response><Say voice='man'>Grüß Gött</Say>\n <Hangup/></Response>\n".encode()


def canonical(document: bytes) -> bytes:
    parser = etree.XMLParser(remove_comments=True)
    return etree.tostring(etree.fromstring(document, parser), method="c14n")


def without_padding(document: bytes, original: object) -> object:
    value = json.loads(document)
    if not isinstance(original, dict):
        return value
    return {name: value[name] for name in value if name in original}


@pytest.mark.parametrize("part", range(PARTS))
def test_json_can_have_every_size_up_to_200_000(part: int) -> None:
    original = json.loads(ORDER)
    smallest = smallest_size(ORDER, JSON)
    for size in range(smallest + part, LARGEST + 1, PARTS):
        padded = pad(ORDER, JSON, size)
        assert len(padded) == size
        assert without_padding(padded, original) == original


@pytest.mark.parametrize("part", range(PARTS))
def test_twiml_can_have_every_size_up_to_200_000(part: int) -> None:
    meaning = canonical(GREETING)
    smallest = smallest_size(GREETING, XML)
    for size in range(smallest + part, LARGEST + 1, PARTS):
        padded = pad(GREETING, XML, size)
        assert len(padded) == size
        assert canonical(padded) == meaning


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES, st.integers(0, 300), st.booleans(), st.sampled_from([None, 2]))
def test_padded_json_keeps_its_values(
    value: object, extra: int, ascii_only: bool, indent: int | None
) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace")
    original = json.loads(body)
    size = smallest_size(body, JSON) + extra
    padded = pad(body, JSON, size)
    assert len(padded) == size
    assert without_padding(padded, original) == original


XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40
)


@given(st.lists(XML_TEXT, max_size=4), st.integers(0, 300), st.sampled_from(["", "\n", " \r\n"]))
def test_padded_twiml_stays_the_same_document(sayings: list[str], extra: int, end: str) -> None:
    response = etree.Element("Response")
    for saying in sayings:
        etree.SubElement(response, "Say", voice=saying).text = saying
    body = etree.tostring(response, encoding="utf-8", xml_declaration=True) + end.encode()
    size = smallest_size(body, XML) + extra
    padded = pad(body, XML, size)
    assert len(padded) == size
    assert canonical(padded) == canonical(body)


@given(st.text(), st.integers(0, 300))
def test_padded_text_begins_with_the_text(text: str, extra: int) -> None:
    body = text.encode("utf-8", "replace")
    padded = pad(body, "text/plain", len(body) + extra)
    assert padded.startswith(body)
    assert len(padded) == len(body) + extra


@pytest.mark.parametrize(
    ("body", "content_type", "size", "expected"),
    [
        (b'{"a": 1}', JSON, 7, b'{"a":1}'),
        (b'{"a": 1}', JSON, 8, b'{"a": 1}'),
        (b'{"a": 1}', JSON, 22, b'{"a": 1}' + b" " * 14),
        (b'{"a": 1}', JSON, 23, b'{"a": 1, "padding": ""}'),
        (b'{"a": 1}', "application/problem+json; charset=utf-8", 25, b'{"a": 1, "padding": "xx"}'),
        (b"{}", JSON, 16, b'{"padding": "x"}'),
        (b'{"padding": 1}', JSON, 32, b'{"padding": 1, "padding2": "xx"}'),
        (b'{"a": "b } c"}\n', JSON, 31, b'{"a": "b } c", "padding": "x"}\n'),
        (b"[1, 2]", JSON, 5, b"[1,2]"),
        (b"[1, 2]", JSON, 40, b"[1, 2]" + b" " * 34),
        (b'{"unfinished": ', JSON, 17, b'{"unfinished":   '),
        (b"<Response/>", XML, 17, b"<Response/>      "),
        (b"<Response/>", XML, 18, b"<Response/><!---->"),
        (b"<Response/>\n", XML, 11, b"<Response/>"),
        (b"<p>hi</p>", "text/html", 17, b"<p>hi</p><!--x-->"),
        (b"hi", "text/plain", 4, b"hixx"),
        (b"", "", 3, b"xxx"),
    ],
)
def test_each_form_has_its_filler(
    body: bytes, content_type: str, size: int, expected: bytes
) -> None:
    assert pad(body, content_type, size) == expected


@pytest.mark.parametrize(
    ("body", "content_type", "smallest"),
    [
        (b'{"a b": "c  d", "e": [1, 2]}', JSON, 24),
        (b'{"quoted": "a \\" b"}', JSON, 19),
        (b"1 2", JSON, 3),
        (b"<Response/> \n", XML, 11),
        (b"hi ", "text/plain", 3),
    ],
)
def test_a_size_below_the_smallest_form_is_refused_with_that_size(
    body: bytes, content_type: str, smallest: int
) -> None:
    assert smallest_size(body, content_type) == smallest
    with pytest.raises(UsageError, match=f"size: expected {smallest} or more, found"):
        pad(body, content_type, smallest - 1)


def test_padding_a_large_body_takes_well_under_a_millisecond() -> None:
    assert min(timeit.repeat(lambda: pad(ORDER, JSON, 65_537), number=20)) / 20 < 0.001
