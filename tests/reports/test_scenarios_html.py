"""Outcomes and coverage as an HTML page."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mockstudio.clock import VIRTUAL_START
from mockstudio.contracts.coverage import Edge, FlowCoverage, coverage
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.outcome import Failure, Outcome
from mockstudio.contracts.scenario.play import play
from mockstudio.contracts.scenario.record import Answered, HttpExchange, Line, LineKind, RanStep
from mockstudio.flows.events import RequestSent
from mockstudio.flows.model import Flow, State, Transition
from mockstudio.reports.scenarios_html import scenarios_html

FIXTURES = Path(__file__).parents[2] / "fixtures"
SCENARIOS = """
flow: FIXTURES/order-status.flow.json
endpoints: FIXTURES/order-status.endpoints.yaml
scenarios:
  - name: all is well
    when: [{message: hi}]
    then: [{sent: {contains: order number}}]
  - name: too late <&>
    given: {lookup: timeout}
    when: [{message: hi}, {message: "42"}]
    then: [{widget: lookup, took: success}, {context: {widgets.lookup.parsed: {status: open}}}]
  - name: nobody calls
    when: [{press: "1"}]
    then: [ended]
"""
PLACE = Place("a.scenario.yaml", 3)
TEXTS = st.text() | st.sampled_from(
    ["]]>", "<b>&amp;", "</script>", "</style><!--", "\x00\x0b\x85", "\ud800", "\ufffe", "\"'\r"]
)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of three scenarios, two of which fail."""
    path = tmp_path_factory.mktemp("page") / "a.scenario.yaml"
    path.write_text(SCENARIOS.replace("FIXTURES", str(FIXTURES)))
    scenarios = read_scenarios(path)
    outcomes = list(map(play, scenarios))
    return scenarios_html(outcomes, coverage(scenarios, outcomes).of_flows, 1.5)


@pytest.fixture
def root(page):
    return lxml.html.fromstring(page)


def checked(page):
    """Parse a page; what the parser does not like but for newer elements is a failure."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    root = lxml.html.document_fromstring(page.encode(), parser=parser)
    unknown = etree.ErrorTypes.HTML_UNKNOWN_TAG
    assert [error for error in parser.error_log if error.type != unknown] == []
    return root


def scenario(root, name):
    (found,) = (s for s in root.find_class("scenario") if s.findtext("summary/h3") == name)
    return found


def tables(part):
    """Return the rows of each table by its caption."""
    return {
        table.findtext("caption"): [
            [cell.text_content() for cell in row.iter("td")] for row in table.find("tbody")
        ]
        for table in part.iter("table")
    }


def test_the_page_is_valid_and_needs_nothing_else(page):
    root = checked(page)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    ids = Counter(each.get("id") for each in root.iter() if each.get("id"))
    assert set(ids.values()) == {1}
    assert all(link.get("href")[1:] in ids for link in root.iter("a"))
    assert not any(word in page for word in (" src=", "url(", "@import", "<link"))


def test_the_summary_says_how_many_failed_and_what_ran(root):
    assert root.findtext("head/title") == "Scenarios: 2 failed, 1 passed"
    assert root.find("body/p").text_content() == "2 failed, 1 passed in 1.5 s"
    ((flow, *ran),) = tables(root)["What of each flow ran"]
    assert flow.endswith("order-status.flow.json")
    assert ran == ["4 of 10", "3 of 10", "30 %"]


def test_headings_follow_each_other_and_columns_have_a_scope(root):
    levels = [int(each.tag[1]) for each in root.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {head.get("scope") for head in root.iter("th")} == {"col"}


def test_failed_scenarios_come_first_and_are_open(root):
    shown = [(s.findtext("summary/h3"), s.get("open")) for s in root.find_class("scenario")]
    assert shown == [("too late <&>", ""), ("nobody calls", ""), ("all is well", None)]


def test_a_failure_has_its_place_what_was_expected_and_what_was_found(root):
    first = scenario(root, "too late <&>").find_class("failures")[0][0].text_content()
    assert "a.scenario.yaml:11: expected widget 'lookup' to take 'success'" in first
    assert "found: it took 'fail' (timeout;" in first


def test_an_error_is_told_with_its_place(root):
    text = scenario(root, "nobody calls").text_content()
    assert "It could not go on" in text
    assert "there is no call" in text


def test_the_steps_say_where_the_scenario_went_and_which_are_concerned(root):
    found = tables(scenario(root, "too late <&>"))["The widgets that ran"]
    why = "fail: no answer after 10.0 s, limit 10.0 s"
    assert found[1:3] == [
        ["2", "ask", "incomingMessage", "lookup", ""],
        ["3 concerned", "lookup", "fail", "sorry", why],
    ]


def test_what_was_sent_and_warned_of_is_told(root):
    (lines,) = (
        rows
        for caption, rows in tables(scenario(root, "too late <&>")).items()
        if caption != "The widgets that ran"
    )
    assert [line[0] for line in lines] == ["sent", "warned", "sent"]
    assert lines[1][1].startswith("81017 ")
    assert lines[0][2] == "+12025550123"


def test_http_exchanges_have_request_answer_and_verdict(root):
    text = scenario(root, "too late <&>").text_content()
    assert "POST https://orders-1234.twil.io/lookup\norder = 42\n" in text
    assert "endpoint lookup (timeout) answered 200" in text
    assert "Verdict: fail: no answer after 10.0 s" in text


def test_each_flow_has_its_picture_and_what_never_ran(root):
    (picture,) = root.iter("svg")
    assert picture.getparent().get("aria-label").startswith("Picture of ")
    missed = [item.text for item in root.iter("li")]
    assert "lookup.success → is_shipped" in missed
    assert "tell_stock" in missed


def test_a_difference_is_shown_with_its_signs():
    failure = Failure(PLACE, "this", ("that",), diff=("  {", '-   "a": 1', '+   "a": 2'))
    root = checked(scenarios_html([Outcome("a", PLACE, (failure,))], [], 0.1))
    assert '  {\n-   "a": 1\n+   "a": 2\n' in root.text_content()


def test_no_scenario_at_all_is_a_page_too():
    root = checked(scenarios_html([], [], 0.0))
    assert root.findtext("head/title") == "Scenarios: 0 failed, 0 passed"


@given(TEXTS, TEXTS, TEXTS)
def test_any_text_gives_a_valid_page(one, two, three):
    request = RequestSent(
        execution="FN1", at=VIRTUAL_START, method=one, url=two, parameters=((one, two),), body=three
    )
    exchange = HttpExchange(request, (Answered(1, one, two, 200, 5, (three,), one),))
    outcome = Outcome(
        one,
        Place(two, 1, three),
        failures=(Failure(Place(three), one, (two, three), 0, (one, f"-{two}", f"+{three}")),),
        error=three,
        steps=(RanStep(0, one, two, took=three, next=one, explanation=two, exchange=exchange),),
        lines=(Line(LineKind.SENT, 0, one, two, 1),),
    )
    edge = Edge(one, 0, Transition(two, one), 0)
    flow = Flow("FW1", three, (State(one, two, (edge.transition,)),), one, source=three)
    root = checked(scenarios_html([outcome], [FlowCoverage(flow, {one: 0}, (edge,))], 1.0))
    assert len(root.find_class("scenario")) == len(list(root.iter("svg"))) == 1
    assert [each.tag for each in root] == ["head", "body"]
    assert len(list(root.iter("script"))) == 1
