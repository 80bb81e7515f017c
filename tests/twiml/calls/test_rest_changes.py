"""What the REST API does to a live call: hangs up, redirects, limits; and what it adds to one."""

from __future__ import annotations

import pytest

from mockstudio.twiml.call_setup import CallSetup
from mockstudio.twiml.events import CallEnded, CallStarted
from mockstudio.twiml.phone import Answer, Phone, Press, Silence, Speak

HOST = "https://ivr.example.com"
PERSON, NUMBER = "+12025550123", "+15005550006"
NEWS = "<Response><Say>News</Say></Response>"


@pytest.fixture
def placed(line):
    """Place a call that has not begun to ring."""
    line.takes("/status")
    line.plays("/voice", "<Gather timeout='99'/>")

    def place(phone=None, **parameters):
        line.sandbox.carrier.give_phone(PERSON, phone or Phone())
        usual = {"From": NUMBER, "To": PERSON, "Url": f"{HOST}/voice"}
        usual |= {"StatusCallback": f"{HOST}/status"}
        sid = line.sandbox.carrier.place_call({**usual, **parameters})
        return line.sandbox.carrier.call(sid)

    return place


def told(line, path="/status"):
    return [asked["CallStatus"] for asked in line.asked(path)]


# --- another document

WAITS = {
    "Say": "<Say>" + "Hello. " * 99 + "</Say>",
    "Play": "<Play loop='99'>a.mp3</Play>",
    "Pause while it rings": "<Pause length='99'/>",
    "Pause": "<Say>Hi</Say><Pause length='99'/>",
    "Gather": "<Gather timeout='99' action='/next' actionOnEmptyResult='true'/>",
    "Gather, asking": "<Gather action='/next'><Play loop='99'>a.mp3</Play></Gather>",
    "Record": "<Record timeout='99' action='/next'/>",
    "Dial, ringing": "<Pause length='5'/><Dial action='/next'>+12025550199</Dial>",
    "Dial, talking": "<Dial action='/next'>+12025550199</Dial>",
    "Enqueue": "<Enqueue action='/next'>sales</Enqueue>",
    "Enqueue with music": "<Enqueue action='/next' waitUrl='/music'>sales</Enqueue>",
    "Pay": "<Pay action='/next'/>",
    "Connect": "<Connect action='/next'><Stream url='wss://a.example'/></Connect>",
}


@pytest.mark.parametrize("verbs", WAITS.values(), ids=WAITS)
def test_a_redirect_leaves_any_wait_at_once(line, heard, verbs):
    line.takes("/status")
    line.plays("/voice", f"{verbs}<Say>Never</Say>")
    line.plays("/music", "<Play loop='99'>music.mp3</Play>")
    line.plays("/news", "<Say>News</Say>")
    call = line.call(Phone(acts=(Speak("Well"),)))
    line.sandbox.clock.advance(8)
    assert call.redirect(url=f"{HOST}/news", method="GET")
    assert "/news" not in line.paths
    assert call.wait()
    assert line.asked_at("/news") == [8]
    assert line.entries("/news")[0].request.method == "GET"
    assert heard(call)[-1] == "8 Twilio Say News"
    assert "Never" not in str(call.transcript)
    assert ("/next" in line.paths, told(line)) == (False, ["completed"])
    assert (call.status, len(line.stage.of(CallEnded))) == ("completed", 1)


def test_a_redirect_may_bring_the_document_itself(line, heard):
    line.plays("/voice", "<Gather timeout='99'/>")
    call = line.call()
    line.sandbox.clock.advance(3)
    call.redirect(url="", twiml=NEWS)
    assert call.wait()
    assert heard(call) == ["3 Twilio Say News"]
    assert line.paths == ["/voice"]


def test_a_redirect_while_a_document_is_fetched_leaves_it_unplayed(line, heard):
    line.plays("/voice", "<Say>Never</Say>", delay="5s")
    carrier = line.sandbox.carrier
    line.sandbox.clock.call_later(2, lambda: carrier.calls[0].redirect(url="", twiml=NEWS))
    call = line.call()
    assert call.wait()
    assert heard(call) == ["5 Twilio Say News"]


def test_the_last_of_several_redirects_counts(line, heard):
    line.plays("/voice", "<Gather timeout='99'/>")
    line.plays("/first", "<Say>Never</Say>")
    call = line.call()
    call.redirect(url=f"{HOST}/first")
    call.redirect(url="", twiml=NEWS)
    assert call.wait()
    assert (heard(call), line.paths) == (["0 Twilio Say News"], ["/voice"])


def test_a_redirect_cancels_what_a_dial_has_ring(line):
    line.takes("/leg")
    noun = "<Number statusCallback='/leg'>+12025550199</Number>"
    line.plays("/voice", f"<Dial>{noun}</Dial>")
    call = line.call()
    line.sandbox.clock.advance(2)
    call.redirect(url="", twiml=NEWS)
    assert call.wait()
    assert told(line, "/leg") == ["canceled"]


def test_a_redirect_may_be_answered_by_the_person(line):
    line.plays("/voice", "<Gather timeout='99'/>")
    line.plays("/digits")
    call = line.call(Phone(acts=(Silence(), Press("4", 1))))
    call.redirect(url="", twiml=f"<Response><Gather action='{HOST}/digits'/></Response>")
    line.sandbox.clock.advance(0)
    assert call.wait()
    assert line.asked("/digits")[0]["Digits"] == "4"


def test_a_redirect_that_leads_nowhere_asks_the_new_fallback(line, heard):
    line.plays("/voice", "<Gather timeout='99'/>")
    line.plays("/lost", status=404)
    line.plays("/fallback", "<Say>Sorry</Say>")
    call = line.call()
    call.redirect(url=f"{HOST}/lost", fallback_url=f"{HOST}/fallback")
    assert call.wait()
    assert heard(call) == ["0 Twilio Say Sorry"]


@pytest.mark.parametrize("seconds", [None, 2])
def test_a_call_that_rings_cannot_be_redirected(line, placed, seconds):
    call = placed()
    if seconds:
        line.sandbox.clock.advance(seconds)
    assert not call.redirect(url="", twiml=NEWS)
    assert call.wait()
    assert "/voice" in line.paths


def test_a_call_that_is_over_cannot_be_changed(line):
    line.plays("/voice")
    call = line.call()
    assert call.is_over
    assert (call.end(), call.cancel(), call.redirect(twiml=NEWS)) == (False, False, False)
    assert call.status == "completed"


# --- the end


@pytest.mark.parametrize("verbs", WAITS.values(), ids=WAITS)
def test_the_api_hangs_up_in_any_wait(line, verbs):
    line.takes("/status")
    line.plays("/voice", f"{verbs}<Say>Never</Say>")
    line.plays("/music", "<Play loop='99'>music.mp3</Play>")
    line.plays("/next", "<Say>Never</Say>")
    call = line.call()
    line.sandbox.clock.advance(8)
    answered = call.state.answered is not None
    assert call.end()
    assert (call.state.is_over, told(line)) == (True, [])
    line.sandbox.clock.advance(99)
    assert told(line) == [call.status] == ["completed" if answered else "canceled"]
    (ended,) = line.stage.of(CallEnded)
    assert ended.reason == "the REST API hung up"
    assert "Never" not in str(call.transcript)


def test_the_api_hangs_up_while_a_document_is_fetched(line):
    line.takes("/status")
    line.plays("/voice", "<Say>Hello</Say><Redirect>/slow</Redirect>")
    line.plays("/slow", "<Say>Never</Say>", delay="9s")
    line.sandbox.clock.call_later(4, lambda: line.sandbox.carrier.calls[0].end())
    call = line.call()
    assert call.wait()
    assert (line.asked_at("/status"), told(line)) == ([4], ["completed"])
    (ended,) = line.stage.of(CallEnded)
    assert (ended.reason, "Never" in str(call.transcript)) == ("the REST API hung up", False)


ENDS = {"while it waits to ring": (0, []), "while it rings": (2, ["initiated", "ringing"])}


@pytest.mark.parametrize("hang_up", ["end", "cancel"])
@pytest.mark.parametrize(("seconds", "before"), ENDS.values(), ids=ENDS)
def test_a_call_that_nobody_has_answered_is_canceled(line, placed, seconds, before, hang_up):
    call = placed(StatusCallbackEvent="initiated ringing answered completed")
    if seconds:
        line.sandbox.clock.advance(seconds)
    assert getattr(call, hang_up)()
    assert call.status == "canceled"
    line.sandbox.clock.advance(99)
    assert (told(line), line.paths) == ([*before, "canceled"], ["/status"] * (len(before) + 1))
    assert call.is_over
    assert len(line.stage.of(CallStarted)) == (1 if seconds else 0)


def test_a_call_that_was_answered_cannot_be_canceled(line, placed):
    call = placed()
    line.sandbox.clock.advance(6)
    assert not call.cancel()
    assert (call.status, call.state.is_over) == ("in-progress", False)


def test_a_redirect_before_the_end_comes_too_late(line):
    line.plays("/voice", "<Gather timeout='99'/>")
    line.plays("/never")
    call = line.call()
    assert call.redirect(url=f"{HOST}/never")
    assert call.end()
    assert call.wait()
    assert line.paths == ["/voice"]


# --- how long it may last


def test_the_time_limit_counts_from_the_answer(line, placed):
    call = placed(Phone(rings=7), TimeLimit="20")
    assert call.wait()
    assert (call.status, call.seconds, line.asked_at("/status")) == ("completed", 20, [27])
    assert line.stage.of(CallEnded)[0].reason == "the time limit of 20 s is over"


@pytest.mark.parametrize(("limit", "seconds"), [(30, 30), (4, 10)])
def test_another_time_limit_holds_from_the_answer_on_too(line, placed, limit, seconds):
    call = placed(TimeLimit="60")
    line.sandbox.clock.advance(15)
    call.change(time_limit=limit)
    assert call.wait()
    assert call.seconds == seconds


def test_a_time_limit_does_not_outlast_the_call(line, placed):
    line.plays("/short", "<Say>Hi</Say>")
    call = placed(Url=f"{HOST}/short", TimeLimit="20")
    assert call.wait()
    line.sandbox.clock.advance(99)
    assert told(line) == ["completed"]


def test_the_status_callback_may_be_changed(line, placed):
    line.takes("/other")
    call = placed()
    call.change(status_callback=f"{HOST}/other", status_callback_method="GET")
    assert call.wait()
    assert (told(line), told(line, "/other")) == ([], ["completed"])
    assert line.entries("/other")[0].request.method == "GET"


# --- what is told of it


NETWORK = {
    "completed": (Phone(), "200"),
    "busy": (Phone(Answer.BUSY), "486"),
    "no-answer": (Phone(Answer.NO_ANSWER), "487"),
    "failed": (Phone(Answer.FAILED), "404"),
}


@pytest.mark.parametrize(("status", "phone", "code"), [(s, *of) for s, of in NETWORK.items()])
def test_the_network_says_what_became_of_an_outgoing_call(line, placed, status, phone, code):
    assert placed(phone, StatusCallbackEvent=["ringing", "completed"]).wait()
    ringing, last = line.asked("/status")
    assert (last["CallStatus"], last["SipResponseCode"]) == (status, code)
    assert "SipResponseCode" not in ringing


def test_a_recorded_call_tells_of_its_recording(line, placed):
    line.takes("/recorded")
    parameters = {"Record": "true", "RecordingChannels": "dual"}
    assert placed(**parameters, RecordingStatusCallback=f"{HOST}/recorded", TimeLimit="9").wait()
    (last,), (recorded,) = line.asked("/status"), line.asked("/recorded")
    assert last["RecordingDuration"] == recorded["RecordingDuration"] == "9"
    assert last["RecordingSid"] == recorded["RecordingSid"]
    assert last["RecordingUrl"] == recorded["RecordingUrl"]
    assert (recorded["RecordingSource"], recorded["RecordingChannels"]) == ("OutboundAPI", "2")


def test_nothing_of_a_call_is_recorded_that_nobody_answers(line, placed):
    assert placed(Phone(Answer.BUSY), Record="true").wait()
    assert "RecordingUrl" not in line.asked("/status")[0]


def test_a_machine_may_be_waited_for_to_have_spoken(placed):
    call = placed(Phone(Answer.MACHINE), MachineDetection="DetectMessageEnd")
    assert call.wait()
    assert call.state.answered_by == "machine_end_beep"


def test_a_machine_may_be_detected_while_the_document_plays(line, placed):
    line.takes("/detected")
    call = placed(
        Phone(Answer.MACHINE),
        MachineDetection="Enable",
        AsyncAmd="true",
        AsyncAmdStatusCallback=f"{HOST}/detected",
    )
    assert call.wait()
    assert (line.asked_at("/voice"), line.asked_at("/detected")) == ([5], [8])
    (told_of,) = line.asked("/detected")
    assert set(told_of) == {"AccountSid", "CallSid", "AnsweredBy", "MachineDetectionDuration"}
    assert (told_of["AnsweredBy"], "AnsweredBy" in line.asked("/voice")[0]) == (
        "machine_start",
        False,
    )
    assert line.asked("/status")[0]["AnsweredBy"] == "machine_start"


def test_nobody_is_told_of_a_machine_when_the_call_is_over(line, placed):
    line.takes("/detected")
    line.plays("/short")
    parameters = {"MachineDetection": "Enable", "AsyncAmd": "true", "Url": f"{HOST}/short"}
    call = placed(**parameters, AsyncAmdStatusCallback=f"{HOST}/detected")
    assert call.wait()
    line.sandbox.clock.advance(9)
    assert ("/detected" in line.paths, call.state.answered_by) == (False, None)


# --- how it stands


def test_a_call_is_dated_as_it_goes(line, placed):
    begin = line.sandbox.clock.now()
    call = placed(TimeLimit="20")
    assert (call.status, call.state.started, call.state.updated) == ("queued", None, begin)
    line.sandbox.clock.advance(0)
    assert (call.status, call.state.started) == ("ringing", begin)
    assert call.wait()
    state = call.state
    moments = (state.created, state.started, state.answered, state.ended, state.updated)
    assert [(moment - begin).total_seconds() for moment in moments] == [0, 0, 5, 25, 25]


def test_a_call_of_a_person_rings_from_the_beginning(line):
    line.plays("/voice", "<Pause length='3'/><Gather/>")
    call = line.call()
    assert (call.status, call.state.answered) == ("ringing", None)
    assert call.state.started == call.state.created
    line.sandbox.clock.advance(3)
    assert call.status == "in-progress"


def test_a_setup_is_inbound_unless_told():
    assert CallSetup(PERSON, NUMBER).direction == "inbound"
