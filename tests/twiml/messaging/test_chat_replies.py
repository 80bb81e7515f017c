"""What a person replies, and when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockstudio.clock import ScaledClock, VirtualClock
from mockstudio.errors import RouteError
from mockstudio.twiml.phone import Phone, Send
from mockstudio.twiml.replies import Replies

SMS = "https://app.example/sms"
NOTHING = "<Response/>"
QUESTION = "<Response><Message>and?</Message></Response>"


def test_a_message_from_the_rest_api_arrives(room_of):
    room = room_of(NOTHING)
    room.rest("Hi", media_url="https://m.example/a.png")
    assert room.transcript == [
        "0:00.0 Twilio Message Hi",
        "0:00.0 Twilio Media https://m.example/a.png",
    ]


def test_a_failed_message_does_not_arrive(room_of):
    room = room_of(NOTHING, Phone(reply_otherwise=Send("what?")))
    room.rest("Hi", status="failed")
    room.clock.advance(60)
    assert room.transcript == []


def test_somebody_without_replies_sends_nothing(room_of):
    room = room_of(NOTHING)
    room.rest("Hi")
    room.clock.advance(3600)
    assert room.said == []


def test_a_reply_is_sent_some_seconds_after_the_message(room_of):
    room = room_of(NOTHING, Phone(replies=(Send("yes", after=5),)))
    room.rest("Hi")
    room.clock.advance(4.9)
    assert room.said == []
    room.clock.advance(0.1)
    assert room.transcript[-1] == "0:05.0 person message yes"
    assert room.web.asked[0].parameters["Body"] == "yes"


def test_several_messages_at_once_get_one_reply_after_the_last(room_of):
    room = room_of(NOTHING, Phone(replies=(Send("yes", after=5), Send("no", after=5))))
    for _ in range(3):
        room.rest("Hi")
        room.clock.advance(2)
    room.clock.advance(60)
    assert room.said == ["yes"]
    assert room.transcript[-1] == "0:09.0 person message yes"


def test_replies_are_sent_in_order_and_then_the_usual_one(room_of):
    phone = Phone(replies=(Send("one"), Send("two")), reply_otherwise=Send("what?"))
    room = room_of(NOTHING, phone)
    for _ in range(4):
        room.rest("Hi")
        room.clock.advance(5)
    assert room.said == ["one", "two", "what?", "what?"]


def test_a_reply_may_carry_media(room_of):
    room = room_of(NOTHING, Phone(replies=(Send("look", ("https://m.example/a.png",)),)))
    room.rest("Hi")
    room.clock.advance(5)
    asked = room.web.asked[0].parameters
    assert (asked["NumMedia"], asked["MediaUrl0"]) == ("1", "https://m.example/a.png")


def test_messages_from_documents_are_replied_to_as_well(room_of):
    room = room_of(QUESTION, Phone(replies=(Send("one"), Send("two"))))
    room.chat.send("hello")
    room.clock.advance(60)
    assert room.said == ["hello", "one", "two"]
    assert [asked.at for asked in room.web.asked] == [0, 5, 10]


def test_somebody_who_always_replies_is_stopped_by_the_guard(room_of):
    room = room_of(QUESTION, Phone(reply_otherwise=Send("what?", after=1)))
    room.chat.send("hello")
    room.clock.advance(3600)
    assert len(room.said) == 16
    assert room.codes == [14107]


def test_a_closed_chat_sends_no_reply(room_of):
    room = room_of(NOTHING, Phone(reply_otherwise=Send("what?")))
    room.rest("Hi")
    room.chat.close()
    room.rest("Hi")
    room.clock.advance(60)
    assert room.said == []


def test_a_message_that_arrives_while_a_reply_is_sent_calls_for_the_next_one(room_of):
    room = room_of(NOTHING, Phone(replies=(Send("one"), Send("two"))))
    questions = iter(["first?", "second?"])
    room.web.happens = lambda _: room.rest(next(questions, "bye"))
    room.rest("Hi")
    room.clock.advance(60)
    assert room.transcript == [
        "0:00.0 Twilio Message Hi",
        "0:05.0 person message one",
        "0:05.0 Twilio Message first?",
        "0:10.0 person message two",
        "0:10.0 Twilio Message second?",
    ]


def test_a_reply_falls_due_while_an_earlier_message_waits_for_its_answer(room_of):
    documents = {
        SMS: "<Response><Message>one</Message><Redirect>/slow</Redirect></Response>",
        "https://app.example/slow": {"body": QUESTION, "delay": 8},
    }
    room = room_of(documents, Phone(replies=(Send("early"),)))
    room.chat.send("hello")
    assert room.transcript[:4] == [
        "0:00.0 person message hello",
        f"0:00.0 Twilio Message one ({SMS}:1)",
        "0:05.0 person message early",
        f"0:05.0 Twilio Message one ({SMS}:1)",
    ]
    assert [line.split()[0] for line in room.transcript[4:]] == ["0:13.0", "0:13.0"]


def test_what_stops_a_reply_is_told(room_of):
    room = room_of(NOTHING, Phone(replies=(Send("yes"),)))

    def refuse(_):
        raise RouteError("no route covers the URL")

    room.web.happens = refuse
    room.rest("Hi")
    room.clock.advance(5)
    assert [(warning.code, warning.text) for warning in room.warnings] == [
        (None, "no route covers the URL")
    ]
    assert room.warnings[0].exchange == room.messages.all()[-1].sid


@given(st.lists(st.sampled_from([0, 0.5, 4.5, 5, 5.5, 20]), min_size=1), st.integers(0, 4))
def test_a_pause_gets_one_reply_each_as_long_as_there_are_replies(gaps, replies):
    clock, sent = VirtualClock(), []
    phone = Phone(replies=tuple(Send(str(n), after=5) for n in range(replies)))
    thoughts = Replies(phone, clock, sent.append)
    for gap in gaps:
        thoughts.message_arrived()
        clock.advance(gap)
    clock.advance(5)
    pauses = sum(gap >= 5 for gap in gaps[:-1]) + 1
    assert sent == list(phone.replies[:pauses])


def test_replies_fall_due_in_running_time_too():
    clock, sent = ScaledClock(1000), []
    thoughts = Replies(Phone(replies=(Send("yes", after=5),)), clock, sent.append)
    try:
        thoughts.message_arrived()
        clock.sleep(50)
        assert sent == [Send("yes", after=5)]
    finally:
        thoughts.close()
        clock.close()
