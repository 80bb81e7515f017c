from __future__ import annotations

from mockstudio.flows.events import BranchChosen, Warned


def when(*values, next_=None, type="equal_to", argument="{{trigger.message.Body}}"):  # noqa: A002
    conditions = [
        {"friendly_name": "", "arguments": [argument], "type": type, "value": value}
        for value in values
    ]
    return {"event": "match", "next": next_, "conditions": conditions}


def end(state, name):
    return state(name, "set-variables", {"next": None}, variables=[])


def split(stage, state, *transitions, message="yes", **properties):
    ends = [end(state, name) for name in ("first", "second", "otherwise")]
    properties = {"input": "{{trigger.message.Body}}", **properties}
    stage.play(state("split", "split-based-on", list(transitions), **properties), *ends)
    return stage.sandbox.message(message)


def test_the_first_branch_that_holds_is_taken(stage, state):
    execution = split(
        stage,
        state,
        {"event": "noMatch", "next": "otherwise"},
        when("no", next_="otherwise"),
        when("yes", next_="first"),
        when("yes", next_="second"),
    )
    assert execution.path == ["Trigger", "split", "first"]
    (chosen,) = stage.of(BranchChosen)
    assert "yes" in chosen.explanation


def test_without_a_match_the_fallback_is_taken_wherever_it_stands(stage, state):
    fallback = {"event": "noMatch", "next": "otherwise"}
    for place in range(3):
        transitions = [when("a", next_="first"), when("b", next_="second")]
        transitions.insert(place, fallback)
        execution = split(stage, state, *transitions, message="c")
        assert execution.path[-1] == "otherwise"
        assert execution.steps[1].name == "noMatch"
    assert stage.codes == []


def test_a_match_wins_over_a_fallback_before_it(stage, state):
    execution = split(
        stage, state, {"event": "noMatch", "next": "otherwise"}, when("yes", next_="first")
    )
    assert execution.steps[1].name == "match"
    assert execution.path[-1] == "first"


def test_all_conditions_of_a_branch_must_hold(stage, state):
    branch = when("ye", "s", next_="first", type="contains")
    fallback = {"event": "noMatch", "next": "otherwise"}
    assert split(stage, state, branch, fallback, message="yes").path[-1] == "first"
    assert split(stage, state, branch, fallback, message="yet").path[-1] == "otherwise"


def test_no_branch_and_no_fallback_end_the_execution_with_81005(stage, state):
    for transitions in ([when("no")], [when("no"), {"event": "noMatch"}]):
        execution = split(stage, state, *transitions)
        step = execution.steps[-1]
        assert (step.name, step.transitioned_to, execution.status) == ("noMatch", "Ended", "ended")
    assert stage.codes == [81005, 81005]


def test_the_argument_counts_when_it_differs_from_the_input(stage, state):
    branch = when("yes", next_="first", argument="{{trigger.message.Body}}")
    execution = split(
        stage, state, branch, {"event": "noMatch", "next": "otherwise"}, input="something else"
    )
    assert execution.path[-1] == "first"


def test_without_an_argument_the_input_counts(stage, state):
    branch = when("yes", next_="first")
    branch["conditions"][0]["arguments"] = []
    execution = split(stage, state, branch)
    assert execution.path[-1] == "first"


def test_the_value_may_be_a_template(stage, state):
    branch = when("{{flow.channel.address}}", next_="first")
    assert split(stage, state, branch, message="+15005550006").path[-1] == "first"


def test_a_broken_template_compares_as_empty_text(stage, state):
    branch = when("{{ 1 + 1 }}", next_="first", argument="")
    assert split(stage, state, branch).path[-1] == "first"
    assert stage.codes == [81018]


def test_a_broken_pattern_is_no_match_with_81005(stage, state):
    fallback = {"event": "noMatch", "next": "otherwise"}
    execution = split(stage, state, when("(", next_="first", type="regex"), fallback)
    assert execution.path[-1] == "otherwise"
    (warning,) = stage.of(Warned)
    assert warning.code == 81005


def test_a_split_writes_nothing(stage, state):
    execution = split(stage, state, when("yes"))
    assert execution.context["widgets"] == {}


def test_without_a_match_one_line_says_why(stage, state):
    fallback = {"event": "noMatch", "next": "otherwise"}
    lists = when("completed, answered", next_="first", type="matches_any_of")
    split(stage, state, lists, fallback, message="busy")
    split(stage, state, when("1"), when("2"), when("a", "b"), fallback, message="3")
    split(stage, state, fallback)
    assert [chosen.explanation for chosen in stage.of(BranchChosen)] == [
        "'busy' is none of 'completed, answered'",
        "'3' is not equal to '1', is not equal to '2', is not equal to 'a'",
        "there are no conditions",
    ]


def test_why_there_is_no_match_is_shortened(stage, state):
    branches = [when("x" * 99), *(when(str(number)) for number in range(9))]
    split(stage, state, *branches, {"event": "noMatch", "next": "otherwise"})
    (chosen,) = stage.of(BranchChosen)
    assert chosen.explanation == (
        f"'yes' is not equal to '{'x' * 60}…', is not equal to '0', is not equal to '1', "
        "is not equal to '2', is not equal to '3', and 5 more"
    )


def test_the_condition_of_a_branch_that_decided_is_named(stage, state):
    branch = when("ye", "s", next_="first", type="contains")
    fallback = {"event": "noMatch", "next": "otherwise"}
    split(stage, state, branch, fallback, message="yet")
    assert [chosen.explanation for chosen in stage.of(BranchChosen)] == [
        "'yet' does not contain 's'"
    ]
