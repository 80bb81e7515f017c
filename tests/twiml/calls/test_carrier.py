"""Calls that the carrier places, and the calls that it knows."""

from __future__ import annotations

import pytest

from mockstudio.store.results import KNOWN
from mockstudio.twiml.call_setup import outgoing
from mockstudio.twiml.events import CallEnded, CallStarted, CallStatusChanged
from mockstudio.twiml.phone import Answer, HangUp, Moment, Phone, Press
from mockstudio.twiml.voice.player import APPLICATION_ERROR

HOST = "https://ivr.example.com"
PERSON, NUMBER = "+12025550123", "+15005550006"
EVERY_EVENT = "initiated ringing answered completed"


@pytest.fixture
def placing(line):
    """Call a person as the REST API does, until the call is over; `/status` is told."""
    line.takes("/status")
    line.plays("/voice", "<Play>news.mp3</Play>")

    def place(phone=None, **parameters):
        line.sandbox.carrier.give_phone(PERSON, phone or Phone())
        usual = {
            "From": NUMBER,
            "To": PERSON,
            "Url": f"{HOST}/voice",
            "StatusCallback": f"{HOST}/status",
        }
        sid = line.sandbox.carrier.place_call({**usual, **parameters})
        call = line.sandbox.carrier.call(sid)
        assert call.wait()
        return call

    return place


def told(line):
    return [asked["CallStatus"] for asked in line.asked("/status")]


# --- how it is answered


def test_an_answered_call_is_connected_before_its_document_is_asked_for(line, placing):
    call = placing(Phone(rings=7))
    (asked,) = line.asked("/voice")
    assert line.asked_at("/voice") == [7]
    assert (asked["CallStatus"], asked["Direction"]) == ("in-progress", "outbound-api")
    assert (asked["From"], asked["To"], asked["CallSid"]) == (NUMBER, PERSON, call.sid)
    assert "AnsweredBy" not in asked
    assert (call.status, call.seconds) == ("completed", 5)
    assert line.asked("/status")[0]["CallDuration"] == "5"


MISSED = {
    "busy": (Phone(Answer.BUSY), {}, "busy", 2),
    "it rings out": (Phone(Answer.NO_ANSWER), {}, "no-answer", 60),
    "it rings out sooner": (Phone(Answer.NO_ANSWER), {"Timeout": "20"}, "no-answer", 20),
    "answered too late": (Phone(rings=30), {"Timeout": "30"}, "no-answer", 30),
    "not a moment to answer": (Phone(), {"Timeout": "0"}, "no-answer", 0),
    "no such number": (Phone(Answer.FAILED), {}, "failed", 1),
}


@pytest.mark.parametrize(("phone", "parameters", "status", "at"), MISSED.values(), ids=MISSED)
def test_a_call_that_nobody_answers_asks_for_no_document(
    line, placing, phone, parameters, status, at
):
    call = placing(phone, **parameters)
    assert (line.paths, line.asked_at("/status")) == (["/status"], [at])
    assert told(line) == [call.status] == [status]
    assert "CallDuration" not in line.asked("/status")[0]
    ended = line.stage.of(CallEnded)[0]
    assert (ended.status, ended.seconds) == (status, 0)


def test_somebody_may_answer_at_the_last_moment(placing):
    assert placing(Phone(rings=29.9), Timeout="30").status == "completed"


def test_what_the_person_does_counts_from_the_answer(line, placing):
    line.plays("/menu", '<Gather numDigits="1" action="/voice"/>')
    acts = (Press("4", 2, Moment.ANSWERED),)
    placing(Phone(rings=10, acts=acts, hangs_up_after=3), Url=f"{HOST}/menu")
    assert (line.asked_at("/menu"), line.asked_at("/voice")) == ([10], [12])
    assert line.asked_at("/status") == [13]


# --- who is told


CALLBACKS = {
    EVERY_EVENT: [("initiated", 0), ("ringing", 0), ("in-progress", 5), ("completed", 10)],
    "ringing answered": [("ringing", 0), ("in-progress", 5)],
    "completed": [("completed", 10)],
    "answered": [("in-progress", 5)],
}


@pytest.mark.parametrize(("events", "expected"), CALLBACKS.items())
def test_the_status_callback_hears_of_what_it_asked_for(line, placing, events, expected):
    placing(StatusCallbackEvent=events)
    assert list(zip(told(line), line.asked_at("/status"), strict=True)) == expected
    numbers = [asked["SequenceNumber"] for asked in line.asked("/status")]
    assert numbers == [str(number) for number in range(len(expected))]


def test_events_may_be_given_one_by_one(line, placing):
    placing(StatusCallbackEvent=EVERY_EVENT.split())
    assert told(line) == ["initiated", "ringing", "in-progress", "completed"]


def test_unless_asked_for_more_the_status_callback_hears_of_the_end(line, placing):
    placing(StatusCallbackMethod="GET")
    assert told(line) == ["completed"]
    assert line.entries("/status")[0].request.method == "GET"


def test_nobody_is_told_without_a_status_callback(line, placing):
    placing(StatusCallback=None, StatusCallbackEvent=EVERY_EVENT)
    assert line.paths == ["/voice"]


# --- machines


@pytest.mark.parametrize("found", KNOWN["AnsweringMachine"])
def test_a_machine_is_told_from_a_person_where_that_is_asked_for(line, placing, found):
    line.sandbox.results.script("AnsweringMachine", found)
    placing(Phone(Answer.MACHINE), MachineDetection="Enable")
    (asked,) = line.asked("/voice")
    assert (asked["AnsweredBy"], asked["MachineDetectionDuration"]) == (found, "3000")
    assert line.asked_at("/voice") == [8]
    assert line.asked("/status")[0]["AnsweredBy"] == found


def test_a_person_is_human_whatever_machines_are_taken_for(line, placing):
    line.sandbox.results.script("AnsweringMachine", "fax")
    placing(Phone(), MachineDetection="DetectMessageEnd")
    assert line.asked("/voice")[0]["AnsweredBy"] == "human"


def test_a_machine_answers_as_a_person_does_where_nobody_looks(line, placing):
    placing(Phone(Answer.MACHINE))
    assert line.asked_at("/voice") == [5]
    assert "AnsweredBy" not in line.asked("/voice")[0] | line.asked("/status")[0]


def test_keys_to_send_are_sent_first_and_switch_detection_off(line, placing, heard):
    call = placing(Phone(), SendDigits="wW12#", MachineDetection="Enable")
    assert line.asked_at("/voice") == [7.1]
    assert "AnsweredBy" not in line.asked("/voice")[0]
    assert heard(call)[0] == "5 Twilio Play wW12#"


def test_whoever_hangs_up_while_a_machine_is_looked_for_hears_nothing(line, placing):
    call = placing(Phone(hangs_up_after=2), MachineDetection="Enable")
    assert (line.paths, told(line), call.seconds) == (["/status"], ["completed"], 2)


# --- documents


def test_a_document_may_be_given_inline(line, placing, heard):
    inline = f"<Response><Say>Hello</Say><Redirect>{HOST}/next</Redirect></Response>"
    line.plays("/next", "<Say>Bye</Say>")
    call = placing(Url=None, Twiml=inline)
    assert line.paths == ["/next", "/status"]
    assert heard(call) == ["5 Twilio Say Hello", "5.5 Twilio Say Bye"]


@pytest.mark.parametrize(
    ("twiml", "code"),
    [
        ("<Response><Say>Hello</Response>", 12100),
        ("<Say>Hello</Say>", 12102),
        ("<Response><Redirect>/next</Redirect></Response>", 11100),
        ("<Response><Record timeout='1'/><Gather timeout='1' actionOnEmptyResult='true'/>"
         "</Response>", 11100),
    ],
)  # fmt: skip
def test_an_inline_document_has_no_base_and_its_mistakes_are_told(line, placing, twiml, code):
    call = placing(Url=None, Twiml=twiml)
    assert [warning.code for warning in line.warnings] == [code]
    assert call.transcript.lines[-1].text == APPLICATION_ERROR


def test_an_inline_document_is_ignored_beside_a_url(line, placing):
    placing(Twiml="<Response><Say>Never</Say></Response>")
    assert line.paths == ["/voice", "/status"]


def test_the_fallback_of_an_outgoing_call(line, placing):
    line.plays("/fallback", "<Say>Sorry</Say>")
    line.sandbox.endpoints.play("/voice", "server-error")
    placing(FallbackUrl=f"{HOST}/fallback", FallbackMethod="GET", Method="GET")
    methods = [entry.request.method for entry in line.sandbox.journal]
    assert (line.paths, methods) == (["/voice", "/fallback", "/status"], ["GET", "GET", "POST"])


@pytest.mark.parametrize(("timeout", "seconds"), [("15", 15), ("", 60), ("soon", 60), (None, 60)])
def test_how_long_a_call_rings(timeout, seconds):
    assert outgoing({"To": PERSON, "Timeout": timeout}).timeout == seconds


# --- by way of a flow


def calling_flow(line, state, version="make-outgoing-call-v2", **properties):
    events = ("answered", "busy", "noAnswer", "failed")
    events += ("answeredByMachine", "hangup") if version.endswith("v1") else ()
    says = [state(f"on_{e}", "set-variables", {"next": None}, variables=[]) for e in events[1:]]
    return line.stage.play(
        state("dial", version, {e: f"on_{e}" for e in events}, **properties),
        state("on_answered", "say-play", {"audioComplete": None}, say="Hello"),
        *says,
    )


ENDINGS = {
    "answered": (Phone(), "on_answered", ["Hello"]),
    "busy": (Phone(Answer.BUSY), "on_busy", []),
    "no-answer": (Phone(Answer.NO_ANSWER), "on_noAnswer", []),
    "failed": (Phone(Answer.FAILED), "on_failed", []),
}


@pytest.mark.parametrize(("phone", "widget", "said"), ENDINGS.values(), ids=ENDINGS)
def test_a_flow_learns_how_its_call_went(line, state, phone, widget, said):
    flow = calling_flow(line, state)
    execution = line.sandbox.request({}, flow, phone)
    call = line.sandbox.carrier.call(execution.call_sid)
    assert (call.is_over, call.status) == (False, "queued")
    assert call.wait()
    assert execution.path == ["Trigger", "dial", widget]
    assert not execution.is_active
    assert [what.text for what in call.transcript] == said
    assert line.sandbox.execution_of(call) is execution


@pytest.mark.parametrize(
    ("found", "widget"), [("machine_start", "on_answeredByMachine"), ("fax", "on_answered")]
)
def test_a_flow_learns_that_a_machine_answered(line, state, found, widget):
    flow = calling_flow(line, state, "make-outgoing-call-v1", detect_answering_machine=True)
    line.sandbox.results.script("AnsweringMachine", found)
    execution = line.sandbox.request({}, flow, Phone(Answer.MACHINE))
    assert line.sandbox.carrier.call(execution.call_sid).wait()
    assert execution.context["widgets"]["dial"]["AnsweredBy"] == found
    assert widget in [step.transitioned_to for step in execution.steps]


def test_a_flow_is_told_when_the_person_it_called_hangs_up(line, state):
    flow = line.stage.play(
        state("dial", "make-outgoing-call-v2", {"answered": "ask"}),
        state("ask", "gather-input-on-call", {"timeout": None}, say="Well?", timeout=60),
    )
    execution = line.sandbox.request({}, flow, Phone(acts=(HangUp(2),)))
    call = line.sandbox.carrier.call(execution.call_sid)
    assert call.wait()
    assert (call.status, execution.is_active) == ("completed", False)


# --- what the carrier knows


def test_the_carrier_knows_its_calls_in_order(line):
    line.plays("/voice")
    carrier = line.sandbox.carrier
    calls = [line.call(), line.call(person="+12025550124")]
    placed = carrier.place_call({"From": NUMBER, "To": PERSON, "Url": f"{HOST}/voice"})
    assert [call.sid for call in carrier.calls] == [*(call.sid for call in calls), placed]
    assert carrier.call(calls[1].sid) is calls[1]
    assert carrier.call("CA" + "0" * 32) is None


LIVE = {
    "while it rings": "<Pause length='99'/>",
    "in a question": "<Gather timeout='99' action='/next'/>",
    "in a prompt": "<Say>Hello</Say><Play loop='99'>a.mp3</Play>",
    "in a recording": "<Record timeout='99' action='/next'/>",
    "in a queue": "<Enqueue action='/next' waitUrl='/next'>sales</Enqueue>",
}


@pytest.mark.parametrize("verbs", LIVE.values(), ids=LIVE)
def test_a_reset_drops_live_calls_without_a_word(line, verbs):
    line.takes("/status")
    line.plays("/voice", verbs)
    line.plays("/next", "<Play>a.mp3</Play>")
    call = line.call(Phone(otherwise=Press("1", 30), hangs_up_after=90))
    line.sandbox.clock.advance(2)
    told_before = len(line.stage.events)
    line.sandbox.reset()
    line.sandbox.clock.advance(20_000)
    assert call.is_over
    assert call.wait_for_turn(0)
    assert line.sandbox.carrier.calls == []
    assert (line.paths, line.stage.events[told_before:]) == ([], [])


def test_a_reset_while_a_document_is_fetched_drops_the_call(line):
    line.takes("/status")
    line.plays("/voice", "<Say>Never</Say>", delay="10s")
    line.sandbox.clock.call_later(3, line.sandbox.reset)
    call = line.call()
    assert call.is_over
    assert list(call.transcript) == []
    assert line.stage.of(CallStatusChanged) == line.stage.of(CallEnded) == []
    assert "/status" not in line.paths


def test_a_reset_drops_calls_that_do_not_ring_yet(line):
    sid = line.sandbox.carrier.place_call({"From": NUMBER, "To": PERSON, "Url": f"{HOST}/voice"})
    call = line.sandbox.carrier.call(sid)
    line.sandbox.reset()
    line.sandbox.clock.advance(60)
    assert (call.is_over, line.paths, line.stage.of(CallStarted)) == (True, [], [])


def test_after_a_reset_calls_can_be_made_again(line):
    line.plays("/voice", "<Gather timeout='9'/>")
    line.call()
    line.sandbox.reset()
    assert line.call().wait()
