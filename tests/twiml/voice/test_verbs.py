"""Every verb, as the tables in `cases/` say it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockstudio.twiml.voice.registry import standard_verbs

TABLES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
VERBS = sorted(standard_verbs())
GIVEN = {"document", "acts", "results", "documents"}
EXPECTED = {"heard", "seconds", "outcome", "requests", "warnings", "turns", "lost", "answered at"}


def in_tables() -> Iterator[Any]:
    for table in TABLES:
        for case in yaml.safe_load(table.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{table.stem}: {case['name']}")


CASES = list(in_tables())


def expected_part(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was found, of a request's parameters only those that the table names."""
    parameters = {n: v for n, v in found["parameters"].items() if n in wanted["parameters"]}
    return {name: found[name] for name in wanted} | {"parameters": parameters}


@pytest.mark.parametrize("case", CASES)
def test_a_verb_plays_as_the_table_says(case: dict[str, Any], perform: Callable[..., Any]):
    assert case.keys() <= GIVEN | EXPECTED | {"name"}
    given = {name: case[name] for name in GIVEN - {"document"} if name in case}
    performance = perform(case["document"], **given)
    call = performance.call
    wanted = case.get("requests", [])
    assert call.transcript == case["heard"]
    assert performance.outcome == case["outcome"]
    assert call.now() == pytest.approx(case["seconds"])
    assert call.warnings == case.get("warnings", [])
    assert len(call.requests) == len(wanted)
    found = [expected_part(f, w) for f, w in zip(call.requests, wanted, strict=True)]
    assert found == wanted
    assert call.turns == case.get("turns", call.turns)
    assert call.lost == case.get("lost", [])
    assert call.answered_at == case.get("answered at", 0)


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_a_case(name: str):
    documents = [case.values[0]["document"] for case in CASES]
    assert any(f"<{name}" in document for document in documents)


@pytest.mark.parametrize("verb", ["Say", "Play"])
def test_a_loop_of_nothing_plays_a_thousand_times(perform: Callable[..., Any], verb: str):
    call = perform(f"<{verb} loop='0'>Hi</{verb}>").call
    assert call.transcript == [f"{verb}: Hi"] * 1_000
