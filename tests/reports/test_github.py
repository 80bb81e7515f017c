"""What failed, as GitHub's workflow commands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.lint.rule import Finding, Level
from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.outcome import Failure, Outcome
from mockstudio.errors import Problem
from mockstudio.reports.github import Annotations

PLACE = Place("tests/a.scenario.yaml", 7)
FAILURE = Failure(PLACE, "'Hello' to be sent", ("'Hi'", "100 % of nothing"))


def commands(*outcomes):
    return list(Annotations().of_outcomes(outcomes))


def test_an_expectation_that_does_not_hold_is_annotated_at_its_line():
    assert commands(Outcome("a late answer", Place("a", 3), failures=(FAILURE,))) == [
        "::error file=tests/a.scenario.yaml,line=7,title=a late answer"
        "::expected 'Hello' to be sent%0Afound:%0A'Hi'%0A100 %25 of nothing"
    ]


def test_each_expectation_has_its_own_and_what_passed_has_none():
    assert len(commands(Outcome("one", PLACE, failures=(FAILURE, FAILURE)))) == 2
    assert commands(Outcome("two", PLACE)) == []


def test_an_error_is_annotated_where_it_came_from():
    broken = Outcome("one", PLACE, error="there is no call", error_place=Place("b.yaml", 9))
    assert commands(broken) == ["::error file=b.yaml,line=9,title=one::there is no call"]


def test_files_are_named_from_the_root_of_the_repository(tmp_path, monkeypatch):
    (tmp_path / "flows").mkdir()
    monkeypatch.chdir(tmp_path / "flows")
    outcome = Outcome("one", Place("a.scenario.yaml", 1), error="no")
    (command,) = Annotations(tmp_path).of_outcomes([outcome])
    assert command.startswith("::error file=flows/a.scenario.yaml,")
    (command,) = Annotations(tmp_path / "elsewhere").of_outcomes([outcome])
    assert command.startswith("::error file=a.scenario.yaml,")


@pytest.mark.parametrize(
    ("problem", "command"),
    [
        (
            Problem("unknown key", "scenarios[0].than", "a.yaml", 4, 2),
            "::error file=a.yaml,line=4,title=the file cannot be used"
            "::scenarios[0].than: unknown key",
        ),
        (Problem("no such thing"), "::error title=the file cannot be used::no such thing"),
    ],
)
def test_a_mistake_in_a_file_is_annotated(problem, command):
    assert list(Annotations().of_problems([problem])) == [command]


@pytest.mark.parametrize(
    ("level", "command"),
    [(Level.ERROR, "error"), (Level.WARNING, "warning"), (Level.NOTE, "notice")],
)
def test_a_finding_in_a_flow_is_annotated_with_its_rule_and_what_to_write(level, command):
    problem = Problem("'fail' leads nowhere", "states[1]", "a.flow.json", 8, 60)
    found = Finding("MS101", level, "lookup", problem, "connect it")
    assert list(Annotations().of_findings([found])) == [
        f"::{command} file=a.flow.json,line=8,title=MS101 lookup::'fail' leads nowhere%0Aconnect it"
    ]


def test_a_finding_without_widget_and_place_is_annotated_all_the_same():
    found = Finding("MS161", Level.NOTE, "", Problem("left over"), "fill it")
    assert list(Annotations().of_findings([found])) == ["::notice title=MS161::left over%0Afill it"]


@given(name=st.text(), text=st.text(min_size=1))
def test_any_text_stays_in_its_command_and_comes_back_from_it(name, text):
    (command,) = commands(Outcome(name, PLACE, error=text, error_place=PLACE))
    properties, _, message = command.removeprefix("::error ").partition("::")
    assert not re.search("[\r\n]", command)
    titles = [each[6:] for each in properties.split(",") if each.startswith("title=")]
    assert [decoded(each) for each in titles] == [name] * bool(name)
    assert decoded(message) == text


def decoded(text):
    return re.sub("%(25|0D|0A|3A|2C)", lambda found: chr(int(found[1], 16)), text)
