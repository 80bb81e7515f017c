from __future__ import annotations

import threading
from pathlib import Path

import pytest
import yaml

from mockstudio.errors import RouteError
from mockstudio.flows.limits import Limits
from mockstudio.sids import SAMPLE_ACCOUNT_SID
from mockstudio.twiml.events import TranscriptLine
from mockstudio.twiml.phone import Phone, Send

CASES = yaml.safe_load(Path(__file__).with_name("chat_cases.yaml").read_text("utf-8"))
SMS, PERSON, NUMBER = "https://app.example/sms", "+15551230000", "+15017122661"
GREETING = "<Response><Message>Hi</Message></Response>"
LOOP = "<Response><Message>again</Message><Redirect>/sms</Redirect></Response>"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_comes_of_a_message(room_of, case):
    room = room_of(case["documents"], **case.get("number", {}))
    for text in case["says"]:
        room.chat.send(text)
    assert room.transcript == case["transcript"]
    assert room.codes == case.get("codes", [])
    requests = [f"{asked.method} {asked.url.partition('?')[0]}" for asked in room.web.asked]
    assert requests == case.get("requests", requests)


# --- what is asked


def test_the_webhook_gets_the_parameters_of_the_message(room_of):
    room = room_of("<Response/>")
    message = room.chat.send("hello")
    asked = room.web.asked[0].parameters
    expected = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "AccountSid": SAMPLE_ACCOUNT_SID,
        "From": PERSON,
        "To": NUMBER,
        "Body": "hello",
        "NumMedia": "0",
        "SmsStatus": "received",
    }
    assert asked.items() >= expected.items()


def test_a_number_may_be_asked_with_get(room_of):
    room = room_of("<Response/>", sms_method="GET")
    room.chat.send("a b")
    assert (room.web.asked[0].method, room.web.asked[0].parameters["Body"]) == ("GET", "a b")


def test_media_are_sent_with_their_number_and_their_types(room_of):
    room = room_of("<Response/>")
    message = room.chat.send(media=["https://m.example/a.png", "https://m.example/b.jpg"])
    asked = room.web.asked[0].parameters
    assert message.sid.startswith("MM")
    assert {
        "NumMedia": "2",
        "MediaUrl0": "https://m.example/a.png",
        "MediaContentType0": "image/png",
        "MediaUrl1": "https://m.example/b.jpg",
        "MediaContentType1": "image/jpeg",
        "Body": "",
    }.items() <= asked.items()
    assert room.transcript == [
        "0:00.0 person media https://m.example/a.png",
        "0:00.0 person media https://m.example/b.jpg",
    ]


def test_every_hop_carries_the_same_message(room_of):
    documents = {
        SMS: "<Response><Redirect>/b</Redirect></Response>",
        "https://app.example/b": "<Response><Redirect method='GET'>/c</Redirect></Response>",
        "https://app.example/c": GREETING,
    }
    room = room_of(documents)
    room.chat.send("hello", ["https://m.example/a.png"])
    first, *others = [asked.parameters for asked in room.web.asked]
    assert others == [first, first]


def test_an_action_learns_what_became_of_its_message(room_of):
    documents = {
        SMS: "<Response><Message action='/done'>Hi</Message></Response>",
        "https://app.example/done": "<Response><Redirect>/after</Redirect></Response>",
        "https://app.example/after": "<Response/>",
    }
    room = room_of(documents)
    incoming = room.chat.send("hello")
    reply = room.messages.all()[-1]
    done, after = [asked.parameters for asked in room.web.asked[1:]]
    assert (done["MessageSid"], done["MessageStatus"]) == (reply.sid, "queued")
    assert (done["From"], done["Body"]) == (PERSON, "hello")
    assert (after["MessageSid"], "MessageStatus" in after) == (incoming.sid, False)


def test_a_status_callback_is_told_how_a_reply_is_delivered(room_of):
    document = (
        "<Response><Message statusCallback='/status'>one</Message><Message>two</Message></Response>"
    )
    room = room_of({SMS: document, "https://app.example/status": {"status": 204}})
    room.chat.send("hello")
    room.clock.advance(10)
    told = [asked.parameters for asked in room.web.asked[1:]]
    reply = room.messages.all()[1]
    assert [call["MessageStatus"] for call in told] == ["queued", "sent", "delivered"]
    assert {call["MessageSid"] for call in told} == {reply.sid}
    assert (told[0]["From"], told[0]["To"]) == (NUMBER, PERSON)


def test_replies_do_not_wait_for_status_callbacks(room_of):
    document = (
        "<Response><Message statusCallback='/status'>one</Message><Message>two</Message></Response>"
    )
    room = room_of({SMS: document, "https://app.example/status": {"delay": 5}})
    room.chat.send("hello")
    assert [line.split()[0] for line in room.transcript] == ["0:00.0"] * 3


def test_a_status_callback_that_fails_is_only_warned_of(room_of):
    room = room_of("<Response><Message statusCallback='/gone'>Hi</Message></Response>")
    room.chat.send("hello")
    room.clock.advance(10)
    assert set(room.codes) == {15003}
    assert len(room.transcript) == 2


# --- what is kept and told


def test_messages_both_ways_are_kept(room_of):
    document = "<Response><Message>Look<Media>/a.png</Media></Message></Response>"
    room = room_of(document)
    sent = room.chat.send("hello")
    room.clock.advance(10)
    incoming, reply = room.messages.all()
    assert incoming == sent
    assert (incoming.from_, incoming.to, incoming.status) == (PERSON, NUMBER, "received")
    assert (reply.from_, reply.to, reply.status) == (NUMBER, PERSON, "delivered")
    assert (incoming.direction, reply.direction) == ("inbound", "outbound-reply")
    assert (reply.body, reply.media_url) == ("Look", "https://app.example/a.png")
    assert reply.sid.startswith("MM")


def test_a_message_to_somebody_else_does_not_make_the_person_reply(room_of):
    document = f"<Response><Message to='+15550009999' from='{PERSON}'>Hi</Message></Response>"
    room = room_of(document, Phone(reply_otherwise=Send("what?")))
    room.chat.send("hello")
    room.clock.advance(60)
    other = room.messages.all()[-1]
    assert room.said == ["hello"]
    assert (other.from_, other.to) == (PERSON, "+15550009999")
    assert [message.sid for message in room.elsewhere] == [other.sid]
    assert len(room.transcript) == 1


def test_every_line_is_told_with_the_message_that_began_the_exchange(room_of):
    room = room_of(GREETING)
    sent = room.chat.send("hello")
    told = [event for event in room.events if isinstance(event, TranscriptLine)]
    assert told == list(room.chat.transcript)
    assert {line.exchange for line in told} == {sent.sid}


def test_a_url_without_a_route_reaches_the_sender(room_of):
    room = room_of(GREETING)

    def refuse(_):
        raise RouteError("no route covers the URL")

    room.web.happens = refuse
    with pytest.raises(RouteError):
        room.chat.send("hello")
    assert room.transcript == ["0:00.0 person message hello"]


# --- limits


def test_an_endless_redirect_ends_after_fifty_documents(room_of):
    room = room_of("<Response><Redirect>/sms</Redirect></Response>")
    room.chat.send("hello")
    assert len(room.web.asked) == 50
    assert room.codes == [14106]
    assert room.warnings[0].url == SMS


def test_an_endless_action_ends_with_the_tenth_message(room_of):
    room = room_of("<Response><Message action='/sms'>again</Message></Response>")
    room.chat.send("hello")
    # The eleventh Message is not sent: its action is not requested.
    assert len(room.web.asked) == 11
    assert room.codes == [14109]


def test_a_redirect_that_ends_at_the_limit_is_no_loop(room_of):
    documents = {SMS: "<Response><Redirect>/b</Redirect></Response>"}
    room = room_of(
        {**documents, "https://app.example/b": GREETING}, limits=Limits(twiml_documents=2)
    )
    room.chat.send("hello")
    assert (len(room.web.asked), room.codes, len(room.transcript)) == (2, [], 2)


def test_ten_messages_answer_one_message(room_of):
    room = room_of("<Response>" + "<Message>Hi</Message>" * 12 + "</Response>")
    room.chat.send("hello")
    assert len(room.transcript) == 11
    assert room.codes == [14109]
    assert "10 Messages" in room.warnings[0].text


def test_messages_are_counted_over_all_documents_of_an_exchange(room_of):
    room = room_of(LOOP)
    room.chat.send("hello")
    assert len(room.transcript) == 11
    assert room.codes == [14109, 14106]


def test_messages_are_counted_anew_for_the_next_message(room_of):
    room = room_of("<Response>" + "<Message>Hi</Message>" * 7 + "</Response>")
    room.chat.send("one")
    room.chat.send("two")
    assert (len(room.transcript), room.codes) == (16, [])


def test_replies_that_follow_each_other_too_fast_fail_until_it_is_quiet(room_of):
    room = room_of(GREETING)
    for _ in range(17):
        room.chat.send("hello")
        room.clock.advance(1)
    assert room.codes == [14107, 14107]
    assert sum("Hi" in line for line in room.transcript) == 15
    assert room.messages.all()[-1].error_code == 14107
    room.clock.advance(30)
    room.chat.send("hello")
    assert room.codes == [14107, 14107]
    assert "Hi" in room.transcript[-1]


def test_an_action_and_a_status_callback_learn_that_a_reply_failed(room_of):
    documents = {
        SMS: "<Response><Message action='/done' statusCallback='/status'>Hi</Message></Response>",
        "https://app.example/done": "<Response/>",
        "https://app.example/status": {"status": 204},
    }
    room = room_of(documents)
    for _ in range(16):
        room.chat.send("hello")
    done = room.web.asked[-1].parameters
    room.clock.advance(0)
    statuses = [asked.parameters for asked in room.web.asked if asked.url.endswith("/status")]
    status = statuses[-1]
    assert done["MessageStatus"] == "failed"
    assert (status["MessageStatus"], status["ErrorCode"]) == ("failed", "14107")


# --- lost replies


@pytest.mark.parametrize("result", ["failed", "undelivered"])
def test_a_reply_that_is_lost_does_not_arrive(room_of, result):
    room = room_of(GREETING, Phone(reply_otherwise=Send("what?")))
    room.results.script("Messages", result)
    room.chat.send("hello")
    room.clock.advance(60)
    reply = room.messages.all()[-1]
    assert room.transcript == ["0:00.0 person message hello"]
    assert (reply.status, room.lost) == (result, [reply])


# --- threads


def test_messages_may_be_sent_from_many_threads(room_of):
    room = room_of("<Response/>")
    threads = [threading.Thread(target=room.chat.send, args=[str(n)]) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(room.said, key=int) == [str(n) for n in range(20)]
    assert len(room.web.asked) == len({asked.parameters["MessageSid"] for asked in room.web.asked})
