import json
from dataclasses import replace

import pytest

from mockstudio.contracts.matrix.model import Cell, Drive, Ending, Finding, Matrix
from mockstudio.reports.matrix import as_json, as_text, way

TEXT = """\
lookup  (incomingMessage > ask > lookup)
  with trigger.message.Body = 'status'
  outcome  takes   because  ends up                         last heard or read  clock
  timeout  failed  timeout  ended at 'sorry' (FLOW_END)     Sorry, try later.   10.0 s
  reset    -       -        stopped at 'ask' (no route)     -                   0 ms
  reset stopped: no route

findings
  dead-end: lookup: silence (timeout)
  unreached: pay: no way

shop: 1 of 2 HTTP widgets reached, 2 runs, 1 dead-end, 1 unreached"""


@pytest.fixture
def matrix():
    """A matrix of two runs."""
    ended = Ending("ended", "sorry", "FLOW_END")
    stopped = Ending("stopped", "ask", "no route")
    said = "Sorry,\n try later."
    return Matrix(
        "shop",
        (
            Drive(
                "lookup", "incomingMessage", ("Trigger", "ask"), {"trigger.message.Body": "status"}
            ),
        ),
        (
            Cell("lookup", "timeout", "failed", "timeout", "", ("sorry",), said, ended, 10.0),
            Cell("lookup", "reset", "", "", "", (), "", stopped, 0.0),
        ),
        (
            Finding("dead-end", "lookup", "silence", ("timeout",)),
            Finding("unreached", "pay", "no way"),
        ),
    )


def squeezed(text):
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_matrix_is_a_table_for_each_widget_and_its_findings(matrix):
    expected = TEXT.replace("reset    -       -  ", "reset    -       not reached")
    assert squeezed(as_text(matrix)) == squeezed(expected)


def test_columns_stand_below_each_other(matrix):
    rows = as_text(matrix).splitlines()[2:5]
    column = rows[0].index("ends up")
    assert [row[column:].split()[0] for row in rows] == ["ends", "ended", "stopped"]


def test_long_texts_are_cut(matrix):
    cell = replace(matrix.cells[0], heard="x" * 100)
    text = as_text(replace(matrix, cells=(cell,)))
    assert "x" * 47 + "…" in text
    assert "x" * 48 not in text


def test_a_flow_without_http_widgets_says_so():
    assert as_text(Matrix("shop", (), (), ())) == (
        "shop: no HTTP widgets, so there is nothing to play"
    )


def test_nothing_found_is_said(matrix):
    nothing = replace(matrix, findings=())
    assert as_text(nothing).endswith("shop: 1 of 1 HTTP widgets reached, 2 runs, nothing found")


def test_all_lines_of_what_stopped_a_run_are_told(matrix):
    stopped = replace(matrix.cells[1], ending=Ending("stopped", "ask", "no route\n  add --stub"))
    lines = as_text(replace(matrix, cells=(stopped,))).splitlines()
    assert lines[4:6] == ["  reset stopped: no route", "    add --stub"]


def test_json_has_everything(matrix):
    data = json.loads(as_json(matrix))
    assert data["flow"] == "shop"
    assert data["cells"][0]["ending"] == {"kind": "ended", "widget": "sorry", "reason": "FLOW_END"}
    assert data["findings"][1] == {
        "id": "unreached",
        "widget": "pay",
        "text": "no way",
        "outcomes": [],
        "subflow": "",
    }


def test_widgets_of_subflows_are_named_with_them(matrix):
    drive = Drive("look", "incomingCall", ("Trigger", "hours", "hours/ask"), {}, "office")
    cell = replace(matrix.cells[0], widget="look", subflow="office")
    own = replace(cell, subflow="", outcome="own")
    finding = Finding("loop", "look", "round", subflow="office")
    text = as_text(Matrix("shop", (drive,), (cell, own), (finding,)))
    lines = text.splitlines()
    assert lines[0] == "look in subflow office  (incomingCall > hours > hours/ask > look)"
    assert "  loop: look in subflow office: round" in lines
    assert [line.split()[0] for line in lines[1:3]] == ["outcome", "timeout"]
    assert "own" not in text


def test_widgets_that_run_often_are_named_once():
    drive = Drive("look", "incomingCall", ("Trigger", "ask", "again", "ask", "again", "ask"), {})
    assert way(drive) == "incomingCall > ask x3 > again x2 > look"
