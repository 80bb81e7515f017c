"""The matrix of real exports; the folder is as in the loading test.

`golden/corpus_matrix.txt` says what it shows; `--update-golden` writes it anew.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from mockstudio.contracts.matrix.matrix import make_matrix
from mockstudio.contracts.matrix.model import FINDINGS
from mockstudio.contracts.matrix.whole import WholeFlow
from mockstudio.flows.definition import read_flow
from mockstudio.flows.liquid import StudioLiquid
from mockstudio.flows.placeholders import MissingPlaceholdersError
from mockstudio.sandbox import Sandbox

CORPUS = os.environ.get("MOCKSTUDIO_CORPUS", "")
FLOWS = sorted(Path(CORPUS, "flows").glob("*.json")) if CORPUS else []
GOLDEN = Path(__file__).parent / "golden" / "corpus_matrix.txt"
SUBFLOWS = {
    "luisleao-twilio-whatsapp-eventos-tdc": {
        "run-sorteio": "luisleao-twilio-whatsapp-eventos-tdc-sorteio",
        "run-twilion": "luisleao-twilio-whatsapp-eventos-tdc-twilio",
    },
    "techmatters-flex-plugins-voice": {
        "run_subflow_system_down": "techmatters-flex-plugins-system-down"
    },
}
"""Which exports are the subflows of which widgets."""
OUTCOMES = ("ok", "server-error", "timeout", "not-json", "bad-twiml")
"""One of each sort, to keep the time short."""

pytestmark = pytest.mark.skipif(
    not CORPUS, reason="MOCKSTUDIO_CORPUS does not name a folder with flows/*.json"
)


def value_of(name):
    if name.endswith("subflow_sid"):
        return "FW" + "0" * 32
    if "attributes" in name:
        return "{}"
    return "https://value.example.com" if "url" in name else "value"


def load(path):
    try:
        return read_flow(path).flow
    except MissingPlaceholdersError as error:
        return read_flow(path, {name: value_of(name) for name in error.names}).flow


def add_subflows(sandbox, path):
    """Load the subflows of an export that are exported, too, under the SIDs that it runs."""
    flow = load(path)
    for widget, name in SUBFLOWS.get(path.stem, {}).items():
        sid = flow.state(widget).properties["flow_sid"]
        subflow = replace(load(path.with_name(f"{name}.json")), sid=sid)
        sandbox.stub(sandbox.library.add(subflow))


def summary(path):
    """Return in one line how much was reached and found."""
    with Sandbox() as sandbox:
        add_subflows(sandbox, path)
        flow = sandbox.library.add(load(path))
        sandbox.stub(flow)
        matrix = make_matrix(sandbox, flow, OUTCOMES)
    counts = Counter(finding.id for finding in matrix.findings)
    found = [f"{counts[id_]} {id_}" for id_ in FINDINGS if counts[id_]]
    whole = WholeFlow(flow, sandbox.library, StudioLiquid(sandbox.clock.now))
    reached = f"{len(matrix.drives)} of {len(whole.targets)} reached"
    kinds = sorted({cell.ending.kind for cell in matrix.cells})
    return " | ".join([path.stem, reached, ", ".join(kinds) or "-", ", ".join(found) or "-"])


@pytest.fixture(scope="module")
def golden(request):
    """The golden summaries by flow."""
    if request.config.getoption("--update-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text("\n".join(map(summary, FLOWS)) + "\n", "utf-8")
    lines = GOLDEN.read_text("utf-8").splitlines()
    return {line.partition(" | ")[0]: line for line in lines}


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_the_matrix_of_a_real_export_is_what_it_always_was(path, golden):
    assert summary(path) == golden[path.stem]


def test_there_is_no_summary_without_its_export(golden):
    assert set(golden) == {path.stem for path in FLOWS}
