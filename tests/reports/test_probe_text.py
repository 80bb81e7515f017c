"""What `mockstudio check` prints."""

from __future__ import annotations

from mockstudio.contracts.probe.model import Caller, Margin, Probe, Question, Repeats, Report
from mockstudio.contracts.probe.rules import all_rules, finding
from mockstudio.http.exchange import Hop
from mockstudio.reports.probe_text import probe_text, rule_text, rules_text

URL = "http://localhost:3000/lookup"
FOUND = "http://localhost:3000/found"
QUICK = Margin(0.25, 10)
SMALL = Margin(1_024, 65_536)

REDIRECTED = """\
run-function → success
  success: status 200 is 2xx
  POST http://localhost:3000/lookup → 302 to /found
  GET http://localhost:3000/found → 200
  time   250 ms of 10.0 s, 9.8 s left
  bytes  1,024 of 65,536, 64,512 left
  widgets.lookup.parsed.total  12.5
  widgets.lookup.body          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
  warning MS016: the parameters are lost
  warning MS021: line 3: <Sing> is unknown [12200]
ok"""

FAILING = """\
twiml-redirect → (no transition)
  nobody answers [11205]
  POST http://localhost:3000/lookup → no answer
  time   250 ms of 10.0 s, 9.8 s left
  bytes  0 of 65,536, 65,536 left
  8 calls, 2 failed (25.0%): success 6, refused 2; shown is the first that failed
  p50 100 ms, p99 2.0 s, slowest 2.0 s
  error MS002: nobody answers
not ok"""


def test_verdict_requests_margins_names_and_findings_follow_each_other():
    probe = Probe(
        "success",
        "success",
        "success: status 200 is 2xx",
        True,
        QUICK,
        SMALL,
        hops=(Hop("POST", URL, URL, 302, "/found"), Hop("GET", FOUND, FOUND, 200)),
        names=(("widgets.lookup.parsed.total", 12.5), ("widgets.lookup.body", "a" * 99)),
    )
    lost = finding("parameters-lost", "the parameters are lost")
    unknown = finding("twiml", "<Sing> is unknown", line=3, code=12200)
    assert probe_text(Report(Question(URL), probe, (lost, unknown))) == REDIRECTED


def test_a_failure_tells_its_code_and_of_repeats_how_many_failed():
    probe = Probe(
        None,
        "refused",
        "nobody answers",
        False,
        QUICK,
        Margin(0, 65_536),
        hops=(Hop("POST", URL, URL),),
        code=11205,
    )
    repeats = Repeats(8, 2, {"success": 6, "refused": 2}, {50: 0.1, 99: 2.0, 100: 2.0})
    question = Question(URL, Caller.TWIML_REDIRECT, repeat=8)
    report = Report(question, probe, (finding("unreachable", "nobody answers"),), repeats)
    assert probe_text(report) == FAILING


def test_a_rule_is_listed_in_a_line_and_explained_with_its_help():
    rule = all_rules()["MS012"]
    assert rules_text([rule]) == "MS012  warning  The answer cannot be read under `parsed`"
    title, text = rule_text(rule).split("\n\n")
    assert title == f"MS012 not-parsed (warning)\n{rule.title}"
    assert text == rule.help
