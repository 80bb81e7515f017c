"""Blocks that scenarios share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.contracts.scenario.blocks import use_findings, with_blocks
from mockstudio.contracts.scenario.definition import read_scenarios
from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.play import play
from mockstudio.errors import ScenarioFileError
from mockstudio.files.documents import Document
from mockstudio.reports.scenarios import failure_text

FIXTURES = Path(__file__).parents[3] / "fixtures"
HEAD = f"""\
flow: {FIXTURES}/order-status.flow.json
endpoints: {FIXTURES}/order-status.endpoints.yaml
blocks:
  asked:
    given: {{lookup: ok, stock: timeout}}
    when: [{{message: hi}}]
    then: [{{sent: {{contains: number}}}}]
  ordered:
    given: {{lookup: timeout}}
    when:
      - message: <number>
    then:
      - called: lookup
      - sent: Order <number> is being prepared.
  empty: {{given: {{}}}}
scenarios:
"""
LINE = HEAD.count("\n")


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read scenarios behind the blocks above."""
    monkeypatch.chdir(tmp_path)

    def of(text):
        Path("a.scenario.yaml").write_text(HEAD + text)
        return read_scenarios(Path("a.scenario.yaml"))

    return of


def problems_of(read, text):
    with pytest.raises(ScenarioFileError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_a_block_comes_first_and_what_the_scenario_gives_wins(read):
    (scenario,) = read(
        "  - {name: a, use: asked, given: {stock: reset},"
        " when: [{message: '42'}], then: [waiting]}\n"
    )
    (stretch,) = scenario.stretches
    assert stretch.given == {"lookup": "ok", "stock": "reset"}
    assert [act.body for act in stretch.acts] == ["hi", "42"]
    assert [each.text for each in stretch.expectations] == [
        "something that contains 'number' to be sent",
        "the execution to wait",
    ]


def test_a_later_block_wins_over_an_earlier_one(read):
    both, turned = read(
        "  - {name: a, use: [asked, ordered], then: [ended]}\n"
        "  - {name: b, use: [ordered, asked], then: [ended]}\n"
    )
    assert both.stretches[0].given == {"lookup": "timeout", "stock": "timeout"}
    assert turned.stretches[0].given == {"lookup": "ok", "stock": "timeout"}
    assert [act.body for act in both.stretches[0].acts] == ["hi", "<number>"]
    assert [act.body for act in turned.stretches[0].acts] == ["<number>", "hi"]


def test_a_block_alone_is_a_scenario_and_columns_are_filled_in(read):
    made = read(
        "  - name: order <number>\n    each: [{number: 42}, {number: 7}]\n"
        "    use: [asked, ordered]\n    given: {lookup: {json: {status: open}}}\n"
    )
    assert [scenario.stretches[0].acts[1].body for scenario in made] == ["42", "7"]
    assert all(play(scenario).failures == () for scenario in made)


def test_a_step_uses_blocks_and_those_of_the_scenario_come_before_its_steps(read):
    (scenario,) = read(
        "  - name: a\n    use: asked\n    steps:\n"
        "      - {then: [waiting]}\n"
        "      - {use: empty, when: [{message: '42'}], then: [{steps: 5}, ended]}\n"
    )
    assert [len(stretch.acts) for stretch in scenario.stretches] == [1, 0, 1]
    assert play(scenario).passed


def test_what_is_in_a_block_is_at_the_lines_of_the_block(read):
    (scenario,) = read("  - {name: a, use: [asked, ordered], when: [{wait: 1s}], then: [ended]}\n")
    (stretch,) = scenario.stretches
    assert [act.place for act in stretch.acts] == [
        Place("a.scenario.yaml", 6, "asked"),
        Place("a.scenario.yaml", 11, "ordered"),
        Place("a.scenario.yaml", LINE + 1),
    ]
    assert [each.place.line for each in stretch.expectations] == [7, 13, 14, LINE + 1]


def test_a_failure_in_a_block_tells_its_line_and_who_uses_it(read):
    first, other = read(
        "  - {name: one, use: asked, given: {lookup: ok}, then: [ended]}\n"
        "  - {name: two, use: [asked, ordered], then: [ended]}\n"
    )
    assert "in block" not in failure_text(play(first))
    told = failure_text(play(other))
    assert "a.scenario.yaml:14: expected 'Order <number> is being prepared.' to be sent" in told
    assert f"in block 'ordered', used by 'two' (a.scenario.yaml:{LINE + 2})" in told


def test_an_unknown_block_is_told_with_the_nearest(read):
    told = problems_of(
        read,
        "  - {name: a, use: askd, then: [ended]}\n"
        "  - {name: b, use: [asked, ordred], then: [ended]}\n"
        "  - {name: c, steps: [{use: emty, then: [ended]}]}\n",
    )
    known = "(known: asked, ordered, empty)"
    assert told == [
        f"a.scenario.yaml:{LINE + 1}:20: scenarios[0].use: "
        f"no block 'askd'; did you mean 'asked'? {known}",
        f"a.scenario.yaml:{LINE + 2}:28: scenarios[1].use[1]: "
        f"no block 'ordred'; did you mean 'ordered'? {known}",
        f"a.scenario.yaml:{LINE + 3}:29: scenarios[2].steps[0].use: "
        f"no block 'emty'; did you mean 'empty'? {known}",
    ]


@pytest.mark.parametrize("use", ["5", "{}", "[5]", "[]"])
def test_a_use_of_another_shape_is_told(read, use):
    (told,) = problems_of(read, f"  - {{name: a, use: {use}, then: [ended]}}\n")
    assert ".use" in told


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("{then: [{widget: lokup}]}", "blocks.a.then[0].widget: no widget 'lokup'"),
        (
            "{then: [{widget: lookup, widgt: lookup}]}",
            "blocks.a.then[0].widgt: unknown key 'widgt'",
        ),
        ("{when: [{wait: long}]}", "blocks.a.when[0].wait: expected a duration"),
        ("{given: {lokup: timeout}}", "blocks.a.given.lokup: no endpoint 'lokup'"),
        ("{given: {lookup: timeot}}", "blocks.a.given.lookup: no outcome 'timeot'"),
        ("{use: b}", "blocks.a.use: unknown key 'use'"),
        ("{when: {}}", "blocks.a.when: expected a list"),
        ("[{message: hi}]", "blocks.a: expected"),
    ],
)
def test_a_mistake_in_a_block_is_told_once_and_where_it_is(tmp_path, monkeypatch, block, told):
    monkeypatch.chdir(tmp_path)
    used = "".join(f"  - {{name: s{n}, use: a, then: [ended]}}\n" for n in range(3))
    Path("a.yaml").write_text(
        f"flow: {FIXTURES}/order-status.flow.json\n"
        f"endpoints: {FIXTURES}/order-status.endpoints.yaml\n"
        f"blocks:\n  a: {block}\nscenarios:\n{used}"
    )
    with pytest.raises(ScenarioFileError) as caught:
        read_scenarios(Path("a.yaml"))
    (problem,) = map(str, caught.value.problems)
    assert problem.startswith("a.yaml:4:")
    assert told in problem


def test_a_block_that_nobody_uses_is_fine(read):
    (scenario,) = read("  - {name: a, when: [{message: hi}], then: [waiting]}\n")
    assert play(scenario).passed


VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["a", "b", "hi"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)
NAMES = st.sampled_from(["a", "b", "c"])


def stretches(use, given, listed):
    """Return what has these members, or some of them."""
    members = {"use": use, "given": given, "when": listed, "then": listed}
    return st.fixed_dictionaries({}, optional={k: v for k, v in members.items() if v is not None})


def files_of(use, given, listed):
    """Return the data of scenario files with such members."""
    stretch = stretches(use, given, listed)
    steps = st.fixed_dictionaries({"use": use, "steps": st.lists(stretch, max_size=2)})
    blocks = st.dictionaries(st.sampled_from("ab"), stretches(None, given, listed))
    return st.fixed_dictionaries({"blocks": blocks, "scenarios": st.lists(stretch | steps)})


@given(
    files_of(
        NAMES | st.lists(NAMES, max_size=3),
        st.dictionaries(st.sampled_from("xyz"), VALUES),
        st.lists(VALUES, max_size=3),
    )
)
def test_every_value_is_said_to_be_written_where_it_is(data):
    document = with_blocks(Document(data, "a.yaml"))
    for path in document.origins:
        assert at(document.data, path) == at(data, document.written(path))


@given(files_of(VALUES, VALUES, VALUES) | VALUES)
def test_data_of_any_shape_is_left_to_the_schema(data):
    document = with_blocks(Document(data, "a.yaml"))
    assert list(use_findings(document.data)) == list(use_findings(data))


def at(value, path):
    for step in path:
        value = value[step]
    return value
