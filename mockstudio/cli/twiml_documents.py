"""TwiML documents that are files: the first one, and those beside it that they lead to."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, unquote, urljoin, urlsplit

from mockstudio.endpoints.bodies import XML_TYPE
from mockstudio.endpoints.model import Endpoint, FileBody, Kind, Reply, UrlPattern
from mockstudio.errors import TwimlError, UsageError
from mockstudio.events import Event
from mockstudio.twiml.document import MOST_BYTES
from mockstudio.twiml.model import Element
from mockstudio.twiml.xml_text import read_xml

HOST: Final = "documents.mockstudio"
FOLDER: Final = f"https://{HOST}/"
"""The folder of the first document, as far as Twilio can see."""
STANDARD_INPUT: Final = "-"
_NAMELESS: Final = "standard input"
_LONGEST_NAME: Final = 255
_URL: Final = re.compile(rf"{re.escape(FOLDER)}([^\s?,)']*)")


class LocalDocuments:
    """A document in a file, with those beside it that it leads to, and these lead to in turn.

    Args:
        target: the file, or `-` for the standard input.

    Attributes:
        endpoints: answer with the documents; the first document's comes first.

    Raises:
        UsageError: the file cannot be read.
    """

    def __init__(self, target: str) -> None:
        body = _read(target)
        path = Path(target)
        self._folder = path.parent if path.is_file() else Path()
        self._found: dict[str, Path] = {}
        self._copies = tempfile.TemporaryDirectory()
        self._add(_NAMELESS if target == STANDARD_INPUT else path.name, body, path)
        self.endpoints = tuple(_endpoint(name, path) for name, path in self._found.items())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._copies.cleanup()

    @property
    def url(self) -> str:
        """Of the first document."""
        return FOLDER + quote(next(iter(self._found)))

    def explain(self, url: str) -> str:
        """Say why nothing is at a URL; nothing about one that is no file's."""
        if not url.startswith(FOLDER):
            return ""
        name = self.named(url)
        return (
            f"there is no file '{self._folder / name}': what a document leads to without "
            f"http:// is a file beside it, or an endpoint with `url: /{name}`"
        )

    def named(self, text: str) -> str:
        """Return a text in which documents are called as their files are."""
        return _URL.sub(lambda url: unquote(url[1]), text)

    def shown(self, event: Event) -> Event:
        """Return an event in which documents are called as their files are."""
        named: dict[str, Any] = {}
        for name in ("url", "document", "text"):
            value = getattr(event, name, None)
            if isinstance(value, str) and FOLDER in value:
                named[name] = self.named(value)
        return replace(event, **named) if named else event

    def _add(self, name: str, body: bytes, path: Path) -> None:
        if not path.is_file():
            # What comes through a pipe can be read once, and is asked for again and again.
            path = Path(self._copies.name, "document")
            path.write_bytes(body)
        self._found[name] = path
        for reference in _references(body):
            beside = self._name_of(reference, name)
            if beside is not None and beside not in self._found:
                self._add(beside, _beginning(self._folder / beside), self._folder / beside)

    def _name_of(self, reference: str, document: str) -> str | None:
        """Return the file's name that a document means by a text, or None when it means none."""
        try:
            parts = urlsplit(urljoin(FOLDER + quote(document), reference))
            name = unquote(parts.path).lstrip("/")
            is_file = parts.netloc == HOST and bool(name) and (self._folder / name).is_file()
        except (OSError, ValueError):
            return None
        return name if is_file else None


def _read(target: str) -> bytes:
    if target == STANDARD_INPUT:
        return sys.stdin.buffer.read() if sys.stdin else b""
    path = Path(target)
    if path.is_dir():
        raise UsageError(f"'{path}' is a folder; expected a TwiML file, or a URL with http://")
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(_missing(path)) from error
    except OSError as error:
        raise UsageError(f"'{path}' cannot be read: {error.strerror}") from error


def _missing(path: Path) -> str:
    """Say what of a path is not there: the file, or a folder on the way to it."""
    for folder in reversed(path.parents):
        if not folder.exists():
            return f"'{path}': there is no folder '{folder}'"
    return f"'{path}': there is no such file; expected a TwiML file, or a URL with http://"


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _references(body: bytes) -> Iterator[str]:
    """Yield all texts of a document that could name another; nothing of one that is broken."""
    try:
        root = read_xml(body)
    except TwimlError:
        return
    yield from (text.strip() for text in _texts(root) if 0 < len(text.strip()) <= _LONGEST_NAME)


def _texts(element: Element) -> Iterator[str]:
    yield element.text
    yield from element.attributes.values()
    for child in element.children:
        yield from _texts(child)


def _endpoint(name: str, path: Path) -> Endpoint:
    reply = Reply(body=FileBody(path.resolve(), XML_TYPE))
    url = UrlPattern(f"/{name}", HOST, "https")
    return Endpoint(name, url, Kind.TWIML, replies=(reply,), source=str(path))
