"""What `mockstudio verify` prints."""

from __future__ import annotations

from mockstudio.contracts.drift.model import Comparison, DriftReport, State
from mockstudio.http.exchange import FailureKind
from mockstudio.reports.drift_text import drift_text

TEXT = """\
same    lookup (reply 1)  POST http://localhost:3000/lookup
drifted stock (ok)  GET http://localhost:3000/stock
        total: expected number, found string
        items: expected array, but it is missing
        scripted at orders.endpoints.yaml:7
skipped gone (reset)
        reset is the fault 'reset', which has no answer
1 same, 1 drifted, 1 skipped against http://localhost:3000"""


def test_each_endpoint_has_a_line_and_its_differences_below():
    same, drifted, skipped = State.SAME, State.DRIFTED, State.SKIPPED
    base, source = "http://localhost:3000", "orders.endpoints.yaml:7"
    differences = (
        "total: expected number, found string",
        "items: expected array, but it is missing",
    )
    why = ("reset is the fault 'reset', which has no answer",)
    report = DriftReport(
        base,
        (
            Comparison("lookup", source, same, "reply 1", f"POST {base}/lookup"),
            Comparison("stock", source, drifted, "ok", f"GET {base}/stock", differences),
            Comparison("gone", source, skipped, "reset", "", why),
        ),
    )
    assert drift_text(report) == TEXT


def test_that_nobody_answers_is_said_once():
    base, failure = "http://localhost:3000", FailureKind.REFUSED
    absent = Comparison("lookup", "a.yaml:1", State.DRIFTED, "ok", base, ("x",), failure)
    skipped = Comparison("gone", "a.yaml:2", State.SKIPPED, "reset")
    report = DriftReport(base, (absent, skipped, absent))
    assert drift_text(report) == f"nobody answers at {base}: nothing was compared"
