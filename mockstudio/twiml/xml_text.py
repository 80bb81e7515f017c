"""Bytes that should be XML, as raw elements with their lines (rest-api.md 8.1, 12100).

No DTD, no entities but XML's own five, nothing fetched, and bounds on whatever could grow.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from mockstudio.errors import TwimlError
from mockstudio.twiml.model import Element
from mockstudio.twiml.places import Place, Source, doctype

NOT_XML: Final = 12100
BAD_VERSION: Final = 12101
DEEPEST: Final = 32
"""Elements inside one another, the root counted."""
LONGEST_VALUE: Final = 32_768
"""Characters of one attribute's value."""

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS: Final = ("utf-8", "ascii", "iso8859-1", "cp1252")
"""Python's names of those that may be declared; UTF-16 shows itself by its mark."""
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_XML_NAMESPACE: Final = "http://www.w3.org/XML/1998/namespace"

_Errors = etree.ErrorTypes
_ESCAPE: Final = "write & as &amp; and < as &lt;"
_ADVICE: Final[Mapping[int, str]] = MappingProxyType(
    {
        _Errors.ERR_NAME_REQUIRED: _ESCAPE,
        _Errors.ERR_ENTITYREF_SEMICOL_MISSING: _ESCAPE,
        _Errors.ERR_LT_IN_ATTRIBUTE: _ESCAPE,
        _Errors.ERR_UNDECLARED_ENTITY: "XML knows &amp; &lt; &gt; &quot; and &apos; only; "
        "write any other character as itself",
        _Errors.ERR_ATTRIBUTE_NOT_STARTED: "write the value in quotes",
        _Errors.ERR_ATTRIBUTE_WITHOUT_VALUE: 'write the attribute as name="value"',
        _Errors.ERR_RESERVED_XML_NAME: "begin the document with <?xml, without a blank or an "
        "empty line before it",
        _Errors.ERR_TAG_NAME_MISMATCH: "close the elements in the reverse order of opening them",
        _Errors.ERR_TAG_NOT_FINISHED: "close it, as in <Response>...</Response>",
        _Errors.ERR_DOCUMENT_EMPTY: "a document is <Response>...</Response>, in XML",
        _Errors.ERR_DOCUMENT_END: "nothing may follow the end of the root element",
        _Errors.ERR_RESOURCE_LIMIT: f"elements may stand {DEEPEST} deep inside one another",
        _Errors.ERR_UNKNOWN_VERSION: 'write <?xml version="1.0" encoding="UTF-8"?>',
        _Errors.ERR_VERSION_MISSING: 'write <?xml version="1.0" encoding="UTF-8"?>',
        _Errors.NS_ERR_UNDEFINED_NAMESPACE: "TwiML's own names have no prefix",
    }
)


_CODES: Final[Mapping[int, int]] = MappingProxyType(
    dict.fromkeys((_Errors.ERR_UNKNOWN_VERSION, _Errors.ERR_VERSION_MISSING), BAD_VERSION)
)
"""Codes of the mistakes that are not simply 12100 (rest-api.md 8.7)."""


def read_xml(body: bytes) -> Element:
    """Return the root element of a document.

    Text stands among the children as elements without a name, each with the line it begins on,
    so that whoever checks the document can tell where there should be none.

    Raises:
        TwimlError: it is not well-formed (12100, 12101), or goes beyond the bounds above.
    """
    text = _decoded(body)
    _refuse_doctype(text)
    root = _parsed(text)
    return _Reader(root, Source(text)).element(root)


def _decoded(body: bytes) -> str:
    encoding = _encoding(body)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        reason = f"the document is not in {encoding.removesuffix('-sig')}; write it in UTF-8"
        raise TwimlError(NOT_XML, reason, *_position(before, len(before))) from error


def _encoding(body: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return encoding
    declared = _DECLARED.match(body)
    if declared is None:
        return "utf-8"
    return _known(declared[1].decode("ascii"))


def _known(declared: str) -> str:
    try:
        encoding = codecs.lookup(declared).name
    except LookupError:
        encoding = ""
    if encoding not in _ENCODINGS:
        reason = f"the document cannot be read as {declared}: write it in UTF-8 and say so"
        raise TwimlError(NOT_XML, reason, 1)
    return encoding


def _refuse_doctype(text: str) -> None:
    offset = doctype(text)
    if offset is not None:
        reason = "TwiML has no document type declaration and no entities: leave out <!DOCTYPE ...>"
        raise TwimlError(NOT_XML, reason, *_position(text, offset))


def _position(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _syntax_error(error) from error


def _syntax_error(error: etree.XMLSyntaxError) -> TwimlError:
    line, column = error.position
    code: int = error.code  # type: ignore[attr-defined] # the stubs lack it
    what = re.sub(r"\s*, line \d+, column \d+$", "", str(error.msg)).strip()
    advice = _ADVICE.get(code)
    reason = f"not well-formed XML: {what}"
    told = f"{reason}; {advice}" if advice else reason
    return TwimlError(_CODES.get(code, NOT_XML), told, line, column)


class _Reader:
    def __init__(self, root: etree._Element, source: Source) -> None:
        self._source = source
        self._places = dict(zip(root.iter(), source.places(), strict=True))

    def element(self, node: etree._Element, depth: int = 1) -> Element:
        place = self._places[node]
        if depth > DEEPEST:
            reason = f"elements stand more than {DEEPEST} deep inside one another"
            raise TwimlError(NOT_XML, reason, place.line)
        return Element(
            name=_name(node.tag, node),
            attributes=_attributes(node, place),
            children=tuple(self._inside(node, place, depth)),
            line=place.line,
        )

    def _inside(self, node: etree._Element, place: Place, depth: int) -> Iterator[Element]:
        if node.text:
            yield self._text(node.text, place.inside)
        for child in node:
            yield self.element(child, depth + 1)
            if child.tail:
                yield self._text(child.tail, self._places[child].after)

    def _text(self, text: str, offset: int) -> Element:
        return Element("", text=text, line=self._source.line_of_text(offset))


def _attributes(node: etree._Element, place: Place) -> Mapping[str, str]:
    attributes = {_name(str(name), node): str(value) for name, value in node.attrib.items()}
    for name, value in attributes.items():
        if len(value) > LONGEST_VALUE:
            reason = f"{name} has {len(value):,} characters, more than {LONGEST_VALUE:,}"
            raise TwimlError(NOT_XML, reason, place.line)
    return attributes


def _name(name: str, node: etree._Element) -> str:
    """Return a name with its prefix as written; a namespace without prefix counts for nothing."""
    namespace, _, local = name.rpartition("}")
    if not namespace:
        return local
    prefixes = {**{uri: prefix for prefix, uri in node.nsmap.items()}, _XML_NAMESPACE: "xml"}
    prefix = prefixes.get(namespace[1:])
    return f"{prefix}:{local}" if prefix else local
