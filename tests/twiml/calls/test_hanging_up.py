"""The person hangs up: in each verb, while it rings, and while something is being requested."""

from __future__ import annotations

import pytest

from mockstudio.twiml.events import CallEnded, CallStatusChanged
from mockstudio.twiml.phone import HangUp, Moment, Phone, Press, Speak
from mockstudio.twiml.voice.player import APPLICATION_ERROR

HOST = "https://ivr.example.com"
PERSON = "+12025550123"
AT_8 = Phone(hangs_up_after=8)
TALKING = Phone(acts=(Speak("Call me back, please."),), hangs_up_after=8)

ACTION = 'action="/action"'
VERBS = {
    "Say": (f"<Say>{'Hello. ' * 99}</Say>", AT_8, [], {}),
    "Play": ("<Play loop='9'>a.mp3</Play>", AT_8, [], {}),
    "Pause": ("<Say>Hi</Say><Pause length='99'/>", AT_8, [], {}),
    "Gather": (f"<Gather {ACTION} timeout='99' actionOnEmptyResult='true'/>", AT_8, [], {}),
    "Gather with keys": (
        f"<Gather {ACTION} timeout='99'/>",
        Phone(acts=(Press("12"),), hangs_up_after=8),
        [],
        {},
    ),
    "Record, silent": (f"<Record {ACTION} timeout='99'/>", AT_8, [], {}),
    "Record, speaking": (
        f"<Record {ACTION} timeout='99' recordingStatusCallback='/told'/>",
        TALKING,
        ["/told", "/action"],
        {"Digits": "hangup", "RecordingDuration": "2"},
    ),
    "Record without action": ("<Record timeout='99'/>", TALKING, ["/voice"], {}),
    "Dial, ringing": (f"<Pause length='5'/><Dial {ACTION}>+12025550199</Dial>", AT_8, [], {}),
    "Dial, talking": (
        f"<Dial {ACTION}><Number statusCallback='/told'>+12025550199</Number></Dial>",
        AT_8,
        ["/told"],
        {},
    ),
    "Enqueue": (f"<Enqueue {ACTION}>sales</Enqueue>", AT_8, [], {}),
    "Enqueue with music": (
        f"<Enqueue {ACTION} waitUrl='/music'>sales</Enqueue>",
        AT_8,
        ["/music"],
        {},
    ),
    "Pay": (f"<Pay {ACTION}/>", AT_8, ["/action"], {"Result": "caller-hung-up"}),
    "Pay without action": ("<Pay/>", AT_8, [], {}),
    "Connect": (f"<Connect {ACTION}><Stream url='wss://a.example'/></Connect>", AT_8, [], {}),
}
"""The document, who hangs up, what is requested then, and what the last of it carries."""


@pytest.mark.parametrize(("verbs", "phone", "paths", "results"), VERBS.values(), ids=VERBS)
def test_a_hang_up_ends_each_verb(line, verbs, phone, paths, results):
    line.takes("/status")
    line.takes("/told")
    line.plays("/action", "<Say>Not heard</Say><Redirect>/voice</Redirect>")
    line.plays("/music", "<Play>music.mp3</Play><Pause length='99'/>")
    call = line.play(f"{verbs}<Say>Not heard</Say><Redirect>/action</Redirect>", phone)
    pick_up = line.stage.of(CallStatusChanged)[0].at
    ended = line.stage.of(CallEnded)[0]
    assert (ended.status, ended.seconds, ended.reason) == ("completed", 8, "the person hung up")
    assert (ended.at - pick_up).total_seconds() == 8
    assert line.paths == ["/voice", *paths, "/status"]
    assert "Not heard" not in str(call.transcript)
    (told,) = line.asked("/status")
    assert (told["CallStatus"], told["CallDuration"]) == ("completed", "8")
    if results:
        (last,) = line.asked(paths[-1])
        assert last.items() >= {"CallStatus": "completed", **results}.items()


def test_the_hang_up_is_the_last_thing_the_person_does(line, heard):
    phone = Phone(acts=(HangUp(2), Press("1", 9, Moment.ANSWERED)), hangs_up_after=9)
    line.plays("/voice", "<Gather timeout='99'/><Say>Not heard</Say>")
    call = line.call(phone)
    assert call.wait()
    line.sandbox.clock.advance(60)
    assert heard(call) == ["2 person hang up"]


def test_whoever_hangs_up_before_the_pick_up_was_not_answered(line, heard):
    line.takes("/status")
    line.plays("/voice", "<Pause length='9'/><Say>Hi</Say>")
    call = line.call()
    line.sandbox.clock.advance(4)
    call.hang_up()
    assert call.is_over
    assert (call.status, call.seconds) == ("no-answer", 0)
    assert heard(call)[1:] == ["4 person hang up"]
    (told,) = line.asked("/status")
    assert told["CallStatus"] == "no-answer"
    assert "CallDuration" not in told


# --- while a document is being fetched


@pytest.fixture
def slow(line):
    """A number whose second document takes ten seconds, from second 1 on."""

    def answer(verbs="<Say>Not heard</Say>", **members):
        line.takes("/status")
        line.plays("/voice", '<Gather timeout="1"/><Redirect>/slow</Redirect>')
        line.plays("/slow", verbs, delay="10s", **members)
        line.plays("/next", "<Say>Not heard</Say>")
        return line

    return answer


SILENT = "1 person silence no answer in 1 s"
DOCUMENTS = {
    "a document": "<Say>Not heard</Say>",
    "a redirect": "<Redirect>/next</Redirect>",
    "an end": "<Hangup/>",
    "a rejection": "<Reject/>",
    "nothing": "",
}


@pytest.mark.parametrize("verbs", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_hang_up_while_a_document_is_fetched_is_told_at_once(slow, heard, verbs):
    line = slow(verbs)
    call = line.call(Phone(hangs_up_after=4))
    assert call.wait()
    assert (line.asked_at("/slow"), line.asked_at("/status")) == ([1], [4])
    assert set(line.paths) == {"/voice", "/slow", "/status"}
    (told,) = line.asked("/status")
    assert (told["CallStatus"], told["CallDuration"]) == ("completed", "4")
    assert heard(call) == [SILENT, "4 person hang up"]
    (ended,) = line.stage.of(CallEnded)
    assert (ended.seconds, ended.reason) == (4, "the person hung up")
    assert call.seconds == 4


@pytest.mark.parametrize("verbs", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_hang_up_while_the_first_document_is_fetched(line, heard, verbs):
    line.takes("/status")
    line.plays("/voice", verbs, delay="10s")
    line.plays("/next", "<Say>Not heard</Say>")
    line.sandbox.clock.call_later(3, lambda: line.sandbox.carrier.calls[0].hang_up())
    call = line.call()
    assert call.wait()
    assert (set(line.paths), line.asked_at("/status")) == ({"/voice", "/status"}, [3])
    assert line.asked("/status")[0]["CallStatus"] == call.status == "no-answer"
    assert heard(call) == ["3 person hang up"]


def test_nobody_apologises_to_somebody_who_has_hung_up(slow, heard):
    line = slow(status=500)
    call = line.call(Phone(hangs_up_after=4))
    assert call.wait()
    assert APPLICATION_ERROR not in str(call.transcript)
    assert heard(call) == [SILENT, "4 person hang up"]
    assert [warning.code for warning in line.warnings] == [11200]


def test_a_hang_up_while_the_music_of_a_queue_is_fetched(line, heard):
    line.takes("/status")
    line.plays("/voice", "<Enqueue waitUrl='/music'>sales</Enqueue>")
    line.plays("/music", "<Say>Not heard</Say>", delay="5s")
    call = line.call(Phone(hangs_up_after=3))
    assert call.wait()
    assert line.asked_at("/status") == [3]
    assert heard(call) == ["0 Twilio Enqueue waits in queue sales", "3 person hang up"]


def test_hanging_up_twice_is_hanging_up_once(slow, heard):
    line = slow()
    line.sandbox.clock.call_later(6, lambda: line.sandbox.carrier.calls[0].hang_up())
    call = line.call(Phone(hangs_up_after=4))
    assert call.wait()
    call.hang_up()
    assert heard(call) == [SILENT, "4 person hang up"]
    assert len(line.entries("/status")) == 1
    assert len(line.stage.of(CallEnded)) == 1


def test_a_call_that_twilio_ends_meanwhile_is_told_once(line):
    line.takes("/status", delay="5s")
    line.plays("/voice", "<Play>a.mp3</Play><Hangup/>")
    call = line.call(Phone(hangs_up_after=7))
    assert call.wait()
    assert (line.asked_at("/status"), call.seconds) == ([5], 5)
    assert "hang up" not in str(call.transcript)


def test_four_hours_may_end_while_a_document_is_fetched(line):
    line.takes("/status")
    line.plays("/voice", "<Pause length='14395'/><Redirect>/slow</Redirect>")
    line.plays("/slow", "<Play>a.mp3</Play>", delay="10s")
    assert line.call().wait(20_000)
    (ended,) = line.stage.of(CallEnded)
    assert "four hours" in ended.reason
    assert len(line.entries("/status")) == 1
