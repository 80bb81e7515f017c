"""What `mockstudio check` found, for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mockstudio.contracts.probe.model import Margin, Probe, Repeats, Report
from mockstudio.contracts.probe.rules import Finding, Rule
from mockstudio.durations import format_duration
from mockstudio.excerpts import excerpt

_LONGEST_VALUE: Final = 60
_NOT_TOLD: Final = "(no transition)"


def probe_text(report: Report) -> str:
    """Return a report as text: the verdict first, then its numbers, names and findings."""
    return "\n".join(_lines(report))


def rules_text(rules: Iterable[Rule]) -> str:
    """Return a table of rules."""
    return "\n".join(f"{rule.id}  {rule.level:<7}  {rule.title}" for rule in rules)


def rule_text(rule: Rule) -> str:
    """Return all there is to say about a rule."""
    return f"{rule.id} {rule.name} ({rule.level})\n{rule.title}\n\n{rule.help}"


def _lines(report: Report) -> Iterator[str]:
    probe = report.probe
    yield f"{report.question.caller} → {probe.transition or _NOT_TOLD}"
    code = f" [{probe.code}]" if probe.code is not None else ""
    yield f"  {probe.explanation}{code}"
    yield from _requests(probe)
    yield f"  time   {_seconds(probe.time)}"
    yield f"  bytes  {_bytes(probe.size)}"
    if report.repeats is not None:
        yield from _repeats(report.repeats)
    yield from _names(probe)
    yield from map(_finding, report.findings)
    yield "ok" if report.passed else "not ok"


def _requests(probe: Probe) -> Iterator[str]:
    for hop in probe.hops:
        led = f" to {hop.location}" if hop.location else ""
        yield f"  {hop.method} {hop.url} → {hop.status or 'no answer'}{led}"


def _seconds(time: Margin) -> str:
    used, limit, left = map(format_duration, (time.used, time.limit, time.left))
    return f"{used} of {limit}, {left} left"


def _bytes(size: Margin) -> str:
    return f"{size.used:,.0f} of {size.limit:,.0f}, {size.left:,.0f} left"


def _repeats(repeats: Repeats) -> Iterator[str]:
    reasons = ", ".join(f"{reason} {count}" for reason, count in repeats.reasons.items())
    yield (
        f"  {repeats.calls} calls, {repeats.failed} failed ({repeats.share:.1%}): {reasons}; "
        f"shown is {'the first that failed' if repeats.failed else 'the slowest'}"
    )
    ranks = (f"{_rank(rank)} {format_duration(s)}" for rank, s in repeats.percentiles.items())
    yield f"  {', '.join(ranks)}"


def _rank(rank: int) -> str:
    return "slowest" if rank == 100 else f"p{rank}"


def _names(probe: Probe) -> Iterator[str]:
    width = max((len(name) for name, _ in probe.names), default=0)
    for name, value in probe.names:
        yield f"  {name:<{width}}  {_short(value)}"


def _short(value: Any) -> str:
    return excerpt(json.dumps(value, ensure_ascii=False), _LONGEST_VALUE)


def _finding(found: Finding) -> str:
    line = f"line {found.line}: " if found.line else ""
    code = f" [{found.code}]" if found.code is not None else ""
    return f"  {found.rule.level} {found.rule.id}: {line}{found.text}{code}"
