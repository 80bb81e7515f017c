"""docs/flows.md: what it shows is what is printed."""

from __future__ import annotations

import pytest

from mockstudio.contracts.matrix.model import FINDINGS

PAGE = "flows.md"


def test_every_command_prints_what_the_page_shows(read):
    reader = read(PAGE)
    assert reader.failed == [
        "mockstudio lint orders.flow.json",
        "mockstudio lint",
        "mockstudio matrix orders.flow.json --fail-on dead-end,loop > matrix.txt",
        "mockstudio test --cover-floor 90 --cover-svg pictures --html report.html",
    ]
    report, uncovered, drawn, matrix = (
        (reader.folder / name).read_text("utf-8")
        for name in ("report.html", "pictures/greeting.svg", "orders.svg", "matrix.html")
    )
    assert "<svg" in report
    assert all(picture.startswith("<svg") for picture in (uncovered, drawn))
    assert "dead-end" in matrix


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_finding_is_in_the_table_in_its_words(finding, page_text):
    assert f"| `{finding}` | {FINDINGS[finding]}" in page_text(PAGE)
