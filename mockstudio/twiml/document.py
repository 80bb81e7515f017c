"""A TwiML document from the bytes of an answer (rest-api.md 8.1)."""

from __future__ import annotations

from typing import Final

from mockstudio.errors import TwimlError, did_you_mean
from mockstudio.twiml.check import examine
from mockstudio.twiml.grammar import ROOT, DocumentKind
from mockstudio.twiml.model import Document
from mockstudio.twiml.xml_text import read_xml

TOO_LARGE: Final = 11750
WRONG_ROOT: Final = 12102
MOST_BYTES: Final = 65_536


def parse_document(
    body: bytes, url: str = "", limit: int = MOST_BYTES, kind: DocumentKind = "voice"
) -> Document:
    """Return what runs of a document, with the remarks on what does not.

    Args:
        body: the answer's bytes, whatever they are.
        url: where it came from; empty for one given inline.
        limit: the most bytes it may have.
        kind: whether it answers a call or a message.

    Raises:
        TwimlError: nothing of it runs: too large (11750), not XML (12100, 12101), or another root
            than `<Response>` (12102).
    """
    if len(body) > limit:
        reason = f"the document has {len(body):,} bytes; Twilio takes at most {limit:,}"
        raise TwimlError(TOO_LARGE, reason)
    root = read_xml(body)
    if root.name != ROOT:
        reason = f"the root element is <{root.name}>, not <{ROOT}>"
        raise TwimlError(WRONG_ROOT, reason + did_you_mean(root.name, [ROOT]), root.line)
    runs, remarks = examine(root, kind)
    return Document(url, runs.children, remarks)
