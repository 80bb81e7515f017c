"""The command line as a whole: help, names, exit codes, completion, streams."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from mockstudio.cli import COMMANDS, cli, run
from mockstudio.errors import RunError, ServerError, UsageError
from mockstudio.version import VERSION

HEAVY = ("flask", "requests", "liquid", "rich", "lxml", "jsonschema", "werkzeug", "httptools")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_command_and_exit_code(here, option):
    result = here(option)
    assert result.code == 0
    assert all(f"  {name} " in result.out for name in COMMANDS)
    assert all(code in result.out for code in ("0 fine", "1 ", "2 ", "3 ", "4 ", "130 "))


def test_help_imports_nothing_heavy():
    script = (
        "import sys; from mockstudio.cli import run; code = run(['--help'])\n"
        f"print(code, [name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=20
    )
    assert done.stderr.strip() == "0 []"


def test_version_is_the_packages(here):
    assert here("--version").out == f"mockstudio, version {VERSION}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_is_explained(name):
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"
        else:
            assert parameter.human_readable_name.strip("[].S") in command.help.upper()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_commands_help_works(here, name):
    result = here(name, "-h")
    assert result.code == 0
    assert result.out.startswith(f"Usage: mockstudio {name} ")
    assert max(len(line) for line in result.out.splitlines()) <= 80


def test_every_line_of_the_commands_list_fits():
    assert all(len(command.summary) < 70 for command in COMMANDS.values())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rnu", f"no command 'rnu'; did you mean 'run'? (known: {', '.join(COMMANDS)})"),
        ("xyzzy", f"no command 'xyzzy' (known: {', '.join(COMMANDS)})"),
    ],
)
def test_an_unknown_command_is_answered_with_the_nearest(here, typed, said):
    result = here(typed)
    assert result.code == 2
    assert said in result.err
    assert result.out == ""


def test_no_command_shows_the_help(here):
    result = here()
    assert result.code == 2
    assert "Commands:" in result.err


def test_an_unknown_option_is_answered_with_the_nearest(here):
    result = here("run", "--formt", "json")
    assert result.code == 2
    assert "--format" in result.err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RunError("stopped"), 1, "error: stopped\n"),
        (UsageError("wrong"), 2, "error: wrong\n"),
        (ServerError("taken"), 4, "error: taken\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (ZeroDivisionError("oops"), 3, "internal error: ZeroDivisionError: oops\n"),
    ],
)
def test_an_error_has_its_exit_code_and_no_traceback(monkeypatch, capsys, error, code, said):
    def fail(*arguments: object, **keywords: object) -> None:
        raise error

    monkeypatch.setattr("mockstudio.cli.world.Sandbox", fail)
    monkeypatch.setattr("sys.stdin", None)
    assert run(["serve", "--port", "0"]) == code
    captured = capsys.readouterr()
    assert captured.err.lstrip("\n") == said
    assert captured.out == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shells_completion_script_is_printed(apart, shell):
    result = apart(_MOCKSTUDIO_COMPLETE=f"{shell}_source")
    assert result.code == 0
    assert "_MOCKSTUDIO_COMPLETE" in result.out


@pytest.mark.parametrize(
    ("words", "position", "completed"),
    [
        ("mockstudio ru", "1", "plain,run"),
        ("mockstudio run --fo", "2", "plain,--format"),
        ("mockstudio run --format nd", "3", "plain,ndjson"),
        ("mockstudio serve --qu", "2", "plain,--quiet"),
    ],
)
def test_commands_options_and_choices_are_completed(apart, words, position, completed):
    result = apart(_MOCKSTUDIO_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=position)
    assert result.out.split() == [completed]
    assert (result.code, result.err) == (0, "")


def test_a_terminal_without_our_signs_shows_question_marks(apart):
    result = apart("run", "--message", "hi", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (result.code, result.err) == (0, "")
    assert "? greeting: incomingMessage" in result.out
