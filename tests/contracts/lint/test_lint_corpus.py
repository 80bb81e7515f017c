"""What the rules find in real exports; the folder is as in the loading test.

`golden/corpus.txt` has findings and flows by rule; `--update-golden` writes it anew.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from mockstudio.contracts.lint.linted import read_linted
from mockstudio.contracts.lint.linter import lint
from mockstudio.contracts.lint.registry import RULES

CORPUS = os.environ.get("MOCKSTUDIO_CORPUS", "")
FLOWS = sorted(Path(CORPUS, "flows").glob("*.json")) if CORPUS else []
GOLDEN = Path(__file__).parent / "golden" / "corpus.txt"

pytestmark = pytest.mark.skipif(
    not CORPUS, reason="MOCKSTUDIO_CORPUS does not name a folder with flows/*.json"
)


@pytest.fixture(scope="module")
def findings():
    """What is found, by flow."""
    return {path: lint(read_linted(path), RULES.values()) for path in FLOWS}


def test_the_rules_find_in_real_exports_what_they_always_found(findings, request):
    found = Counter(each.rule for flow in findings.values() for each in flow)
    flows = Counter(rule for flow in findings.values() for rule in {each.rule for each in flow})
    lines = [f"{rule} {found[rule]} in {flows[rule]} flows" for rule in RULES]
    text = "\n".join([f"{len(FLOWS)} flows", *lines]) + "\n"
    if request.config.getoption("--update-golden"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


def test_every_finding_in_a_real_export_has_its_place(findings):
    every = [each for flow in findings.values() for each in flow]
    assert every
    assert all(each.problem.line and each.problem.column for each in every)
