"""Every resource's whole life, in every way and both languages: the same steps."""

from __future__ import annotations

import sys
from itertools import zip_longest
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PYTHON = ("python", sys.executable, FOLDER / "whole_life.py")
NODE = ("js", "node", FOLDER / "node" / "whole_life.js")
LANGUAGES = [pytest.param(PYTHON, id="python"), pytest.param(NODE, id="node")]
UNCHANGED = "Without a change: `mockstudio exec`"
EXEC = (sys.executable, "-m", "mockstudio", "exec", "--sandbox")

BROKEN_IN_NODE = frozenset({"list revisions", "list revisions one by one"})
"""In version 6.2.0 its list of revisions fails whatever it is answered: it reads their number from
the path, which names none."""
UNKNOWN_TO_NODE = frozenset({"stir_verstat"})
"""Members that Python's library alone reads."""


@pytest.fixture(params=LANGUAGES)
def language(request):
    """A language, as the guide names it, and the command that lives the whole life in it."""
    name, *command = request.param
    if name == "js":
        request.getfixturevalue("node")
    return name, command


def first_difference(told, expected):
    """Return the first step that is not as expected, beside the one that is."""
    return next((pair for pair in zip_longest(told, expected) if pair[0] != pair[1]), None)


@pytest.fixture
def expected(lived, language):
    """The steps of the life that was lived in this process, as far as the library can take them."""
    if language[0] == "python":
        return lived.steps
    return [without(step, UNKNOWN_TO_NODE) for step in lived.steps
            if step["step"] not in BROKEN_IN_NODE]  # fmt: skip


def without(value, names):
    """Return JSON without members of these names."""
    if isinstance(value, list):
        return [without(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: without(each, names) for name, each in value.items() if name not in names}


@pytest.mark.parametrize("way", ["A base URL on the client", "A custom HTTP client"])
def test_a_life_by_a_few_lines_of_code(expected, language, way, program, run, steps_of):
    name, command = language
    assert first_difference(steps_of(run(*command, program(way, name))), expected) is None


def test_a_life_without_a_change(expected, language, served, program, run, steps_of):
    name, command = language
    told = run(*EXEC, served, "--", *command, program(UNCHANGED, name))
    assert first_difference(steps_of(told), expected) is None


def test_a_sandbox_is_started_for_a_program(language, program, run, tmp_path):
    name, command = language
    path = program(UNCHANGED, name)
    ask = {"python": "print(client.keys.list())", "js": "client.keys.list().then(console.log)"}
    path.write_text(path.read_text("utf-8") + ask[name], "utf-8")
    assert run(*EXEC[:-1], "--seed", "1", "--", command[0], path) == "[]\n"
