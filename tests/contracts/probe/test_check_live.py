"""Live endpoints, each with its verdict, its rule and the numbers behind it."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from mockstudio.contracts.probe.advice import failed
from mockstudio.contracts.probe.model import Channel, Margin, Question
from mockstudio.contracts.probe.rules import all_rules
from mockstudio.flows.verdict import Reason
from mockstudio.reports.probe_text import probe_text

ROOMY = {"http-timeout": "10s"}

VERDICTS = [
    # path, caller, transition, reason, words of the explanation, rules of its findings
    ("/json", "run-function", "success", "success", "status 200 is 2xx", ["MS015"]),
    ("/text", "run-function", "success", "success", "200", []),
    ("/braces", "run-function", "success", "success", "200", []),
    ("/nothing", "run-function", "success", "success", "204", []),
    ("/missing", "run-function", "fail", "client-error", "404 is 4xx", ["MS006"]),
    ("/absent", "make-http-request", "failed", "client-error", "404 is 4xx", ["MS006"]),
    ("/crash", "run-function", "fail", "server-error", "500 is 5xx", ["MS007"]),
    ("/odd-status", "run-function", "fail", "unknown-status", "799", ["MS009"]),
    ("/large", "run-function", "fail", "overflow", "limit 65,536", ["MS005"]),
    ("/nearly-large", "run-function", "success", "success", "200", ["MS011"]),
    ("/broken", "run-function", "success", "success", "200", ["MS012"]),
    ("/array", "run-function", "success", "success", "200", ["MS012"]),
    ("/mislabelled", "run-function", "success", "success", "200", ["MS013"]),
    ("/moved", "run-function", "success", "success", "200", ["MS016", "MS017"]),
    ("/kept", "run-function", "success", "success", "200", ["MS017"]),
    ("/round", "run-function", "fail", "too-many-redirects", "limit 5",
     ["MS008", "MS016", "MS017"]),
    ("/nowhere", "run-function", "fail", "bad-redirect", "ftp://", ["MS008"]),
    ("/not-modified", "run-function", "success", "success", "success for a Function", []),
    ("/not-modified", "make-http-request", "failed", "redirect-status", "not followed", ["MS008"]),
    ("/voice", "run-function", "success", "success", "200", ["MS018"]),
    ("/voice", "make-http-request", "success", "success", "200", ["MS014"]),
    ("/application-xml", "run-function", "success", "success", "200", ["MS014"]),
    ("/odd", "run-function", "success", "success", "200", ["MS021", "MS018"]),
    ("/torn", "run-function", "success", "success", "200", ["MS020", "MS018"]),
    ("/voice", "twiml-redirect", "return", "played", "plays Say", []),
    ("/odd", "twiml-redirect", "return", "played", "plays Say", ["MS021"]),
    ("/torn", "twiml-redirect", None, "12100", "application error", ["MS020"]),
    ("/data", "twiml-redirect", None, "12300", "application/json", ["MS020"]),
    ("/missing", "twiml-redirect", None, "client-error", "404 Not Found", ["MS006"]),
    ("/crash", "twiml-redirect", None, "server-error", "500", ["MS007"]),
]  # fmt: skip


IN_MESSAGES = [
    ("/reply", "twiml-redirect", "return", "played", "plays Message", []),
    ("/empty", "twiml-redirect", "return", "played", "plays nothing", []),
    ("/text", "twiml-redirect", "return", "played", "plays Message", []),
    ("/odd", "twiml-redirect", "return", "played", "plays nothing", ["MS021", "MS021"]),
    ("/torn", "twiml-redirect", "timeout", "12100", "nothing is sent", ["MS020"]),
    ("/data", "twiml-redirect", "timeout", "12300", "application/json", ["MS020"]),
    ("/crash", "twiml-redirect", "timeout", "server-error", "500", ["MS007"]),
    ("/voice", "run-function", "success", "success", "200", ["MS014"]),
    ("/json", "run-function", "success", "success", "200", ["MS015"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "caller", "transition", "reason", "words", "rules"), IN_MESSAGES)
def test_each_answer_has_its_verdict_in_a_flow_of_messages(
    live, check, path, caller, transition, reason, words, rules
):
    limits = {**ROOMY, "twiml-timeout": "10s"}
    report = check(live + path, caller, limits, channel=Channel.MESSAGE)
    assert (report.probe.transition, report.probe.reason) == (transition, reason)
    assert words in report.probe.explanation
    assert [found.rule.id for found in report.findings] == rules


def test_voice_verbs_in_a_document_for_a_message_are_named_with_their_lines(live, check):
    report = check(f"{live}/odd", "twiml-redirect", {"twiml-timeout": "10s"},
                   channel=Channel.MESSAGE)  # fmt: skip
    assert [(found.line, found.code) for found in report.findings] == [(2, 14110), (3, 12200)]
    assert report.probe.succeeded


@pytest.mark.parametrize(("path", "caller", "transition", "reason", "words", "rules"), VERDICTS)
def test_each_answer_has_its_verdict(live, check, path, caller, transition, reason, words, rules):
    report = check(live + path, caller, ROOMY, method="POST")
    assert (report.probe.transition, report.probe.reason) == (transition, reason)
    assert words in report.probe.explanation
    assert [found.rule.id for found in report.findings] == rules
    has_error = any(found.rule.level == "error" for found in report.findings)
    assert report.passed is not has_error


@pytest.mark.parametrize(
    ("caller", "transition"),
    [("run-function", "fail"), ("make-http-request", "failed"), ("twiml-redirect", None)],
)
def test_a_late_answer_fails_at_the_limit(live, check, caller, transition):
    report = check(f"{live}/late", caller)
    assert (report.probe.transition, report.probe.reason) == (transition, "timeout")
    assert [found.rule.id for found in report.findings] == ["MS004"]
    assert report.probe.time.used >= 0.3
    assert report.probe.time.left == 0


def test_an_answer_that_comes_just_in_time_is_warned_of(live, check):
    report = check(f"{live}/slowish", limits={"http-timeout": "1100ms"})
    assert report.passed
    assert [found.rule.id for found in report.findings] == ["MS010"]


def test_margins_are_those_of_the_profile(live, check):
    probe = check(f"{live}/json", limits={"http-timeout": "4s", "http-body": "1000"}).probe
    assert (probe.time.limit, probe.size.limit) == (4, 1000)
    assert probe.size.left == 1000 - probe.size.used
    assert 0 < probe.time.used < 4


def test_a_document_that_is_too_large_tells_how_large_it_was(live, check):
    probe = check(f"{live}/large", "twiml-redirect", {"twiml-timeout": "10s"}).probe
    assert (probe.transition, probe.reason, probe.code) == (None, "overflow", 11750)
    assert probe.size.used > probe.size.limit == 65_536
    assert (probe.size.left, probe.size.share > 1) == (0, True)


def test_a_document_that_never_came_has_no_bytes(live, check):
    assert check(f"{live}/late", "twiml-redirect").probe.size.used == 0


def test_of_a_limit_of_nothing_all_is_used():
    assert Margin(0, 0).share == 1


def test_names_are_those_that_templates_read(live, check):
    names = dict(check(f"{live}/json", limits=ROOMY, name="lookup").probe.names)
    assert names.pop("widgets.lookup.body").startswith("{")
    assert names == {
        "widgets.lookup.content_type": "application/json",
        "widgets.lookup.status_code": 200,
        "widgets.lookup.parsed.total": 12.5,
        "widgets.lookup.parsed.items[0].sku": "a",
        "widgets.lookup.parsed['first name']": "Ann",
        "widgets.lookup.parsed.gone": None,
    }


def test_run_function_posts_its_parameters_as_a_form(live, check):
    parameters = (("order", "42"), ("tag", "a"), ("tag", "b c"))
    names = dict(check(f"{live}/echo", limits=ROOMY, parameters=parameters).probe.names)
    assert names["widgets.NAME.parsed.method"] == "POST"
    assert names["widgets.NAME.parsed.params.order[0]"] == "42"


def test_make_http_request_gets_with_a_query_and_posts_json(live, check):
    asked = check(f"{live}/echo", "make-http-request", ROOMY, method="GET",
                  parameters=(("order", "42"),))  # fmt: skip
    names = dict(asked.probe.names)
    assert names["widgets.NAME.parsed.method"] == "GET"
    assert names["widgets.NAME.parsed.params.order[0]"] == "42"
    posted = check(f"{live}/echo", "make-http-request", ROOMY, json='{"id": 7}')
    assert dict(posted.probe.names)["widgets.NAME.parsed.json.id"] == 7


def test_a_twiml_redirect_is_asked_with_the_parameters_of_a_call(httpserver, check):
    httpserver.expect_request("/voice").respond_with_data("<Response/>", content_type="text/xml")
    assert check(httpserver.url_for("/voice"), "twiml-redirect", parameters=(("Digits", "1"),),
                 limits={"twiml-timeout": "10s"}).passed  # fmt: skip
    form = httpserver.log[0][0].form
    assert form["CallSid"].startswith("CA")
    assert (form["CallStatus"], form["Digits"]) == ("in-progress", "1")


def test_a_twiml_redirect_is_asked_with_the_parameters_of_a_message(httpserver, check):
    httpserver.expect_request("/sms").respond_with_data("<Response/>", content_type="text/xml")
    asked = {"limits": {"twiml-timeout": "10s"}, "channel": Channel.MESSAGE}
    assert check(httpserver.url_for("/sms"), "twiml-redirect", **asked).passed
    assert check(httpserver.url_for("/sms"), "twiml-redirect", **asked, method="GET",
                 parameters=(("Body", "ja"),)).passed  # fmt: skip
    (posted, _), (got, _) = httpserver.log
    assert posted.form["MessageSid"].startswith("SM")
    assert (posted.form["Body"], posted.form["NumMedia"]) == ("Hello", "0")
    assert "CallSid" not in posted.form
    assert (got.args["Body"], got.args["SmsStatus"]) == ("ja", "received")


def test_twiml_findings_name_line_and_code(live, check):
    found = check(f"{live}/odd", "twiml-redirect", {"twiml-timeout": "10s"}).findings[0]
    assert (found.line, found.code) == (3, 12200)
    assert "Sing" in found.text
    torn = check(f"{live}/torn", limits=ROOMY).findings[0]
    assert (torn.line, torn.code) == (2, 12100)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/kept", ["over a redirect: {0}/kept → {0}/echo"]),
        ("/moved", ["302 made a GET without parameters of the POST to {0}/moved",
                    "over a redirect: {0}/moved → {0}/echo"]),
        ("/moved-twice", ["over 2 redirects: {0}/moved-twice → {0}/kept → {0}/echo"]),
    ],
)  # fmt: skip
def test_the_way_over_redirects_is_told(live, check, path, told):
    findings = check(live + path, limits=ROOMY).findings
    assert [found.text for found in findings] == [text.format(live) for text in told]


@pytest.mark.parametrize(
    ("path", "advice"),
    [
        ("/mislabelled", "the body is JSON, but Content-Type is text/html; charset=utf-8"),
        ("/untyped", "the body is JSON, but Content-Type is missing"),
        ("/application-xml",
         "the body looks like TwiML, but Content-Type is application/xml, not text/xml"),
    ],
)  # fmt: skip
def test_the_content_type_that_studio_wants_is_told(live, check, path, advice):
    (found,) = check(live + path, limits=ROOMY).findings
    assert found.text == advice


def test_a_refused_connection_is_a_verdict_and_reached_nobody(check):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        report = check(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert (report.probe.transition, report.probe.reason) == ("fail", "refused")
    assert [found.rule.id for found in report.findings] == ["MS002"]
    assert report.probe.reached_nobody
    assert not report.passed


def test_a_connection_that_closes_without_an_answer_is_an_error_but_reached_somebody(check):
    with socket.create_server(("127.0.0.1", 0)) as server:
        closing = threading.Thread(target=lambda: server.accept()[0].close())
        closing.start()
        report = check(f"http://127.0.0.1:{server.getsockname()[1]}/", limits=ROOMY)
        closing.join()
    assert [found.rule.id for found in report.findings] == ["MS003"]
    assert not report.probe.reached_nobody


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.SUCCESS])
def test_each_reason_of_a_failure_has_a_rule(reason):
    assert failed(reason, "because", None).rule.level == "error"


@pytest.mark.parametrize(
    ("url", "caller", "transition"),
    [
        ("localhost/x", "run-function", "fail"),
        ("http://a b/", "make-http-request", "failed"),
        ("/voice", "twiml-redirect", "fail"),
    ],
)
def test_a_url_that_is_none_is_not_asked(check, url, caller, transition):
    report = check(url, caller)
    assert (report.probe.transition, report.probe.reason) == (transition, "bad-url")
    assert [found.rule.id for found in report.findings] == ["MS001"]
    assert report.probe.names == report.probe.hops == ()


def test_a_reserved_parameter_is_not_sent(live, check):
    report = check(f"{live}/echo", "make-http-request", parameters=(("method", "x"),))
    assert report.probe.reason == "reserved-parameter"
    assert report.findings[0].rule.name == "not-sent"


OF_FILES = [
    ("/order.json", "make-http-request", "success", "success", "200 is 2xx", []),
    ("/orders.json", "make-http-request", "success", "success", "200 is 2xx", ["MS012"]),
    ("/torn.json", "make-http-request", "success", "success", "200 is 2xx", ["MS012"]),
    ("/order.txt", "make-http-request", "success", "success", "200 is 2xx", ["MS013"]),
    ("/large.json", "make-http-request", "failed", "overflow", "limit 65,536", ["MS005"]),
    ("/none.json", "make-http-request", "failed", "client-error", "404 is 4xx", ["MS006"]),
    ("/voice.xml", "twiml-redirect", "return", "played", "plays Say", []),
    ("/torn.xml", "twiml-redirect", None, "12100", "application error", ["MS020"]),
    ("/order.json", "twiml-redirect", None, "12300", "application/json", ["MS020"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "caller", "transition", "reason", "words", "rules"), OF_FILES)
def test_each_file_of_http_server_has_its_verdict(
    plain, check, path, caller, transition, reason, words, rules
):
    limits = {**ROOMY, "twiml-timeout": "10s"}
    report = check(plain + path, caller, limits, method="GET")
    assert (report.probe.transition, report.probe.reason) == (transition, reason)
    assert words in report.probe.explanation
    assert [found.rule.id for found in report.findings] == rules


def test_http_server_refuses_what_run_function_posts(plain, check):
    posted = check(f"{plain}/order.json", limits=ROOMY)
    assert (posted.probe.transition, posted.probe.reason) == ("fail", "server-error")
    assert "501" in posted.probe.explanation


# --- protection


@pytest.mark.parametrize(
    ("path", "caller", "rules"),
    [
        ("/locked", "run-function", []),
        ("/locked-voice", "twiml-redirect", []),
        ("/credulous", "run-function", ["MS031"]),
        ("/text", "run-function", ["MS030", "MS031"]),
        ("/voice", "twiml-redirect", ["MS030", "MS031"]),
        ("/missing", "run-function", ["MS006", "MS032"]),
    ],
)
def test_protection_refuses_all_but_right_signatures(live, check, path, caller, rules):
    limits = {**ROOMY, "twiml-timeout": "10s"}
    report = check(live + path, caller, limits, is_protected=True)
    assert [found.rule.id for found in report.findings] == rules
    assert report.passed is not bool(rules)


@pytest.mark.parametrize("parameters", [(), (("a", "1"), ("a", "2"), ("b", "ü &="))])
def test_signatures_are_those_of_twilio_whatever_is_sent(live, check, parameters):
    assert check(f"{live}/locked", limits=ROOMY, parameters=parameters).passed
    unsigned = check(f"{live}/locked", limits=ROOMY, parameters=parameters, is_signed=False)
    assert unsigned.probe.reason == "client-error"


def test_another_token_is_refused_and_the_sample_token_is_named_as_the_reason(live, check):
    report = check(f"{live}/locked", limits=ROOMY, is_protected=True,
                   settings={"auth_token": "another"})  # fmt: skip
    assert [found.rule.id for found in report.findings] == ["MS006", "MS032"]
    assert "sample" not in report.findings[1].text
    refused = check(f"{live}/missing", limits=ROOMY, is_protected=True)
    assert "MOCKSTUDIO_AUTH_TOKEN" in refused.findings[1].text


def test_the_url_is_shown_without_its_password(live, check):
    report = check(live.replace("://", "://ann:secret@") + "/json", limits=ROOMY)
    assert report.passed
    assert "secret" not in json.dumps(report.to_json())
    assert "secret" not in probe_text(report)


# --- repeats


def test_repeats_tell_the_share_that_fails_and_show_the_first_that_did(live, check):
    report = check(f"{live}/flaky", limits=ROOMY, repeat=8)
    assert report.repeats is not None
    assert (report.repeats.calls, report.repeats.failed, report.repeats.share) == (8, 2, 0.25)
    assert report.repeats.reasons == {"success": 6, "server-error": 2}
    assert report.probe.reason == "server-error"
    assert [found.rule.id for found in report.findings] == ["MS007", "MS040"]
    times = list(report.repeats.percentiles.values())
    assert times == sorted(times)


def test_repeats_that_all_succeed_show_the_slowest(live, check):
    report = check(f"{live}/json", limits=ROOMY, repeat=3)
    assert report.passed
    assert report.repeats is not None
    assert report.repeats.percentiles[100] == report.probe.time.used


def test_one_call_has_no_repeats(live, check):
    assert check(f"{live}/json", limits=ROOMY).repeats is None


# --- rules


def test_rules_have_ids_names_and_help_of_their_own():
    rules = all_rules()
    assert list(rules) == sorted(rules)
    assert len({rule.name for rule in rules.values()}) == len(rules)
    assert all(rule.id.startswith("MS0") and rule.title and rule.help for rule in rules.values())


def test_a_question_is_run_functions_unless_told():
    question = Question("http://localhost/")
    assert (question.caller, question.method, question.is_signed) == ("run-function", "POST", True)
