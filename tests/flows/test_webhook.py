from __future__ import annotations

import logging
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from mockstudio.flows.events import Warned

ACCOUNT = "AC" + "0" * 31 + "1"
PERSON, NUMBER = "+12025550123", "+15005550006"
URL = "https://shop.example.com/ivr"
REDIRECT = f'<Response><Redirect method="POST">{URL}</Redirect></Response>'


@pytest.fixture
def post(stage):
    """Post to the webhook of a flow as Twilio does."""

    def posted(flow="flow", method="POST", query=None, **parameters):
        sid = stage.sandbox.flow(flow).sid if flow == "flow" else flow
        given = {"MessageSid": "SM1", "From": PERSON, "To": NUMBER, **parameters}
        sent = {name: value for name, value in given.items() if value is not None}
        where = {"query_string": sent} if method == "GET" else {"data": sent, "query_string": query}
        return stage.sandbox.app.test_client().open(
            f"/v1/Accounts/{ACCOUNT}/Flows/{sid}", method=method, **where
        )

    return posted


@pytest.fixture
def asking(stage, state):
    return stage.play(
        state("ask", "send-and-wait-for-reply", {"incomingMessage": "thanks"}, body="Which?"),
        state("thanks", "send-message", {"sent": None}, body="{{widgets.ask.inbound.Body}}!"),
    )


@pytest.fixture
def leaving(stage, state):
    return stage.play(
        state("leave", "add-twiml-redirect", {"return": "thanks"}, url=URL),
        state("thanks", "send-message", {"sent": None}, body="{{widgets.leave | to_json}}"),
    )


def test_a_message_starts_the_flow_and_the_next_resumes_it(stage, asking, post):
    first = post(Body="hi")
    assert (first.status_code, first.mimetype, first.text) == (200, "text/xml", "<Response/>")
    second = post(Body="blue")
    assert second.text == "<Response/>"
    assert stage.sent == ["Which?", "blue!"]
    (execution,) = stage.sandbox.executions.all()
    assert execution.context["trigger"]["message"]["Body"] == "hi"


def test_a_message_may_come_by_get(stage, asking, post):
    assert post(method="GET", Body="hi").status_code == 200
    assert stage.sent == ["Which?"]


def test_a_call_starts_the_flow_as_a_call(stage, asking, post):
    post(MessageSid=None, CallSid="CA1")
    (execution,) = stage.sandbox.executions.all()
    assert execution.trigger_event == "incomingCall"
    assert execution.context["trigger"]["call"]["CallSid"] == "CA1"


def test_a_call_is_no_reply_to_a_message(stage, asking, post):
    post(Body="hi")
    post(MessageSid=None, CallSid="CA1")
    assert stage.codes == [81002]
    assert stage.sent == ["Which?"]


def test_the_printed_twiml_is_the_answer(leaving, post):
    answer = post(Body="hi")
    assert (answer.text, answer.mimetype) == (REDIRECT, "text/xml")
    assert ET.fromstring(answer.text)[0].text == URL


def test_twiml_is_not_printed_again_for_what_is_ignored(stage, leaving, post):
    post(Body="hi")
    assert post(Body="hello?").text == "<Response/>"
    assert stage.codes == [81002]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_return_resumes_with_all_parameters(stage, leaving, post, method):
    post(Body="hi")
    answer = post(method=method, FlowEvent="return", foo="bar", SpeechResult="Yes.")
    assert answer.text == "<Response/>"
    (execution,) = stage.sandbox.executions.all()
    widget = execution.context["widgets"]["leave"]
    assert (widget["foo"], widget["SpeechResult"], widget["From"]) == ("bar", "Yes.", PERSON)
    assert execution.status == "ended"


def test_a_return_may_have_parameters_in_query_and_form(stage, leaving, post):
    post(Body="hi")
    post(query={"FlowEvent": "return", "foo": "from query"}, Digits="5")
    (execution,) = stage.sandbox.executions.all()
    widget = execution.context["widgets"]["leave"]
    assert (widget["foo"], widget["Digits"]) == ("from query", "5")


def test_a_return_with_nothing_to_return_to_starts_anew(stage, leaving, post):
    assert post(FlowEvent="return", Body="hi").text == REDIRECT
    (execution,) = stage.sandbox.executions.all()
    assert execution.steps[0].name == "incomingMessage"


def test_a_flow_is_known_by_its_name_too(stage, asking, post):
    assert post(flow="flow").status_code == 200
    assert len(stage.sandbox.executions.all()) == 1


def test_an_unknown_flow_is_404_in_twilios_form(asking, post):
    answer = post(flow="FW" + "9" * 32)
    assert answer.status_code == 404
    assert answer.json["code"] == 20404
    assert answer.json["status"] == 404
    assert answer.json["more_info"] == "https://www.twilio.com/docs/errors/20404"
    assert "FW" + "9" * 32 in answer.json["message"]


@pytest.mark.parametrize("parameters", [{}, {"Body": "hi"}, {"FlowEvent": "return"}])
def test_what_is_no_message_and_no_call_is_400(stage, asking, post, parameters):
    answer = post(MessageSid=None, **parameters)
    assert (answer.status_code, answer.json["code"]) == (400, 20001)
    assert "MessageSid" in answer.json["message"]
    assert stage.sandbox.executions.all() == []


def test_a_flow_that_stops_is_500_with_the_message_and_no_traceback(stage, state, post, caplog):
    stage.play(state("menu", "create-task", {}))
    with caplog.at_level(logging.WARNING, "mockstudio.flows.webhook"):
        answer = post(Body="hi")
    assert (answer.status_code, answer.json["code"]) == (500, 20500)
    assert "widget 'menu' has type 'create-task'" in answer.json["message"]
    assert "Traceback" not in answer.text
    assert "flow 'flow' stopped: widget 'menu' has type" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(asking, post, method):
    assert post(method=method).status_code == 405


def test_a_person_with_a_messaging_service_is_one_contact(stage, asking, post):
    for body in ("hi", "blue"):
        post(Body=body, MessagingServiceSid="MG" + "0" * 32)
    assert stage.sent == ["Which?", "blue!"]
    assert [w.code for w in stage.of(Warned)] == []


def test_a_conversations_message_starts_the_flow_as_one_and_is_a_reply(stage, asking, post):
    conversation = {"ConversationSid": "CH" + "0" * 32}
    for body in ("hi", "blue"):
        post(Body=body, **conversation)
    (execution,) = stage.sandbox.executions.all()
    assert execution.trigger_event == "incomingConversationMessage"
    assert execution.context["trigger"]["conversation"]["Body"] == "hi"
    assert stage.sent == ["Which?", "blue!"]


def test_a_name_that_several_flows_have_is_no_webhook(stage, flow_of, post):
    for sid in ("FW" + "1" * 32, "FW" + "2" * 32):
        stage.sandbox.library.add(replace(flow_of(name="orders"), sid=sid))
    answer = post("orders")
    assert (answer.status_code, answer.json["code"]) == (404, 20404)
    assert "2 flows are called 'orders'" in answer.json["message"]


# --- what is odd about a request, and taken nevertheless


@pytest.mark.parametrize("status", ["in-progress", "completed"])
def test_an_event_that_nobody_waits_for_starts_anew_and_is_warned_of(stage, leaving, post, status):
    call = {"MessageSid": None, "CallSid": "CA1", "CallStatus": status}
    post(query={"FlowEvent": "audioComplete"}, **call)
    (warning,) = stage.of(Warned)
    (execution,) = stage.sandbox.executions.all()
    assert (warning.execution, warning.code) == (execution.sid, None)
    assert warning.text == (
        "FlowEvent 'audioComplete' arrived, but no execution waits for it: it starts a new one"
    )


def test_a_stale_event_behind_the_end_of_its_execution_is_warned_of(stage, leaving, post):
    post(Body="hi")
    post(FlowEvent="return")
    assert stage.of(Warned) == []
    post(FlowEvent="return")
    assert len(stage.sandbox.executions.all()) == 2
    assert "'return' arrived, but no execution waits" in stage.of(Warned)[0].text


@pytest.mark.parametrize("event", [None, "trigger", "incomingMessage"])
def test_what_asks_for_a_new_execution_is_not_warned_of(stage, leaving, post, event):
    post(FlowEvent=event)
    assert (len(stage.sandbox.executions.all()), stage.of(Warned)) == (1, [])


@pytest.mark.parametrize(
    ("addresses", "hint"),
    [
        ({"From": ""}, "From is empty: executions are told apart by From and To, send From=%2B1"),
        ({"From": None}, "From is empty"),
        ({"From": " 12025550123"}, "From is ' 12025550123': a + that is not encoded arrives as a"),
        (
            {"To": " 15005550006"},
            "To is ' 15005550006': a + that is not encoded arrives as a blank",
        ),
    ],
)
def test_an_odd_address_is_hinted_at_in_the_log(stage, asking, post, caplog, addresses, hint):
    with caplog.at_level(logging.WARNING, "mockstudio.flows.webhook"):
        assert post(**addresses).status_code == 200
    (record,) = caplog.records
    assert hint in record.getMessage()
    assert len(stage.sandbox.executions.all()) == 1


def test_no_address_is_odd_that_a_conversation_has_not(asking, post, caplog):
    with caplog.at_level(logging.WARNING, "mockstudio.flows.webhook"):
        post(Body="hi")
        post(From="", To="", ConversationSid="CH" + "0" * 32)
    assert caplog.records == []
