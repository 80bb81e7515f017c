"""Who writes and calls, and which revision of the flow they get (rest-api.md 4.2)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mockstudio.config import Settings
from mockstudio.contracts.coverage import coverage
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.play import play
from mockstudio.errors import ScenarioFileError

FIXTURES = Path(__file__).parents[3] / "fixtures"
TESTER, OTHER = "+12025550101", "+12025550102"
DRAFTED = {"draft": "next.flow.json", "test-users": [TESTER]}
USUAL = Settings().contact


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read scenarios of a flow that greets, and of its draft that greets otherwise."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(FIXTURES / "order-status.endpoints.yaml", "endpoints.yaml")
    published = json.loads((FIXTURES / "order-status.flow.json").read_text())
    Path("live.flow.json").write_text(json.dumps(published))
    text = json.dumps(published).replace("Hi!", "Good day!").replace('"sorry"', '"excuse"')
    Path("next.flow.json").write_text(text)

    def of(*scenarios, settings=None, **members):
        data = {"flow": "live.flow.json", "endpoints": "endpoints.yaml", **members}
        named = [{"name": f"number {n}", **each} for n, each in enumerate(scenarios)]
        Path("a.scenario.yaml").write_text(json.dumps({**data, "scenarios": named}))
        return read_scenarios(Path("a.scenario.yaml"), settings)

    return of


@pytest.fixture
def greeted(read):
    """Return how somebody is greeted, and who it is."""

    def by(contact=None, settings=None, of_the_file=None):
        own = {"contact": contact} if contact else {}
        then = [{"sent": {"contains": "order number"}}]
        members = {"contact": of_the_file} if of_the_file else {}
        (made,) = read(
            {**own, "when": [{"message": "hi"}], "then": then},
            settings=settings,
            **DRAFTED,
            **members,
        )
        outcome = play(made, settings)
        assert outcome.passed
        return outcome.lines[0].text.split("!")[0], outcome.lines[0].to

    return by


def test_test_users_get_the_draft_and_all_others_what_is_published(greeted):
    assert greeted(TESTER) == ("Good day", TESTER)
    assert greeted(OTHER) == ("Hi", OTHER)
    assert greeted() == ("Hi", USUAL)


def test_who_is_meant_may_be_said_by_the_scenario_the_file_or_the_settings(greeted):
    assert greeted(settings=Settings(contact=TESTER)) == ("Good day", TESTER)
    assert greeted(of_the_file=TESTER) == ("Good day", TESTER)
    assert greeted(settings=Settings(contact=TESTER), of_the_file=OTHER) == ("Hi", OTHER)
    assert greeted(TESTER, of_the_file=OTHER) == ("Good day", TESTER)


def test_a_client_of_the_rest_api_reaches_the_draft_too(read):
    scenario = {
        "contact": TESTER,
        "given": {"lookup": "reset"},
        "when": [{"request": {"order": "1"}}],
        "then": [{"widget": "excuse"}],
    }
    (made,) = read(scenario, **DRAFTED)
    assert play(made).passed


def test_the_names_of_widgets_are_those_of_the_revision_that_runs(read):
    then = {"when": [{"message": "hi"}], "then": [{"widget": "excuse"}]}
    with pytest.raises(ScenarioFileError) as caught:
        read({**then, "contact": OTHER}, {**then, "contact": TESTER}, **DRAFTED)
    (problem,) = map(str, caught.value.problems)
    assert "scenarios[0].then[0].widget: no widget 'excuse'" in problem


def test_a_draft_that_cannot_be_read_is_told(read):
    with pytest.raises(ScenarioFileError, match="cannot be read: "):
        read({"then": ["ended"]}, draft="none.json")


@pytest.mark.parametrize("contact", [12025550123, "bob", "+0123"])
def test_a_contact_is_a_phone_number(read, contact):
    with pytest.raises(ScenarioFileError, match="contact: expected a phone number such as"):
        read({"contact": contact, "then": ["ended"]})


def test_the_draft_is_covered_by_what_test_users_do(read):
    scenario = {"when": [{"message": "hi"}], "then": ["waiting"]}
    made = read({**scenario, "contact": TESTER}, **DRAFTED)
    (covered,) = coverage(made, map(play, made)).of_flows
    assert covered.flow.source == "next.flow.json"
    assert covered.entered["ask"] == 1


def test_stand_ins_are_those_of_the_revision_that_runs(read):
    text = Path("next.flow.json").read_text()
    Path("next.flow.json").write_text(text.replace("orders-1234", "orders-9999"))
    scenario = {
        "contact": TESTER,
        "when": [{"request": {"order": "1"}}],
        "then": [{"called": "lookup", "headers": {"Host": "orders-9999.twil.io"}}],
    }
    (made,) = read(scenario, **{**DRAFTED, "endpoints": [], "stub": True})
    assert play(made).passed
