"""`mockstudio check` and `mockstudio verify` at the command line."""

from __future__ import annotations

import json
import socket

import pytest

ENDPOINTS = """\
endpoints:
  - name: lookup
    kind: function
    url: https://orders-1234.twil.io/lookup
    when: {params: {order: "42"}}
    reply: {json: {total: 12.5}}
"""


@pytest.fixture
def url(httpserver):
    """A URL that answers with a total."""
    httpserver.expect_request("/lookup").respond_with_json({"total": 1})
    return httpserver.url_for("/lookup")


@pytest.fixture
def closed():
    """The URL of a port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_check_says_transition_margins_and_names(here, url, httpserver):
    result = here("check", url, "--param", "order=42", "--name", "lookup")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("run-function → success\n  success: status 200 is 2xx\n")
    assert "widgets.lookup.parsed.total  1\n" in result.out
    assert "of 65,536," in result.out
    assert result.out.endswith("ok\n")
    assert httpserver.log[0][0].form["order"] == "42"


def test_check_exits_with_1_for_a_failure_transition(here, httpserver):
    result = here("check", httpserver.url_for("/nothing-here"))
    assert result.code == 1
    assert "error MS007: fail: status 500 is 5xx [81017]" in result.out
    assert result.out.endswith("not ok\n")


def test_check_exits_with_1_for_an_error_though_the_widget_succeeds(here, url):
    result = here("check", url, "--protected")
    assert result.code == 1
    assert "run-function → success" in result.out
    assert "error MS030: " in result.out


def test_check_exits_with_4_when_nobody_is_there(here, closed):
    result = here("check", closed)
    assert result.code == 4
    assert "run-function → fail" in result.out
    assert "error MS002: " in result.out


def test_check_in_json_is_one_document(here, url):
    result = here("check", url, "--format", "json", "--repeat", "3")
    report = result.json
    assert (result.code, report["passed"], report["transition"]) == (0, True, "success")
    assert report["names"]["widgets.NAME.parsed.total"] == 1
    assert report["repeats"]["calls"] == 3
    assert report["bytes"]["left"] == 65_536 - report["bytes"]["used"]


def test_check_in_json_has_rule_margins_requests_and_findings(here, httpserver):
    httpserver.expect_request("/moved").respond_with_data("", 303, {"Location": "/list"})
    httpserver.expect_request("/list").respond_with_data("[1]", content_type="application/json")
    url = httpserver.url_for("/moved")
    report = here("check", url, "--format", "json").json
    assert (report["url"], report["widget"], report["reason"]) == (url, "run-function", "success")
    assert (report["code"], report["content_type"]) == (None, "application/json")
    assert [report[name]["limit"] for name in ("seconds", "bytes")] == [10, 65_536]
    assert 0 < report["seconds"]["used"] < 10
    assert report["bytes"] == {"used": 3, "limit": 65_536, "left": 65_533}
    assert [(each["method"], each["status"]) for each in report["requests"]] == [
        ("POST", 303),
        ("GET", 200),
    ]
    assert [each["rule"] for each in report["findings"]] == ["MS016", "MS012", "MS017"]
    assert report["findings"][1]["name"] == "not-parsed"
    assert report["repeats"] is None


def test_check_sends_parameters_in_their_order_and_as_often_as_given(here, url, httpserver):
    here("check", url, "--param", "tag=b", "--param", "tag=a=c", "--param", "empty=")
    form = httpserver.log[0][0].form
    assert form.to_dict(flat=False) == {"tag": ["b", "a=c"], "empty": [""]}


def test_check_posts_the_body_as_json(here, url, httpserver):
    here("check", url, "--json", '{"order": {"id": 42}}', "--param", "page=2")
    request = httpserver.log[0][0]
    assert request.mimetype == "application/json"
    assert json.loads(request.get_data()) == {"order": {"id": 42}}
    assert request.args["page"] == "2"


def test_check_tells_percentiles_and_the_share_that_fails(here, httpserver):
    httpserver.expect_oneshot_request("/lookup").respond_with_json({})
    result = here("check", httpserver.url_for("/lookup"), "--repeat", "4")
    assert result.code == 1
    assert "4 calls, 3 failed (75.0%): success 1, server-error 3" in result.out
    assert all(f"{rank} " in result.out for rank in ("p50", "p90", "p95", "p99", "slowest"))
    assert "error MS040: 3 of 4 calls (75%) would fail" in result.out


def test_check_keeps_to_the_limits_it_is_given(here, url):
    result = here("check", url, "--limit", "http-body=5")
    assert result.code == 1
    assert "limit 5" in result.out


def test_check_signs_unless_told_not_to(here, url, httpserver):
    here("check", url)
    here("check", url, "--no-sign")
    signed = ["X-Twilio-Signature" in request.headers for request, _ in httpserver.log]
    assert signed == [True, False]


@pytest.mark.parametrize(
    ("options", "widget", "method"),
    [
        ([], "run-function", "POST"),
        (["--method", "GET"], "make-http-request", "GET"),
        (["--method", "get"], "make-http-request", "GET"),
        (["--json", "{}"], "make-http-request", "POST"),
        (["--widget", "make-http-request"], "make-http-request", "GET"),
        (["--widget", "make-http-request", "--method", "POST"], "make-http-request", "POST"),
        (["--widget", "twiml-redirect"], "twiml-redirect", "POST"),
        (["--widget", "twiml-redirect", "--method", "GET"], "twiml-redirect", "GET"),
    ],
)
def test_check_chooses_the_widget_that_can_ask_so(here, url, httpserver, options, widget, method):
    assert here("check", url, "--format", "json", *options).json["widget"] == widget
    assert httpserver.log[0][0].method == method


def test_check_asks_for_twiml_as_a_message_does(here, httpserver):
    httpserver.expect_request("/sms").respond_with_data("oh", 500)
    options = ("--widget", "twiml-redirect", "--channel", "message")
    result = here("check", httpserver.url_for("/sms"), *options)
    assert result.code == 1
    assert result.out.startswith("twiml-redirect → timeout\n  timeout: nothing is sent, ")
    assert httpserver.log[0][0].form["SmsStatus"] == "received"
    listed = here("check", httpserver.url_for("/sms"), *options, "--format", "json").json
    assert (listed["channel"], listed["transition"]) == ("message", "timeout")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--channel", "fax"], "--channel"),
        (["--param", "order"], "expected NAME=VALUE"),
        (["--json", "{"], "not JSON"),
        (["--json", "{}", "--widget", "run-function"], "run-function posts a form"),
        (["--json", "{}", "--method", "GET"], "a GET has no body"),
        (["--method", "GET", "--widget", "run-function"], "run-function always posts"),
        (["--protected", "--no-sign"], "leave out --no-sign"),
        (["--repeat", "0"], "--repeat"),
        (["--widget", "say"], "--widget"),
        (["--limit", "http-tiemout=1s"], "http-timeout"),
    ],
)
def test_check_refuses_what_no_widget_can_ask(here, url, httpserver, options, words):
    result = here("check", url, *options)
    assert result.code == 2
    assert words in result.err
    assert httpserver.log == []


def test_a_rule_of_lint_is_named_as_one(here):
    result = here("check", "--explain", "ms101")
    assert (result.code, result.out) == (2, "")
    assert "MS101 is a rule of `mockstudio lint`: ask `mockstudio lint --explain MS101`" in (
        result.err
    )


def test_rules_are_listed_and_explained_without_a_url(here):
    listed = here("check", "--list-rules")
    assert (listed.code, listed.err) == (0, "")
    assert "MS012  warning  The answer cannot be read under `parsed`\n" in listed.out
    explained = here("check", "--explain", "ms012")
    assert explained.code == 0
    assert explained.out.startswith("MS012 not-parsed (warning)\n")
    unknown = here("check", "--explain", "MS0012")
    assert unknown.code == 2
    assert "did you mean 'MS012'" in unknown.err


def test_help_tells_the_exit_codes(here):
    assert "It is 4 when nobody could be" in here("check", "--help").out


# --- verify


@pytest.fixture
def script(folder):
    """A file with one endpoint."""
    (folder / "orders.endpoints.yaml").write_text(ENDPOINTS, "utf-8")
    return "orders.endpoints.yaml"


def base(httpserver) -> str:
    return httpserver.url_for("/").rstrip("/")


def test_verify_passes_what_answers_as_scripted(here, script, url, httpserver):
    result = here("verify", script, "--against", base(httpserver))
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        f"same    lookup (reply 1)  POST {url}",
        f"1 same, 0 drifted, 0 skipped against {base(httpserver)}",
    ]
    assert httpserver.log[0][0].form["order"] == "42"


def test_verify_tells_what_has_drifted_and_where_it_is_scripted(here, script, httpserver):
    httpserver.expect_request("/lookup").respond_with_json({"total": "much"})
    result = here("verify", script, "--against", base(httpserver))
    assert result.code == 1
    assert "        total: expected number, found string\n" in result.out
    assert "        scripted at orders.endpoints.yaml:2\n" in result.out


def test_verify_compares_exactly_on_demand(here, script, url, httpserver):
    result = here("verify", script, "--against", base(httpserver), "--exact", "--format", "json")
    assert result.code == 1
    assert result.json["endpoints"][0]["differences"] == ["total: expected 12.5, found 1"]


def test_verify_compares_one_endpoint_exactly(here, script, url, httpserver):
    options = ("verify", script, "--against", base(httpserver), "--exact-for")
    assert "total: expected 12.5, found 1" in here(*options, "lookup").out
    unknown = here(*options, "lokup")
    assert (unknown.code, unknown.out) == (2, "")
    assert "did you mean 'lookup'" in unknown.err


def test_verify_fills_in_what_the_script_leaves_open(here, folder, httpserver):
    httpserver.expect_request("/orders/42").respond_with_json({"id": "42"})
    open_script = {"name": "order", "url": "/orders/{id}", "reply": {"json": {"id": "1"}}}
    (folder / "open.yaml").write_text(json.dumps({"endpoints": [open_script]}), "utf-8")
    options = ("verify", "open.yaml", "--against", base(httpserver))
    skipped = here(*options)
    assert (skipped.code, "give --param 'id=VALUE'" in skipped.out) == (1, True)
    assert here(*options, "--param", "id=42").code == 0


@pytest.mark.parametrize(
    ("name", "nearest"), [("idd", "id"), ("oder", "order"), ("Accpt", "accept")]
)
def test_verify_refuses_a_value_that_nothing_asks_for(here, folder, name, nearest):
    when = {"params": {"order": "42"}, "headers": {"Accept": "text/html"}}
    script = {"name": "order", "url": "/orders/{id}/*", "when": when}
    (folder / "open.yaml").write_text(json.dumps({"endpoints": [script]}), "utf-8")
    result = here("verify", "open.yaml", "--against", "http://localhost", "--param", f"{name}=3")
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(
        f"no part or condition '{name}'; did you mean '{nearest}'? (known: id, *, order, accept)\n"
    )


def test_verify_in_json_is_one_document(here, script, url, httpserver):
    report = here("verify", script, "--against", base(httpserver), "--format", "json").json
    (lookup,) = report.pop("endpoints")
    assert report == {
        "against": base(httpserver), "passed": True, "same": 1, "drifted": 0, "skipped": 0,
    }  # fmt: skip
    assert lookup.pop("seconds") > 0
    assert lookup == {
        "endpoint": "lookup",
        "source": "orders.endpoints.yaml:2",
        "state": "same",
        "reply": "reply 1",
        "request": f"POST {url}",
        "differences": [],
    }


def test_verify_exits_with_4_when_nobody_is_there(here, script, closed):
    assert here("verify", script, "--against", closed).code == 4


@pytest.mark.parametrize("against", ["localhost:3000", "ftp://localhost", "http://"])
def test_verify_wants_a_base_url(here, script, against):
    result = here("verify", script, "--against", against)
    assert result.code == 2
    assert "expected http:// or https:// and a host" in result.err


def test_verify_reports_a_broken_script(here, folder, httpserver):
    (folder / "broken.yaml").write_text(json.dumps({"endpoints": [{"nam": "x"}]}), "utf-8")
    result = here("verify", "broken.yaml", "--against", base(httpserver))
    assert result.code == 2
    assert "did you mean 'name'" in result.err
