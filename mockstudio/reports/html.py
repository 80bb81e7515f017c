"""HTML pages that need nothing else: no other file, no network, no script to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from mockstudio.reports.markup import element

STYLE: Final = """
:root {
  color-scheme: light dark;
  --ink: #1f2328; --paper: #ffffff; --faint: #57606a; --line: #d0d7de; --shade: #f6f8fa;
  --good: #1a7f37; --bad: #cf222e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3; --paper: #0d1117; --faint: #9da7b1; --line: #30363d; --shade: #161b22;
    --good: #3fb950; --bad: #ff7b72;
  }
}
body {
  background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
  margin: 2em auto; max-width: 84em; padding: 0 1em;
}
table { border-collapse: collapse; margin: .5em 0 1em; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .3em .6em; text-align: left;
  vertical-align: top; overflow-wrap: anywhere }
th { color: var(--faint); font-weight: 600; overflow-wrap: normal }
pre { background: var(--shade); border-radius: 6px; margin: .3em 0 .8em; padding: .6em .8em;
  white-space: pre-wrap; overflow-wrap: anywhere }
a { color: inherit }
"""
_INLINE: Final = frozenset(("a", "span", "strong", "input", "label", "th", "td"))


def page(title: str, body: Iterable[ET.Element], style: str = "", script: str = "") -> str:
    """Return a whole page.

    Args:
        title: of the browser's tab.
        body: what is on it, the heading included.
        style: rules besides those of every page.
        script: what is done when the page has been read; the page must be usable without.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", STYLE + style),
    )
    scripts = (element("script", script),) if script else ()
    root = element("html", head, element("body", *body, *scripts), lang="en")
    for each in root.iter():
        if each.tag not in _INLINE:
            # A line for each, so that pages can be read and compared as text.
            each.tail = f"{each.tail or ''}\n"
    return f"<!DOCTYPE html>\n{ET.tostring(root, encoding='unicode', method='html')}"


def table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[ET.Element | str]],
    *,
    named_rows: bool = False,
) -> ET.Element:
    """Return a table with a row of headings.

    Args:
        caption: what it is about.
        columns: the headings.
        rows: the cells.
        named_rows: whether the first cell of each row is its heading.
    """
    heads = (element("th", column, scope="col") for column in columns)
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *heads)),
        element("tbody", *(_row(row, named_rows) for row in rows)),
    )


def _row(row: Sequence[ET.Element | str], is_named: bool) -> ET.Element:
    first, *others = row
    named = element("th", first, scope="row") if is_named else element("td", first)
    return element("tr", named, *(element("td", cell) for cell in others))
