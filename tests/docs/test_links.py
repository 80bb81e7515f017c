"""Links between the pages of docs/, and into the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
LINK = re.compile(r"\]\(([^)]+)\)")


def anchors_of(page):
    """Return the anchors that a code host gives a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", each).lower().replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading(page):
    for link in LINK.findall(page.read_text("utf-8")):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = DOCS / name if name else page
        assert target.is_file(), link
        assert not anchor or anchor in anchors_of(target), link


def test_the_readme_names_every_page():
    links = set(LINK.findall((DOCS.parent / "README.md").read_text("utf-8")))
    assert {f"docs/{page.name}" for page in PAGES} <= links
