"""What an answer's content type makes of it (rest-api.md 5.6, 8.1)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from werkzeug.http import parse_options_header

from mockstudio.errors import TwimlError
from mockstudio.http.exchange import HttpResponse
from mockstudio.twiml.document import parse_document
from mockstudio.twiml.grammar import DocumentKind
from mockstudio.twiml.model import Document, Element
from mockstudio.twiml.retrieval_codes import INVALID_CONTENT_TYPE, RETRIEVAL_FAILED, Trouble
from mockstudio.twiml.urls import shown
from mockstudio.twiml.words import beginning

TWIML_TYPES: Final = ("text/xml", "application/xml", "text/html")
PLAIN_TEXT: Final = "text/plain"
AUDIO: Final = "audio/"
_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?.*?\?>)*+<(?:!doctype\s+)?html[\s/>]",
    re.IGNORECASE | re.DOTALL,
)


def read_document(
    response: HttpResponse, url: str, kind: DocumentKind, limit: int
) -> Document | Trouble:
    """Return the document that an answer is, or why it is none.

    Args:
        response: a 2xx.
        url: where it came from.
        kind: what the document is for.
        limit: bytes of a document.
    """
    media_type, options = parse_options_header(response.content_type)
    media_type = media_type.strip().lower()
    if kind == "voice" and media_type.startswith(AUDIO):
        return Document(url, (Element("Play", text=shown(url)), Element("Hangup")))
    if not response.body.strip():
        return _parsed(response.body, url, kind, limit) if kind == "voice" else Document(url)
    if media_type in TWIML_TYPES:
        document = _parsed(response.body, url, kind, limit)
        return document if isinstance(document, Document) else _explained(document, response)
    if media_type == PLAIN_TEXT:
        document = _parsed(response.body, url, kind, limit)
        if isinstance(document, Document):
            return document
        return _as_words(_text(response.body, options.get("charset", "utf-8")), url, kind)
    return _refused(media_type, kind)


def _parsed(body: bytes, url: str, kind: DocumentKind, limit: int) -> Document | Trouble:
    try:
        return parse_document(body, url, limit, kind)
    except TwimlError as error:
        return Trouble(error.code, str(error))


def _explained(trouble: Trouble, response: HttpResponse) -> Trouble:
    """Return why an answer is no document: most pages of HTML come from somewhere else."""
    if _HTML.match(response.body) is None:
        return trouble
    found = f"an HTML page with Content-Type {response.content_type}: {beginning(response.body)}"
    return replace(trouble, text=f"expected TwiML, <Response>...</Response>, found {found}")


def _as_words(text: str, url: str, kind: DocumentKind) -> Document:
    verb = "Say" if kind == "voice" else "Message"
    return Document(url, (Element(verb, text=text.strip()),))


def _text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _refused(media_type: str, kind: DocumentKind) -> Trouble:
    audio = ", audio/*" if kind == "voice" else ""
    expected = f"expected {', '.join(TWIML_TYPES)}{audio} or {PLAIN_TEXT}"
    if not media_type:
        return Trouble(RETRIEVAL_FAILED, f"502 Bad Gateway: no Content-Type, {expected}")
    return Trouble(INVALID_CONTENT_TYPE, f"Content-Type {media_type}, {expected}")
