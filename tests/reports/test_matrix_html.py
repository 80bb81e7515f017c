import lxml.html

from mockstudio.contracts.matrix.model import Cell, Drive, Ending, Finding, Matrix
from mockstudio.reports.matrix_html import as_html

ENDING = Ending("ended", "sorry", "FLOW_END")
CELL = Cell("look", "reset", "failed", "reset", "failed: <reset>", (), "<b>So</b>", ENDING, 0.0)
DRIVE = Drive("look", "incomingMessage", ("Trigger",), {"trigger.message.Body": "<1>"})
FINDING = Finding("dead-end", "look", "silence", ("reset",))


def rows(page):
    tables = lxml.html.fromstring(page).iter("tr")
    return [[cell.text_content() for cell in row] for row in tables]


def test_a_page_has_the_findings_and_a_table_for_each_widget():
    page = as_html(Matrix("shop & co", (DRIVE,), (CELL,), (FINDING,)))
    assert "<title>Matrix of shop &amp; co</title>" in page
    assert rows(page)[1] == ["dead-end", "look", "silence", "reset"]
    ending = "ended at 'sorry' (FLOW_END)"
    assert rows(page)[3] == ["reset", "failed", "failed: <reset>", ending, "<b>So</b>", "0 ms"]
    assert "<code>&lt;1&gt;</code>" in page


def test_nothing_found_is_said():
    assert "<p>None.</p>" in as_html(Matrix("shop", (), (), ()))
