"""Rules about names that templates read: widgets, variables and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.contracts.lint.rule import Finding, Level, Rule
from mockstudio.contracts.lint.templates import Segments, Template, dotted
from mockstudio.contracts.lint.values import ROOTS, variable_read, widget_read
from mockstudio.errors import did_you_mean, nearest
from mockstudio.flows.model import State

_MEANS_TO_MISS = ("is_blank", "is_not_blank")


class UnknownWidget(Rule):
    """MS111 (reference 5.3)."""

    id = "MS111"
    level = Level.ERROR
    title = "A template reads a widget that the flow does not have"
    help = """\
`widgets.lokup.parsed.state` renders to nothing when the widget is called `lookup`; Studio does not
complain. It happens after a widget was renamed or copied from another flow; names are case
sensitive.

Write the name of a widget of this flow."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find names under `widgets` that no widget has."""
        for template, path, name in _read(flow, widget_read):
            if name not in flow.flow.by_name:
                hint = did_you_mean(name, flow.flow.by_name)
                message = f"{dotted(path)}: there is no widget named '{name}'{hint}"
                instead = _path_instead(path, 1, nearest(name, flow.flow.by_name))
                yield self.found(template.state.name, flow.at_template(template), message, instead)


class WidgetReadTooEarly(Rule):
    """MS112 (reference 2, 5.3)."""

    id = "MS112"
    title = "A template reads a widget that cannot have run yet"
    help = """\
No path from the trigger runs the widget before the one that reads it, so what is read is always
empty. What a template tests with `if` or has a default for is not reported.

Read a widget that runs before, or connect the flow so that it does."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find reads of widgets that no path brings before the reader."""
        for template, path, name in _read(flow, widget_read):
            known = flow.flow.by_name.get(name)
            if known is None or _means_to_miss(flow, template, path):
                continue
            if name not in flow.graph.before(template.state.name):
                message = f"{dotted(path)}: no path runs '{name}' before '{template.state.name}'"
                instead = "read a widget that runs before this one, or test the value with `if`"
                yield self.found(template.state.name, flow.at_template(template), message, instead)


class UnknownVariable(Rule):
    """MS113 (reference 2.3, 2.7)."""

    id = "MS113"
    title = "A template reads a variable that no widget sets"
    help = """\
Only Set Variables writes `flow.variables`, and keys are case sensitive; a variable that nothing
sets is empty. What a template tests with `if` or has a default for is not reported. What a subflow
sets is read under the Run Subflow widget's name.

Write the key of a variable that a widget sets, or set it."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find keys under `flow.variables` that no Set Variables widget has."""
        known = _setters(flow.flow.states)
        for template, path, key in _read(flow, variable_read):
            if key not in known and not _means_to_miss(flow, template, path):
                hint = did_you_mean(key, known)
                message = f"{dotted(path)}: no widget sets the variable '{key}'{hint}"
                instead = _path_instead(path, 2, nearest(key, known))
                yield self.found(template.state.name, flow.at_template(template), message, instead)


class VariableReadTooEarly(Rule):
    """MS114 (reference 2.3)."""

    id = "MS114"
    title = "A template reads a variable that cannot be set yet"
    help = """\
No path from the trigger runs a Set Variables widget that sets the key before the widget that reads
it. A widget's own variables are set when it ends, so they cannot be read in it the first time. What
a template tests with `if` or has a default for is not reported.

Set the variable earlier, or write `| default: 0`."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find reads of variables that no path sets before the reader."""
        known = _setters(flow.flow.states)
        for template, path, key in _read(flow, variable_read):
            setters = known.get(key, set())
            if not setters or _means_to_miss(flow, template, path):
                continue
            if not setters & flow.graph.before(template.state.name):
                where = " and ".join(f"'{name}'" for name in sorted(setters))
                message = f"{dotted(path)}: {where} cannot have set '{key}' by then"
                instead = "set it on a path that leads here, or give it a default"
                yield self.found(template.state.name, flow.at_template(template), message, instead)


class UnknownRoot(Rule):
    """MS115 (reference 4)."""

    id = "MS115"
    level = Level.ERROR
    title = "A template reads from something that is not there"
    help = """\
A template can read `flow`, `trigger`, `widgets`, `contact` and what it has assigned itself, nothing
else. Anything else renders to nothing.

Begin the path with one of these."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find paths whose first name Studio does not know."""
        for template in flow.templates:
            for path in template.reads:
                if path[0] not in ROOTS and not _means_to_miss(flow, template, path):
                    yield self._unknown(flow, template, path)

    def _unknown(self, flow: LintedFlow, template: Template, path: Segments) -> Finding:
        hint = did_you_mean(str(path[0]), ROOTS)
        message = f"{dotted(path)}: there is no '{path[0]}' to read from{hint}"
        instead = _path_instead(path, 0, nearest(str(path[0]), ROOTS), ", ".join(ROOTS))
        return self.found(template.state.name, flow.at_template(template), message, instead)


def _read(
    flow: LintedFlow, name_of: Callable[[Segments], str | None]
) -> Iterator[tuple[Template, Segments, str]]:
    """Yield each template, path and name of a kind that is read, once in a template."""
    for template in flow.templates:
        seen = set()
        for path in template.reads:
            name = name_of(path)
            if name is not None and name not in seen:
                seen.add(name)
                yield template, path, name


def _means_to_miss(flow: LintedFlow, template: Template, path: Segments) -> bool:
    """Tell whether a template is written for a value that may be missing."""
    if any(_overlap(path, expected) for expected in template.expected_to_miss):
        return True
    match template.steps:
        case ("transitions", int(number), "conditions", int(index), *_):
            return template.state.transitions[number].conditions[index].type in _MEANS_TO_MISS
        case ("properties", "input"):
            return any(
                condition.type in _MEANS_TO_MISS
                for transition in template.state.transitions
                for condition in transition.conditions
            )
    return False


def _overlap(one: Segments, other: Segments) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _setters(states: tuple[State, ...]) -> Mapping[str, set[str]]:
    """Return the names of the widgets that set each variable."""
    setters: dict[str, set[str]] = {}
    for state in states:
        if state.type == "set-variables":
            for key in _keys(state.properties.get("variables")):
                setters.setdefault(key, set()).add(state.name)
    return setters


def _keys(pairs: Any) -> Iterator[str]:
    for pair in pairs if isinstance(pairs, list) else ():
        if isinstance(pair, Mapping) and isinstance(pair.get("key"), str):
            yield pair["key"]


def _path_instead(path: Segments, at: int, name: str | None, otherwise: str = "") -> str:
    if name is not None:
        return f"if that is what is meant, write {dotted((*path[:at], name, *path[at + 1 :]))}"
    if otherwise:
        return f"begin with one of {otherwise}"
    return "write a name that the flow has, or take it out"


RULES: tuple[type[Rule], ...] = (
    UnknownWidget,
    WidgetReadTooEarly,
    UnknownVariable,
    VariableReadTooEarly,
    UnknownRoot,
)
