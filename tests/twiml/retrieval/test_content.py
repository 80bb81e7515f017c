"""What a content type makes of an answer (rest-api.md 8.1)."""

from __future__ import annotations

import pytest

from mockstudio.http.exchange import HttpResponse
from mockstudio.twiml.content import read_document
from mockstudio.twiml.model import Document

URL = "https://orders.twil.io/x"
TWIML = b"<Response><Redirect>/y</Redirect></Response>"
REDIRECT = [("Redirect", "/y")]
PLAYED = [("Play", URL), ("Hangup", "")]

# Content type, body, what a call and a message make of it: verbs with their text, or a code.
CASES = [
    ("text/xml", TWIML, REDIRECT, REDIRECT),
    ("application/xml", TWIML, REDIRECT, REDIRECT),
    ("text/html", TWIML, REDIRECT, REDIRECT),
    ("Text/XML; charset=utf-8", TWIML, REDIRECT, REDIRECT),
    ("text/xml", b"<Response/>", [], []),
    ("text/xml", b"", 12100, []),
    ("text/xml", b" \r\n", 12100, []),
    ("", b"", 12100, []),
    ("application/json", b"", 12100, []),
    ("text/xml", b"<Response>", 12100, 12100),
    ("text/html", b"<html><body/></html>", 12102, 12102),
    ("text/xml", b"hello", 12100, 12100),
    ("text/plain", TWIML, REDIRECT, REDIRECT),
    ("text/plain", b" Hello! ", [("Say", "Hello!")], [("Message", "Hello!")]),
    ("text/plain", b"1 < 2 & 3", [("Say", "1 < 2 & 3")], [("Message", "1 < 2 & 3")]),
    ("text/plain", "für".encode(), [("Say", "für")], [("Message", "für")]),
    (
        "text/plain; charset=latin-1",
        "für".encode("latin-1"),
        [("Say", "für")],
        [("Message", "für")],
    ),
    ("text/plain; charset=none-such", b"hi", [("Say", "hi")], [("Message", "hi")]),
    ("text/plain", b"\xff", [("Say", "\ufffd")], [("Message", "\ufffd")]),
    ("text/plain", b" ", 12100, []),
    ("audio/mpeg", b"\x00\xff", PLAYED, 12300),
    ("Audio/X-WAV", b"", PLAYED, []),
    ("application/json", b"{}", 12300, 12300),
    ("image/png", b"\x89PNG", 12300, 12300),
    ("video/mp4", b"x", 12300, 12300),
    ("text/xmlish", TWIML, 12300, 12300),
    ("", TWIML, 11200, 11200),
    ("", b"hello", 11200, 11200),
]


def read(content_type, body, kind):
    found = read_document(HttpResponse(200, content_type, {}, body), URL, kind, 65_536)
    if not isinstance(found, Document):
        return found.code
    assert found.url == URL
    return [(verb.name, verb.text) for verb in found.verbs]


@pytest.mark.parametrize(("content_type", "body", "voice", "messaging"), CASES)
def test_a_content_type_decides_what_an_answer_is(content_type, body, voice, messaging):
    assert read(content_type, body, "voice") == voice
    assert read(content_type, body, "messaging") == messaging


def test_a_refused_type_says_what_was_expected():
    refused = read_document(HttpResponse(200, "image/png", {}, b"x"), URL, "messaging", 99)
    assert refused.text == (
        "Content-Type image/png, expected text/xml, application/xml, text/html or text/plain"
    )
    missing = read_document(HttpResponse(200, "", {}, b"x"), URL, "voice", 99)
    assert missing.text.startswith("502 Bad Gateway: no Content-Type, expected text/xml")
    assert "audio/*" in missing.text


def test_a_document_is_checked_for_what_it_is_for():
    gathers = HttpResponse(200, "text/xml", {}, b"<Response><Gather/></Response>")
    assert read_document(gathers, URL, "voice", 99).remarks == ()
    assert [remark.code for remark in read_document(gathers, URL, "messaging", 99).remarks]


@pytest.mark.parametrize("status", [200, 204])
def test_an_empty_answer_ends_an_exchange_of_messages_without_a_word(world, status):
    url = "https://orders.twil.io/sms"
    world.app.on(url, status=status, body=b"", headers={})
    document = world.retrieve(url, kind="messaging", exchange="SM1")
    assert (document.verbs, world.codes) == ((), [])
    assert world.retrieve(url) is None
    assert world.codes == [12100]


PAGE = """<!-- built -->
<!DOCTYPE html>
<html><head><title>Sign in</title></head><body><p>Sign in<br></body></html>"""
FOUND = "expected TwiML, <Response>...</Response>, found an HTML page with Content-Type"


@pytest.mark.parametrize(
    ("content_type", "page", "code", "told"),
    [
        (
            "text/html; charset=utf-8",
            PAGE,
            12100,
            f"{FOUND} text/html; charset=utf-8: '<!-- built --> <!DOCTYPE html> <html><head>"
            "<title>Sign in</title></head><body><p>Sign in<br></body><...'",
        ),
        ("text/html", "<HTML><body/></HTML>", 12102, f"{FOUND} text/html: '<HTML><body/></HTML>'"),
        ("text/html", "<html lang='de'><br>", 12100, f"{FOUND} text/html: '<html lang='de'><br>'"),
        ("text/xml", "<?xml?> <html/>", 12100, f"{FOUND} text/xml: '<?xml?> <html/>'"),
    ],
)
@pytest.mark.parametrize("kind", ["voice", "messaging"])
def test_a_page_of_html_is_called_so(content_type, page, code, told, kind):
    found = read_document(HttpResponse(200, content_type, {}, page.encode()), URL, kind, 999)
    assert (found.code, found.text) == (code, told)


@pytest.mark.parametrize("page", ["<htmlx/>", "<Say>html</Say>", "<html", "hello <html>"])
def test_what_is_no_page_of_html_is_not_called_so(page):
    found = read_document(HttpResponse(200, "text/html", {}, page.encode()), URL, "voice", 999)
    assert "HTML" not in found.text
