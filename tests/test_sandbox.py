from __future__ import annotations

import gc
import threading
import weakref

import pytest
from werkzeug import Response

from mockstudio.clock import ScaledClock, SystemClock
from mockstudio.config import Settings
from mockstudio.errors import (
    EndpointFileError,
    FlowDefinitionError,
    RouteError,
    UnknownNameError,
    UsageError,
)
from mockstudio.flows.events import FlowEvent, MessageSent, VerdictReached, Warned
from mockstudio.sandbox import Sandbox

PATIENCE = 5.0
SLOW = "https://slow.example.com/x"
OTHER = {"From": "+12025550199"}


def asking(stage, state, **properties):
    return stage.play(
        state("ask", "send-and-wait-for-reply", {"incomingMessage": "thanks", "timeout": "late"},
              body="Which?", **properties),
        state("thanks", "send-message", {"sent": None}, body="{{widgets.ask.inbound.Body}}!"),
        state("late", "send-message", {"sent": None}, body="Too late"),
    )  # fmt: skip


# --- who talks to whom


def test_a_second_message_resumes_the_first_ones_execution(stage, state):
    asking(stage, state)
    first = stage.sandbox.message("hi")
    assert stage.sandbox.message("blue") is first
    assert stage.sent == ["Which?", "blue!"]
    assert first.status == "ended"


def test_after_the_end_a_message_starts_anew(stage, state):
    asking(stage, state)
    first = stage.sandbox.message("hi")
    stage.sandbox.message("blue")
    assert stage.sandbox.message("hi again") is not first
    assert len(stage.sandbox.executions.all()) == 2


@pytest.mark.parametrize("other", [OTHER, {"To": "+15005550001"}])
def test_other_contacts_and_numbers_get_their_own_execution(stage, state, other):
    asking(stage, state)
    first, second = stage.sandbox.message("hi"), stage.sandbox.message("hi", parameters=other)
    assert first is not second
    stage.sandbox.message("red", parameters=other)
    assert (first.status, second.status) == ("active", "ended")
    assert stage.sent == ["Which?", "Which?", "red!"]


def test_one_contact_may_be_in_several_flows(stage, state):
    ask = state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="?")
    one, two = (stage.play(ask, name=name) for name in ("one", "two"))
    first, second = stage.sandbox.message("hi", one), stage.sandbox.message("hi", two)
    assert first is not second
    assert first.is_active
    with pytest.raises(UsageError, match="loaded: one, two"):
        stage.sandbox.message("hi")


def test_a_request_starts_with_parameters_of_any_type(stage, state):
    body = "{{flow.data.n | plus: 1}} {{flow.data.o.x}}"
    stage.play(state("say", "send-message", {"sent": None}, body=body))
    execution = stage.sandbox.request({"n": 5, "o": {"x": "y"}})
    assert execution.trigger_event == "incomingRequest"
    assert stage.sent == ["6 y"]
    assert stage.sandbox.messages.all()[0].to == stage.sandbox.settings.contact


# --- what arrives while a widget runs


def replying_slowly(stage, state):
    stage.play(
        state("call", "make-http-request", {"success": "ask", "failed": None}, url=SLOW),
        state("ask", "send-and-wait-for-reply", {"incomingMessage": None}, body="?"),
    )


def test_a_message_that_arrives_while_a_widget_runs_is_ignored_with_81002(
    on_stage, state, httpserver
):
    called, answer = threading.Event(), threading.Event()

    def slow(request):
        called.set()
        answer.wait(PATIENCE)
        return Response("{}", content_type="application/json")

    httpserver.expect_request("/x").respond_with_handler(slow)
    routes = {"https://slow.example.com/*": httpserver.url_for("/*")}
    stage = on_stage(Settings(routes=routes), SystemClock())
    replying_slowly(stage, state)
    runner = threading.Thread(target=stage.sandbox.message, args=("first",))
    runner.start()
    assert called.wait(PATIENCE)
    execution = stage.sandbox.message("second")
    answer.set()
    runner.join(PATIENCE)
    (warning,) = stage.of(Warned)
    assert warning.code == 81002
    assert "'incomingMessage' arrived while widget 'call' was running" in warning.text
    assert (execution.widget, execution.path) == ("ask", ["Trigger", "call"])
    stage.sandbox.message("third")
    assert execution.context["widgets"]["ask"]["inbound"]["Body"] == "third"


def test_a_message_sent_by_the_called_endpoint_itself_is_ignored_too(stage, state):
    stage.endpoint("slow", SLOW, reply={"json": {}})
    replying_slowly(stage, state)
    stage.sandbox.endpoints.subscribe(lambda entry: stage.sandbox.message("from inside"))
    execution = stage.sandbox.message("first")
    assert stage.codes == [81002]
    assert execution.widget == "ask"
    assert len(stage.sandbox.executions.all()) == 1


def test_other_contacts_are_served_while_a_widget_runs(stage, state):
    stage.endpoint("slow", SLOW, reply={"json": {}})
    replying_slowly(stage, state)
    inner = []

    def other(entry):
        if not inner:
            inner.append("started")
            inner.append(stage.sandbox.message("hi", parameters=OTHER))

    stage.sandbox.endpoints.subscribe(other)
    outer = stage.sandbox.message("first")
    assert inner[1] is not outer
    assert inner[1].widget == outer.widget == "ask"


def test_many_contacts_at_once_do_not_get_into_each_others_way(on_stage, state):
    stage = on_stage(clock=ScaledClock(100))
    asking(stage, state)
    contacts = [{"From": f"+1202555{number:04}"} for number in range(100, 120)]

    def talk(parameters):
        for text in ("hi", parameters["From"]):
            stage.sandbox.message(text, parameters=parameters)

    threads = [threading.Thread(target=talk, args=(contact,)) for contact in contacts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    executions = stage.sandbox.executions.all()
    assert len(executions) == 20
    assert all(e.context["widgets"]["thanks"]["outbound"]["Body"] == f"{e.contact}!"
               for e in executions)  # fmt: skip


# --- time


def test_time_may_be_passed_to_where_something_happens(stage, state):
    asking(stage, state, timeout="600")
    execution = stage.sandbox.message("hi")
    assert stage.sandbox.pass_time(execution) is True
    assert stage.sandbox.clock.monotonic() == 600
    assert stage.sent == ["Which?", "Too late"]
    assert stage.sandbox.pass_time(execution) is False
    assert stage.sandbox.clock.monotonic() == 600


def test_time_passed_on_a_running_clock_has_had_its_effect_at_once(on_stage, state):
    stage = on_stage(clock=ScaledClock(1))
    asking(stage, state, timeout="600")
    execution = stage.sandbox.message("hi")
    assert stage.sandbox.pass_time(execution)
    assert execution.path == ["Trigger", "ask", "late"]


def test_each_wait_is_passed_by_itself(stage, state):
    asking(stage, state, timeout="600")
    first = stage.sandbox.message("hi")
    stage.sandbox.clock.advance(100)
    second = stage.sandbox.message("hi", parameters=OTHER)
    assert stage.sandbox.pass_time(first)
    assert second.is_active
    assert stage.sandbox.pass_time(second)
    assert stage.sandbox.clock.monotonic() == 700


def test_advancing_the_clock_fires_every_timeout_in_order(stage, state):
    asking(stage, state, timeout="{{trigger.message.Body}}")
    for number, seconds in enumerate(("30", "10", "20")):
        stage.sandbox.message(seconds, parameters={"From": f"+1202555010{number}"})
    stage.sandbox.clock.advance(25)
    late = [event.to for event in stage.of(MessageSent) if event.body == "Too late"]
    assert late == ["+12025550101", "+12025550102"]


def test_a_timeout_may_fire_while_another_execution_waits_for_an_answer(stage, state):
    stage.endpoint("slow", SLOW, reply={"delay": "5s", "json": {}})
    waiting = asking(stage, state, timeout="3")
    first = stage.sandbox.message("hi", waiting)
    flow = stage.play(
        state("call", "make-http-request", {"success": None, "failed": None}, url=SLOW), name="slow"
    )
    second = stage.sandbox.message("hi", flow)
    assert first.status == "ended"
    assert second.steps[-1].name == "success"
    assert stage.sandbox.clock.monotonic() == 5


def test_the_thread_of_a_scaled_clock_really_times_an_execution_out(on_stage, state):
    stage, over = on_stage(clock=ScaledClock(100)), threading.Event()
    asking(stage, state, timeout="2")
    stage.sandbox.listen(
        lambda event: over.set() if getattr(event, "body", "") == "Too late" else None
    )
    execution = stage.sandbox.message("hi")
    assert over.wait(PATIENCE)
    stage.sandbox.clock.close()
    assert execution.path == ["Trigger", "ask", "late"]


def calling_nowhere_when_it_is_late(stage, state):
    stage.play(
        state("ask", "send-and-wait-for-reply", {"timeout": "call"}, body="?", timeout="1"),
        state("call", "make-http-request", {"success": None}, url="https://x.example.com"),
    )
    return stage.sandbox.message("hi")


def test_what_stops_a_run_after_a_timeout_is_told(stage, state):
    execution = calling_nowhere_when_it_is_late(stage, state)
    stage.sandbox.clock.advance(1)
    (warning,) = stage.of(Warned)
    assert (warning.code, warning.widget) == (None, "call")
    assert "no route covers https://x.example.com" in warning.text
    assert execution.ended_reason == "STOPPED_BY_ERROR"


def test_what_stops_a_run_while_time_is_passed_reaches_the_caller(stage, state):
    execution = calling_nowhere_when_it_is_late(stage, state)
    with pytest.raises(RouteError, match="widget 'call'"):
        stage.sandbox.pass_time(execution)
    assert execution.ended_reason == "STOPPED_BY_ERROR"


# --- loading and forgetting


def test_ending_an_execution_frees_its_contact(stage, state):
    asking(stage, state)
    first = stage.sandbox.message("hi")
    stage.sandbox.end(first)
    assert (first.status, first.ended_reason) == ("ended", "STOPPED")
    assert stage.sandbox.message("hi") is not first
    stage.sandbox.clock.advance(3600)
    assert stage.sent.count("Too late") == 1


def test_a_reset_forgets_what_happened_and_keeps_what_was_loaded(stage, state):
    stage.endpoint("slow", SLOW, reply={"json": {}})
    asking(stage, state)
    stage.sandbox.endpoints.play("slow", "timeout")
    execution = stage.sandbox.message("hi")
    stage.sandbox.reset()
    assert stage.sandbox.executions.all() == []
    assert stage.sandbox.messages.all() == []
    assert len(stage.sandbox.journal) == 0
    stage.sandbox.clock.advance(3600)
    assert execution.path == ["Trigger"]
    assert stage.sandbox.message("hi") is not execution
    assert stage.sandbox.endpoints.names == ("slow",)


def test_nothing_holds_an_execution_that_was_forgotten(stage, state):
    asking(stage, state)
    held = weakref.ref(stage.sandbox.message("hi"))
    stage.sandbox.message("blue")
    stage.sandbox.reset()
    gc.collect()
    assert held() is None


def test_its_health_says_what_is_in_it(stage, state):
    flow = asking(stage, state)
    stage.endpoint("slow", SLOW)
    stage.sandbox.message("hi")
    health = stage.sandbox.health()
    assert (health["status"], health["clock"], health["endpoints"]) == ("ok", "virtual", 1)
    assert health["executions"] == {"total": 1, "active": 1}
    webhook = stage.sandbox.webhook_url(flow)
    assert health["flows"] == [{"sid": flow.sid, "name": "flow", "webhook": webhook}]
    assert webhook.endswith(f"/v1/Accounts/{stage.sandbox.settings.account_sid}/Flows/{flow.sid}")


def test_files_are_loaded(stage, tmp_path):
    (tmp_path / "a.yaml").write_text("endpoints: [{url: 'https://a.example.com/x'}]")
    stage.sandbox.load_endpoints(tmp_path / "a.yaml")
    assert stage.sandbox.endpoints.names == ("x",)
    (tmp_path / "b.yaml").write_text("endpoints: [{urll: 'https://a.example.com/y'}]")
    with pytest.raises(EndpointFileError, match="did you mean 'url'"):
        stage.sandbox.load_endpoints(tmp_path / "b.yaml")
    assert stage.sandbox.endpoints.names == ("x",)
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(FlowDefinitionError):
        stage.sandbox.load_flow(tmp_path / "bad.json")


def test_a_flow_that_is_not_there_is_named(stage):
    with pytest.raises(UnknownNameError, match="no flow 'orders'"):
        stage.sandbox.flow("orders")


def test_a_flow_that_is_not_loaded_leaves_a_resumed_execution_as_it_was(stage, state, on_stage):
    asking(stage, state)
    other = on_stage()
    execution = other.sandbox.resume(stage.sandbox.message("hi").to_dict())
    with pytest.raises(UnknownNameError):
        other.sandbox.receive(execution, FlowEvent("incomingMessage", {"Body": "blue"}))
    asking(other, state)
    other.sandbox.message("blue")
    assert other.sent == ["blue!"]


def test_a_sandbox_is_closed_at_the_end_of_a_with_block(state):
    fired = []
    with Sandbox(clock=ScaledClock(1000)) as sandbox:
        sandbox.clock.call_later(1_000, lambda: fired.append(1))
    sandbox.clock.advance(10_000)
    assert fired == []


@pytest.mark.parametrize("base_url", [None, "http://127.0.0.1:1"])
def test_the_sandboxs_own_url_counts_as_twilios_for_add_twilio_auth(stage, state, base_url):
    if base_url:
        stage.sandbox.connect(base_url)
    own = stage.sandbox.router.base_url
    properties = {"url": f"{own}/_mockstudio/health", "add_twilio_auth": True}
    stage.play(state("call", "make-http-request", {"success": None, "failed": None}, **properties))
    execution = stage.sandbox.message("hi")
    (event,) = stage.of(VerdictReached)
    expected = ("refused", "failed") if base_url else ("success", "success")
    assert (event.verdict.reason, execution.steps[-1].name) == expected
