"""All rules, in the order of their ids; a new family is a file and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from mockstudio.contracts.lint import (
    answers,
    bodies,
    leftovers,
    names,
    requests,
    splits,
    transitions,
)
from mockstudio.contracts.lint.rule import Rule
from mockstudio.errors import UnknownNameError

FAMILIES: Final = (transitions, names, splits, requests, bodies, answers, leftovers)

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {rule.id: rule() for family in FAMILIES for rule in family.RULES}
)
"""The rules by id."""


def rule_named(rule_id: str) -> Rule:
    """Return a rule; raises UnknownNameError with the nearest id."""
    if rule_id.upper() not in RULES:
        raise UnknownNameError("rule", rule_id.upper(), RULES)
    return RULES[rule_id.upper()]


def selected(select: Iterable[str], ignore: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules to check.

    Args:
        select: ids, or beginnings of ids such as `MS11`; nothing selects all.
        ignore: ids or beginnings of rules to leave out.

    Raises:
        UnknownNameError: no rule's id begins so.
    """
    chosen = _beginning_with(select) or set(RULES)
    return tuple(RULES[each] for each in RULES if each in chosen - _beginning_with(ignore))


def _beginning_with(beginnings: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in beginnings:
        fitting = {rule_id for rule_id in RULES if rule_id.startswith(text.upper())}
        if not text or not fitting:
            raise UnknownNameError("rule", text.upper(), RULES)
        found |= fitting
    return found
