"""Rules about JSON that a flow writes by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mockstudio.contracts.lint.linted import LintedFlow
from mockstudio.contracts.lint.rule import Finding, Level, Rule
from mockstudio.contracts.lint.templates import Segments, Template
from mockstudio.contracts.lint.values import is_free_text, widget_read
from mockstudio.flows.model import State

_ATTRIBUTES = {
    "send-to-flex": "attributes",
    "enqueue-call": "task_attributes",
    "send-message": "attributes",
    "send-and-wait-for-reply": "attributes",
    "start-conversation": "attributes",
}
"""By type, the property that holds JSON text (reference 2)."""
_HARMLESS = frozenset({"to_json", "escape", "escape_once", "url_encode", "replace", "remove"})
_HARMLESS_TOO = frozenset({"size", "date", "plus", "minus", "times", "round", "strip_html"})
_PART = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{[^}]*\}|\\.|.", re.DOTALL)
_STAND_IN = "0"


class BreaksOnQuotes(Rule):
    """MS141 (reference 3.2, 2.17)."""

    id = "MS141"
    title = "JSON breaks when somebody writes a quote"
    help = """\
Nothing is escaped in a JSON body or in attributes: a quote, a backslash or a line break in what a
person said or wrote, or in the raw body of an answer, makes it unreadable. Only values that can
hold these are reported.

Write `"text": {{ widgets.ask.inbound.Body | to_json }}`, without quotes around it."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find free text in JSON without `to_json`."""
        for written in _json_texts(flow):
            for each in written.template.printed:
                harmless = _HARMLESS.union(_HARMLESS_TOO).intersection(each.filters)
                risky = any(_may_hold_quotes(path, flow) for path in flow.origins.of(each.path))
                if risky and not harmless:
                    message = f"{each} may hold quotes and line breaks, which break the JSON"
                    instead = f"write {{{{ {each} | to_json }}}} without quotes around it"
                    spot = flow.at_template(written.template)
                    yield self.found(written.state.name, spot, message, instead)


class QuotedTwice(Rule):
    """MS142 (reference 5.3)."""

    id = "MS142"
    title = "An output with to_json stands inside quotes"
    help = """\
`to_json` writes a text with its quotes, and an object with many of them: between quotes the JSON
breaks.

Leave the quotes around the output out."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find outputs with `to_json` inside a JSON string."""
        for written in _json_texts(flow):
            for each in written.template.printed:
                if each.filters[-1:] == ("to_json",) and each.start in written.quoted:
                    message = f"{{{{ {each} | to_json }}}} stands inside quotes and brings its own"
                    instead = "leave the quotes around it out"
                    spot = flow.at_template(written.template)
                    yield self.found(written.state.name, spot, message, instead)


class NoJson(Rule):
    """MS143 (reference 3.2)."""

    id = "MS143"
    level = Level.ERROR
    title = "JSON is broken whatever its templates print"
    help = """\
The text is no JSON even when every output prints a plain value: a comma too many, a quote missing.
The request is sent all the same; attributes are refused (81015). Texts with tags such as `{% if %}`
are not looked at.

Mend the text."""

    def check(self, flow: LintedFlow) -> Iterator[Finding]:
        """Find JSON texts that cannot be read."""
        for written in _json_texts(flow):
            template = written.template
            if template.has_tags:
                continue
            try:
                json.loads(written.filled)
            except json.JSONDecodeError as error:
                message = f"is no JSON: {_reason(error)}"
                spot = flow.at_template(template)
                yield self.found(written.state.name, spot, message, "mend the text")


@dataclass(frozen=True)
class _Written:
    """A text that is to be JSON.

    Attributes:
        template: the text.
        filled: the text with a plain value for each output and placeholder.
        quoted: where outputs inside JSON strings begin.
    """

    template: Template
    filled: str
    quoted: frozenset[int]

    @property
    def state(self) -> State:
        """The widget it belongs to."""
        return self.template.state


def _json_texts(flow: LintedFlow) -> Iterator[_Written]:
    for state in flow.running:
        template = flow.template(state, _json_property(state))
        if template is not None and template.source.strip() and template.fault is None:
            yield _written(template)


def _json_property(state: State) -> str:
    """Return the property of a widget that holds JSON; empty when it has none."""
    is_json = "json" in str(state.properties.get("content_type") or "").lower()
    if state.type == "make-http-request" and is_json:
        return "body"
    return _ATTRIBUTES.get(state.type, "")


def _written(template: Template) -> _Written:
    """Read a text as far as its quotes go."""
    pieces, quoted, inside = [], set(), False
    for part in _PART.finditer(template.source):
        text = part.group()
        if text.startswith(("{{", "${")) and len(text) > 1:
            pieces.append(_STAND_IN)
            if inside:
                quoted.add(part.start())
            continue
        inside ^= text == '"'
        pieces.append(text)
    return _Written(template, "".join(pieces), frozenset(quoted))


def _may_hold_quotes(path: Segments, flow: LintedFlow) -> bool:
    name = widget_read(path)
    state = flow.flow.by_name.get(name) if name else None
    is_request = state is not None and state.type in ("make-http-request", "run-function")
    return is_free_text(path) or (is_request and path[2:] == ("body",))


def _reason(error: json.JSONDecodeError) -> str:
    return f"{error.msg[0].lower()}{error.msg[1:]} in line {error.lineno} of the text"


RULES: tuple[type[Rule], ...] = (BreaksOnQuotes, QuotedTwice, NoJson)
