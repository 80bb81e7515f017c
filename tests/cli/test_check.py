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


@pytest.mark.parametrize(
    ("options", "words"),
    [
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
