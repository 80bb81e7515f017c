"""Which findings are kept, and what they come to."""

from __future__ import annotations

import pytest

from mockstudio.contracts.lint.linter import Ignored, fails, lint
from mockstudio.contracts.lint.registry import RULES, rule_named, selected
from mockstudio.contracts.lint.rule import Finding, Level
from mockstudio.errors import Problem, UnknownNameError

TELL = {"type": "say-play", "say": "{{ widgets.nobody.x }}", "events": {"audioComplete": "again"}}
TWICE = {"tell": TELL, "again": {**TELL, "events": {}}}
UNKNOWN = [RULES["MS111"]]


def names(findings):
    return [finding.widget for finding in findings]


def test_findings_stand_in_the_files_order(linted_flow):
    findings = lint(linted_flow(TWICE), reversed(RULES.values()))
    places = [(finding.problem.line, finding.problem.column) for finding in findings]
    assert len(places) > 1
    assert places == sorted(places)


def test_what_a_split_repeats_is_said_once(linted_flow):
    condition = {"type": "equal_to", "arguments": ["{{widgets.ask.x}}"], "value": "1"}
    match = {"event": "match", "next": None, "conditions": [condition]}
    split = {"type": "split-based-on", "input": "{{widgets.ask.x}}", "events": [match, match]}
    (finding,) = lint(linted_flow({"choose": split}), UNKNOWN)
    assert finding.problem.path.endswith("/conditions/0/arguments/0")


@pytest.mark.parametrize(
    ("entries", "kept"),
    [
        ((), ["tell", "again"]),
        (("MS111",), []),
        (("MS111 tell",), ["again"]),
        (("MS112", "MS111 other"), ["tell", "again"]),
    ],
)
def test_the_settings_leave_a_rule_out_or_one_widget_of_it(entries, kept, linted_flow):
    assert names(lint(linted_flow(TWICE), UNKNOWN, Ignored(entries))) == kept


def test_entries_that_left_nothing_out_are_known(linted_flow):
    ignored = Ignored(("MS111 tell", "MS104", "MS111 other"))
    lint(linted_flow(TWICE), RULES.values(), ignored)
    assert ignored.unused == ("MS104", "MS111 other")


def test_an_entry_must_name_a_rule():
    with pytest.raises(UnknownNameError, match="no rule 'MS110'; did you mean 'MS1"):
        Ignored(("MS110 tell",))


@pytest.mark.parametrize(
    ("level", "fail"), [(Level.ERROR, True), (Level.WARNING, True), (Level.NOTE, False)]
)
def test_notes_fail_nobody(level, fail):
    assert fails([Finding("MS101", level, "a", Problem("x"), "y")]) is fail
    assert not fails([])


def test_rules_are_selected_by_id_or_by_how_it_begins():
    def ids(select, ignore=()):
        return [rule.id for rule in selected(select, ignore)]

    assert ids([]) == list(RULES)
    assert ids(["ms111"]) == ["MS111"]
    assert ids(["MS12", "MS101"]) == ["MS101", "MS121", "MS122"]
    assert ids(["MS12"], ["MS121"]) == ["MS122"]
    assert "MS101" not in ids([], ["MS10"])


@pytest.mark.parametrize("name", ["MS2", "", "111"])
def test_what_selects_no_rule_is_a_mistake(name):
    with pytest.raises(UnknownNameError, match="no rule"):
        selected([name], [])


def test_a_rule_is_found_by_its_id_in_any_case():
    assert rule_named("ms101") is RULES["MS101"]
    with pytest.raises(UnknownNameError, match="no rule 'MS16X'; did you mean 'MS16"):
        rule_named("ms16x")
