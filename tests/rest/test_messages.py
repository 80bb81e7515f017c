"""Messages, by way of the official library and of plain requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from twilio.base.exceptions import TwilioRestException

from mockstudio.clock import VIRTUAL_START
from mockstudio.config import Settings
from mockstudio.sids import is_sid

SETTINGS = Settings()
NUMBER, PERSON = SETTINGS.number, SETTINGS.contact
SERVICE = "MG" + "1" * 32
TEST_LOGIN = (SETTINGS.test_account_sid, SETTINGS.test_auth_token)
MEMBERS = {
    "account_sid", "api_version", "body", "date_created", "date_sent", "date_updated", "direction",
    "error_code", "error_message", "from", "messaging_service_sid", "num_media", "num_segments",
    "price", "price_unit", "sid", "status", "subresource_uris", "to", "uri",
}  # fmt: skip


@pytest.fixture
def send(client):
    """Create a message, from the number to the person unless told otherwise."""

    def create(**given):
        return client.messages.create(**{"to": PERSON, "from_": NUMBER, "body": "Hello"} | given)

    return create


@pytest.fixture
def post(web, account):
    """Create a message with exactly these parameters."""
    return lambda **form: web("POST", f"{account}/Messages.json", data=form)


# --- the resource


def test_a_created_message_is_twilios_to_the_letter(post, account):
    answer = post(To=PERSON, From=NUMBER, Body="Hello")
    sid = answer.json["sid"]
    assert answer.status_code == HTTPStatus.CREATED
    assert is_sid(sid, "SM")
    assert answer.json == {
        "account_sid": SETTINGS.account_sid,
        "api_version": "2010-04-01",
        "body": "Hello",
        "date_created": "Mon, 05 Jan 2026 17:00:00 +0000",
        "date_sent": None,
        "date_updated": "Mon, 05 Jan 2026 17:00:00 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": NUMBER,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"{account}/Messages/{sid}/Media.json"},
        "to": PERSON,
        "uri": f"{account}/Messages/{sid}.json",
    }


def test_a_message_lives_from_its_making_to_its_deletion(client, sandbox, send):
    made = send()
    sandbox.clock.advance(5)
    found = client.messages(made.sid).fetch()
    assert (found.status, found.price, found.price_unit) == ("delivered", "-0.00750", "USD")
    assert found.date_sent == (VIRTUAL_START + timedelta(seconds=1))
    assert client.messages(made.sid).update(body="").body == ""
    assert client.messages(made.sid).delete() is True
    assert client.messages.list() == []
    with pytest.raises(TwilioRestException) as refusal:
        client.messages(made.sid).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_every_answer_has_the_same_members(web, account, send):
    path = f"{account}/Messages/{send().sid}.json"
    (listed,) = web("GET", f"{account}/Messages.json").json["messages"]
    for shown in (listed, web("GET", path).json, web("POST", path, data={"Body": ""}).json):
        assert set(shown) == MEMBERS
        assert set(shown["subresource_uris"]) == {"media", "feedback"}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_message_that_is_not_there_is_not_found(web, account, method):
    for sid in ("SM" + "0" * 32, "x"):
        answer = web(method, f"{account}/Messages/{sid}.json")
        assert (answer.status_code, answer.json["code"]) == (HTTPStatus.NOT_FOUND, 20404)


def test_a_long_message_has_several_segments(send):
    assert send(body="a" * 161).num_segments == "2"
    assert send(body="ж" * 71).num_segments == "2"


def test_media_make_an_mms(send):
    made = send(media_url=["https://x.example/a.png", "https://x.example/b.jpg"])
    assert (made.num_media, made.sid[:2]) == ("2", "MM")
    assert send(body=None, media_url=["https://x.example/a.png"]).body == ""
    assert send(send_as_mms=True).sid.startswith("MM")


def test_a_messaging_service_chooses_the_sender_later(client, sandbox, send):
    for given in ({"messaging_service_sid": SERVICE, "from_": None}, {"from_": SERVICE}):
        made = send(**given)
        assert (made.status, made.from_, made.num_segments) == ("accepted", None, "0")
        assert made.messaging_service_sid == SERVICE
        sandbox.clock.advance(5)
        found = client.messages(made.sid).fetch()
        assert (found.status, found.from_, found.num_segments) == ("delivered", NUMBER, "1")
        assert found.messaging_service_sid == SERVICE


def test_a_number_may_be_named_beside_its_messaging_service(send):
    made = send(messaging_service_sid=SERVICE)
    assert (made.status, made.from_, made.num_segments) == ("accepted", NUMBER, "1")


def test_a_content_template_is_stood_in_for(send):
    template = {"content_sid": "HX" + "1" * 32, "content_variables": '{"1": "Ada"}'}
    assert send(body=None, **template).body == f"[content template HX{'1' * 32}: 1=Ada]"
    assert send(body=None, content_sid="HX" + "1" * 32).body == f"[content template HX{'1' * 32}]"


# --- who may send to whom


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        (NUMBER, "+4915123456789"),
        ("My Shop", PERSON),
        ("whatsapp:" + NUMBER, "whatsapp:" + PERSON),
        ("whatsapp:+14155238886", "whatsapp:" + PERSON),
        ("messenger:1234567890", "messenger:0987654321"),
        (SERVICE, "whatsapp:" + PERSON),
    ],
)
def test_senders_that_are_accepted(send, from_, to):
    assert send(from_=from_, to=to).to == to


def test_a_bought_number_may_send(client, send):
    client.incoming_phone_numbers.create(phone_number="+14155551234")
    assert send(from_="+14155551234").from_ == "+14155551234"


BASIC = {"To": PERSON, "From": NUMBER, "Body": "Hello"}
REFUSALS = [
    ({"From": NUMBER, "Body": "x"}, 21604, "A 'To' phone number is required."),
    ({}, 21604, "'To'"),
    ({"To": " "}, 21604, "'To'"),
    ({"To": "x"}, 21603, "'From' or 'MessagingServiceSid'"),
    ({"To": "x", "From": "?"}, 21619, "A text message body or media urls must be specified."),
    ({"To": "x", "From": "?", "Body": ""}, 21602, "Message body is required."),
    ({"To": "x", "From": "?", "Body": " \n"}, 21602, "Message body is required."),
    ({"To": "x", "From": "?", "ContentVariables": "{}"}, 21654, "ContentSid"),
    ({**BASIC, "To": "x", "From": "?"}, 21211, "The 'To' number x is not a valid phone number."),
    ({**BASIC, "To": "+"}, 21211, "not a valid phone number"),
    ({**BASIC, "To": "+0123"}, 21211, "not a valid phone number"),
    ({**BASIC, "To": "+1234567890123456"}, 21211, "not a valid phone number"),
    ({**BASIC, "To": "whatsapp:1"}, 21211, "not a valid phone number"),
    ({**BASIC, "From": "?"}, 21212, "The 'From' number ? is not a valid phone number, shortcode"),
    ({**BASIC, "From": "TwelveLetters"}, 21212, "alphanumeric sender ID"),
    ({**BASIC, "From": "+14155559999", "Body": "x" * 1601}, 21606, "The From phone number +1415"),
    ({**BASIC, "From": "12345"}, 21606, "short code for your account"),
    ({**BASIC, "From": "whatsapp:+14155559999", "To": "whatsapp:" + PERSON}, 21606, "whatsapp:+1"),
    ({**BASIC, "From": NUMBER, "To": "whatsapp:" + PERSON}, 21910, "same channel"),
    ({**BASIC, "To": NUMBER}, 21266, "cannot be the same"),
    ({**BASIC, "MessagingServiceSid": "MGx"}, 21705, "The Messaging Service Sid MGx is invalid."),
    ({**BASIC, "Body": "x" * 1601, "MediaUrl": ["https://x.example"] * 11}, 21617, "1600"),
    ({**BASIC, "MediaUrl": ["https://x.example"] * 11, "StatusCallback": "x"}, 21623, "10"),
    ({**BASIC, "MediaUrl": ["a.png"]}, 21620, "Media urls: a.png are invalid"),
    ({**BASIC, "StatusCallback": "x"}, 21609, "StatusCallback is not a valid URL: x"),
    ({**BASIC, "StatusCallback": "https://x/" + "y" * 4000}, 21609, "4000 characters"),
    ({**BASIC, "ApplicationSid": "AP1"}, 21218, "AP1"),
    ({**BASIC, "MaxPrice": "cheap"}, 21627, "cheap"),
    ({**BASIC, "MaxPrice": "nan"}, 21627, "nan"),
    ({**BASIC, "ValidityPeriod": "0"}, 21624, "1 to 36000"),
    ({**BASIC, "ValidityPeriod": "36001"}, 21624, "1 to 36000"),
    ({**BASIC, "Attempt": "x"}, 20001, "Attempt"),
    ({**BASIC, "SmartEncoded": "maybe"}, 20001, "SmartEncoded: expected true or false"),
    ({**BASIC, "RiskCheck": "on"}, 20001, "RiskCheck: expected one of enable, disable"),
    ({**BASIC, "ContentSid": "HX1"}, 21655, "HX1"),
    ({**BASIC, "ContentSid": "HX" + "1" * 32, "ContentVariables": "["}, 21656, "JSON object"),
    ({**BASIC, "To": "+15005550001"}, 21211, "+15005550001"),
    ({**BASIC, "To": "+15005550002"}, 21612, "+15005550002"),
    ({**BASIC, "To": "+15005550003"}, 21408, "+15005550003"),
    ({**BASIC, "To": "+15005550004"}, 21610, "Attempt to send to unsubscribed recipient"),
    ({**BASIC, "To": "+15005550009"}, 21614, "+15005550009"),
]


@pytest.mark.parametrize(("form", "code", "text"), REFUSALS)
def test_what_is_refused_in_twilios_order(sandbox, post, form, code, text):
    answer = post(**form)
    assert (answer.status_code, answer.json["code"]) == (HTTPStatus.BAD_REQUEST, code)
    assert text in answer.json["message"]
    assert sandbox.messages.all() == []


def test_test_credentials_check_and_keep_nothing(login, sandbox):
    client = login(*TEST_LOGIN)
    made = client.messages.create(to=PERSON, from_="+15005550006", body="Hello")
    assert (made.status, made.account_sid) == ("queued", SETTINGS.test_account_sid)
    refused = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611, "+1415": 21606}
    for from_, code in refused.items():
        with pytest.raises(TwilioRestException) as refusal:
            client.messages.create(to=PERSON, from_=from_, body="Hello")
        assert refusal.value.code == code
    sandbox.clock.advance(60)
    assert sandbox.messages.all() == []


# --- lists


def test_messages_are_listed_newest_first_and_filtered(client, sandbox, send):
    send(body="one")
    sandbox.clock.advance(86_400)
    send(body="two", to="+12025550199")
    sandbox.clock.advance(86_400)
    send(body="three")
    sandbox.clock.advance(5)
    send(body="not sent yet")

    def bodies(**filters):
        return [message.body for message in client.messages.list(**filters)]

    assert bodies() == ["not sent yet", "three", "two", "one"]
    assert bodies(limit=2, page_size=1) == ["not sent yet", "three"]
    assert bodies(to="+12025550199") == ["two"]
    assert bodies(from_=NUMBER, to=PERSON) == ["not sent yet", "three", "one"]
    assert bodies(from_=PERSON) == []
    second = datetime(2026, 1, 6, tzinfo=UTC)
    assert bodies(date_sent=second.date()) == ["two"]
    assert bodies(date_sent_after=second) == ["three", "two"]
    assert bodies(date_sent_before=second) == ["one"]
    between = {"date_sent_after": second, "date_sent_before": second + timedelta(days=1)}
    assert bodies(**between, page_size=1) == ["two"]


def test_pages_keep_their_filters(web, account, send):
    for number in range(3):
        send(body=str(number))
    send(to="+12025550199")
    query = {"PageSize": 2, "To": PERSON}
    page = web("GET", f"{account}/Messages.json", query_string=query).json
    assert [message["body"] for message in page["messages"]] == ["2", "1"]
    following = web("GET", page["next_page_uri"]).json
    assert [message["body"] for message in following["messages"]] == ["0"]
    assert following["next_page_uri"] is None


# --- changes


def test_only_an_empty_body_redacts(web, account, client, send):
    made = send()
    path = f"{account}/Messages/{made.sid}.json"
    answer = web("POST", path, data={"Body": "other"})
    assert (answer.status_code, answer.json["code"]) == (400, 20001)
    assert web("POST", path).json["body"] == "Hello"
    assert client.messages(made.sid).update(body="").body == ""


def test_a_message_that_is_redacted_before_it_leaves_arrives_whole(client, sandbox, send, heard):
    client.messages(send().sid).update(body="")
    sandbox.clock.advance(5)
    assert heard() == ["Twilio: Hello"]
    assert client.messages.list()[0].body == ""


def test_a_message_in_progress_cannot_be_deleted(client, sandbox, send):
    made = send()
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refusal:
            client.messages(made.sid).delete()
        assert (refusal.value.status, refusal.value.code) == (409, 20009)
        sandbox.clock.advance(0)
    sandbox.clock.advance(1)
    assert client.messages(made.sid).fetch().status == "sent"
    assert client.messages(made.sid).delete()
    sandbox.clock.advance(5)
    assert client.messages.list() == []


def test_feedback(web, account, client, send):
    made = send(provide_feedback=True)
    assert client.messages(made.sid).feedback.create(outcome="confirmed").outcome == "confirmed"
    path = f"{account}/Messages/{made.sid}/Feedback.json"
    answer = web("POST", path)
    assert (answer.status_code, answer.json["outcome"]) == (HTTPStatus.OK, "unconfirmed")
    assert set(answer.json) == {
        "account_sid", "message_sid", "outcome", "date_created", "date_updated", "uri",
    }  # fmt: skip
    assert web("POST", path, data={"Outcome": "fine"}).json["code"] == 20001
    nothing = path.replace(made.sid, "SM" + "0" * 32)
    assert web("POST", nothing).status_code == HTTPStatus.NOT_FOUND


# --- scheduled messages

SCHEDULED = {"messaging_service_sid": SERVICE, "from_": None, "schedule_type": "fixed"}


def test_a_scheduled_message_leaves_on_time(client, sandbox, send, heard):
    made = send(**SCHEDULED, send_at=VIRTUAL_START + timedelta(seconds=1000))
    assert (made.status, made.from_) == ("scheduled", None)
    sandbox.clock.advance(999)
    assert client.messages(made.sid).fetch().status == "scheduled"
    assert heard() == []
    sandbox.clock.advance(1)
    assert heard() == ["Twilio: Hello"]
    sandbox.clock.advance(5)
    found = client.messages(made.sid).fetch()
    assert (found.status, found.from_) == ("delivered", NUMBER)


def test_a_canceled_message_never_leaves(client, sandbox, send, heard):
    made = send(**SCHEDULED, send_at=VIRTUAL_START + timedelta(seconds=1000))
    assert client.messages(made.sid).update(status="canceled").status == "canceled"
    sandbox.clock.advance(2000)
    assert client.messages(made.sid).fetch().status == "canceled"
    assert heard() == []
    assert client.messages(made.sid).delete()


def test_only_scheduled_messages_are_canceled(client, web, account, send):
    made = send()
    with pytest.raises(TwilioRestException, match="cannot be canceled") as refusal:
        client.messages(made.sid).update(status="canceled")
    assert (refusal.value.status, refusal.value.code) == (400, 30409)
    path = f"{account}/Messages/{made.sid}.json"
    assert web("POST", path, data={"Status": "sent"}).json["code"] == 20001


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"MessagingServiceSid": "", "From": NUMBER, "SendAt": "2026-01-06T00:00:00Z"}, 35118),
        ({}, 35111),
        ({"SendAt": "soon"}, 35114),
        ({"SendAt": "2026-01-05T17:14:59Z"}, 35114),
        ({"SendAt": "2026-02-10T00:00:00Z"}, 35114),
        ({"ScheduleType": "daily"}, 20001),
    ],
)
def test_what_cannot_be_scheduled(post, given, code):
    usual = {"To": PERSON, "Body": "x", "MessagingServiceSid": SERVICE, "ScheduleType": "fixed"}
    answer = post(**usual | given)
    assert (answer.status_code, answer.json["code"]) == (400, code)


# --- many at once


def test_nothing_is_lost_or_doubled_when_many_send_at_once(client, sandbox, login):
    def work(number):
        own = login(SETTINGS.account_sid, SETTINGS.auth_token)
        usual = {"to": f"+120255501{number:02}", "from_": NUMBER}
        return [own.messages.create(body=f"{number}-{each}", **usual).sid for each in range(5)]

    with ThreadPoolExecutor(10) as pool:
        made = [sid for sids in pool.map(work, range(20)) for sid in sids]
    sandbox.clock.advance(5)
    listed = client.messages.list(page_size=7)
    assert sorted(made) == sorted(message.sid for message in listed)
    assert len({message.body for message in listed}) == 100
    assert {message.status for message in listed} == {"delivered"}


def test_a_reset_forgets_messages_on_their_way(client, sandbox, send, heard):
    send()
    sandbox.reset()
    sandbox.clock.advance(60)
    assert (client.messages.list(), heard()) == ([], [])
