from __future__ import annotations

import json

import pytest

from mockstudio.errors import RouteError
from mockstudio.flows.events import RequestSent, VerdictReached, Warned
from mockstudio.signing import is_signed

URL = "https://shop.example.com/orders"
ENDS = {"success": None, "failed": None}


@pytest.fixture
def call(stage, state):
    """Run a flow of one widget against one endpoint."""

    def called(reply=None, method="GET", url=URL, **properties):
        stage.endpoint("orders", URL, reply=reply or {"json": {"ok": True}})
        properties |= {"method": method, "url": url}
        stage.play(state("lookup", "make-http-request", ENDS, **properties))
        return stage.sandbox.message("hi there")

    return called


def received(stage):
    (entry,) = stage.sandbox.journal
    return entry.request


def test_success_writes_what_came_back(stage, call):
    execution = call({"status": 201, "json": {"total": 12.5}})
    assert execution.steps[-1].name == "success"
    widget = execution.context["widgets"]["lookup"]
    assert json.loads(widget.pop("body")) == {"total": 12.5}
    assert widget == {
        "content_type": "application/json",
        "status_code": 201,
        "parsed": {"total": 12.5},
    }
    assert stage.codes == []


def test_failed_is_spelled_failed_and_keeps_the_answer(stage, call):
    execution = call({"status": 404, "json": {"error": "no order"}})
    assert execution.steps[-1].name == "failed"
    assert execution.context["widgets"]["lookup"]["parsed"] == {"error": "no order"}
    assert execution.context["widgets"]["lookup"]["status_code"] == 404
    assert stage.codes == [81016]


def test_a_timeout_fails_at_ten_seconds_and_writes_nothing(stage, call):
    execution = call({"delay": "12s", "json": {}})
    assert execution.steps[-1].name == "failed"
    assert "lookup" not in execution.context["widgets"]
    assert stage.sandbox.clock.monotonic() == 10
    assert stage.codes == [81016]


def test_the_request_and_the_verdict_are_told_in_order(stage, call):
    call()
    kinds = [type(event) for event in stage.events]
    assert kinds.index(RequestSent) < kinds.index(VerdictReached)
    (sent,) = stage.of(RequestSent)
    assert (sent.method, sent.url, sent.widget) == ("GET", URL, "lookup")


def test_what_is_sent_is_told(stage, call):
    pairs = [{"key": "who", "value": "{{trigger.message.Body}}"}, {"key": "empty", "value": ""}]
    call(method="POST", body="<{{trigger.message.Body}}>", parameters=pairs)
    (sent,) = stage.of(RequestSent)
    assert sent.parameters == (("who", "hi there"), ("empty", ""))
    assert sent.body == "<hi there>"


def test_a_get_puts_its_parameters_into_the_query(stage, call):
    call(parameters=[{"key": "q", "value": "{{trigger.message.Body}}"}])
    request = received(stage)
    assert (request.method, request.query, request.body) == ("GET", "q=hi+there", b"")


def test_a_post_of_parameters_is_a_form(stage, call):
    call(method="POST", parameters=[{"key": "q", "value": "{{trigger.message.Body}}"}])
    request = received(stage)
    assert (request.method, request.query, request.body) == ("POST", "", b"q=hi+there")
    assert request.media_type == "application/x-www-form-urlencoded"


def test_a_body_is_sent_as_it_is_rendered(stage, call):
    call(
        method="POST",
        content_type="application/json;charset=utf-8",
        body='{"said": {{trigger.message.Body | to_json}}}',
    )
    request = received(stage)
    assert request.body == b'{"said": "hi there"}'
    assert request.header("content-type") == "application/json;charset=utf-8"


@pytest.mark.parametrize(
    "properties",
    [
        {"method": "POST", "parameters": [{"key": "a", "value": "b"}]},
        {"method": "POST", "body": "{}", "content_type": "application/json"},
        {"method": "GET"},
    ],
)
def test_every_request_is_signed_for_the_url_of_the_flow(stage, call, properties):
    call(**properties)
    request = received(stage)
    signature = request.header("x-twilio-signature")
    seen = URL + (f"?{request.query}" if request.query else "")
    form = {"a": ["b"]} if "parameters" in properties else None
    assert is_signed(signature, stage.sandbox.settings.auth_token, seen, form, request.body)


def test_a_reserved_parameter_fails_with_81014_unsent(stage, call):
    execution = call(parameters=[{"key": "method", "value": "x"}])
    assert execution.steps[-1].name == "failed"
    assert stage.codes == [81014]
    assert len(stage.sandbox.journal) == 0


@pytest.mark.parametrize("url", ["{{nothing}}", "shop.example.com", "https://shop.example.com/a b"])
def test_a_url_that_is_none_after_rendering_fails_with_81014_unsent(stage, call, url):
    execution = call(url=url)
    assert execution.steps[-1].name == "failed"
    assert execution.context["widgets"] == {}
    assert stage.codes == [81014]


def test_a_template_that_gives_no_url_is_shown_with_its_place(stage, call):
    call(url="{{flow.variables.url}}")
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.detail) == (
        81014,
        "#/states/1/properties/url: {{flow.variables.url}}",
    )


def test_a_url_that_is_none_as_it_was_written_needs_no_place(stage, call):
    call(url="foo")
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.detail) == (81014, "")


def test_add_twilio_auth_goes_to_nobody_else(stage, call):
    execution = call(add_twilio_auth=True)
    assert execution.steps[-1].name == "failed"
    assert len(stage.sandbox.journal) == 0
    (event,) = stage.of(VerdictReached)
    assert event.verdict.reason == "not-twilio"
    assert stage.codes == [81016]


def test_a_url_without_a_route_names_widget_and_url_and_ends_the_execution(stage, state):
    stage.endpoint("orders", URL)
    stage.play(state("lookup", "make-http-request", ENDS, url="https://shop.example.com/order"))
    with pytest.raises(RouteError) as caught:
        stage.sandbox.message("hi")
    text = str(caught.value)
    assert "widget 'lookup'" in text
    assert "https://shop.example.com/order," in text
    assert "endpoint 'orders'" in text
    (execution,) = stage.sandbox.executions.all()
    assert (execution.status, execution.ended_reason) == ("ended", "STOPPED_BY_ERROR")


def test_what_the_author_should_know_is_told_without_a_code(stage, call):
    execution = call({"json": [1, 2]})
    assert execution.steps[-1].name == "success"
    (warning,) = stage.of(Warned)
    assert warning.code is None
    assert "wrap it in an object" in warning.text


@pytest.mark.parametrize("method", ["PUT", "delete", "{{trigger.message.Body}}"])
def test_a_method_that_is_neither_get_nor_post_fails_with_81014_unsent(stage, call, method):
    execution = call(method=method)
    assert execution.steps[-1].name == "failed"
    assert len(stage.sandbox.journal) == 0
    (event,) = stage.of(VerdictReached)
    assert event.verdict.reason == "bad-method"
    assert stage.codes == [81014]


def test_a_verdict_has_the_numbers_that_decided(stage, call):
    call({"json": {"a": 1}, "size": 65_537})
    (event,) = stage.of(VerdictReached)
    assert event.verdict.numbers == {"size": 65_537, "limit": 65_536}


def test_bytes_that_are_no_http_are_shown_on_one_line(stage, call):
    call({"fault": "garbage", "text": "x"})
    (event,) = stage.of(VerdictReached)
    assert event.verdict.reason == "network"
    assert event.verdict.explanation.isprintable()
