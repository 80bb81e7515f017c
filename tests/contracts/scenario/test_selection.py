"""Which scenarios words mean."""

from __future__ import annotations

import pytest

from mockstudio.contracts.scenario.selection import selector
from mockstudio.errors import UsageError

NAMES = ("the stock fails by timeout", "the lookup fails by timeout", "an open order")


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("timeout", NAMES[:2]),
        ("TIMEOUT", NAMES[:2]),
        ("a.scenario", NAMES),
        ("stock and timeout", NAMES[:1]),
        ("not timeout", NAMES[2:]),
        ("timeout and not stock", NAMES[1:2]),
        ("open or stock", (NAMES[0], NAMES[2])),
        ("open or lookup and timeout", NAMES[1:]),
        ("fails by", NAMES[:2]),
        ("nobody", ()),
        ("open or (lookup and not stock)", NAMES[1:]),
        ("(open or lookup) and timeout", NAMES[1:2]),
        ("not (stock or lookup)", NAMES[2:]),
        ("not(stock)and not not(fails by)", NAMES[1:2]),
    ],
)
def test_words_mean_scenarios(scenarios, expression, meant):
    made = scenarios(*({"name": name, "then": ["ended"]} for name in NAMES))
    assert tuple(each.name for each in filter(selector(expression), made)) == meant


@pytest.mark.parametrize(
    "expression", ["", "not", "a and", "or", "a or not", "(a", "a)", "()", "a (b)"]
)
def test_half_an_expression_is_refused(expression):
    with pytest.raises(UsageError, match="expected words with and, or, not and parentheses"):
        selector(expression)
