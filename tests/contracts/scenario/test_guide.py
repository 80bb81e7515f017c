"""The page about scenarios: what it shows holds, and it names all there is."""

from __future__ import annotations

import json
import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from mockstudio.contracts.scenario import definition
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.endings import ENDINGS
from mockstudio.contracts.scenario.play import play
from mockstudio.contracts.scenario.rules import DETAILS
from mockstudio.reports.scenarios import failure_text

GUIDE = (Path(__file__).parents[3] / "docs" / "scenarios.md").read_text("utf-8")


EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.S)


@pytest.fixture
def folder(tmp_path):
    """The example's flow, and a draft of it, with nothing else."""
    with as_file(files("mockstudio.cli").joinpath("example")) as example:
        shutil.copytree(example, tmp_path / "example")
    flow = (tmp_path / "example" / "greeting.flow.json").read_text("utf-8")
    draft = tmp_path / "example" / "greeting.draft.flow.json"
    draft.write_text(flow.replace("Hello {{", "Good day {{"), "utf-8")
    return tmp_path / "example"


@pytest.mark.parametrize(("number", "count"), [(0, 4), (1, 4), (2, 2)])
def test_the_scenarios_of_the_guide_hold(folder, number, count):
    path = folder / "guide.scenario.yaml"
    path.write_text(EXAMPLES[number], "utf-8")
    shown = read_scenarios(path)
    assert len(shown) == count
    for scenario in shown:
        outcome = play(scenario)
        assert outcome.passed, failure_text(outcome)


def test_every_example_of_the_guide_is_played():
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("name", [*DETAILS, *(d for each in DETAILS.values() for d in each)])
def test_every_expectation_and_detail_is_in_the_guide(name):
    assert re.search(rf"`{name}\b|, {name}: ", GUIDE)


@pytest.mark.parametrize(("name", "meaning"), ENDINGS.items())
def test_every_ending_is_in_the_guide(name, meaning):
    assert f"| `{name}` | {meaning} |" in GUIDE


@pytest.mark.parametrize("level", ["file", "scenario"])
def test_the_keys_of_each_level_are_listed(level):
    schema = json.loads(Path(definition.__file__).with_name("scenario.schema.json").read_text())
    keys = {"file": schema, "scenario": schema["$defs"]["scenario"]}[level]["properties"]
    (table,) = re.findall(rf"\| in (?:the|a) {level} \|.*?\n\n", GUIDE, re.S)
    named = " ".join(row.split("|")[1] for row in table.strip().splitlines())
    assert set(re.findall(r"`([\w-]+):", named)) == keys.keys()


def test_every_act_and_every_bare_word_is_in_the_guide():
    schema = json.loads(Path(definition.__file__).with_name("scenario.schema.json").read_text())
    acts = schema["$defs"]["act-with-details"]["properties"]
    bare = [schema["$defs"][name]["anyOf"][0]["enum"] for name in ("act", "expectation")]
    for word in [*acts, *bare[0], *bare[1]]:
        assert re.search(rf"`{word}\b", GUIDE), word


def test_every_part_of_a_file_is_in_the_guide():
    schema = json.loads(Path(definition.__file__).with_name("scenario.schema.json").read_text())
    parts = [*schema["properties"], *schema["$defs"]["scenario"]["properties"]]
    for part in parts:
        assert re.search(rf"(?<![\w-]){part}:|`{part}`", GUIDE), part
