"""Pictures of real exports, from the folder that MOCKSTUDIO_CORPUS names."""

from __future__ import annotations

import os
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mockstudio.contracts.coverage import Edge, FlowCoverage
from mockstudio.flows.definition import read_flow
from mockstudio.flows.placeholders import MissingPlaceholdersError
from mockstudio.reports.picture.layout import lay_out
from mockstudio.reports.picture.svg import flow_svg

CORPUS = os.environ.get("MOCKSTUDIO_CORPUS", "")
FLOWS = sorted(Path(CORPUS, "flows").glob("*.json")) if CORPUS else []
SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 12_000
"""The largest side of a picture; authors spread 119 widgets over 8,090 by 5,000."""

pytestmark = pytest.mark.skipif(
    not CORPUS, reason="MOCKSTUDIO_CORPUS does not name a folder with flows/*.json"
)


def load(path):
    try:
        return read_flow(path).flow
    except MissingPlaceholdersError as error:
        return read_flow(path, dict.fromkeys(error.names, "FW" + "0" * 32)).flow


def wired(flow):
    return [
        Edge(state.name, number, transition, number)
        for state in flow.states
        for number, transition in enumerate(state.transitions)
        if transition.next is not None
    ]


def names(root, of):
    found = (each for each in root.iter(f"{SVG}g") if of in each.get("class", "").split())
    return [each.find(f"{SVG}title").text for each in found]


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_real_flow_is_drawn_whole(path):
    flow = load(path)
    root = ET.fromstring(flow_svg(flow))
    assert names(root, "widget") == [f"{state.name} ({state.type})" for state in flow.states]
    assert names(root, "wire") == list(map(str, wired(flow)))
    assert max(float(root.get(side)) for side in ("width", "height")) < LARGEST


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_no_widget_of_a_real_flow_covers_another(path):
    places = [box.place for box in lay_out(load(path)).boxes]
    assert not any(one.overlaps(other) for one, other in combinations(places, 2))


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_what_ran_of_a_real_flow_is_marked(path):
    flow = load(path)
    coverage = FlowCoverage(flow, {state.name: 1 for state in flow.states}, tuple(wired(flow)))
    wires = names(ET.fromstring(flow_svg(flow, coverage)), "wire")
    assert [wire.endswith(": never taken") for wire in wires] == [
        not edge.times for edge in coverage.edges
    ]
