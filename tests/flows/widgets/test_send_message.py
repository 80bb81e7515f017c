from __future__ import annotations

import pytest

from mockstudio.config import SAMPLE_CONTACT, SAMPLE_NUMBER
from mockstudio.flows.events import MessageSent, Warned
from mockstudio.sids import SAMPLE_ACCOUNT_SID, is_sid

BOTH = {"sent": None, "failed": None}


def send(stage, state, **properties):
    stage.play(state("say", "send-message", BOTH, **properties))
    return stage.sandbox.message("hi")


def test_a_message_goes_to_the_person_from_the_flows_number(stage, state):
    execution = send(stage, state, body="Hello {{trigger.message.Body}}")
    (sent,) = stage.of(MessageSent)
    assert (sent.from_, sent.to, sent.body) == (SAMPLE_NUMBER, SAMPLE_CONTACT, "Hello hi")
    assert execution.steps[-1].name == "sent"
    assert [message.sid for message in stage.sandbox.messages.all()] == [sent.sid]


def test_what_a_sent_message_leaves_behind(stage, state):
    execution = send(stage, state, body="Hello")
    (sent,) = stage.of(MessageSent)
    assert execution.context["widgets"]["say"] == {
        "outbound": {
            "Sid": sent.sid,
            "AccountSid": SAMPLE_ACCOUNT_SID,
            "From": SAMPLE_NUMBER,
            "To": SAMPLE_CONTACT,
            "Body": "Hello",
            "Status": "queued",
            "Direction": "outbound-api",
            "NumMedia": "0",
            "NumSegments": "1",
            "Price": None,
            "PriceUnit": "USD",
            "ErrorCode": None,
            "ErrorMessage": None,
            "MessagingServiceSid": None,
        }
    }


@pytest.mark.parametrize(
    ("properties", "code", "text"),
    [
        ({"body": ""}, 21619, "body"),
        ({"body": "  \n"}, 21619, "body"),
        ({"body": "{{nothing}}"}, 21619, "body"),
        ({"body": "x", "to": " "}, 21604, "'To'"),
        ({"body": "x", "to": "{{nothing}} "}, 21604, "'To'"),
        ({"body": "x", "from": " "}, 21603, "'From'"),
        ({"message_type": "content_template", "content_sid": ""}, 21619, "body"),
    ],
)
def test_a_message_the_api_refuses_takes_failed_with_81011(stage, state, properties, code, text):
    execution = send(stage, state, **properties)
    outbound = execution.context["widgets"]["say"]["outbound"]
    assert execution.steps[-1].name == "failed"
    assert (outbound["Status"], outbound["ErrorCode"]) == ("failed", code)
    assert text in outbound["ErrorMessage"]
    assert [warning.code for warning in stage.of(Warned)] == [81011]
    assert stage.sent == []


def test_the_properties_win_over_the_addresses_of_the_flow(stage, state):
    send(stage, state, body="x", to="+12025550199", **{"from": "MG" + "0" * 32})
    (message,) = stage.sandbox.messages.all()
    assert (message.from_, message.to) == ("MG" + "0" * 32, "+12025550199")


def test_a_messaging_service_is_named(stage, state):
    execution = send(stage, state, body="x", **{"from": "MG" + "0" * 32})
    outbound = execution.context["widgets"]["say"]["outbound"]
    assert outbound["MessagingServiceSid"] == "MG" + "0" * 32


def test_media_may_go_without_text(stage, state):
    execution = send(stage, state, media_url="https://shop.example.com/cat.jpg")
    (sent,) = stage.of(MessageSent)
    assert (sent.body, sent.media_url) == ("", "https://shop.example.com/cat.jpg")
    assert is_sid(sent.sid, "MM")
    assert execution.context["widgets"]["say"]["outbound"]["NumMedia"] == "1"


def test_a_content_template_is_stood_in_for(stage, state):
    send(
        stage,
        state,
        body="ignored",
        message_type="content_template",
        content_sid="HX" + "1" * 32,
        content_variables=[{"key": "1", "value": "{{trigger.message.Body}}"}],
    )
    assert stage.sent == [f"[content template HX{'1' * 32}: 1=hi]"]


def test_whitespace_in_a_body_is_kept(stage, state):
    send(stage, state, body="\n Hello \n")
    assert stage.sent == ["\n Hello \n"]
