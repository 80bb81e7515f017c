"""What is expected reads as a sentence, whatever the operators."""

from __future__ import annotations

import pytest

from mockstudio.contracts.scenario.expectations import LineCame, WidgetRan
from mockstudio.contracts.scenario.model import Place
from mockstudio.contracts.scenario.record import LineKind
from mockstudio.contracts.scenario.value_expectations import ContextHas, WasCalled
from mockstudio.endpoints.predicates import OPERATORS, make_operator

CONDITIONS = [
    ("hi", "'hi'", "to be 'hi'", "a: 'hi'"),
    ({"equals": 5}, "'5'", "to be '5'", "a: '5'"),
    ({"contains": "502"}, "something that contains '502'", "to contain '502'", None),
    ({"starts_with": "Hi"}, "something that starts with 'Hi'", "to start with 'Hi'", None),
    ({"matches": "^a"}, "something that matches '^a'", "to match '^a'", None),
    ({"values": ["a", "b"]}, "something that is exactly 'a', 'b'", "to be exactly 'a', 'b'", None),
    ({"any_of": ["a", "b"]}, "'a' or 'b'", "to be 'a' or to be 'b'", "a: 'a' or 'b'"),
    (
        {"any_of": ["a", {"contains": "b"}]},
        "something that is 'a' or contains 'b'",
        "to be 'a' or to contain 'b'",
        None,
    ),
    (
        {"starts_with": "a", "any_of": [{"contains": "b"}, {"matches": "c$"}]},
        "something that starts with 'a' and either contains 'b' or matches 'c$'",
        "to start with 'a' and either to contain 'b' or to match 'c$'",
        None,
    ),
    ({"absent": True}, "nothing", "to be absent", "no a"),
    ({"absent": False}, "anything", "to be there", "any a"),
]


@pytest.mark.parametrize(("data", "fitting", "is_so", "part"), CONDITIONS)
def test_a_condition_reads_well_wherever_it_stands(data, fitting, is_so, part):
    place, condition = Place("a"), make_operator(data)
    sent = LineCame(place=place, kind=LineKind.SENT, condition=condition, to="+12025550123")
    assert sent.text == f"{fitting} to be sent to +12025550123"
    ran = WidgetRan(place=place, widget="lookup", took="fail", because=condition)
    assert ran.text == f"widget 'lookup' to take 'fail' because of {fitting}"
    assert ContextHas(place=place, name="flow.data.a", value=condition).text == (
        f"flow.data.a {is_so}"
    )
    called = WasCalled(place=place, endpoint="lookup", params={"a": condition})
    assert called.text == f"endpoint 'lookup' to be called with {part or f'a: {fitting}'}"


def test_every_operator_is_read():
    used = {name for data, *_ in CONDITIONS if isinstance(data, dict) for name in data}
    assert used == OPERATORS.keys()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("hi", "a warning 81016 whose text is 'hi'"),
        ({"contains": "late"}, "a warning 81016 whose text contains 'late'"),
        (None, "a warning 81016"),
    ],
)
def test_a_warning_is_told_with_code_and_text(data, text):
    condition = None if data is None else make_operator(data)
    warned = LineCame(place=Place("a"), kind=LineKind.WARNED, condition=condition, code=81016)
    assert warned.text == text
