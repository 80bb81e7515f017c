import lxml.etree
import lxml.html
import pytest

from mockstudio.contracts.matrix.model import Cell, Drive, Ending, Finding, Matrix
from mockstudio.reports.matrix_html import as_html

ENDING = Ending("ended", "sorry", "FLOW_END")
CELL = Cell(
    "look", "reset", "failed", "reset", "failed: <reset>", ("sorry",), "<b>So</b>", ENDING, 0.0
)
NOT_REACHED = Cell("look", "slow", "", "", "", (), "", ENDING, 0.0)
DRIVE = Drive("look", "incomingMessage", ("Trigger",), {"trigger.message.Body": "<1>"})
FINDING = Finding("dead-end", "look", "silence & <more>", ("reset", "slow"))
NASTY = "</title><script>alert('x')</script>"


@pytest.fixture
def page():
    """The page of a matrix with two runs and a finding."""
    return as_html(Matrix("shop & co", (DRIVE,), (CELL, NOT_REACHED), (FINDING,)))


def rows(page):
    tables = lxml.html.fromstring(page).iter("tr")
    return [[cell.text_content() for cell in row] for row in tables]


def test_a_page_has_the_findings_and_a_table_for_each_widget(page):
    assert "<title>Matrix of shop &amp; co</title>" in page
    assert rows(page)[1] == ["dead-end", "look", "silence & <more>", "reset, slow"]
    ending = "ended at 'sorry' (FLOW_END)"
    told = ["reset", "failed", "failed: <reset>", "sorry", ending, "<b>So</b>", "0 ms"]
    assert rows(page)[3] == told
    assert "<code>&lt;1&gt;</code>" in page


def test_what_did_not_happen_is_said(page):
    assert rows(page)[4][:4] == ["slow", "-", "not reached", "-"]


def test_what_a_finding_means_is_told_once(page):
    terms = [each.text for each in lxml.html.fromstring(page).iter("dt")]
    assert terms == ["dead-end"]


def test_the_summary_comes_first(page):
    first = lxml.html.fromstring(page).find(".//p")
    assert first.text == "shop & co: 1 of 1 HTTP widgets reached, 2 runs, 1 dead-end"


def test_widgets_of_subflows_are_named_with_them():
    drive = Drive("look", "incomingCall", ("Trigger", "hours"), {}, "office")
    page = as_html(Matrix("shop", (drive,), (CELL,), (Finding("loop", "look", "x", (), "office"),)))
    headings = [each.text for each in lxml.html.fromstring(page).iter("h2")]
    assert headings == ["Findings", "look in subflow office"]
    assert rows(page)[1][1] == "look in subflow office"
    assert len(rows(page)) == 3


def test_nothing_found_is_said():
    assert "<p>None.</p>" in as_html(Matrix("shop", (), (), ()))


def test_the_page_is_well_formed(page):
    body = page.removeprefix("<!DOCTYPE html>\n").replace('<meta charset="utf-8">', "")
    lxml.etree.fromstring(body.replace('initial-scale=1">', 'initial-scale=1"/>'))


def test_every_table_says_what_its_headers_are_of(page):
    document = lxml.html.fromstring(page)
    scopes = [[cell.get("scope") for cell in row.iter("th")] for row in document.iter("tr")]
    assert scopes == [["col"] * 4, ["row"], ["col"] * 7, ["row"], ["row"]]
    assert [row.getparent().tag for row in document.iter("tr")] == [
        *("thead", "tbody"),
        *("thead", "tbody", "tbody"),
    ]


def test_nothing_comes_from_elsewhere(page):
    document = lxml.html.fromstring(page)
    assert not [each for each in document.iter() if each.get("src") or each.get("href")]
    assert "color-scheme: light dark" in page
    assert "@import" not in page


def test_names_are_never_markup():
    ending = Ending("ended", NASTY, NASTY)
    cell = Cell(NASTY, NASTY, NASTY, NASTY, NASTY, (NASTY,), NASTY, ending, 0.0, (), NASTY)
    drive = Drive(NASTY, NASTY, (NASTY,), {NASTY: NASTY}, NASTY)
    page = as_html(Matrix(NASTY, (drive,), (cell,), (Finding("loop", NASTY, NASTY, (NASTY,)),)))
    document = lxml.html.fromstring(page)
    assert not list(document.iter("script"))
    assert len(rows(page)) == 4
