"""Mistakes that newcomers make: each is told once, with what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockstudio.contracts.scenario import definition
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.endings import ENDINGS
from mockstudio.contracts.scenario.play import play
from mockstudio.contracts.scenario.rules import ACTS, DETAILS
from mockstudio.errors import ScenarioFileError
from mockstudio.sandbox import Sandbox

FIXTURES = Path(__file__).parents[3] / "fixtures"
SCHEMA = json.loads(Path(definition.__file__).with_name("scenario.schema.json").read_text())
HEAD = (
    f"flow: {FIXTURES}/order-status.flow.json\nendpoints: {FIXTURES}/order-status.endpoints.yaml\n"
)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write a scenario file; the text of its scenarios begins on line 4."""
    monkeypatch.chdir(tmp_path)

    def write(scenarios, head=HEAD):
        path = Path("a.yaml")
        path.write_text(f"{head}scenarios:\n{scenarios}")
        return path

    return write


@pytest.fixture
def told(file):
    """Return the problems of a scenario file as `line: message`."""

    def read(*args, **members):
        with pytest.raises(ScenarioFileError) as caught:
            read_scenarios(file(*args, **members))
        assert {problem.file for problem in caught.value.problems} == {"a.yaml"}
        return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]

    return read


# --- columns


def test_a_mistyped_column_is_told_wherever_it_stands(told):
    problems = told(
        "- name: case <outcme>\n  each: [{outcome: timeout, Text: hi}]\n"
        "  given: {lookup: <outcoms>}\n  when:\n  - message: <TEXT>\n"
        "  - {request: {<outcom>: 1}}\n  then: [{sent: 'so: < outcome>'}]\n"
    )
    known = "(known: outcome, Text; where '<{0}>' is meant as text, let a column hold it)"
    words = (
        (4, "outcme", "outcome"),
        (6, "outcoms", "outcome"),
        (8, "TEXT", "Text"),
        (9, "outcom", "outcome"),
        (10, " outcome", "outcome"),
    )
    assert problems == [
        f"{line}: no column '{word}' in `each`; did you mean '{meant}'? {known.format(word)}"
        for line, word, meant in words
    ]


def test_a_mistyped_column_in_a_block_is_told_at_its_line(told):
    (problem,) = told(
        "- {name: a, each: [{order: '42'}], use: asked}\n",
        head=f"{HEAD}blocks:\n  asked:\n    when: [message: <ordre>]\n    then: [ended]\n",
    )
    assert problem.startswith("5: no column 'ordre' in `each`; did you mean 'order'?")


@pytest.mark.parametrize(
    "scenario",
    [
        "{name: a, each: [{outcome: x}], when: [message: <b>], then: [ended]}",
        "{name: a, each: [{say: x}], when: [message: '<Say>hi</Say>'], then: [ended]}",
        "{name: a, each: [{order: x, ordre: <ordre>}], when: [message: <ordre>], then: [ended]}",
        "{name: a, each: [{order: x}], when: [message: 1 < 2 > order], then: [ended]}",
        "{name: a <outcme>, when: [message: <outcome>], then: [ended]}",
    ],
)
def test_other_words_in_angle_brackets_are_text(file, scenario):
    (only,) = read_scenarios(file(f"- {scenario}\n"))
    assert only.stretches


# --- what is written is what is sent


@pytest.mark.parametrize("number", ["1.50", "1e3", "0x1F", "1_000", "42"])
def test_a_number_is_sent_and_expected_as_it_is_written(file, number):
    (one, row) = read_scenarios(
        file(
            f"- name: a\n  when: [message: {number}, message: {{body: {number}}}, say: {number}, "
            f"return: {{a: {number}}}]\n"
            f"  then: [{{sent: {number}}}, {{called: lookup, params: {{order: {number}}}}}]\n"
            f"- name: <n>\n  each: [{{n: {number}}}]\n"
            "  when: [message: <n>, message: no. <n>]\n  then: [ended]\n"
        )
    )
    message, body, say, returned = one.stretches[0].acts
    sent, called = one.stretches[0].expectations
    assert [message.body, body.body, say.words, returned.parameters] == [
        *[number] * 3,
        {"a": number},
    ]
    assert [sent.condition.text, called.params["order"].text] == [number, number]
    assert row.name == number
    assert [act.body for act in row.stretches[0].acts] == [number, f"no. {number}"]


def test_keys_are_pressed_as_they_are_written(told):
    (problem,) = told("- {name: a, when: [press: 0x1F], then: [ended]}\n")
    assert problem.startswith("4: press '0x1F': expected one or more of the keys")


# --- endings


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("hangupp", "; did you mean 'hangup'?"),
        ("flow_end", "; did you mean 'FLOW_END'?"),
        ("8101", "; did you mean '81001'?"),
        ("nobody", ""),
    ],
)
def test_an_ending_that_there_is_not_is_told(told, name, hint):
    known = f"(known: {', '.join(ENDINGS)})"
    assert told(f"- {{name: a, then: [ended: {name}]}}\n") == [
        f"4: no execution ends by '{name}'{hint} {known}"
    ]


def test_an_ending_may_be_a_code(file):
    (only,) = read_scenarios(file("- {name: a, then: [ended: 81001]}\n"))
    assert only.stretches[0].expectations[0].reason == "81001"


# --- keys


@pytest.mark.parametrize("part", ["then: [{sen: hi}]", "when: [{message: hi, sya: hi}]"])
def test_of_a_mistyped_key_only_that_is_told(told, part):
    then = "" if part.startswith("then") else ", then: [ended]"
    (problem,) = told(f"- {{name: a, {part}{then}}}\n")
    assert "unknown key 's" in problem
    assert "did you mean 's" in problem


@pytest.mark.parametrize(
    ("scenario", "where"),
    [
        (
            "{name: a, stub: true, then: [ended]}",
            "'stub' belongs at the top of the file, beside `flow:`; it is for all scenarios",
        ),
        (
            "{name: a, steps: [{phone: busy, then: [ended]}]}",
            "'phone' belongs in the scenario, beside its name",
        ),
        (
            "{name: a, steps: [{endpoints: b, then: [ended]}]}",
            "'endpoints' belongs at the top of the file, beside `flow:`; it is for all scenarios",
        ),
    ],
)
def test_a_key_of_another_level_is_told_where_it_belongs(told, scenario, where):
    assert told(f"- {scenario}\n") == [f"4: {where}"]


def test_a_scenario_s_key_in_the_file_or_in_a_block_is_told_where_it_belongs(told):
    head = f"{HEAD}blocks: {{b: {{contact: '+12025550123'}}}}\nsteps: []\n"
    assert told("- {name: a, then: [ended]}\n", head=head) == [
        "3: 'contact' belongs in the scenario that uses it, beside its name",
        "4: 'steps' belongs in a scenario, below `scenarios:` and behind a dash",
    ]


def test_an_unknown_endpoint_that_could_be_a_stand_in_is_told_of_stub(told):
    (problem,) = told(
        "- {name: a, given: {lookup: timeout}, then: [ended]}\n",
        head=f"flow: {FIXTURES}/order-status.flow.json\nendpoints: []\n",
    )
    assert problem == (
        "4: no endpoint 'lookup' (known: none); with `stub: true` at the top of the file, "
        "what no endpoint covers has a stand-in of its widget's name"
    )


def test_the_rules_know_the_acts_and_expectations_of_the_schema():
    definitions = SCHEMA["$defs"]
    assert set(ACTS) == definitions["act-with-details"]["properties"].keys()
    known = {*DETAILS, *(detail for each in DETAILS.values() for detail in each)}
    assert known == definitions["expectation-with-details"]["properties"].keys()


# --- messages of other channels


def test_a_button_of_a_message_reaches_the_flow(file):
    (only,) = read_scenarios(
        file(
            "- name: a\n  when:\n"
            "  - message: {body: hi, parameters: {ListId: orders, ListTitle: My orders}}\n"
            "  - message: {body: '42', parameters: {ButtonPayload: 1.50}}\n"
            "  then:\n  - context:\n      trigger.message.ListId: orders\n"
            "      trigger.message.Body: hi\n"
            "      widgets.ask.inbound.ButtonPayload: '1.50'\n"
        )
    )
    outcome = play(only)
    assert (outcome.failures, outcome.error) == ((), "")


def test_a_message_sent_in_python_has_further_parameters_too():
    with Sandbox() as sandbox:
        sandbox.load_endpoints(FIXTURES / "order-status.endpoints.yaml")
        flow = sandbox.load_flow(FIXTURES / "order-status.flow.json").flow
        sandbox.bind(flow)
        sandbox.chat(flow).send("hi", parameters={"ButtonPayload": "yes"})
        (execution,) = sandbox.executions.all()
        received = execution.context["trigger"]["message"]
        assert (received["Body"], received["ButtonPayload"]) == ("hi", "yes")


# --- files


@pytest.mark.parametrize("head", ["flow: [\n", "flow: none.json\n", "a: &b\n*c\n"])
def test_a_broken_file_is_named_by_all_its_problems(file, head):
    with pytest.raises(ScenarioFileError) as caught:
        read_scenarios(file("- {name: a, then: [endet]}\n", head=head))
    assert caught.value.problems
    assert all(problem.file for problem in caught.value.problems)
