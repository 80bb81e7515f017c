"""`mockstudio check`: a live endpoint asked once or often, and all there is to say about it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from mockstudio.config import SAMPLE_AUTH_TOKEN, Settings
from mockstudio.contracts.live import Signing, live_client
from mockstudio.contracts.probe.http_widgets import probe_http_widget
from mockstudio.contracts.probe.model import Caller, Probe, Question, Repeats, Report
from mockstudio.contracts.probe.redirect import probe_redirect
from mockstudio.contracts.probe.rules import Finding, Level, finding
from mockstudio.durations import format_duration
from mockstudio.flows.limits import Limits, profile, with_limits
from mockstudio.flows.verdict import Reason
from mockstudio.http.client import HttpClient

PERCENTILES: Final = (50, 90, 95, 99, 100)
_WORST_FIRST: Final = tuple(Level)


def check_endpoint(question: Question, settings: Settings) -> Report:
    """Ask a live endpoint, and return what Studio would make of it.

    Args:
        question: what is asked.
        settings: account, numbers, limits, and whether the environment is trusted.
    """
    checker = _Checker(question, settings)
    signing = Signing.RIGHT if question.is_signed else Signing.NONE
    probes = checker.ask(signing, question.repeat)
    shown = _shown(probes)
    repeats = _repeats(probes) if question.repeat > 1 else None
    findings = [*shown.findings, *_about_repeats(repeats)]
    if question.is_protected and not shown.reached_nobody:
        findings += checker.about_protection(shown)
    ordered = sorted(findings, key=lambda found: _WORST_FIRST.index(found.rule.level))
    return Report(question, shown, tuple(ordered), repeats)


class _Checker:
    def __init__(self, question: Question, settings: Settings) -> None:
        self._question = question
        self._settings = settings
        self._limits: Limits = with_limits(profile(settings.profile), settings.limits)

    def ask(self, signing: Signing, times: int = 1) -> list[Probe]:
        with live_client(self._settings, signing) as client:
            return [self._probe(client) for _ in range(times)]

    def about_protection(self, signed: Probe) -> Iterator[Finding]:
        """Yield what is wrong with how signatures are checked (rest-api.md 6.4)."""
        if signed.reason == Reason.CLIENT_ERROR:
            yield finding("signed-refused", f"{signed.explanation}{self._token_hint()}")
        for signing, name, what in (
            (Signing.NONE, "unsigned-accepted", "without a signature"),
            (Signing.WRONG, "forged-accepted", "with a wrong signature"),
        ):
            probe = self.ask(signing)[0]
            if probe.reason != Reason.CLIENT_ERROR:
                text = f"expected a request {what} to be refused, found {probe.explanation}"
                yield finding(name, text)

    def _probe(self, client: HttpClient) -> Probe:
        if self._question.caller is Caller.TWIML_REDIRECT:
            return probe_redirect(
                client, self._question, self._settings, self._limits, client.clock
            )
        return probe_http_widget(client, self._question, self._limits)

    def _token_hint(self) -> str:
        if self._settings.auth_token != SAMPLE_AUTH_TOKEN:
            return ""
        return "; it was signed with mockstudio's sample token: set MOCKSTUDIO_AUTH_TOKEN"


def _shown(probes: Sequence[Probe]) -> Probe:
    """Return the call to show: the first that failed, or the slowest."""
    failed = next((probe for probe in probes if not probe.succeeded), None)
    return failed or max(probes, key=lambda probe: probe.time.used)


def _repeats(probes: Sequence[Probe]) -> Repeats:
    times = sorted(probe.time.used for probe in probes)
    return Repeats(
        calls=len(probes),
        failed=sum(not probe.succeeded for probe in probes),
        reasons=Counter(probe.reason for probe in probes),
        percentiles={rank: percentile(times, rank) for rank in PERCENTILES},
    )


def percentile(ordered: Sequence[float], rank: int) -> float:
    """Return the smallest value that `rank` percent of the values do not exceed.

    Args:
        ordered: at least one value, the smallest first.
        rank: 1 to 100.
    """
    return ordered[math.ceil(len(ordered) * rank / 100) - 1]


def _about_repeats(repeats: Repeats | None) -> Iterator[Finding]:
    if repeats is None or not repeats.failed:
        return
    slowest = format_duration(repeats.percentiles[100])
    text = f"{repeats.failed} of {repeats.calls} calls ({repeats.share:.0%}) would fail"
    yield finding("sometimes-fails", f"{text}; the slowest took {slowest}")
