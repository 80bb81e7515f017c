"""Rules about what splits compare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.contracts.lint.rule import Finding, Rule
from mockstudio.contracts.lint.templates import dotted
from mockstudio.contracts.lint.values import is_text
from mockstudio.flows.model import Condition, State

_NUMERIC = ("less_than", "greater_than")
_DECIMAL = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*")
_QUOTED_NUMBER = re.compile(r"\s*([\"'])\s*[+-]?[0-9.]+\s*\1\s*")


class NumberAsText(Rule):
    """MS121 (reference 5.3, 5.5, 2.2)."""

    id = "MS121"
    title = "A number is compared with text"
    help = """\
`{% if widgets.menu.Digits > 3 %}` is always false: digits, message bodies and all else that a
webhook brings are text, and Liquid compares a number with text as false. In a split, a value in
quotes is no number: `"1"` is not 1.

In a template make a number of it first: `{% assign digits = widgets.menu.Digits | plus: 0 %}`. In a
split write the number without quotes."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find comparisons with a number that text or quotes make false."""
        for template in flow.templates:
            for path in filter(is_text, template.compared_with_numbers):
                message = f"{dotted(path)} is text, so comparing it with a number is always false"
                instead = f"assign `{dotted(path)} | plus: 0` to a name and compare that"
                yield self.found(template.state.name, flow.at_template(template), message, instead)
        for state, number, index, condition in _conditions(flow):
            if problem := _no_number(condition):
                spot = flow.at(state, "transitions", number, "conditions", index, "value")
                instead = "write the number in digits, without quotes"
                yield self.found(state.name, spot, problem, instead)


class ArgumentsDifferFromInput(Rule):
    """MS122 (reference 2.2, 8 no. 1)."""

    id = "MS122"
    title = "A branch compares something else than the split's input"
    help = """\
The value under test stands twice in a split: in the widget's `input` and in each condition's
`arguments`. The canvas shows the first; which of the two Studio reads is nowhere said, and
mockstudio reads the second. They differ after copying, or after `input` was changed in a file.

Write the same in both, or, in Studio, choose the variable again and save."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find conditions whose argument is not the input."""
        for state, number, index, condition in _conditions(flow):
            tested = str(state.properties.get("input") or "")
            other = [each for each in condition.arguments if _bare(each) != _bare(tested)]
            if tested and other:
                spot = flow.at(state, "transitions", number, "conditions", index, "arguments")
                message = f"compares {other[0]}, but the split's input is {tested}"
                instead = f'write "arguments": ["{tested}"], or change `input`'
                yield self.found(state.name, spot, message, instead)


def _conditions(flow: LintedFlow) -> Iterator[tuple[State, int, int, Condition]]:
    """Yield all conditions, with the numbers of their transition and of themselves."""
    for state in flow.running:
        for number, transition in enumerate(state.transitions):
            for index, condition in enumerate(transition.conditions):
                yield state, number, index, condition


def _no_number(condition: Condition) -> str:
    """Say why a condition's value is not the number that is meant; empty when it may be."""
    value = condition.value
    if "{{" in value or "{%" in value or "${" in value:
        return ""
    if condition.type in _NUMERIC and not _DECIMAL.fullmatch(value):
        return f"'{value}' is no number, so nothing is {condition.type.replace('_', ' ')} it"
    if _QUOTED_NUMBER.fullmatch(value):
        return f"{value} is compared with its quotes, so a number never equals it"
    return ""


def _bare(template: str) -> str:
    return re.sub(r"\s+", "", template)


RULES: tuple[type[Rule], ...] = (NumberAsText, ArgumentsDifferFromInput)
