"""Elements of XML and HTML that hold only what these can hold, whoever wrote the text."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

from mockstudio.reports.text import printable

_NOT_IN_MARKUP: Final = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def markup_text(text: str) -> str:
    """Return a text with U+FFFD for each character that XML or HTML cannot hold."""
    return _NOT_IN_MARKUP.sub("\N{REPLACEMENT CHARACTER}", text)


def element(
    tag: str, *content: ET.Element | str, of: str = "", **attributes: str | float
) -> ET.Element:
    """Return an element; control characters in it are written out.

    Args:
        tag: its name.
        content: elements and texts, in order.
        of: its classes, with blanks between them.
        attributes: the others; an underscore stands for a hyphen, numbers are rounded to tenths.
    """
    made = ET.Element(tag, {"class": of} if of else {})
    for name, value in attributes.items():
        made.set(name.rstrip("_").replace("_", "-"), _value(value))
    for part in content:
        _append(made, part)
    return made


def _value(value: str | float) -> str:
    return _shown(value) if isinstance(value, str) else f"{round(value, 1):.12g}"


def _shown(text: str) -> str:
    return markup_text(printable(text))


def _append(parent: ET.Element, part: ET.Element | str) -> None:
    if isinstance(part, ET.Element):
        parent.append(part)
    elif len(parent):
        parent[-1].tail = (parent[-1].tail or "") + _shown(part)
    else:
        parent.text = (parent.text or "") + _shown(part)
