"""`mockstudio init`: what it writes works, with the commands it prints."""

from __future__ import annotations

import shlex

import pytest
import yaml

from mockstudio.cli.init import EXAMPLE, TO_TRY


@pytest.mark.parametrize("name", ["new", "a/b/new", "two words"])
def test_the_example_is_written_into_a_new_folder(here, folder, name):
    result = here("init", name)
    assert (result.code, result.out) == (0, "")
    assert sorted(path.name for path in (folder / name).iterdir()) == sorted(EXAMPLE)
    assert f"\n  cd {shlex.quote(name)}\n" in result.err


def test_the_example_is_written_into_an_empty_folder(here, folder, monkeypatch):
    (folder / "empty").mkdir()
    monkeypatch.chdir(folder / "empty")
    result = here("init")
    assert result.code == 0
    assert sorted(path.name for path in (folder / "empty").iterdir()) == sorted(EXAMPLE)
    assert "  cd " not in result.err


def test_a_folder_that_holds_only_a_repository_is_empty(here, folder):
    (folder / "new" / ".git").mkdir(parents=True)
    assert here("init", "new").code == 0


def test_a_folder_with_something_in_it_is_refused_and_left_alone(here, folder):
    (folder / "full").mkdir()
    (folder / "full" / "mine.txt").write_text("mine")
    result = here("init", "full")
    assert result.code == 2
    assert "'full' is not empty; give the name of a new folder" in result.err
    assert [path.name for path in (folder / "full").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["greeting.flow.json", "greeting.flow.json/new"])
def test_a_folder_that_cannot_be_is_explained(here, name):
    result = here("init", name)
    assert result.code == 2
    assert name in result.err


def printed_commands(text):
    """Return what stands below "now try:", as words."""
    _, _, below = text.partition("now try:\n")
    return [shlex.split(line) for line in below.splitlines()]


def test_every_printed_command_works_in_the_order_printed(here, folder, monkeypatch, serve):
    commands = printed_commands(here("init", "two words").err)
    assert [" ".join(command) for command in commands[1:]] == list(TO_TRY)
    outputs = []
    for program, *arguments in commands:
        if program == "cd":
            monkeypatch.chdir(arguments[0])
        elif arguments[0] == "serve":
            assert serve(*arguments[1:], cwd=folder / "two words").health()["status"] == "ok"
        else:
            outputs.append(here(*arguments))
    assert [result.code for result in outputs] == [0, 0, 0, 0]
    assert "« Hello Ada!" in outputs[0].out
    assert "« Sorry, try again later." in outputs[1].out
    assert "« Say: Goodbye." in outputs[2].out
    assert "1 passed" in outputs[3].out


def test_what_was_written_can_be_served(serve):
    served = serve()
    answer = served.post("/lookup")
    assert (answer.status_code, answer.json()) == (200, {"name": "Ada"})


def test_every_file_written_is_readable(here, folder):
    here("init", "new")
    scenario = yaml.safe_load((folder / "new" / "greeting.scenario.yaml").read_text())
    assert (folder / "new" / scenario["flow"]).is_file()
    assert all((folder / "new" / name).is_file() for name in scenario["endpoints"])
    assert scenario["scenarios"][0]["given"] == {"lookup": "timeout"}
