"""The sample flows and endpoint files: they load without a word, and look like Studio's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockstudio.contracts.lint.linted import read_linted
from mockstudio.contracts.lint.linter import lint
from mockstudio.contracts.lint.registry import RULES
from mockstudio.flows.definition import read_flow
from mockstudio.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "mockstudio" / "cli" / "example"
FLOWS = sorted([*ROOT.glob("fixtures/*.flow.json"), *EXAMPLE.glob("*.flow.json")])
ENDPOINTS = {
    **{
        name: ROOT / "fixtures" / f"{name}.endpoints.yaml"
        for name in ("order-status", "phone-menu", "survey", "payment", "random-number")
    },
    "greeting": EXAMPLE / "customers.endpoints.yaml",
    "hotline": EXAMPLE / "customers.endpoints.yaml",
}


def name_of(path):
    return path.name.partition(".")[0]


def leads_to(states, start, end):
    """Tell whether a widget leads to another: a way back may go up."""
    seen, ahead = set(), [start]
    while ahead:
        name = ahead.pop()
        if name == end:
            return True
        if name not in seen:
            seen.add(name)
            ahead += [t["next"] for t in states[name]["transitions"] if "next" in t]
    return False


every_flow = pytest.mark.parametrize("path", FLOWS, ids=name_of)


def test_every_flow_has_its_endpoints():
    assert {name_of(path) for path in FLOWS} == set(ENDPOINTS)


@every_flow
def test_a_flow_loads_without_warnings(path):
    assert read_flow(path, {}, None).warnings == ()


@every_flow
def test_a_flow_is_written_as_studio_exports_it(path):
    definition = json.loads(path.read_text("utf-8"))
    assert list(definition) == ["description", "states", "initial_state", "flags"]
    for state in definition["states"]:
        assert set(state) == {"name", "type", "transitions", "properties"}


@every_flow
def test_widgets_stand_where_a_person_would_put_them(path):
    states = {s["name"]: s for s in json.loads(path.read_text("utf-8"))["states"]}
    places = {name: state["properties"]["offset"] for name, state in states.items()}
    assert places["Trigger"] == {"x": 0, "y": 0}
    assert len({(place["x"], place["y"]) for place in places.values()}) == len(places)
    for name, state in states.items():
        for transition in state["transitions"]:
            if "next" in transition and not leads_to(states, transition["next"], name):
                assert places[transition["next"]]["y"] > places[name]["y"], transition


@every_flow
def test_every_url_of_a_flow_has_an_endpoint_and_no_endpoint_is_unused(path):
    with Sandbox() as sandbox:
        sandbox.load_endpoints(ENDPOINTS[name_of(path)])
        flow = sandbox.load_flow(path).flow
        scripted = {definition.name for definition in sandbox.endpoints.definitions}
        hosts = {str(e.url).split("/")[2] for e in sandbox.endpoints.definitions}
        sandbox.stub(flow)
        added = {definition.name for definition in sandbox.endpoints.definitions} - scripted
    called = {s.properties["url"].split("/")[2] for s in flow.states if "url" in s.properties}
    assert added == set()
    assert called == hosts


@every_flow
def test_every_widget_is_reachable(path):
    states = {s["name"]: s for s in json.loads(path.read_text("utf-8"))["states"]}
    targets = {t["next"] for s in states.values() for t in s["transitions"] if "next" in t}
    assert targets | {"Trigger"} == set(states)


@pytest.mark.parametrize("path", FLOWS, ids=name_of)
def test_lint_finds_nothing(path):
    flow = read_linted(path)
    assert [finding.message for finding in lint(flow, RULES.values())] == []
