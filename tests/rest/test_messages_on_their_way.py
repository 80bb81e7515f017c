"""Messages in the one world of clients, flows, documents and people: who gets them, who is told."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from mockstudio.clock import VIRTUAL_START
from mockstudio.config import Settings
from mockstudio.store.messages import new_message
from mockstudio.store.results import Result
from mockstudio.twiml.events import CarrierWarned
from mockstudio.twiml.phone import Phone, Send

SETTINGS = Settings()
NUMBER, PERSON = SETTINGS.number, SETTINGS.contact
OTHER_NUMBER, STRANGER = "+14155551234", "+12025550199"
HOST = "https://app.example.com"
STATUS = f"{HOST}/status"
SERVICE = "MG" + "1" * 32


@pytest.fixture
def send(client):
    """Create a message, from the number to the person unless told otherwise."""

    def create(**given):
        return client.messages.create(**{"to": PERSON, "from_": NUMBER, "body": "Hello"} | given)

    return create


@pytest.fixture
def told(sandbox):
    """Script the status callback; return what tells what it was told."""
    endpoint = {"name": "status", "url": STATUS, "reply": {"status": 204}}
    sandbox.add_endpoints({"endpoints": [endpoint]})

    def callbacks():
        made = [entry.request for entry in sandbox.journal if entry.request.path == "/status"]
        return [dict(parse_qsl(request.text)) for request in made]

    return callbacks


@pytest.fixture
def answers(sandbox):
    """Script what a number's SMS URL answers."""

    def script(path, verbs):
        reply = {"twiml": f"<Response>{verbs}</Response>"}
        endpoint = {"name": path, "url": HOST + path, "kind": "twiml", "reply": reply}
        sandbox.add_endpoints({"endpoints": [endpoint]})
        return HOST + path

    return script


@pytest.fixture
def asks(sandbox, state, flow_of):
    """Load a flow that asks and thanks, or tells that nobody got its question."""

    thanks = "Thanks, {{widgets.ask.inbound.Body}}"

    def load():
        ways = {"incomingMessage": "thank", "timeout": None, "deliveryFailure": "give_up"}
        return sandbox.library.add(
            flow_of(
                state("ask", "send-and-wait-for-reply", ways, body="Who?"),
                state("thank", "send-message", {"sent": None}, body=thanks),
                state("give_up", "set-variables", {"next": None}, variables=[]),
            )
        )

    return load


def message_to(person):
    return new_message(
        account_sid=SETTINGS.account_sid,
        from_=NUMBER,
        to=person,
        body="Hello",
        media_urls=(),
        status="queued",
        now=VIRTUAL_START,
        direction="outbound-api",
    )


def statuses(callbacks):
    return [callback["MessageStatus"] for callback in callbacks]


# --- statuses


def test_statuses_follow_on_the_clock(client, sandbox, send):
    sid, seen = send().sid, []
    for seconds in (0, 0.9, 0.1, 0.9, 0.1, 60):
        sandbox.clock.advance(seconds)
        seen.append(client.messages(sid).fetch().status)
    assert seen == ["sending", "sending", "sent", "sent", "delivered", "delivered"]


def test_nothing_is_sent_before_the_answer_is_made(client, send, heard, told):
    sid = send(status_callback=STATUS).sid
    assert (client.messages(sid).fetch().status, heard(), told()) == ("queued", [], [])


def test_the_status_callback_is_told_in_twilios_order(sandbox, send, told):
    made = send(status_callback=STATUS)
    sandbox.clock.advance(5)
    usual = {
        "MessageSid": made.sid,
        "SmsSid": made.sid,
        "AccountSid": SETTINGS.account_sid,
        "From": NUMBER,
        "To": PERSON,
        "ApiVersion": "2010-04-01",
    }
    assert told() == [
        {**usual, "MessageStatus": "queued", "SmsStatus": "queued"},
        {**usual, "MessageStatus": "sent", "SmsStatus": "sent"},
        {**usual, "MessageStatus": "delivered", "SmsStatus": "delivered",
         "RawDlrDoneDate": "2601051700"},
    ]  # fmt: skip


def test_status_callbacks_are_signed(sandbox, send, told):
    send(status_callback=f"{STATUS}?order=1")
    sandbox.clock.advance(0)
    (request,) = [entry.request for entry in sandbox.journal]
    validator, (form,) = RequestValidator(SETTINGS.auth_token), told()
    signature = dict(request.headers)["X-Twilio-Signature"]
    assert request.method == "POST"
    assert validator.validate(f"{STATUS}?order=1", form, signature)


def test_a_messaging_service_is_named_to_the_callback(sandbox, send, told):
    send(status_callback=STATUS, from_=None, messaging_service_sid=SERVICE)
    sandbox.clock.advance(5)
    assert statuses(told()) == ["queued", "sent", "delivered"]
    assert {(each["From"], each["MessagingServiceSid"]) for each in told()} == {(NUMBER, SERVICE)}


LOST = {
    "failed": ("failed", ["queued", "failed"], 30008, "Unknown error"),
    "undelivered": (
        "undelivered", ["queued", "sent", "undelivered"], 30003, "Unreachable destination handset",
    ),
    "filtered": (
        Result("undelivered", parameters={"ErrorCode": "30007"}),
        ["queued", "sent", "undelivered"], 30007, "Message filtered",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("result", "seen", "code", "text"), LOST.values(), ids=LOST)
def test_a_lost_message_does_not_arrive(
    client, sandbox, send, told, heard, result, seen, code, text
):
    sandbox.results.script("Messages", result)
    sid = send(status_callback=STATUS).sid
    sandbox.clock.advance(5)
    found = client.messages(sid).fetch()
    assert (found.status, found.error_code, found.error_message) == (seen[-1], code, text)
    assert (found.date_sent is None) == (found.status == "failed")
    assert statuses(told()) == seen
    assert told()[-1]["ErrorCode"] == str(code)
    assert heard() == []


def test_the_settings_may_say_what_becomes_of_messages(on_stage):
    sandbox = on_stage(Settings(results={"Messages": ("undelivered", "delivered")})).sandbox
    for _ in range(3):
        sandbox.carrier.deliver(sandbox.messages.add(message_to(PERSON)))
    sandbox.clock.advance(5)
    assert [m.status for m in sandbox.messages.all()] == ["undelivered", "delivered", "delivered"]


def test_a_receipt_may_come_late_or_never(client, sandbox, send):
    sandbox.results.script("Messages", Result("delivered", after=90), "sent")
    late, never = send().sid, send().sid
    sandbox.clock.advance(60)
    assert [client.messages(sid).fetch().status for sid in (late, never)] == ["sent", "sent"]
    sandbox.clock.advance(600)
    assert [client.messages(sid).fetch().status for sid in (late, never)] == ["delivered", "sent"]


def test_a_whatsapp_message_may_be_read(sandbox, send, told):
    sandbox.results.script("Messages", "read")
    send(to=f"whatsapp:{PERSON}", from_=f"whatsapp:{NUMBER}", status_callback=STATUS)
    sandbox.clock.advance(5)
    assert statuses(told()) == ["queued", "sent", "delivered", "read"]
    assert (told()[-1]["EventType"], told()[-1]["ChannelToAddress"]) == ("READ", PERSON)
    assert "EventType" not in told()[-2]


def test_a_callback_that_nothing_covers_is_warned_of(client, sandbox, send):
    warnings = []
    sandbox.listen(lambda e: warnings.append(e) if isinstance(e, CarrierWarned) else None)
    sid = send(status_callback="https://nowhere.example.com/").sid
    sandbox.clock.advance(5)
    assert client.messages(sid).fetch().status == "delivered"
    assert len(warnings) == 3
    assert "no route covers" in warnings[0].text


def test_a_slow_callback_holds_the_next_status_up(sandbox, send):
    endpoint = {"name": "slow", "url": STATUS, "reply": {"status": 204, "delay": "9s"}}
    sandbox.add_endpoints({"endpoints": [endpoint]})
    send(status_callback=STATUS)
    sandbox.clock.advance(60)
    told = [dict(parse_qsl(entry.request.text)) for entry in sandbox.journal]
    assert statuses(told) == ["queued", "sent", "delivered"]


def test_a_callback_is_told_of_a_cancellation(client, sandbox, send, told):
    schedule = {"schedule_type": "fixed", "send_at": "2026-01-05T18:00:00Z"}
    made = send(from_=SERVICE, status_callback=STATUS, **schedule)
    client.messages(made.sid).update(status="canceled")
    assert told() == []
    sandbox.clock.advance(7200)
    assert statuses(told()) == ["canceled"]


# --- people


def test_a_message_arrives_at_the_person_who_answers_it(client, sandbox, send, answers, heard):
    url = answers("/sms", "<Message>Got it</Message>")
    client.incoming_phone_numbers.list()[0].update(sms_url=url)
    sandbox.carrier.give_phone(PERSON, Phone(replies=(Send("Yes", ("https://x.example/a.png",)),)))
    send()
    sandbox.clock.advance(60)
    said = ["Twilio: Hello", "person: Yes", "person: https://x.example/a.png", "Twilio: Got it"]
    assert heard() == said
    directions = [(m.direction, m.status, m.body) for m in client.messages.list()]
    assert directions == [
        ("outbound-reply", "delivered", "Got it"),
        ("inbound", "received", "Yes"),
        ("outbound-api", "delivered", "Hello"),
    ]
    inbound = client.messages.list(from_=PERSON)[0]
    assert (inbound.num_media, inbound.sid[:2], inbound.date_sent) == (
        "1", "MM", inbound.date_created,
    )  # fmt: skip


def test_whoever_answers_reaches_the_flow_that_the_number_is_set_to(
    client, sandbox, send, asks, heard
):
    asks()
    sandbox.carrier.give_phone(STRANGER, Phone(replies=(Send("hi"), Send("Ada"))))
    send(to=STRANGER)
    sandbox.clock.advance(60)
    assert heard() == [
        "Twilio: Hello", "person: hi", "Twilio: Who?", "person: Ada", "Twilio: Thanks, Ada",
    ]  # fmt: skip
    assert {(m.direction, m.status) for m in client.messages.list()} == {
        ("outbound-api", "delivered"), ("inbound", "received"),
    }  # fmt: skip


def test_a_person_answers_whatsapp_by_whatsapp(client, sandbox, send, answers, heard):
    url = answers("/sms", "<Message>Got it</Message>")
    client.incoming_phone_numbers.list()[0].update(sms_url=url)
    sandbox.carrier.give_phone(PERSON, Phone(replies=(Send("Yes"),)))
    send(to=f"whatsapp:{PERSON}", from_=f"whatsapp:{NUMBER}")
    sandbox.clock.advance(60)
    assert heard() == ["Twilio: Hello", "person: Yes", "Twilio: Got it"]
    addresses = {(m.from_, m.to) for m in client.messages.list()}
    assert addresses == {
        (f"whatsapp:{PERSON}", f"whatsapp:{NUMBER}"), (f"whatsapp:{NUMBER}", f"whatsapp:{PERSON}"),
    }  # fmt: skip


def test_nobody_can_answer_a_name(sandbox, send, heard):
    sandbox.carrier.give_phone(PERSON, Phone(replies=(Send("Yes"),)))
    send(from_="My Shop")
    sandbox.clock.advance(60)
    assert heard() == ["Twilio: Hello", "person: Yes"]


# --- between numbers of the account


def test_a_message_to_a_number_of_the_account_comes_in_there(client, sandbox, send, answers, told):
    reply = f"<Message statusCallback='{STATUS}'>Got it</Message>"
    other = {"phone_number": OTHER_NUMBER, "sms_url": answers("/other", reply)}
    client.incoming_phone_numbers.create(**other)
    client.incoming_phone_numbers.list(phone_number=NUMBER)[0].update(sms_url=answers("/first", ""))
    made = send(to=OTHER_NUMBER)
    sandbox.clock.advance(10)
    shown = [(m.direction, m.from_, m.body) for m in client.messages.list()][::-1]
    assert shown == [
        ("outbound-api", NUMBER, "Hello"),
        ("inbound", NUMBER, "Hello"),
        ("outbound-reply", OTHER_NUMBER, "Got it"),
        ("inbound", OTHER_NUMBER, "Got it"),
    ]
    asked = [dict(parse_qsl(e.request.text)) for e in sandbox.journal if e.request.path == "/other"]
    assert (asked[0]["From"], asked[0]["To"], asked[0]["Body"]) == (NUMBER, OTHER_NUMBER, "Hello")
    assert asked[0]["MessageSid"] != made.sid
    assert statuses(told()) == ["queued", "sent", "delivered"]


def test_two_numbers_that_always_answer_each_other_are_stopped(client, sandbox, send, answers):
    url = answers("/sms", "<Message>You?</Message>")
    client.incoming_phone_numbers.create(phone_number=OTHER_NUMBER, sms_url=url)
    client.incoming_phone_numbers.list(phone_number=NUMBER)[0].update(sms_url=url)
    send(to=OTHER_NUMBER)
    sandbox.clock.advance(3600)
    failed = [message for message in client.messages.list() if message.status == "failed"]
    assert [message.error_code for message in failed] == [14107]


# --- flows and calls


def test_messages_of_flows_are_seen_and_told_how_they_went(client, sandbox, asks):
    asks()
    sandbox.chat().send("hi")
    sandbox.clock.advance(5)
    question = client.messages.list(to=PERSON)[0]
    assert (question.body, question.status, question.direction) == (
        "Who?", "delivered", "outbound-api",
    )  # fmt: skip


def test_a_flow_learns_that_nobody_got_its_question(sandbox, asks):
    asks()
    sandbox.results.script("Messages", "undelivered")
    execution = sandbox.message("hi")
    assert execution.is_active
    sandbox.clock.advance(5)
    assert not execution.is_active
    assert execution.path == ["Trigger", "ask", "give_up"]


def test_a_lost_message_of_nobody_that_waits_is_only_noted(sandbox, asks, send):
    asks()
    execution = sandbox.message("hi")
    sandbox.results.script("Messages", "undelivered")
    send()
    sandbox.clock.advance(5)
    assert execution.is_active


def test_a_message_during_a_call_has_its_direction(client, sandbox, answers, told, heard):
    url = answers("/voice", f"<Sms statusCallback='{STATUS}'>Your order</Sms>")
    client.incoming_phone_numbers.list()[0].update(voice_url=url)
    assert sandbox.call(number=NUMBER).wait()
    sandbox.clock.advance(5)
    (message,) = client.messages.list()
    assert (message.direction, message.status) == ("outbound-call", "delivered")
    assert (message.from_, message.to, message.body) == (NUMBER, PERSON, "Your order")
    assert statuses(told()) == ["queued", "sent", "delivered"]
    assert heard()[-1] == "Twilio: Your order"


def test_a_document_may_write_to_somebody_else(client, sandbox, answers, heard):
    url = answers("/sms", f"<Message to='{STRANGER}'>Psst</Message>")
    client.incoming_phone_numbers.list()[0].update(sms_url=url)
    sandbox.carrier.give_phone(STRANGER, Phone(replies=(Send("Who is this?"),)))
    sandbox.chat(number=NUMBER).send("hi")
    sandbox.clock.advance(30)
    assert heard() == ["person: hi", "Twilio: Psst", "person: Who is this?", "Twilio: Psst"]
    assert [m.body for m in client.messages.list(from_=STRANGER)] == ["Who is this?"]
