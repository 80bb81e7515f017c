from __future__ import annotations

import pytest

from mockstudio.endpoints.model import Kind
from mockstudio.flows.stubs import stub_endpoints, url_pattern

ENDS = {"success": None, "failed": None}
FUNCTION_ENDS = {"success": None, "fail": None}


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("https://a.example.com/x", "https://a.example.com/x"),
        ("https://a.example.com", "https://a.example.com/"),
        ("http://a.example.com:8080/x", "http://a.example.com:8080/x"),
        ("https://A.Example.com/X", "https://a.example.com/X"),
        (" https://a.example.com/x\n", "https://a.example.com/x"),
        ("https://a.example.com/x?y={{z}}", "https://a.example.com/x"),
        ("https://a.example.com/x#y", "https://a.example.com/x"),
        ("https://user:{{password}}@a.example.com/x", "https://a.example.com/x"),
        ("https://a.example.com/{{x}}/y", "https://a.example.com/*/y"),
        ("https://a.example.com/{{x}}{{y}}", "https://a.example.com/*"),
        ("https://a.example.com/{% if a %}b{% endif %}", "https://a.example.com/*b*"),
        ("https://a.example.com/{{x | replace: '?', '/'}}", "https://a.example.com/*"),
        ("https://{{x}}.example.com/y", "https://*.example.com/y"),
        ("https://{{x}}/y", "/y"),
        ("{{x}}", "/*"),
        ("{{x}}/y", "/*"),
    ],
)
def test_liquid_in_a_url_stands_for_anything(url, pattern):
    assert str(url_pattern(url)) == pattern


def http(state, name, url, next_=None):
    return state(
        name, "make-http-request", {"success": next_, "failed": next_}, method="GET", url=url
    )


def test_each_url_is_stubbed_once_under_its_first_widgets_name(state, flow_of):
    flow = flow_of(
        http(state, "first", "https://a.example.com/x?n=1", "second"),
        http(state, "second", "https://a.example.com/x?n=2", "third"),
        state("third", "run-function", FUNCTION_ENDS, url="https://f.twil.io/y"),
        state("say", "send-message", {"sent": None}, body="https://a.example.com/z"),
    )
    stubs = stub_endpoints(flow)
    assert {(stub.name, str(stub.url), stub.kind) for stub in stubs} == {
        ("first", "https://a.example.com/x", Kind.HTTP),
        ("third", "https://f.twil.io/y", Kind.FUNCTION),
    }
    assert {stub.source for stub in stubs} == {
        "stub of widget 'first'",
        "stub of widget 'third'",
    }


def test_a_function_without_a_url_needs_no_stub(state, flow_of):
    assert stub_endpoints(flow_of(state("run", "run-function", FUNCTION_ENDS))) == []


def test_a_stubbed_flow_runs_to_its_end(stage, state):
    flow = stage.play(
        http(state, "first", "https://{{trigger.message.Body}}.example.com/a/{{flow.sid}}", "f"),
        state("f", "run-function", FUNCTION_ENDS, url="https://f.twil.io/y?{{flow.sid}}"),
    )
    stage.sandbox.stub(flow)
    execution = stage.sandbox.message("shop")
    assert [step.name for step in execution.steps[1:]] == ["success", "success"]
    assert execution.context["widgets"]["first"]["parsed"] == {"ok": True}


def test_each_widgets_own_stub_comes_before_wider_ones(stage, state):
    flow = stage.play(
        http(state, "anything", "{{trigger.message.Body}}", "any_path"),
        http(state, "any_path", "https://a.example.com/{{flow.sid}}", "orders"),
        http(state, "orders", "https://a.example.com/orders"),
    )
    stage.sandbox.stub(flow)
    assert stage.sandbox.endpoints.names == ("orders", "any_path", "anything")
    stage.sandbox.endpoints.play("orders", "client-error")
    execution = stage.sandbox.message("https://b.example.com/deep/path")
    assert [step.name for step in execution.steps[1:]] == ["success", "success", "failed"]


def test_a_scripted_url_is_not_stubbed(stage, state):
    stage.endpoint("mine", "https://a.example.com/orders/{id}", reply={"json": {"mine": True}})
    flow = stage.play(
        http(state, "orders", "https://a.example.com/orders/{{trigger.message.Body}}")
    )
    stage.sandbox.stub(flow)
    assert stage.sandbox.endpoints.names == ("mine",)


def test_stubbing_twice_changes_nothing(stage, state):
    flow = stage.play(http(state, "orders", "https://a.example.com/orders/{{flow.sid}}"))
    stage.sandbox.stub(flow)
    stage.sandbox.stub(flow)
    assert stage.sandbox.endpoints.names == ("orders",)


def test_a_name_that_is_taken_does_not_leave_a_url_without_a_stub(stage, state):
    for number in (1, 2, 3):
        url = f"https://a.example.com/{number}"
        stage.sandbox.stub(stage.play(http(state, "http_1", url), name=f"flow{min(number, 2)}"))
    assert stage.sandbox.endpoints.names == ("http_1", "flow2-http_1", "flow2-flow2-http_1")
    assert stage.sandbox.message("hi", stage.sandbox.flow("flow2")).steps[-1].name == "success"
