"""Calls, by way of the official library and of plain requests."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from mockstudio.clock import VIRTUAL_START
from mockstudio.config import SAMPLE_CONTACT, SAMPLE_NUMBER, Settings
from mockstudio.signing import is_signed
from mockstudio.twiml.phone import Answer, Phone, Press

HOST = "https://ivr.example.com"
NOBODY = "CA" + "0" * 32
NEWS = "<Response><Say>News</Say></Response>"
EVENTS = ["initiated", "ringing", "answered", "completed"]
MEMBERS = {
    "account_sid",
    "answered_by",
    "api_version",
    "caller_name",
    "date_created",
    "date_updated",
    "direction",
    "duration",
    "end_time",
    "forwarded_from",
    "from",
    "from_formatted",
    "group_sid",
    "parent_call_sid",
    "phone_number_sid",
    "price",
    "price_unit",
    "queue_time",
    "sid",
    "start_time",
    "status",
    "subresource_uris",
    "to",
    "to_formatted",
    "trunk_sid",
    "uri",
}
"""Of the resource, in Twilio's own description of its API."""
SUBRESOURCES = {
    "events": "Events",
    "notifications": "Notifications",
    "payments": "Payments",
    "recordings": "Recordings",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}


@pytest.fixture
def plays(sandbox):
    """Answer a path with a document of some verbs; without any, as status callbacks want it."""

    def play(path, verbs=None):
        reply = {"status": 204} if verbs is None else {"twiml": f"<Response>{verbs}</Response>"}
        endpoint = {"name": path, "url": HOST + path, "kind": "twiml", "reply": reply}
        sandbox.add_endpoints({"endpoints": [endpoint]})

    return play


@pytest.fixture
def asked(sandbox):
    """Return the parameters that a path has received."""

    def ask(path):
        requests = [entry.request for entry in sandbox.journal.query(path)]
        return [{name: values[0] for name, values in r.params.items()} for r in requests]

    return ask


@pytest.fixture
def place(client, sandbox, plays):
    """Create a call, to a person whose phone behaves so."""
    plays("/voice", "<Gather timeout='99'/>")
    plays("/status")

    def make(phone=None, **parameters):
        usual = {"to": SAMPLE_CONTACT, "from_": SAMPLE_NUMBER, "url": f"{HOST}/voice"}
        sandbox.carrier.give_phone(SAMPLE_CONTACT, phone or Phone())
        return client.calls.create(**{**usual, **parameters})

    return make


def refusal(request):
    with pytest.raises(TwilioRestException) as refused:
        request()
    return refused.value.status, refused.value.code


def shown(client):
    return client.http_client.answers[-1].json


# --- its life


def test_a_call_lives_from_its_creation_to_its_deletion(client, sandbox, place):
    made = place()
    assert (made.sid[:2], made.status, made.direction) == ("CA", "queued", "outbound-api")
    sandbox.clock.advance(2)
    assert made.fetch().status == "ringing"
    sandbox.clock.advance(5)
    assert made.fetch().status == "in-progress"
    assert made.update(status="completed").status == "completed"
    assert [call.sid for call in client.calls.list()] == [made.sid]
    assert made.delete() is True
    assert client.calls.list() == []
    assert refusal(made.fetch) == (404, 20404)


def test_a_queued_call_has_neither_begun_nor_ended(client, place):
    made = place()
    path = f"/2010-04-01/Accounts/{made.account_sid}/Calls/{made.sid}"
    now = "Mon, 05 Jan 2026 17:00:00 +0000"
    call = shown(client)
    number_sid = call.pop("phone_number_sid")
    assert call == {
        "sid": made.sid,
        "account_sid": Settings().account_sid,
        "from": SAMPLE_NUMBER,
        "from_formatted": "(500) 555-0006",
        "to": SAMPLE_CONTACT,
        "to_formatted": "(202) 555-0123",
        "status": "queued",
        "direction": "outbound-api",
        "date_created": now,
        "date_updated": now,
        "start_time": None,
        "end_time": None,
        "duration": None,
        "queue_time": "0",
        "answered_by": None,
        "parent_call_sid": None,
        "caller_name": None,
        "forwarded_from": None,
        "group_sid": None,
        "trunk_sid": None,
        "price": None,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "uri": f"{path}.json",
        "subresource_uris": {name: f"{path}/{end}.json" for name, end in SUBRESOURCES.items()},
    }
    assert re.fullmatch("PN[0-9a-f]{32}", number_sid)


def test_a_completed_call_tells_how_long_it_was(client, sandbox, place):
    made = place(time_limit=20)
    sandbox.clock.advance(60)
    found = made.fetch()
    assert (found.status, found.duration) == ("completed", "20")
    assert (found.start_time, found.end_time - found.start_time) == (
        VIRTUAL_START,
        timedelta(seconds=25),
    )
    assert found.date_updated == found.end_time
    assert set(shown(client)) == MEMBERS


MISSED = {
    "busy": Phone(Answer.BUSY),
    "no-answer": Phone(Answer.NO_ANSWER),
    "failed": Phone(Answer.FAILED),
}


@pytest.mark.parametrize(("status", "phone"), MISSED.items())
def test_a_call_that_nobody_answers_tells_no_duration(sandbox, place, asked, status, phone):
    made = place(phone, status_callback=f"{HOST}/status", timeout=20)
    sandbox.clock.advance(20)
    found = made.fetch()
    assert (found.status, found.duration, found.end_time) == (status, None, None)
    assert found.start_time == VIRTUAL_START
    assert [told["CallStatus"] for told in asked("/status")] == [status]
    assert asked("/voice") == []


@pytest.mark.parametrize("number", ["+442071838750", "client:alice"])
def test_only_north_american_numbers_are_formatted(place, client, number):
    place(to=number)
    assert (shown(client)["to_formatted"], shown(client)["phone_number_sid"] is None) == (
        number,
        False,
    )


def test_whose_number_is_not_the_accounts_shows_none(place, client):
    place(from_=SAMPLE_CONTACT, to="+12025550124")
    assert shown(client)["phone_number_sid"] is None


# --- what it does


def test_a_call_asks_its_url_and_plays_what_that_says(client, sandbox, place, plays, asked):
    plays("/menu", f"<Gather numDigits='1' action='{HOST}/choice'/>")
    plays("/choice", "<Say>Thank you</Say>")
    made = place(Phone(otherwise=Press("7")), url=f"{HOST}/menu", method="GET")
    assert asked("/menu") == []
    sandbox.clock.advance(60)
    assert sandbox.journal.query("/menu")[0].request.method == "GET"
    assert asked("/choice")[0]["Digits"] == "7"
    assert "Thank you" in str(sandbox.carrier.call(made.sid).transcript)


def test_a_document_may_be_given_instead_of_a_url(sandbox, place):
    made = place(url=None, twiml=NEWS)
    sandbox.clock.advance(60)
    assert "News" in str(sandbox.carrier.call(made.sid).transcript)


def test_status_callbacks_are_signed_and_in_order(sandbox, place):
    place(status_callback=f"{HOST}/status", status_callback_event=EVENTS, time_limit=9)
    sandbox.clock.advance(60)
    requests = [entry.request for entry in sandbox.journal.query("/status")]
    told = [{name: values[0] for name, values in request.params.items()} for request in requests]
    assert [each["CallStatus"] for each in told] == [*EVENTS[:2], "in-progress", "completed"]
    assert [each["SequenceNumber"] for each in told] == ["0", "1", "2", "3"]
    assert (told[-1]["CallDuration"], told[-1]["SipResponseCode"]) == ("9", "200")
    for request in requests:
        signature = dict(request.headers)["X-Twilio-Signature"]
        token, form = Settings().auth_token, request.params
        assert is_signed(signature, token, f"{HOST}/status", form, request.body)


def test_a_machine_that_answers_is_found_out(sandbox, place, asked):
    made = place(Phone(Answer.MACHINE), machine_detection="Enable")
    sandbox.clock.advance(9)
    assert made.fetch().answered_by == asked("/voice")[0]["AnsweredBy"] == "machine_start"


def test_a_flow_may_answer_a_call(sandbox, stage_flow, client):
    flow = stage_flow()
    made = client.calls.create(
        to=SAMPLE_CONTACT, from_=SAMPLE_NUMBER, url=sandbox.webhook_url(flow)
    )
    sandbox.clock.advance(60)
    call = sandbox.carrier.call(made.sid)
    assert "Hello from the flow" in str(call.transcript)
    execution = sandbox.execution_of(call)
    assert execution.path == ["Trigger", "hello"]
    assert execution.call_sid == made.sid


@pytest.fixture
def stage_flow(sandbox, state, flow_of):
    """Load a flow that says hello."""

    def load():
        says = state("hello", "say-play", {"audioComplete": None}, say="Hello from the flow")
        return sandbox.library.add(flow_of(says))

    return load


# --- all calls are there


def test_calls_of_people_flows_and_clients_are_one_list(sandbox, state, flow_of, client, place):
    dials = state("dial", "make-outgoing-call-v2", {"answered": "hello"})
    says = state("hello", "say-play", {"audioComplete": None}, say="Hello")
    flow = sandbox.library.add(flow_of(dials, says, routed=("incomingRequest",)))
    by_client = place()
    by_person = sandbox.call(flow)
    by_flow = sandbox.request({}, flow).call_sid
    sandbox.clock.advance(0)
    listed = client.calls.list()
    assert [call.sid for call in listed] == [by_flow, by_person.sid, by_client.sid]
    assert [call.direction for call in listed] == ["outbound-api", "inbound", "outbound-api"]
    (inbound,) = client.calls.list(to=SAMPLE_NUMBER)
    assert (inbound.sid, inbound._from) == (by_person.sid, SAMPLE_CONTACT)
    assert inbound.phone_number_sid == listed[0].phone_number_sid is not None


def test_nobody_calls_from_a_number_that_is_not_theirs(client, sandbox):
    def call():
        return client.calls.create(to="+12025550124", from_="+14155550199", twiml=NEWS)

    with pytest.raises(TwilioRestException, match=r"\+14155550199, is not yet verified") as refusal:
        call()
    assert (refusal.value.status, refusal.value.code) == (400, 21210)
    client.incoming_phone_numbers.create(phone_number="+14155550199")
    assert call().status == "queued"
    verified = client.calls.create(to="+12025550124", from_=SAMPLE_CONTACT, twiml=NEWS)
    assert verified.status == "queued"


@pytest.fixture
def three(client, sandbox, place):
    """A completed call, a minute later a busy one, and one that lives."""
    client.incoming_phone_numbers.create(phone_number="+12025550199")
    done = place(time_limit=5)
    sandbox.clock.advance(60)
    busy = place(Phone(Answer.BUSY), from_="+12025550199")
    sandbox.clock.advance(60)
    live = place(to="+12025550124")
    sandbox.clock.advance(6)
    return {done.sid: "done", busy.sid: "busy", live.sid: "live"}


def later(seconds):
    return VIRTUAL_START + timedelta(seconds=seconds)


FILTERS = [
    ({}, "live busy done"),
    ({"status": "busy"}, "busy"),
    ({"status": "in-progress"}, "live"),
    ({"to": SAMPLE_CONTACT}, "busy done"),
    ({"from_": "+12025550199"}, "busy"),
    ({"parent_call_sid": NOBODY}, ""),
    ({"start_time": VIRTUAL_START}, "live busy done"),
    ({"start_time": later(86_400)}, ""),
    ({"start_time_after": later(60)}, "live busy"),
    ({"start_time_before": later(60)}, "done"),
    ({"end_time": VIRTUAL_START}, "done"),
    ({"end_time_after": later(11)}, ""),
    ({"end_time_before": later(11)}, "done"),
    ({"to": SAMPLE_CONTACT, "status": "completed"}, "done"),
]


@pytest.mark.parametrize(("filters", "names"), FILTERS)
def test_a_list_may_be_filtered(client, three, filters, names):
    assert [three[call.sid] for call in client.calls.list(**filters)] == names.split()


@pytest.mark.parametrize("filters", [{"status": "over"}, {"start_time": "soon"}])
def test_a_filter_that_means_nothing_is_refused(client, filters):
    with pytest.raises(TwilioException):
        client.calls.list(**filters)
    assert (shown(client)["code"], shown(client)["status"]) == (20001, 400)


def test_pages_repeat_the_filters(client, place):
    for _ in range(3):
        place()
    assert len(client.calls.list(status="queued", to=SAMPLE_CONTACT, page_size=2)) == 3
    assert shown(client)["previous_page_uri"].endswith(
        "Calls.json?To=%2B12025550123&Status=queued&PageSize=2&Page=0"
    )


# --- what is refused

REFUSED = [
    ({"to": ""}, 21201),
    ({"from_": ""}, 21213),
    ({"url": None}, 21205),
    ({"url": "voice"}, 21205),
    ({"method": "PUT"}, 21209),
    ({"timeout": 601}, 21208),
    ({"send_digits": "x"}, 21206),
    ({"application_sid": "AP" + "1" * 32}, 21218),
    ({"status_callback_event": ["answered", "over"]}, 21626),
    ({"to": "+15005550001"}, 21217),
    ({"to": "+15005550003"}, 21215),
]


@pytest.mark.parametrize(("parameters", "code"), REFUSED)
def test_a_call_that_cannot_be_made_is_refused(client, place, parameters, code):
    assert refusal(lambda: place(**parameters)) == (400, code)
    assert client.calls.list() == []


def test_the_results_may_have_a_call_refused(client, sandbox, place):
    sandbox.results.script("Calls", "refused", "created")
    assert refusal(place) == (400, 21215)
    made = place()
    assert [call.sid for call in client.calls.list()] == [made.sid]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_call_that_is_not_there_is_not_found(web, account, method):
    answer = web(method, f"{account}/Calls/{NOBODY}.json", data={"Status": "completed"})
    assert (answer.status_code, answer.json["code"]) == (HTTPStatus.NOT_FOUND, 20404)


@pytest.mark.parametrize("path", ["Recordings", "Events", "Notifications"])
def test_what_belongs_to_a_call_is_not_found(web, account, place, path):
    assert web("GET", f"{account}/Calls/{place().sid}/{path}.json").status_code == 404


# --- changes


def test_a_live_call_plays_another_document_at_once(sandbox, place, plays, asked):
    plays("/news", "<Say>News</Say>")
    made = place()
    sandbox.clock.advance(9)
    assert made.update(url=f"{HOST}/news", method="GET").status == "in-progress"
    assert asked("/news") == []
    sandbox.clock.advance(0)
    assert [entry.request.method for entry in sandbox.journal.query("/news")] == ["GET"]
    assert asked("/news")[0]["CallSid"] == made.sid


def test_a_document_may_be_brought_to_a_call_of_a_person(client, sandbox, stage_flow):
    call = sandbox.call(stage_flow())
    client.calls(call.sid).update(twiml=NEWS)
    sandbox.clock.advance(9)
    assert [line.text for line in call.transcript] == ["Hello from the flow", "News"]


def test_a_call_that_rings_can_be_canceled_but_not_redirected(sandbox, place, asked):
    made = place(status_callback=f"{HOST}/status")
    sandbox.clock.advance(2)
    assert refusal(lambda: made.update(twiml=NEWS)) == (400, 21220)
    assert made.update(status="canceled").status == "canceled"
    assert asked("/status") == []
    sandbox.clock.advance(0)
    assert [told["CallStatus"] for told in asked("/status")] == ["canceled"]
    sandbox.clock.advance(60)
    assert asked("/voice") == []
    found = made.fetch()
    assert (found.status, found.duration) == ("canceled", None)


def test_a_queued_call_can_be_canceled(sandbox, place, asked):
    made = place(status_callback=f"{HOST}/status", status_callback_event=EVENTS)
    made.update(status="canceled")
    sandbox.clock.advance(60)
    assert [told["CallStatus"] for told in asked("/status")] == ["canceled"]
    assert made.fetch().start_time is None


def test_a_call_that_was_answered_can_no_longer_be_canceled(sandbox, place):
    made = place()
    sandbox.clock.advance(9)
    assert refusal(lambda: made.update(status="canceled")) == (400, 21220)
    assert made.fetch().status == "in-progress"


def test_callbacks_and_limits_can_be_changed(sandbox, place, plays, asked):
    plays("/told")
    made = place(status_callback=f"{HOST}/status", time_limit=60)
    sandbox.clock.advance(9)
    made.update(status_callback=f"{HOST}/told", time_limit=10)
    sandbox.clock.advance(9)
    assert (made.fetch().duration, asked("/status"), len(asked("/told"))) == ("10", [], 1)


def test_a_status_callback_can_be_taken_away(sandbox, place, asked):
    made = place(status_callback=f"{HOST}/status", time_limit=5)
    made.update(status_callback="")
    sandbox.clock.advance(60)
    assert asked("/status") == []


WRONG = [
    ({"status": "busy"}, 20001),
    ({"url": "news"}, 21205),
    ({"url": f"{HOST}/news", "method": "PUT"}, 21209),
    ({"url": f"{HOST}/news", "twiml": NEWS}, 20001),
    ({"twiml": "x" * 4_001}, 20001),
    ({"time_limit": 0}, 20001),
]


@pytest.mark.parametrize(("parameters", "code"), WRONG)
def test_a_wrong_change_changes_nothing(sandbox, place, parameters, code):
    made = place()
    sandbox.clock.advance(9)
    assert refusal(lambda: made.update(**parameters)) == (400, code)
    assert made.fetch().status == "in-progress"


CHANGES = [{"status": "completed"}, {"status": "canceled"}, {"twiml": NEWS}, {"time_limit": 9}, {}]


@pytest.mark.parametrize("parameters", CHANGES)
def test_a_call_that_is_over_cannot_be_changed(sandbox, place, parameters):
    made = place(Phone(Answer.BUSY))
    sandbox.clock.advance(60)
    assert refusal(lambda: made.update(**parameters)) == (400, 21220)


def test_a_call_that_lives_cannot_be_deleted(sandbox, place):
    made = place()
    assert refusal(made.delete) == (409, 20009)
    made.update(status="completed")
    assert made.delete() is True
    sandbox.clock.advance(60)
    assert sandbox.carrier.calls == []


# --- test credentials


@pytest.fixture
def tester(login):
    settings = Settings()
    return login(settings.test_account_sid, settings.test_auth_token)


def test_test_credentials_call_nobody(sandbox, client, tester):
    made = tester.calls.create(to=SAMPLE_CONTACT, from_=SAMPLE_NUMBER, url=f"{HOST}/voice")
    assert (made.status, made.account_sid) == ("queued", Settings().test_account_sid)
    assert set(shown(tester)) == MEMBERS
    sandbox.clock.advance(60)
    assert (client.calls.list(), len(sandbox.journal)) == ([], 0)


MAGIC = [
    ({"from_": "+15005550001"}, 21212),
    ({"from_": "+12025550199"}, 21210),
    ({"to": "+15005550002"}, 21214),
    ({"to": "+15005550004"}, 21216),
    ({"url": "voice"}, 21205),
]


@pytest.mark.parametrize(("parameters", "code"), MAGIC)
def test_test_credentials_meet_what_numbers_stand_for(tester, parameters, code):
    usual = {"to": SAMPLE_CONTACT, "from_": SAMPLE_NUMBER, "url": f"{HOST}/voice"}
    assert refusal(lambda: tester.calls.create(**{**usual, **parameters})) == (400, code)


def test_dates_are_in_utc(place):
    assert place().date_created == datetime(2026, 1, 5, 17, tzinfo=UTC)
