"""docs/ci.md: its workflows are parsed and what they run is run, and its commands are typed."""

from __future__ import annotations

import json
import subprocess
from xml.etree import ElementTree as ET

import pytest
import yaml

PAGE = "ci.md"
GITHUB = ".github/workflows/flows.yml"
GITLAB = ".gitlab-ci.yml"


@pytest.fixture
def workflow(page_files):
    """GitHub's workflow, with YAML 1.1's `on` under its name."""
    read = yaml.safe_load(page_files(PAGE)[GITHUB])
    return {"on" if key is True else key: value for key, value in read.items()}


@pytest.fixture
def steps(workflow):
    return workflow["jobs"]["flows"]["steps"]


@pytest.fixture
def gitlab_job(page_files):
    return yaml.safe_load(page_files(PAGE)[GITLAB])["flows"]


@pytest.fixture
def runner(example, environment):
    """Run a step as a runner does, which stops at the first command that fails."""

    def run(script, **more):
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=example,
            env={**environment, **more},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def on_github(runner, example):
    return lambda script: runner(script, GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(example))


def test_every_command_prints_what_the_page_shows(read):
    assert read(PAGE).failed == ["mockstudio lint nowhere.flow.json"]


def test_every_line_that_github_runs_succeeds_in_the_example(steps, on_github, example):
    for step in steps:
        code, output = on_github(step.get("run", ""))
        assert (code, "::error" in output) == (0, False), output
    named = [step["with"] for step in steps if "with" in step]
    files = [name for each in named for key, name in each.items() if key in ("sarif_file", "path")]
    assert files == ["lint.sarif", "report.html"]
    assert all((example / name).stat().st_size for name in files)
    assert json.loads((example / "lint.sarif").read_text("utf-8"))["version"] == "2.1.0"


def test_the_workflow_may_do_what_it_does(workflow, steps):
    assert workflow["on"] == ["push", "pull_request"]
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}
    assert all(("uses" in step) != ("run" in step) for step in steps)


def test_a_failing_scenario_fails_its_step_and_is_annotated(steps, on_github, example, page_files):
    (play,) = (step["run"] for step in steps if "test" in step.get("run", ""))
    (example / "wrong.scenario.yaml").write_text(page_files(PAGE)["wrong.scenario.yaml"], "utf-8")
    code, output = on_github(play)
    assert code == 1
    assert "::error file=wrong.scenario.yaml,line=7," in output
    (suites,) = ET.parse(example / "junit.xml").iter("testsuites")
    assert suites.get("failures") == "1"


def test_every_line_of_gitlabs_script_succeeds_in_the_example(gitlab_job, runner, example):
    for line in gitlab_job["script"]:
        code, output = runner(line)
        assert code == 0, output
    artifacts = gitlab_job["artifacts"]
    for name in [*artifacts["paths"], artifacts["reports"]["junit"]]:
        assert (example / name).stat().st_size


def test_a_flow_that_is_worse_fails_the_steps_that_look_at_it(steps, on_github, example):
    flow = json.loads((example / "greeting.flow.json").read_text("utf-8"))
    for state in flow["states"]:
        for transition in state["transitions"]:
            if transition["event"] == "fail":
                del transition["next"]
    (example / "greeting.flow.json").write_text(json.dumps(flow), "utf-8")
    codes = [on_github(step["run"])[0] for step in steps if "name" in step]
    assert codes == [1, 1, 1]
    assert "::warning file=greeting.flow.json,line=" in on_github("mockstudio lint")[1]
