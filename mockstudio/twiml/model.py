"""A TwiML document as plain frozen data (rest-api.md 8.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Element:
    """One element of a document: a verb, a noun, or markup inside Say.

    Attributes:
        name: as written, such as `Gather`.
        attributes: as written.
        text: the text directly inside; for Say all words, those inside SSML too.
        children: the elements inside, in order.
        line: where it begins, counted from 1.
    """

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Element, ...] = ()
    line: int = 0

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute; `default` when it is absent or blank."""
        return self.attributes.get(name, "").strip() or default

    def inside(self, name: str) -> Iterator[Element]:
        """Iterate over the children of a name."""
        return (child for child in self.children if child.name == name)


@dataclass(frozen=True)
class Remark:
    """Something odd in a document that runs nevertheless.

    Attributes:
        code: Twilio's debugger code, such as 12200.
        text: what is wrong, what was expected, and the nearest valid name.
        line: counted from 1, or 0 when no line is concerned.
    """

    code: int
    text: str
    line: int = 0


@dataclass(frozen=True)
class Document:
    """A document that could be parsed.

    Attributes:
        url: where it came from, the base of its relative URLs, with credentials and connection
            overrides; empty for one given inline.
        verbs: the elements of `<Response>`, in order.
        remarks: what the checker found.
    """

    url: str = ""
    verbs: tuple[Element, ...] = ()
    remarks: tuple[Remark, ...] = ()
