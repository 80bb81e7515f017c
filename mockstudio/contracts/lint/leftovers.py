"""Rules about texts that are not as Studio wants them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.contracts.lint.rule import Finding, Level, Rule
from mockstudio.errors import Problem

_MOST_SHOWN = 5


class PlaceholderLeft(Rule):
    """MS161."""

    id = "MS161"
    title = "${...} placeholders are left over"
    help = """\
Terraform or a script should have filled them in before Studio sees the flow; Studio takes them for
text. A flow's placeholders are reported together, at the first of them.

Give their values with `--var NAME=VALUE` or under `variables:` in mockstudio.yaml, or leave this
rule out where flows are kept as templates."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find placeholders that no variable fills."""
        if not flow.unfilled:
            return
        first = next(iter(flow.unfilled.values()))
        problem = replace(first, message=f"no value for {_listed(list(flow.unfilled))}")
        instead = "give values with --var NAME=VALUE or `variables:` in mockstudio.yaml"
        yield Finding(self.id, self.level, flow.widget_at(problem), problem, instead)


def _listed(names: list[str]) -> str:
    shown = [name if name.startswith("$") else f"${{{name}}}" for name in names[:_MOST_SHOWN]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


class BrokenTemplate(Rule):
    """MS162 (reference 5.2)."""

    id = "MS162"
    level = Level.ERROR
    title = "A template is broken"
    help = """\
Studio warns with 81018 and renders nothing: a brace that is not closed, a tag or filter that Studio
does not know, a `+` between values.

Mend the template."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find templates that Studio cannot read."""
        for template in flow.templates:
            if fault := template.fault:
                place = f"{fault.line}:{fault.column} of the text"
                message = f"cannot be rendered (81018): {fault.message}, at {place}"
                spot = flow.at_template(template)
                yield self.found(template.state.name, spot, message, "mend the template")


class Oddity(Rule):
    """MS163 (reference 1, 2)."""

    id = "MS163"
    title = "Something is not as Studio exports it"
    help = """\
An unknown property or key, a value of another type or outside what Studio offers, a second
transition for an event: such a flow loads, but what Studio makes of it nobody knows.

Write it as Studio exports it."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find what was found odd while the flow was loaded."""
        for odd in flow.oddities:
            problem = replace(odd, message=f"{_member(odd)}: {odd.message}")
            instead = "write it as Studio exports it"
            yield Finding(self.id, self.level, flow.widget_at(problem), problem, instead)


def _member(problem: Problem) -> str:
    """Return what a problem is about: `properties/from` of whichever widget."""
    path = problem.path.removeprefix("#/")
    _, _, inside = path.removeprefix("states/").partition("/")
    return inside if path.startswith("states/") and inside else path or "the flow"


RULES: tuple[type[Rule], ...] = (PlaceholderLeft, BrokenTemplate, Oddity)
