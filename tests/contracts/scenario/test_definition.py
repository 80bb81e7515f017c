"""Scenario files: what they mean, and what is told of broken ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.errors import ScenarioFileError

HERE = Path(__file__).parent
FIXTURES = HERE.parents[2] / "fixtures"


def problems_of(path, settings=None):
    with pytest.raises(ScenarioFileError) as caught:
        read_scenarios(path, settings)
    return [str(problem) for problem in caught.value.problems]


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path, monkeypatch, pytestconfig):
    monkeypatch.chdir(tmp_path)
    for name in ("order-status.flow.json", "order-status.endpoints.yaml"):
        shutil.copy(FIXTURES / name, tmp_path)
    shutil.copy(HERE / "broken.scenario.yaml", tmp_path)
    told = "\n".join(problems_of(Path("broken.scenario.yaml"))) + "\n"
    golden = HERE / "broken.txt"
    if pytestconfig.getoption("--update-golden"):
        golden.write_text(told)
    assert told == golden.read_text()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "a.yaml"),
        ("[]", "a.yaml:1:1: expected a mapping"),
        ("{}", "a.yaml:1:1: "),
        ("flow: 5\nscenarios: 7", "a.yaml:1:7: flow: expected a string"),
        ("flow: [\n", "a.yaml:2:1: not valid YAML"),
        ("flow: none.json\nscenarios: [{name: a, then: [ended]}]", "none.json: cannot be read"),
    ],
)
def test_a_file_of_another_shape_is_told_as_what_it_is(tmp_path, monkeypatch, text, problem):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(text)
    assert any(problem in told for told in problems_of(Path("a.yaml")))


def test_problems_of_the_flow_and_the_endpoints_are_told_with_those_of_the_scenarios(scenario_file):
    path = scenario_file({"then": ["endet"]}, flow="nobody")
    told = problems_of(path)
    assert any("nobody.flow.json: cannot be read" in each for each in told)
    assert any("nobody.endpoints.yaml: cannot be read" in each for each in told)
    assert any("found 'endet'" in each or "endet" in each for each in told)


def test_a_missing_placeholder_is_told_and_a_variable_fills_it(tmp_path, scenario_file):
    flow = (FIXTURES / "order-status.flow.json").read_text()
    file = tmp_path / "f.json"
    file.write_text(flow.replace("orders-1234", "orders-${number}"))
    scenario = {"when": [{"request": {"order": "42"}}], "then": [{"called": "lookup"}]}
    (told,) = problems_of(_with(scenario_file(scenario), flow=str(file)))
    assert "number" in told
    path = _with(scenario_file(scenario), flow=str(file), variables={"number": 1234})
    (only,) = read_scenarios(path)
    assert play(only).passed
    path = _with(scenario_file({**scenario, "variables": {"number": 1234}}), flow=str(file))
    assert play(read_scenarios(path)[0]).passed
    path = _with(scenario_file(scenario), flow=str(file))
    assert play(read_scenarios(path, Settings(variables={"number": "1234"}))[0]).passed


def _with(path, **members):
    """Change members of a file that was written."""
    path.write_text(json.dumps({**json.loads(path.read_text()), **members}))
    return path


def test_endpoints_that_the_file_does_not_name_are_those_of_the_settings(scenario_file):
    path = scenario_file({"when": [{"request": {}}], "then": [{"called": "lookup-unknown"}]})
    data = json.loads(path.read_text())
    files = (Path(data.pop("endpoints")),)
    path.write_text(json.dumps(data))
    (only,) = read_scenarios(path, Settings(endpoints=files))
    assert play(only).passed


def test_each_row_is_a_scenario_of_its_own(scenarios):
    made = scenarios(
        {
            "name": "after <wait>",
            "each": [{"wait": "59m", "then": "waiting"}, {"wait": 3600, "then": "ended"}],
            "when": [{"message": "hi"}, {"wait": "<wait>"}],
            "then": ["<then>"],
        },
        {
            "name": "<b> stays",
            "each": [{"a": 1}, {"a": 2}],
            "then": [{"called": "lookup", "times": "<a>"}],
        },
    )
    assert [scenario.name for scenario in made] == [
        "after 59m",
        "after 3600",
        "<b> stays [1]",
        "<b> stays [2]",
    ]
    assert all(play(scenario).passed for scenario in made[:2])
    assert [scenario.stretches[0].expectations[0].times for scenario in made[2:]] == [1, 2]


def test_an_expectation_knows_its_line(tmp_path):
    for name in ("order-status.flow.json", "order-status.endpoints.yaml"):
        shutil.copy(FIXTURES / name, tmp_path)
    path = tmp_path / "a.scenario.yaml"
    path.write_text(
        "flow: order-status.flow.json\nendpoints: order-status.endpoints.yaml\n"
        "scenarios:\n  - name: a\n    when:\n      - message: hi\n    then:\n"
        "      - ended\n      - context:\n          a: 1\n          b: 2\n"
    )
    (scenario,) = read_scenarios(path)
    (stretch,) = scenario.stretches
    assert scenario.place.line == 4
    assert [act.place.line for act in stretch.acts] == [6]
    assert [expected.place.line for expected in stretch.expectations] == [8, 10, 11]
