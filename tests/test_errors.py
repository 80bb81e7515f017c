from __future__ import annotations

import pytest

from mockstudio import errors
from mockstudio.errors import (
    EndpointFileError,
    ExpectationError,
    FlowDefinitionError,
    MockstudioError,
    Problem,
    UnknownNameError,
    UnsupportedWidgetError,
    did_you_mean,
    nearest,
)

TREE = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, Exception)
]


@pytest.mark.parametrize("error", TREE, ids=lambda error: error.__name__)
def test_every_error_is_in_the_tree_and_in_its_picture(error):
    assert issubclass(error, MockstudioError)
    assert error.__name__ in (errors.__doc__ or "")
    assert error.exit_code in (1, 2, 4)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("wrong"), "wrong"),
        (Problem("wrong", "endpoints[0].url"), "endpoints[0].url: wrong"),
        (Problem("wrong", "a", "f.yaml", 3, 7), "f.yaml:3:7: a: wrong"),
        (Problem("wrong", file="f.yaml", line=3), "f.yaml:3: wrong"),
        (Problem("wrong", file="f.yaml"), "f.yaml: wrong"),
    ],
)
def test_a_problem_says_where(problem, text):
    assert str(problem) == text


def test_a_broken_file_lists_every_problem():
    error = EndpointFileError(Problem(text) for text in ("first", "second"))
    assert str(error) == "endpoints cannot be used: 2 problems\n  first\n  second"
    assert error.exit_code == 2


def test_a_broken_flow_has_twilios_code():
    assert str(FlowDefinitionError([Problem("x", "#/states")])).startswith(
        "flow definition is not valid (81022): 1 problem\n"
    )


def test_a_flow_that_cannot_be_read_is_not_told_as_refused_by_studio():
    error = FlowDefinitionError([Problem("cannot be read: No such file", file="a.json")])
    assert str(error) == "flow cannot be used\n  a.json: cannot be read: No such file"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("timout", "no outcome 'timout'; did you mean 'timeout'? (known: ok, timeout)"),
        ("zzz", "no outcome 'zzz' (known: ok, timeout)"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name, text):
    assert str(UnknownNameError("outcome", name, ["ok", "timeout"])) == text


def test_an_unknown_name_among_none():
    error = UnknownNameError("flow", "x", iter(()))
    assert str(error) == "no flow 'x' (known: none)"
    assert error.valid == ()


def test_nothing_comes_near():
    assert nearest("abc", ["xyz"]) is None
    assert did_you_mean("abc", ["xyz"]) == ""


@pytest.mark.parametrize(
    ("name", "other"),
    [("send_escalation", "send_alert_from_call_fail"), ("PUT", "POST"), ("order", "border_total")],
)
def test_a_name_that_shares_little_more_than_a_word_is_not_near(name, other):
    assert nearest(name, [other]) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [("lokup", "lookup"), ("send_alert_from_call", "send_alert_from_call_fail"), ("hots", "host")],
)
def test_a_name_that_is_mistyped_or_cut_short_is_near(name, meant):
    assert nearest(name, ["other", meant]) == meant


def test_an_unsupported_widget_is_named():
    error = UnsupportedWidgetError("menu", "gather-input-on-call")
    assert (error.widget, error.type, error.exit_code) == ("menu", "gather-input-on-call", 1)
    assert "'menu'" in str(error)
    assert "'gather-input-on-call'" in str(error)


def test_an_unmet_expectation_is_an_assertion():
    with pytest.raises(AssertionError, match="took failed"):
        raise ExpectationError("took failed")
