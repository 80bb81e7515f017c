"""What in a document Twilio would warn of, and what of it runs (rest-api.md 8.1, 8.7).

The valid parts of a document run: an element that is unknown or stands in the wrong place is left
out with all that is inside, an attribute that is unknown or has a bad value counts as absent. A
number or a URL that is none is kept: it is tried, in vain. Each of them leaves a remark, in the
order of the document. Markup that Say does not know is left out
too, but its words are spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from mockstudio.errors import did_you_mean
from mockstudio.twiml.grammar import (
    ROOT,
    SCHEMA_WARNING,
    Attribute,
    Definition,
    DocumentKind,
    load_grammar,
)
from mockstudio.twiml.model import Element, Remark
from mockstudio.twiml.restrictions import restrictions_broken_by

VERB_OF_A_CALL: Final = 14110
"""A voice verb in a document that answers a message (rest-api.md 8.4)."""
LONGEST_FOR_POLLY: Final = 3_000
"""Characters of a Say with an Amazon Polly voice (rest-api.md 8.3)."""

_QUOTED_AT_MOST: Final = 40
_CREDENTIALS: Final = re.compile(r"(?<=://).*@", re.DOTALL)
"""In what should be a URL, they may hold whatever a URL may not."""
_APART: Final = ("break", "p", "s")


def check(verbs: Iterable[Element], kind: DocumentKind) -> tuple[Remark, ...]:
    """Return what Twilio would warn of in the verbs of a document, in their order."""
    return examine(Element(ROOT, children=tuple(verbs)), kind)[1]


def examine(root: Element, kind: DocumentKind) -> tuple[Element, tuple[Remark, ...]]:
    """Return what runs of a document, and what Twilio would warn of.

    Args:
        root: its `<Response>`; text may stand among the children as elements without a name,
            or all of it in an element's `text`, as in what this returns.
        kind: whether it answers a call or a message.
    """
    examiner = _Examiner(kind)
    runs = examiner.element(root, examiner.grammar.root)
    return runs, tuple(examiner.remarks)


class _Examiner:
    def __init__(self, kind: DocumentKind) -> None:
        self.grammar = load_grammar(kind)
        self.remarks: list[Remark] = []
        self._kind = kind

    def element(self, raw: Element, definition: Definition) -> Element:
        """Return what runs of an element, adding to the remarks."""
        attributes = dict(self._attributes(raw, definition))
        runs = replace(raw, attributes=attributes, text=_text(raw, definition))
        if definition.text is None:
            self._refuse_text(raw, definition)
        else:
            self._measure(runs, definition)
            self._aim(runs, definition)
        for broken in restrictions_broken_by(runs):
            self._remark(*broken, raw)
        return replace(runs, children=tuple(self._children(raw, definition)))

    def _attributes(self, raw: Element, definition: Definition) -> Iterator[tuple[str, str]]:
        for name, value in raw.attributes.items():
            attribute = definition.attributes.get(name)
            if attribute is None:
                self._remark(SCHEMA_WARNING, _unknown_attribute(name, definition), raw)
            elif (read := attribute.kind.read(value)) is None:
                self._remark(attribute.code, _bad_value(attribute, value, definition), raw)
                if attribute.kind.keeps_bad_values:
                    yield name, value
            else:
                yield name, read

    def _children(self, raw: Element, definition: Definition) -> Iterator[Element]:
        for child in raw.children:
            known = self.grammar.inside(definition, child.name)
            if known is not None:
                yield self.element(child, known)
            elif child.name:
                code, text = self._wrong_place(child.name, definition)
                self._remark(code, text, child)
            elif definition.text is None:
                self._refuse_text(child, definition)

    def _refuse_text(self, holder: Element, definition: Definition) -> None:
        if words := holder.text.strip():
            text = f"text '{_short(words)}' stands directly in <{definition.name}> and is left out"
            self._remark(SCHEMA_WARNING, text, holder)

    def _measure(self, element: Element, definition: Definition) -> None:
        length = len(" ".join(element.text.split()))
        longest = _longest(element, definition)
        if longest is not None and length > longest:
            reason = f"has {length:,} characters; Twilio takes at most {longest:,}"
            self._remark(definition.too_long, f"<{definition.name}> {reason}", element)
        if definition.empty is not None and not length and not _has_markup(element):
            self._remark(definition.empty, f"<{definition.name}> is empty", element)

    def _aim(self, element: Element, definition: Definition) -> None:
        """Remark on a text that names nobody and nothing that could be reached."""
        target, text = definition.target, element.text.strip()
        if target is None or not text or _has_markup(element):
            return
        if target.kind.read(text) is None:
            found = f"<{definition.name}> '{_short(text)}' is not {target.kind.expected}"
            self._remark(target.code, found + target.kind.suggestion(text), element)

    def _wrong_place(self, name: str, parent: Definition) -> tuple[int, str]:
        if places := self.grammar.places(name):
            where = dict.fromkeys(self._place(place, parent) for place in places)
            belongs = f"is left out; it belongs in {' or '.join(list(where)[:3])}"
            return parent.nesting, f"<{name}> cannot stand in <{parent.name}> and {belongs}"
        other = "messaging" if self._kind == "voice" else "voice"
        if name in load_grammar(other).root.children:
            code = SCHEMA_WARNING if self._kind == "voice" else VERB_OF_A_CALL
            return code, f"<{name}> is a {other} verb and is left out of this {self._kind} document"
        suggestion = _suggestion(name, parent.children)
        return SCHEMA_WARNING, f"<{name}> is unknown in <{parent.name}> and left out{suggestion}"

    def _place(self, place: Definition, refused: Definition) -> str:
        """Return a place in words, so that it is not the one that was refused."""
        if place.name != refused.name:
            return f"<{place.name}>"
        return f"the <{place.name}> of <{self.grammar.around(place)[0].name}>"

    def _remark(self, code: int, text: str, element: Element) -> None:
        self.remarks.append(Remark(code, text, element.line))


def _unknown_attribute(name: str, definition: Definition) -> str:
    suggestion = _suggestion(name, definition.attributes)
    return f"<{definition.name}> has no attribute '{name}', which is ignored{suggestion}"


def _bad_value(attribute: Attribute, value: str, definition: Definition) -> str:
    written = f'{attribute.name}="{_short(value)}"'
    found = f"<{definition.name}> {written} is not {attribute.kind.expected}"
    return found + _instead(attribute) + attribute.kind.suggestion(value)


def _instead(attribute: Attribute) -> str:
    if attribute.kind.keeps_bad_values:
        return ""
    return f": Twilio takes {attribute.default}" if attribute.default else ": it is ignored"


def _suggestion(name: str, valid: Mapping[str, object]) -> str:
    same = next((each for each in valid if each.lower() == name.lower()), None)
    return f"; did you mean '{same}'?" if same else did_you_mean(name, valid)


def _short(text: str) -> str:
    shortened = " ".join(_CREDENTIALS.sub("", text).split())
    cut = shortened[:_QUOTED_AT_MOST]
    return shortened if cut == shortened else f"{cut}..."


def _longest(element: Element, definition: Definition) -> int | None:
    if definition.name == "Say" and element.get("voice").startswith("Polly."):
        return LONGEST_FOR_POLLY
    return definition.longest


def _has_markup(element: Element) -> bool:
    return any(child.name for child in element.children)


def _text(raw: Element, definition: Definition) -> str:
    """Return the text that belongs to an element; the words of its markup too if it is spoken."""
    if definition.text is None:
        return ""
    if definition.text == "spoken":
        return _words(raw)
    return raw.text or "".join(child.text for child in raw.children if not child.name)


def _words(raw: Element) -> str:
    """Return all words inside; sentences, paragraphs and breaks keep them apart."""
    return raw.text or "".join(map(_words_apart, raw.children))


def _words_apart(child: Element) -> str:
    words = _words(child)
    return f" {words} " if child.name in _APART else words
