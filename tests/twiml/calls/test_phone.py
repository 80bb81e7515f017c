"""A person's behaviour is data: what each act brings about, and when."""

from __future__ import annotations

import pytest

from mockstudio.errors import UsageError
from mockstudio.twiml.events import CallEnded
from mockstudio.twiml.phone import HangUp, Moment, Phone, Press, Send, Silence, Speak

EARLY, CALLED = Moment.PROMPT, Moment.ANSWERED
QUESTION = (
    '<Gather action="/got" input="dtmf speech" timeout="5"><Play>menu.mp3</Play></Gather>'
    "<Redirect>/nothing</Redirect>"
)
"""It is the person's turn at second 5, and too late at second 10."""


@pytest.fixture
def asking(line):
    """A number that asks, and plays a recording where nothing was answered."""
    line.plays("/voice", QUESTION)
    line.plays("/got")
    line.plays("/nothing", "<Play>goodbye.mp3</Play>")
    return line


ANSWERS = {
    "with the finish key": (Press("12#"), 6, {"Digits": "12"}),
    "without it, 5 s of silence": (Press("12"), 11, {"Digits": "12"}),
    "at once": (Press("1#", after=0), 5, {"Digits": "1"}),
    "at the last moment": (Press("1#", after=4.9), 9.9, {"Digits": "1"}),
    "early, over the words": (Press("1#", after=2, since=EARLY), 2, {"Digits": "1"}),
    "early, but without the finish key": (Press("1", 0.5, EARLY), 5.5, {"Digits": "1"}),
    "seconds into the call": (Press("7#", after=3, since=CALLED), 3, {"Digits": "7"}),
    "star and pound": (Press("*#"), 6, {"Digits": "*"}),
    "words": (Speak("yes please", after=2), 7, {"SpeechResult": "yes please"}),
    "words over the words": (Speak("agent", 1, EARLY), 1, {"SpeechResult": "agent"}),
}


@pytest.mark.parametrize(("act", "at", "results"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_requested_when_it_is_given(asking, act, at, results):
    assert asking.call(Phone(acts=(act,))).wait()
    assert asking.paths == ["/voice", "/got"]
    assert asking.asked_at("/got") == [at]
    assert asking.asked("/got")[0].items() >= results.items()


@pytest.mark.parametrize("phone", [Phone(), Phone(acts=(Silence(),)), Phone(acts=(Press("#"),))])
def test_silence_lets_the_question_pass(asking, phone):
    assert asking.call(phone).wait()
    assert asking.paths == ["/voice", "/nothing"]
    assert asking.asked_at("/nothing") == [10 if phone.acts[:1] != (Press("#"),) else 11]


def test_keys_that_come_late_are_not_heard_by_the_question(asking, heard):
    call = asking.call(Phone(acts=(Press("1#", after=7),)))
    assert call.wait()
    assert asking.paths == ["/voice", "/nothing"]
    assert heard(call)[-2:] == [
        "10 Twilio Play goodbye.mp3",
        "12 person press 1#  (nobody listens)",
    ]


def test_a_person_hangs_up_at_a_moment_of_a_question(asking):
    asking.takes("/status")
    assert asking.call(Phone(acts=(HangUp(after=2),))).wait()
    assert (asking.paths, asking.asked_at("/status")) == (["/voice", "/status"], [7])
    assert asking.asked("/status")[0]["CallDuration"] == "7"


@pytest.mark.parametrize(
    "phone",
    [
        Phone(hangs_up_after=3),
        Phone(acts=(HangUp(3, CALLED),)),
        Phone(acts=(HangUp(3, EARLY),)),
        Phone(otherwise=HangUp(3, EARLY)),
    ],
)
def test_a_person_hangs_up_seconds_into_the_call(asking, phone):
    asking.takes("/status")
    assert asking.call(phone).wait()
    assert (asking.paths, asking.asked_at("/status")) == (["/voice", "/status"], [3])


def test_seconds_into_the_call_count_from_when_it_is_answered(asking):
    asking.plays("/slow", '<Pause length="4"/><Redirect>/voice</Redirect>')
    asking.takes("/status")
    assert asking.call(Phone(hangs_up_after=3), path="/slow").wait()
    assert asking.asked_at("/status") == [7]


def test_there_is_one_act_for_each_question_and_then_the_same_again(line):
    line.plays("/voice", '<Gather numDigits="1" timeout="2"/><Redirect>/voice</Redirect>')
    acts = (Press("1"), Silence(), Press("2"))
    assert line.call(Phone(acts=acts, otherwise=Press("3"), hangs_up_after=8)).wait()
    digits = [asked.get("Digits") for asked in line.asked("/voice")]
    assert digits == [None, "1", None, "2", "3", "3", "3"]


def test_an_act_counted_from_the_answer_is_none_of_a_questions_acts(line):
    line.plays("/voice", '<Gather numDigits="1" timeout="2"/><Redirect>/voice</Redirect>')
    acts = (Press("1"), Press("9", 1.5, CALLED), Silence(), Press("2"))
    assert line.call(Phone(acts=acts, hangs_up_after=3)).wait()
    assert [asked.get("Digits") for asked in line.asked("/voice")] == [None, "1", "9", "2"]


def test_without_more_acts_a_person_says_nothing(line):
    line.plays("/voice", '<Gather timeout="3" action="/got"/>')
    line.plays("/got", '<Gather timeout="3"/>')
    assert line.call(Phone(acts=(Press("1#"),))).wait()
    assert line.paths == ["/voice", "/got"]
    assert line.stage.of(CallEnded)[0].seconds == 4


@pytest.mark.parametrize("digits", ["", "12a", "1 2", "w", "+1", "٣"])
def test_there_are_twelve_keys(line, digits):
    with pytest.raises(UsageError, match="expected one or more of the keys 0123456789"):
        Press(digits)
    line.plays("/voice", "<Gather/>")
    with pytest.raises(UsageError, match="keys"):
        line.call().press(digits)


def test_a_phone_is_given_to_an_address(line):
    line.plays("/voice", '<Gather numDigits="1" action="/got"/>')
    line.plays("/got")
    carrier = line.sandbox.carrier
    carrier.give_phone("+12025550001", Phone(otherwise=Press("1")))
    carrier.give_phone("+12025550002", Phone(otherwise=Press("2")))
    for person in ("+12025550001", "+12025550002", "+12025550003"):
        assert carrier.call_number(line.number(), person).wait()
    found = [(asked["From"], asked["Digits"]) for asked in line.asked("/got")]
    assert found == [("+12025550001", "1"), ("+12025550002", "2")]
    assert carrier.phone_of("+12025550003") == Phone()


def test_a_person_sends_messages_and_media(stage, state):
    photo = "https://photos.example.com/cat.jpg"
    stage.play(
        state("ask", "send-and-wait-for-reply", {"incomingMessage": "more"}, body="Which?"),
        state("more", "send-and-wait-for-reply", {"incomingMessage": None}, body="Photo?"),
    )
    chat = stage.sandbox.chat(phone=Phone(replies=(Send("blue"), Send(media=(photo,), after=9))))
    chat.send("hi")
    stage.sandbox.clock.advance(20)
    widgets = stage.sandbox.executions.all()[-1].context["widgets"]
    assert widgets["ask"]["inbound"]["Body"] == "blue"
    assert widgets["more"]["inbound"]["MediaUrl0"] == photo
    found = [(line.who, line.what, line.text) for line in chat.transcript]
    assert found == [
        ("person", "message", "hi"),
        ("Twilio", "Message", "Which?"),
        ("person", "message", "blue"),
        ("Twilio", "Message", "Photo?"),
        ("person", "media", photo),
    ]
