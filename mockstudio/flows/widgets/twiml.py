"""The TwiML that widgets print, as tags and as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

SSML: Final = frozenset(
    {"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}
)
"""The elements that may stand inside Say (rest-api.md 8.2)."""

_OUTER: Final = ["Response", "Gather", "Say"]
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Tag:
    """One element.

    Attributes:
        name: such as `Say`.
        attributes: by name; None leaves one out, truth values are written out.
        text: what stands inside, to be escaped.
        markup: what stands inside as XML already; wins over `text`.
        children: the elements inside.
    """

    name: str
    attributes: Mapping[str, object] = field(default_factory=dict)
    text: str = ""
    markup: str = ""
    children: tuple[Tag, ...] = ()

    def __str__(self) -> str:
        """Return the element as XML."""
        values = {n: v for n, v in self.attributes.items() if v is not None}
        attributes = "".join(f" {n}={quoteattr(legal(written(v)))}" for n, v in values.items())
        inside = (self.markup or escaped(self.text)) + "".join(map(str, self.children))
        if not inside:
            return f"<{self.name}{attributes}/>"
        return f"<{self.name}{attributes}>{inside}</{self.name}>"


def printed(*verbs: Tag) -> str:
    """Return the document of these verbs."""
    return str(Tag("Response", children=verbs))


def redirect(url: str, method: str = "POST") -> Tag:
    """Return the verb that sends the call to a URL."""
    return Tag("Redirect", {"method": method}, url)


def say(text: str, attributes: Mapping[str, object]) -> Tag:
    """Return the verb that speaks a text; SSML in it stays markup (reference 2.10)."""
    return Tag("Say", attributes, text, markup=legal(text) if is_ssml(text) else "")


def is_ssml(text: str) -> bool:
    """Tell whether a text is well-formed XML with SSML elements in it, and no others.

    It is tried as deep as it can come to stand, so that what is SSML alone is SSML there.
    """
    if "<" not in text:
        return False
    from lxml import etree  # here: it takes memory that most sandboxes never need

    before = "".join(f"<{name}>" for name in _OUTER)
    after = "".join(f"</{name}>" for name in reversed(_OUTER))
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        document = etree.fromstring(f"{before}{legal(text)}{after}", parser)
    except etree.XMLSyntaxError:
        return False
    names = [element.tag for element in document.iter()]
    inside = names[len(_OUTER) :]
    return names[: len(_OUTER)] == _OUTER and bool(inside) and set(inside) <= SSML


def legal(text: str) -> str:
    """Return a text without the characters that XML does not allow, however written."""
    return _NOT_XML.sub("", text)


def escaped(text: str) -> str:
    """Return a text as it stands between tags."""
    # A bare carriage return would come out of the parser as a newline.
    return escape(legal(text), {"\r": "&#13;"})


def written(value: object) -> str:
    """Return a JSON value as TwiML spells it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
