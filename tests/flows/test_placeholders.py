from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockstudio.errors import FlowDefinitionError
from mockstudio.files.documents import Document, parse_json, parse_yaml
from mockstudio.flows.findings import Findings
from mockstudio.flows.placeholders import MissingPlaceholdersError, substitute


def fill(data, **variables):
    return substitute(data, variables, Findings(Document(data, "flow.json")).root)


def missing(data, **variables):
    with pytest.raises(MissingPlaceholdersError) as caught:
        fill(data, **variables)
    return caught.value


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${a}", "1"),
        ("https://${a}.example.com/${b.c-d_E}", "https://1.example.com/2"),
        ("${ a }", "1"),
        ("${a}${a}", "11"),
        ("nothing", "nothing"),
    ],
)
def test_a_placeholder_is_replaced_wherever_it_stands_in_a_text(text, filled):
    values = {"a": "1", "b.c-d_E": "2"}
    assert fill({"states": [text]}, **values) == {"states": [filled]}


@pytest.mark.parametrize(
    "text",
    [
        "costs ${{flow.variables.price}}",
        "costs $${{flow.variables.price}}",
        "${% if x %}1{% endif %}",
        "pay ${5",
        '${"}',
        "${flow_{{x}}",
        "5$",
        "{a}",
    ],
)
def test_a_dollar_that_begins_no_placeholder_is_text(text):
    assert fill([text]) == [text]


@pytest.mark.parametrize(
    "expression",
    [
        '${lookup(x, "y")}',
        '${lookup({a = 1}, "}")}',
        "$${escaped}",
        '${x ? "\\"}" : y}',
        "${}",
        "${price in euro}",
    ],
)
def test_an_expression_is_filled_by_its_whole_text_only(expression):
    assert missing([f"({expression})"], escaped="no").names == (expression,)
    assert fill([f"({expression})"], **{expression: "yes"}) == ["(yes)"]


def test_values_may_hold_quotes_and_are_not_searched_again():
    assert fill(["${a}"], a='say "${b}"\n\\1') == ['say "${b}"\n\\1']


def test_only_texts_are_filled():
    data = {"${a}": [1, None, True, 1.5, {"k": "${a}"}]}
    assert fill(data, a="x") == {"${a}": [1, None, True, 1.5, {"k": "x"}]}


def test_the_data_given_stays_as_it_was():
    data = {"states": ["${a}"]}
    fill(data, a="x")
    assert data == {"states": ["${a}"]}


def test_all_missing_ones_are_listed_at_once_with_place_and_count():
    text = '{\n"states": [\n{"url": "${host}/${path}"},\n{"url": "${host}"}]}'
    document = parse_json(text, "flow.json")
    with pytest.raises(FlowDefinitionError) as caught:
        substitute(document.data, {"hots": "x"}, Findings(document).root)
    host, path = caught.value.problems
    assert (host.file, host.line, host.path) == ("flow.json", 3, "#/states/0/url")
    assert host.message == (
        "no value for ${host}, used 2 times: give it with --var host=VALUE"
        " or `variables:` in mockstudio.yaml; did you mean 'hots'?"
    )
    assert (path.line, "used once" in path.message) == (3, True)


def test_an_expression_is_quoted_for_the_shell():
    (problem,) = missing(["$${a}"]).problems
    assert "--var '$${a}'=VALUE" in problem.message


def test_missing_names_come_in_the_file_s_order():
    assert missing({"z": "${two} ${one}", "a": ["${three}", "${two}"]}).names == (
        "two",
        "one",
        "three",
    )


NAMES = st.text("ab_.-9", min_size=1, max_size=4)
PLAIN = st.text(st.characters(exclude_characters="$", codec="utf-8"))


@given(st.lists(st.tuples(PLAIN, NAMES)), PLAIN, st.text())
def test_every_placeholder_between_any_texts_is_filled(parts, end, value):
    template = "".join(f"{text}${{{name}}}" for text, name in parts) + end
    filled = "".join(f"{text}{value}" for text, _ in parts) + end
    assert fill([template], **{name: value for _, name in parts}) == [filled]


@given(st.text('${}"\\ab %'))
def test_the_names_that_are_missing_are_enough_to_fill_any_text(text):
    try:
        assert fill([text]) == [text]
    except MissingPlaceholdersError as error:
        fill([text], **dict.fromkeys(error.names, "x"))


def test_the_error_for_many_ends_in_what_can_be_pasted_into_the_settings():
    names = ["host", "null", "on", "1.50", "-x", '${lookup(x, "y: z")}']
    error = missing([f"${{{name}}}" if name[0] != "$" else name for name in names])
    told, _, settings = str(error).partition("to give all of them, write into mockstudio.yaml:\n")
    assert told.startswith("flow definition has placeholders without a value: 6 problems\n  flow")
    assert parse_yaml(settings, "x").data == {"variables": dict.fromkeys(names, "VALUE")}


def test_the_error_for_one_or_two_stays_short():
    assert "variables:\n" not in str(missing(["${a} ${b}"]))
    assert len(str(missing(["${a} ${b}"])).splitlines()) == 3
