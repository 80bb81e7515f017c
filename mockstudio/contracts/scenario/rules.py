"""What a scenario must keep to beyond its schema.

The rules look at data that may be anything: what has the wrong shape is the schema's business and
is passed over here, so that all mistakes of a file are found at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mockstudio.contracts.scenario.endings import ENDINGS
from mockstudio.contracts.scenario.names import Names
from mockstudio.durations import parse_duration
from mockstudio.endpoints.endpoint_rules import broken_patterns
from mockstudio.endpoints.outcomes import OUTCOME_NAMES
from mockstudio.endpoints.reply_rules import Finding, reply_findings
from mockstudio.errors import UsageError, did_you_mean
from mockstudio.files.mistakes import nearest_name
from mockstudio.files.scalars import as_text
from mockstudio.files.shapes import as_list, as_mapping
from mockstudio.flows.verdict import Reason
from mockstudio.store.results import KNOWN
from mockstudio.twiml.phone import keys

DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "widget": ("took", "because"),
    "path": (),
    "steps": (),
    "sent": ("to",),
    "said": (),
    "played": (),
    "called": ("times", "method", "params", "headers", "json", "body", "signature"),
    "context": (),
    "ended": (),
    "waiting": (),
    "warned": ("text",),
    "time": (),
}
"""The kinds of expectations, and what can be said beside each."""

ACTS: Final = ("message", "request", "press", "say", "wait", "hang-up", "return", "event")
"""What is done with details."""
PARTS: Final = ("given", "when", "then")
_CONDITIONS: Final = ("sent", "said", "played", "body", "text", "because", "warned")
_REASONS: Final = tuple(map(str, Reason))
_STUB: Final = (
    "; with `stub: true` at the top of the file, what no endpoint covers has a stand-in of its "
    "widget's name"
)


def scenario_findings(scenario: Any, names: Names, folder: Path) -> Iterator[Finding]:
    """Yield what is wrong with a scenario.

    Args:
        scenario: the data, with a row filled in.
        names: what its flow and its endpoints are called.
        folder: where the files of replies lie.
    """
    if not isinstance(scenario, Mapping):
        return
    yield from _parts(scenario)
    yield from (f.under("results") for f in result_findings(scenario.get("results")))
    for path, stretch in stretches(scenario):
        for name, played in as_mapping(stretch.get("given")).items():
            yield from (f.under(*path, "given", name) for f in _given(name, played, names, folder))
        for index, act in enumerate(as_list(stretch.get("when"))):
            yield from (f.under(*path, "when", index) for f in _act(act))
        for index, expected in enumerate(as_list(stretch.get("then"))):
            yield from (f.under(*path, "then", index) for f in _expectation(expected, names))


def result_findings(results: Any) -> Iterator[Finding]:
    """Yield what is wrong with scripted results."""
    for what, listed in as_mapping(results).items():
        if what not in KNOWN:
            yield _unknown((what,), "scripted result", what, KNOWN, at_key=True)
            continue
        for name in [listed] if isinstance(listed, str) else as_list(listed):
            if isinstance(name, str) and name not in KNOWN[what]:
                yield _unknown((what,), f"result of {what}", name, KNOWN[what])


def stretches(scenario: Mapping[str, Any]) -> list[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Return the given, when and then of a scenario, with the paths."""
    steps = [(("steps", n), as_mapping(s)) for n, s in enumerate(as_list(scenario.get("steps")))]
    return [((), scenario), *steps] if any(p in scenario for p in PARTS) else [*steps]


def _parts(scenario: Mapping[str, Any]) -> Iterator[Finding]:
    # What `use` brings in is played before the steps.
    if "steps" in scenario and "use" not in scenario:
        for part in ("when", "then"):
            if part in scenario:
                message = f"expected {part} or steps, found both; make it the first of the steps"
                yield Finding((part,), message, at_key=True)
    if not any(stretch.get("then") for _, stretch in stretches(scenario)):
        yield Finding((), "nothing is expected; add `then`, such as `then: [ended]`")


# --- given


def _given(name: str, played: Any, names: Names, folder: Path) -> Iterator[Finding]:
    if names.endpoints is not None and name not in names.endpoints:
        yield _unknown_endpoint((), name, names, at_key=True)
    known = tuple(dict.fromkeys([*OUTCOME_NAMES, *(names.endpoints or {}).get(name, ())]))
    for index, turn in enumerate(played if isinstance(played, list) else [played]):
        path = (index,) if isinstance(played, list) else ()
        outcome = turn.get("outcome") if isinstance(turn, Mapping) else turn
        if isinstance(outcome, str) and outcome not in known:
            yield _unknown(path, "outcome", outcome, known)
        yield from (finding.under(*path) for finding in reply_findings(turn, folder))


# --- when


def _act(act: Any) -> Iterator[Finding]:
    keys_of_act = [name for name in as_mapping(act) if name in ACTS]
    for other in keys_of_act[1:]:
        message = f"'{keys_of_act[0]}' and '{other}' are two acts; write each behind a dash"
        yield Finding((other,), message, at_key=True)
    for name, value in as_mapping(act).items():
        if name in ("wait", "hang-up"):
            yield from (finding.under(name) for finding in _duration(value))
        if name == "press" and isinstance(value, str | int):
            yield from (finding.under(name) for finding in _keys(as_text(value)))


def _keys(digits: str) -> Iterator[Finding]:
    try:
        keys(digits)
    except UsageError as error:
        yield Finding((), str(error))


def _duration(value: Any) -> Iterator[Finding]:
    try:
        if isinstance(value, str | int | float):
            parse_duration(value)
    except ValueError as error:
        yield Finding((), str(error))


# --- then


def _expectation(expected: Any, names: Names) -> Iterator[Finding]:
    if not isinstance(expected, Mapping):
        return
    yield from _one_kind(expected)
    yield from _widget(expected, names)
    yield from _because(expected)
    yield from _ended(expected.get("ended"))
    called = expected.get("called")
    if isinstance(called, str) and names.endpoints is not None and called not in names.endpoints:
        yield _unknown_endpoint(("called",), called, names)
    for name in _CONDITIONS:
        yield from (f.under(name) for f in broken_patterns(expected.get(name)))
    for part in ("params", "headers", "context"):
        for name, condition in as_mapping(expected.get(part)).items():
            yield from (f.under(part, name) for f in broken_patterns(condition))
    yield from _time(expected.get("time"))


def _one_kind(expected: Mapping[str, Any]) -> Iterator[Finding]:
    details = {detail: kind for kind, listed in DETAILS.items() for detail in listed}
    kinds = [name for name in expected if name in DETAILS]
    if not kinds:
        # Keys that nothing has are the schema's business: one of them was to be the kind.
        if expected and details.keys() >= expected.keys():
            message = f"expected one of {', '.join(DETAILS)} beside '{next(iter(expected))}'"
            yield Finding((), message)
        return
    for other in kinds[1:]:
        message = f"'{kinds[0]}' and '{other}' are two expectations; write each behind a dash"
        yield Finding((other,), message, at_key=True)
    for name in expected:
        if name in details and details[name] not in kinds:
            yield Finding((name,), f"'{name}' goes with '{details[name]}' only", at_key=True)


def _widget(expected: Mapping[str, Any], names: Names) -> Iterator[Finding]:
    for key in ("widget", "waiting"):
        widget = expected.get(key)
        if isinstance(widget, str):
            yield from (finding.under(key) for finding in _widget_name(widget, names))
    for index, widget in enumerate(as_list(expected.get("path"))):
        yield from (finding.under("path", index) for finding in _widget_name(widget, names))
    events = (names.widgets or {}).get(str(expected.get("widget")))
    took = expected.get("took")
    if events and isinstance(took, str) and took not in events:
        yield _unknown(("took",), f"event of '{expected.get('widget')}'", took, events)


def _widget_name(widget: Any, names: Names) -> Iterator[Finding]:
    if names.widgets is not None and isinstance(widget, str) and widget not in names.widgets:
        yield _unknown((), "widget", widget, names.widgets)


def _because(expected: Mapping[str, Any]) -> Iterator[Finding]:
    reason = expected.get("because")
    if isinstance(reason, str) and reason not in _REASONS:
        hint = "; for words of an explanation write {contains: ...}"
        found = _unknown(("because",), "reason", reason, _REASONS)
        yield Finding(found.path, found.message + hint)


def _ended(reason: Any) -> Iterator[Finding]:
    is_name = isinstance(reason, str | int) and not isinstance(reason, bool)
    if is_name and as_text(reason) not in ENDINGS:
        name = as_text(reason)
        hint = f"{nearest_name(name, list(ENDINGS))} (known: {', '.join(ENDINGS)})"
        yield Finding(("ended",), f"no execution ends by '{name}'{hint}")


def _time(time: Any) -> Iterator[Finding]:
    yield from (finding.under("time") for finding in _duration(time))
    for name, bound in as_mapping(time).items():
        yield from (finding.under("time", name) for finding in _duration(bound))


def _unknown(
    path: tuple[str | int, ...], what: str, name: str, valid: Any, *, at_key: bool = False
) -> Finding:
    known = ", ".join(valid) or "none"
    return Finding(path, f"no {what} '{name}'{did_you_mean(name, valid)} (known: {known})", at_key)


def _unknown_endpoint(
    path: tuple[str | int, ...], name: str, names: Names, *, at_key: bool = False
) -> Finding:
    found = _unknown(path, "endpoint", name, names.endpoints or (), at_key=at_key)
    if name in names.stand_ins or (names.stand_ins and not names.endpoints):
        return replace(found, message=found.message + _STUB)
    return found
