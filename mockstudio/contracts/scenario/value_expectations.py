"""What a scenario can expect of values: in the context, and in what endpoints received."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mockstudio.contracts.scenario.differences import text_difference
from mockstudio.contracts.scenario.expectations import Expectation
from mockstudio.contracts.scenario.seen import Miss, Seen
from mockstudio.contracts.scenario.wording import as_infinitive, as_part
from mockstudio.endpoints.journal import Entry
from mockstudio.endpoints.predicates import Equals, Operator, json_difference
from mockstudio.signing import SIGNATURE_HEADER

TAKEN: Final = "it was before what is expected above, and not again"
VALID: Final = "valid"
INVALID: Final = "invalid"
ABSENT: Final = "absent"
SIGNATURES: Final = (VALID, INVALID, ABSENT)
"""What a request's X-Twilio-Signature may be."""
MISSING: Final = object()
"""What stands at a name that the context has not."""


@dataclass(frozen=True, kw_only=True)
class ContextHas(Expectation):
    """A value of the context is so.

    Attributes:
        name: such as `widgets.lookup.parsed.status`.
        value: JSON, of which objects may have more keys; or a condition on the value as text.
    """

    name: str
    value: Any

    @property
    def text(self) -> str:  # noqa: D102
        if isinstance(self.value, Operator):
            return f"{self.name} {as_infinitive(self.value)}"
        return f"{self.name} to be {_as_json(self.value)}"

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        if seen.execution is None:
            return Miss(("no flow was run",))
        found = value_at(seen.execution.context, self.name)
        if isinstance(self.value, Operator):
            texts = [] if found is MISSING else [_text(found)]
            diff = _equal_difference(self.value, texts)
            return None if self.value.holds(texts) else Miss((_shown(found),), diff=diff)
        if found is MISSING:
            return Miss((_shown(found),))
        differences = json_difference(self.value, found)
        are_texts = isinstance(self.value, str) and isinstance(found, str)
        diff = text_difference(self.value, found) if are_texts else ()
        return Miss(tuple(differences), diff=diff) if differences else None


@dataclass(frozen=True, kw_only=True)
class WasCalled(Expectation):
    """An endpoint received requests; with conditions, so many that fit them all.

    Attributes:
        endpoint: its name.
        times: how many; None for one or more.
        method: in capitals, or empty for any.
        params: conditions by parameter, query and form together.
        headers: conditions by header.
        json: what the body must contain; `...` for any body.
        body: a condition on the body's text, or None.
        signature: one of `SIGNATURES`, or empty for any.
    """

    endpoint: str
    times: int | None = None
    method: str = ""
    params: Mapping[str, Operator] = field(default_factory=dict)
    headers: Mapping[str, Operator] = field(default_factory=dict)
    json: Any = ...
    body: Operator | None = None
    signature: str = ""

    @property
    def text(self) -> str:  # noqa: D102 - as in Expectation
        called = "not to be called" if self.times == 0 else f"to be called{_times(self.times)}"
        method = f" by {self.method}" if self.method else ""
        return f"endpoint '{self.endpoint}' {called}{method}{self._conditions}"

    @property
    def _conditions(self) -> str:
        parts = [as_part(*named) for named in [*self.params.items(), *self.headers.items()]]
        parts += [f"JSON {_as_json(self.json)}"] if self.json is not ... else []
        parts += [as_part("body", self.body)] if self.body else []
        parts += [_SIGNATURES[self.signature]] if self.signature else []
        return f" with {', '.join(parts)}" if parts else ""

    def check(self, seen: Seen) -> Miss | None:  # noqa: D102
        received = [entry for entry in seen.entries if entry.endpoint == self.endpoint]
        fitting = [entry for entry in received if not any(self._differences(entry, seen))]
        if len(fitting) == self.times or (self.times is None and seen.take_entry(fitting)):
            return None
        last = seen.step_of(received[-1]) if received else None
        others = [entry for entry in seen.entries if entry.endpoint != self.endpoint]
        told = [self._told(entry, seen) for entry in received or others]
        how = TAKEN if fitting and self.times is None else self._how_often(len(fitting))
        bodies = [entry.request.text for entry in received[-1:]]
        return Miss((how, *told), last, _equal_difference(self.body, bodies))

    def _how_often(self, count: int) -> str:
        so = " so" if self.method or self._conditions else ""
        return f"it was called{_times(count)}{so}" if count else f"it was not called{so}"

    def _told(self, entry: Entry, seen: Seen) -> str:
        is_meant = entry.endpoint == self.endpoint
        differences = "; ".join(self._differences(entry, seen)) if is_meant else ""
        shown = f"{entry.request.method} {seen.url(entry)} to {entry.endpoint or 'no endpoint'}"
        return f"{shown}: {differences}" if differences else shown

    def _differences(self, entry: Entry, seen: Seen) -> Iterator[str]:
        request = entry.request
        if self.method not in ("", request.method):
            yield f"expected {self.method}, found {request.method}"
        for name, condition in self.params.items():
            yield from _named(name, condition.difference(request.params.get(name, ())))
        for name, condition in self.headers.items():
            yield from _named(name, condition.difference(request.header_values(name)))
        if self.json is not ...:
            yield from _json_differences(self.json, entry)
        if self.body is not None:
            yield from _named("body", self.body.difference([request.text]))
        if self.signature:
            yield from self._signature_difference(entry, seen)

    def _signature_difference(self, entry: Entry, seen: Seen) -> Iterator[str]:
        problem = seen.signature_problem(entry)
        unsigned = not entry.request.header(SIGNATURE_HEADER)
        found = VALID if problem is None else ABSENT if unsigned else INVALID
        if found != self.signature:
            why = f": {problem}" if problem else ""
            yield f"expected {_SIGNATURES[self.signature]}, found {_SIGNATURES[found]}{why}"


_SIGNATURES: Final = {
    VALID: "a valid signature",
    INVALID: "an invalid signature",
    ABSENT: "no signature",
}


def _json_differences(expected: Any, entry: Entry) -> Sequence[str]:
    """Return what keeps a request's body from holding some JSON."""
    body = entry.request.body
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        if entry.request_size > len(body):
            return [f"the body is too long: only its first {len(body):,} bytes are kept"]
        return [f"the body is not valid JSON: {error if body.strip() else 'it is empty'}"]
    return json_difference(expected, found)


def value_at(context: Any, name: str) -> Any:
    """Return the value that a name such as `flow.variables.tries` stands for, or MISSING."""
    for part in name.split("."):
        if isinstance(context, Mapping) and part in context:
            context = context[part]
        elif isinstance(context, list) and part.isdecimal() and int(part) < len(context):
            context = context[int(part)]
        else:
            return MISSING
    return context


def _equal_difference(condition: Operator | None, texts: Sequence[str]) -> tuple[str, ...]:
    """Return where a text differs from the one that it should be exactly."""
    if isinstance(condition, Equals) and texts:
        return text_difference(condition.text, texts[0])
    return ()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _as_json(value)


def _shown(value: Any) -> str:
    return "it is not there" if value is MISSING else _as_json(value)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _named(name: str, difference: str | None) -> Iterator[str]:
    if difference is not None:
        yield f"{name}: {difference}"


def _times(count: int | None) -> str:
    if count is None:
        return ""
    return {1: " once", 2: " twice"}.get(count, f" {count} times")
