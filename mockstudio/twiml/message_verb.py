"""What a `<Message>` verb asks for (rest-api.md 8.4)."""

from __future__ import annotations

from dataclasses import dataclass

from mockstudio.twiml.model import Document, Element
from mockstudio.twiml.urls import absolute_url


@dataclass(frozen=True)
class Draft:
    """A message before it has a SID.

    Attributes:
        from_: who sends.
        to: who receives.
        body: text.
        media: URLs.
        document: the URL of the document that asks for it, or empty.
        line: of that document, or 0.
        status_callback: told how the message is delivered; empty for nobody.
    """

    from_: str
    to: str
    body: str = ""
    media: tuple[str, ...] = ()
    document: str = ""
    line: int = 0
    status_callback: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not (self.body or self.media)


def read_message(verb: Element, document: Document, from_: str, to: str) -> Draft:
    """Return what a `<Message>` asks for.

    Args:
        verb: with `<Body>` and `<Media>`, or plain text, and perhaps a `statusCallback`.
        document: where it stands.
        from_: who sends unless it says otherwise: the number written to.
        to: who receives unless it says otherwise: the sender of the incoming message.
    """
    bodies = [body.text.strip() for body in verb.inside("Body")]
    media = [medium.text.strip() for medium in verb.inside("Media")]
    callback = verb.get("statusCallback")
    return Draft(
        from_=verb.get("from", from_),
        to=verb.get("to", to),
        body="\n".join(bodies) if bodies else verb.text.strip(),
        media=tuple(absolute_url(document.url, url) for url in media if url),
        document=document.url,
        line=verb.line,
        status_callback=absolute_url(document.url, callback) if callback else "",
    )
