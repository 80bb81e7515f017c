"""Each rule finds its mistake and nothing else; the flows are in `cases.yaml`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from mockstudio.contracts.lint.linted import read_linted
from mockstudio.contracts.lint.linter import lint
from mockstudio.contracts.lint.registry import FAMILIES, RULES
from mockstudio.contracts.lint.routing import Routing
from mockstudio.flows.routes import Route
from mockstudio.sandbox import Sandbox

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
ELSEWHERE = {"MS133", "MS161"}
"""Tested below: they need more than widgets."""

FIRES = [
    pytest.param(rule, case, id=f"{rule}-{number}")
    for rule, cases in CASES.items()
    for number, case in enumerate(cases["fires"])
]
SILENT = [
    pytest.param(rule, widgets, id=f"{rule}-{number}")
    for rule, cases in CASES.items()
    for number, widgets in enumerate(cases["silent"])
]


@pytest.fixture
def shop():
    live = Route("https://live.example.com/*", "http://localhost:3000/*")
    with Sandbox(routes=[live]) as sandbox:
        yield sandbox


def call_of(url):
    return {"lookup": {"type": "make-http-request", "url": url, "events": {}}}


@pytest.mark.parametrize(("rule", "case"), FIRES)
def test_a_rule_finds_its_mistake(rule, case, found):
    (finding,) = found(rule, case["widgets"])
    assert (finding.rule, finding.widget) == (rule, case["widget"])
    assert case["says"] in finding.message
    assert finding.instead
    assert finding.problem.file == "small.json"
    assert finding.problem.line
    assert finding.problem.column


@pytest.mark.parametrize(("rule", "widgets"), SILENT)
def test_a_rule_lets_pass_what_is_right(rule, widgets, found):
    assert found(rule, widgets) == []


def test_every_rule_has_cases():
    assert set(RULES) == set(CASES) | ELSEWHERE
    assert all(cases["fires"] and cases["silent"] for cases in CASES.values())


def test_ids_are_unique_and_in_order_and_rules_explain_themselves():
    ids = [rule.id for family in FAMILIES for rule in family.RULES]
    assert ids == sorted(set(ids)) == list(RULES)
    for rule in RULES.values():
        assert re.fullmatch("MS1[0-9]{2}", rule.id)
        assert rule.title[0].isupper() or rule.title.startswith("${")
        assert not rule.title.endswith(".")
        assert len(rule.help.split("\n\n")) >= 2, "why, and what to do"
        assert rule.check.__doc__
        assert "reference" not in rule.help, "of which the reader has none"


def test_a_finding_points_at_the_property(found):
    (finding,) = found("MS132", call_of("http://a.example"))
    assert finding.problem.path == "#/states/1/properties/url"
    assert (finding.problem.line, finding.problem.column) == (20, 16)


def test_a_widget_that_never_runs_is_reported_once_and_not_looked_into(linted_flow):
    widgets = {
        "tell": {"type": "say-play", "say": "hello", "events": {}},
        "lost": {"type": "say-play", "say": "{{ widgets.nobody.x }}", "events": {}},
    }
    assert [f.rule for f in lint(linted_flow(widgets), RULES.values())] == ["MS104"]


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com/orders",
        "https://shop.example.com/orders?id={{ flow.data.id }}",
        "https://shop.example.com/{{ flow.data.what }}",
        "https://shop.example.com/items/{{ flow.data.id }}",
        "https://live.example.com/any/thing",
        "https://{{ flow.data.host }}/orders",
        "https://webhooks.twilio.com/v1/Accounts/AC1/Flows/FW1",
    ],
)
def test_a_url_that_an_endpoint_or_route_covers_is_no_finding(url, shop, found):
    shop.add_endpoints(
        {
            "endpoints": [
                {"name": "orders", "url": "https://shop.example.com/orders"},
                {"name": "items", "url": "https://shop.example.com/items/{id}"},
            ]
        }
    )
    assert found("MS133", call_of(url), Routing(shop.router)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com/order",
        "https://shop.example.com/order/{{ flow.data.id }}",
        "https://other.example.com/orders",
    ],
)
def test_a_url_that_nothing_covers_is_a_finding_with_what_comes_near(url, shop, found):
    shop.add_endpoints({"endpoints": [{"name": "o", "url": "https://shop.example.com/orders"}]})
    (finding,) = found("MS133", call_of(url), Routing(shop.router))
    assert "no endpoint or route covers" in finding.message
    assert "did you mean 'https://shop.example.com/orders'?" in finding.message


def test_without_endpoints_and_routes_nothing_is_said_of_them(found):
    assert found("MS133", call_of("https://shop.example.com/order")) == []


def test_placeholders_without_a_value_are_reported_together(tmp_path):
    flow = placeholder_flow(tmp_path)
    (finding,) = lint(read_linted(flow), RULES.values())
    assert (finding.rule, finding.widget) == ("MS161", "sub")
    assert finding.message == "no value for ${base.sid}, ${greeting}"
    assert finding.problem.line


def test_a_url_with_an_open_placeholder_may_become_a_good_one(tmp_path):
    path = placeholder_flow(tmp_path)
    text = path.read_text().replace('"type": "send-message"', '"type": "run-function"')
    path.write_text(text.replace('"body": "${greeting}"', '"url": "${base}/orders"'))
    assert lint(read_linted(path), [RULES["MS134"]]) == ()


def test_placeholders_with_a_value_are_none(tmp_path):
    variables = {"base.sid": "FW" + "1" * 32, "greeting": "hello"}
    assert lint(read_linted(placeholder_flow(tmp_path), variables), RULES.values()) == ()


def placeholder_flow(folder):
    path = folder / "template.json"
    path.write_text(
        """{"initial_state": "Trigger", "states": [
        {"name": "Trigger", "type": "trigger", "properties": {},
         "transitions": [{"event": "incomingMessage", "next": "sub"}]},
        {"name": "sub", "type": "run-subflow",
         "transitions": [{"event": "completed", "next": "tell"},
                         {"event": "failed", "next": "tell"}],
         "properties": {"flow_sid": "${base.sid}", "flow_revision": "LatestPublished",
                        "parameters": []}},
        {"name": "tell", "type": "send-message", "transitions": [],
         "properties": {"from": "1", "to": "2", "body": "${greeting}"}}
        ]}"""
    )
    return path
