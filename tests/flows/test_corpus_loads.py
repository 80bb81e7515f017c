"""Real exports from public repositories, read from the folder that MOCKSTUDIO_CORPUS names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mockstudio.flows.definition import read_flow
from mockstudio.flows.placeholders import MissingPlaceholdersError

CORPUS = os.environ.get("MOCKSTUDIO_CORPUS", "")
FLOWS = sorted(Path(CORPUS, "flows").glob("*.json")) if CORPUS else []
SUBFLOW_SID = "FW" + "0" * 32

WARNINGS = {
    "drummes12-twilio-flow-visualizer-sampleflows.json": [
        "#/states/1/properties/from",
        "#/states/4/properties/from",
        "#/states/5/properties/from",
        "#/states/6/properties/from",
    ],
    "techmatters-flex-plugins-voice-basic.json": ["#/states/1/transitions/1/name"],
}

pytestmark = pytest.mark.skipif(
    not CORPUS, reason="MOCKSTUDIO_CORPUS does not name a folder with flows/*.json"
)


def value_for(name):
    return SUBFLOW_SID if name.endswith("subflow_sid") else "value"


def load(path):
    try:
        return read_flow(path)
    except MissingPlaceholdersError as error:
        return read_flow(path, {name: value_for(name) for name in error.names})


def test_the_corpus_is_there():
    assert FLOWS


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_real_export_loads(path):
    loaded = load(path)
    assert [warning.path for warning in loaded.warnings] == WARNINGS.get(path.name, [])
    assert all(warning.line for warning in loaded.warnings)
    assert loaded.flow.state(loaded.flow.initial_state).type == "trigger"
