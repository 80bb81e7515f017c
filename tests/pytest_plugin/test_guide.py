"""docs/pytest.md: what stands in it is run, in a folder that `mockstudio init` has filled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mockstudio.cli import run
from mockstudio.pytest_plugin import SECTION

pytest_plugins = ["pytester"]

GUIDE = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text("utf-8")
FAILING = "test_failing.py"
FILES = dict(re.findall(r"^```(?:python|ini|yaml)\n# (\S+)\n(.*?)^```$", GUIDE, re.M | re.S))
REPORT = re.search(r"^```text\n(.*?)^```$", GUIDE, re.M | re.S)
STRICT = ("-W", "error", "-p", "no:cacheprovider")


@pytest.fixture
def reader(pytester, monkeypatch, capsys):
    """Somebody who has followed the guide: its files are there."""
    assert run(["init", str(pytester.path)]) == 0
    capsys.readouterr()
    for name, text in FILES.items():
        (pytester.path / name).write_text(text, "utf-8")
    return pytester


def test_every_block_of_code_is_a_file():
    assert len(FILES) == len(re.findall(r"^```(?:python|ini|yaml)$", GUIDE, re.M))
    assert len(FILES) >= 7


@pytest.mark.parametrize("name", sorted({*FILES} - {FAILING, "pytest.ini"}))
def test_the_guides_tests_pass(reader, name):
    count = len(re.findall(r"^def test_|^  - name:", FILES[name], re.M))
    result = reader.runpytest_inprocess(*STRICT, name)
    outcomes = result.parseoutcomes()
    assert result.ret == 0
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] >= count


def test_the_report_of_the_failing_test_is_what_is_shown(reader):
    result = reader.runpytest_inprocess(*STRICT, FAILING)
    result.assert_outcomes(failed=1)
    shown = [line for line in REPORT[1].splitlines() if SECTION not in line]
    result.stdout.fnmatch_lines([re.sub(r"\[", "[[]", line) for line in shown])
    assert f" {SECTION} " in result.stdout.str()


def test_every_option_is_in_the_table(pytester):
    told = pytester.runpytest_inprocess("--help").stdout.str()
    options = set(re.findall(r"--mockstudio-[\w-]+", told))
    assert options == set(re.findall(r"^\| `(--mockstudio-[\w-]+)[ `]", GUIDE, re.M))
