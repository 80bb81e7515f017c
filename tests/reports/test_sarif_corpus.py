"""SARIF over real exports: valid, and each finding at its place with a fingerprint of its own."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from urllib.parse import unquote

import pytest

from mockstudio.contracts.lint.linted import read_linted
from mockstudio.contracts.lint.linter import lint
from mockstudio.contracts.lint.registry import RULES
from mockstudio.reports.sarif import FINGERPRINT, sarif_log

CORPUS = os.environ.get("MOCKSTUDIO_CORPUS", "")

pytestmark = pytest.mark.skipif(
    not CORPUS, reason="MOCKSTUDIO_CORPUS does not name a folder with flows/*.json"
)


@pytest.fixture(scope="module")
def log():
    """What is found in all flows, as one log; the files are named from the corpus."""
    with contextlib.chdir(CORPUS):
        flows = [read_linted(path) for path in sorted(Path("flows").glob("*.json"))]
    rules = list(RULES.values())
    return sarif_log([each for flow in flows for each in lint(flow, rules)], rules)


def test_the_log_is_valid(log, sarif_schema):
    assert log["runs"][0]["results"]
    sarif_schema.validate(log)


def test_every_result_points_into_its_file(log):
    for result in log["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert uri.startswith("flows/")
        lines = Path(CORPUS, unquote(uri)).read_text("utf-8").split("\n")
        line = lines[place["region"]["startLine"] - 1]
        assert 1 <= place["region"]["startColumn"] <= len(line)


def test_no_two_results_have_one_fingerprint(log):
    results = log["runs"][0]["results"]
    prints = {result["partialFingerprints"][FINGERPRINT] for result in results}
    assert len(prints) == len(results)
