"""A call by way of the carrier: how its status moves on, what is requested, what is noted."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import pytest
from twilio.request_validator import RequestValidator

from mockstudio.clock import VIRTUAL_START
from mockstudio.errors import RouteError
from mockstudio.sids import is_sid
from mockstudio.signing import SIGNATURE_HEADER
from mockstudio.twiml.call import LONGEST
from mockstudio.twiml.events import CallEnded, CallStarted, CallStatusChanged, DocumentRequested
from mockstudio.twiml.phone import Moment, Phone, Press, Speak
from mockstudio.twiml.voice.player import APPLICATION_ERROR, MOST_DOCUMENTS

HOST = "https://ivr.example.com"
PERSON, NUMBER = "+12025550123", "+15005550006"
REAL_PATIENCE = 10.0
"""Real seconds that hours of virtual time may take at most."""


def statuses(stage):
    return [changed.status for changed in stage.of(CallStatusChanged)]


def the_end(stage):
    (ended,) = stage.of(CallEnded)
    return ended


# --- how the status moves on


def test_a_call_rings_is_answered_and_is_completed(line):
    line.takes("/status")
    line.plays("/next", "<Play>b.mp3</Play>")
    call = line.play("<Play>a.mp3</Play><Redirect>/next</Redirect>")
    assert [line.asked(path)[0]["CallStatus"] for path in ("/voice", "/next", "/status")] == [
        "ringing",
        "in-progress",
        "completed",
    ]
    assert statuses(line.stage) == ["in-progress", "completed"]
    assert (call.status, call.seconds, call.is_over) == ("completed", 10, True)


def test_the_status_moves_on_while_the_call_is_live(line):
    line.plays("/voice", '<Pause length="3"/><Play>a.mp3</Play>')
    call = line.call()
    assert (call.status, call.seconds, call.wait(2), call.is_over) == ("ringing", 0, False, False)
    assert (call.wait(2), call.status, call.seconds) == (False, "in-progress", 1)
    assert (call.wait(), call.status, call.seconds) == (True, "completed", 5)
    line.sandbox.clock.advance(60)
    assert call.seconds == 5


def test_the_status_callback_is_told_of_the_end_and_of_nothing_else(line):
    line.takes("/status")
    line.play("<Play>a.mp3</Play>" * 13)
    (told,) = line.asked("/status")
    assert line.asked_at("/status") == [65]
    assert (
        told.items()
        >= {
            "CallStatus": "completed",
            "CallDuration": "65",
            "Duration": "2",
            "CallbackSource": "call-progress-events",
            "SequenceNumber": "0",
        }.items()
    )
    told_at = parsedate_to_datetime(told["Timestamp"])
    assert (told_at - VIRTUAL_START).total_seconds() == 65


def test_who_called_whom_and_how_it_ended_is_told(line):
    call = line.play("<Play>a.mp3</Play><Hangup/>")
    (started,) = line.stage.of(CallStarted)
    assert (started.direction, started.from_, started.to) == ("inbound", PERSON, NUMBER)
    ended = the_end(line.stage)
    assert (ended.status, ended.seconds, ended.reason) == ("completed", 5, "the document hung up")
    assert started.exchange == ended.exchange == call.sid
    assert is_sid(call.sid, "CA")


@pytest.mark.parametrize(
    ("reason", "status"), [("", "no-answer"), ("rejected", "no-answer"), ("busy", "busy")]
)
def test_a_rejected_call_was_never_answered(line, reason, status):
    line.takes("/status")
    written = f' reason="{reason}"' if reason else ""
    call = line.play(f"<Reject{written}/><Say>Never</Say>", Phone(acts=(Press("1"),)))
    (told,) = line.asked("/status")
    assert told["CallStatus"] == call.status == status
    assert not {"CallDuration", "Duration"} & told.keys()
    assert (statuses(line.stage), list(call.transcript)) == ([status], [])
    assert the_end(line.stage).seconds == 0


def test_an_answered_call_cannot_be_rejected(line):
    call = line.play('<Say>Hi</Say><Reject reason="busy"/>')
    assert call.status == "completed"
    assert "answered already" in the_end(line.stage).reason


@pytest.mark.parametrize("length", [1, 4])
def test_a_first_pause_delays_the_pick_up(line, length):
    line.takes("/status")
    line.play(f'<Pause length="{length}"/><Play>a.mp3</Play><Pause length="2"/>')
    answered, ended = line.stage.of(CallStatusChanged)
    assert (answered.at - VIRTUAL_START).total_seconds() == length
    assert (ended.at - VIRTUAL_START).total_seconds() == length + 7
    assert line.asked("/status")[0]["CallDuration"] == "7"


def test_a_redirect_does_not_pick_up(line):
    line.plays("/busy", '<Reject reason="busy"/>')
    call = line.play("<Redirect>/busy</Redirect>")
    assert line.asked("/busy")[0]["CallStatus"] == "ringing"
    assert call.status == "busy"


@pytest.mark.parametrize("verbs", ["", "<Play>a.mp3</Play>"])
def test_the_end_of_the_document_ends_the_call(line, verbs):
    assert line.play(verbs).status == "completed"
    assert the_end(line.stage).reason == "the document ended"


# --- what is requested


def test_the_first_request_has_every_standard_parameter(line):
    call = line.play("<Hangup/>")
    places = {
        f"{whose}{what}": ("US" if what == "Country" else "")
        for whose in ("From", "To", "Caller", "Called")
        for what in ("City", "State", "Zip", "Country")
    }
    (entry,) = line.entries("/voice")
    assert entry.request.method == "POST"
    assert dict(entry.request.form) == {
        name: [value]
        for name, value in {
            "CallSid": call.sid,
            "AccountSid": line.sandbox.settings.account_sid,
            "From": PERSON,
            "To": NUMBER,
            "Caller": PERSON,
            "Called": NUMBER,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            **places,
        }.items()
    }


def test_later_requests_carry_the_same_with_the_verbs_results_on_top(line):
    line.plays("/voice", '<Gather numDigits="1" action="/got"/>')
    line.plays("/got")
    assert line.call(Phone(acts=(Press("7"),))).wait()
    (first,), (second,) = line.asked("/voice"), line.asked("/got")
    assert second == {**first, "CallStatus": "in-progress", "Digits": "7"}


def test_every_request_is_signed_as_twilios_validator_wants_it(line):
    line.takes("/status")
    line.plays("/voice", '<Gather numDigits="1" action="/got?a=b%20c&amp;d=" method="GET"/>')
    line.plays("/got", "<Redirect>/end</Redirect>")
    line.plays("/end")
    assert line.call(Phone(acts=(Press("#"), Press("5")))).wait()
    assert line.call(Phone(acts=(Press("5"),))).wait()
    validator = RequestValidator(line.sandbox.settings.auth_token)
    for entry in line.sandbox.journal:
        request = entry.request
        form = {name: values[0] for name, values in request.form.items()}
        signature = request.header(SIGNATURE_HEADER)
        assert validator.validate(HOST + request.target, form, signature)
        assert not validator.validate(HOST + request.target + "x", form, signature)
    assert [entry.request.method for entry in line.entries("/got")] == ["GET"]
    assert set(line.paths) == {"/voice", "/got", "/end", "/status"}


def test_a_number_may_be_set_to_get(line):
    line.plays("/voice")
    line.takes("/status")
    methods = {"voice_method": "GET", "status_callback_method": "GET"}
    number = line.number()
    call = line.sandbox.carrier.call_number(type(number)(**{**vars(number), **methods}), PERSON)
    assert call.wait()
    for entry in line.sandbox.journal:
        assert (entry.request.method, entry.request.body) == ("GET", b"")
        assert entry.request.params["CallSid"] == [call.sid]


def test_relative_urls_are_the_documents_own_neighbours(line):
    line.plays("/menu/start", '<Redirect method="GET">next?step=2</Redirect>')
    line.plays("/menu/next", "<Redirect>/end</Redirect>")
    line.plays("/end")
    assert line.call(path="/menu/start").wait()
    assert line.paths == ["/menu/start", "/menu/next", "/end"]
    assert line.asked("/menu/next")[0]["step"] == "2"


def test_an_action_without_a_url_asks_the_same_document_again(line):
    line.plays("/voice", '<Gather numDigits="1"/>')
    assert line.call(Phone(acts=(Press("1"),))).wait()
    assert [asked.get("Digits") for asked in line.asked("/voice")] == [None, "1"]


@pytest.mark.parametrize("url", ["http://[half", "ftp://files.example.com/x"])
def test_a_url_that_is_none_is_an_application_error(line, url):
    call = line.play(f"<Redirect>{url}</Redirect>")
    assert line.codes == [11100]
    assert [said.text for said in call.transcript] == [APPLICATION_ERROR]


# --- keys


KEYS = {
    "the first completes it": ('numDigits="1"', "123", "1", "23"),
    "two complete it": ('numDigits="2"', "1234", "12", "34"),
    "the finish key completes it": ("", "12#34", "12", "34"),
    "all are needed": ('numDigits="3"', "123", "123", ""),
}


@pytest.mark.parametrize(("attributes", "keys", "digits", "lost"), KEYS.values(), ids=KEYS)
def test_keys_behind_those_that_complete_a_gather_are_lost(line, attributes, keys, digits, lost):
    line.plays("/voice", f'<Gather {attributes} action="/got"/>')
    line.plays("/got", "<Play>thanks.mp3</Play>")
    call = line.call(Phone(acts=(Press(keys),)))
    assert call.wait()
    assert [asked["Digits"] for asked in line.asked("/got")] == [digits]
    pressed = [said.text for said in call.transcript if said.what == "press"]
    assert pressed == [keys, *([f"{lost}  (nobody listens)"] if lost else [])]


def test_keys_that_another_gather_hears_are_not_lost(line):
    line.plays("/voice", '<Gather numDigits="1" action="/got"/>')
    line.plays("/got", '<Gather numDigits="2" action="/end"/>')
    line.plays("/end")
    call = line.call(Phone(acts=(Press("123"),)))
    assert call.wait()
    assert (line.asked("/got")[0]["Digits"], line.asked("/end")[0]["Digits"]) == ("1", "23")
    assert [said.text for said in call.transcript] == ["123"]


@pytest.mark.parametrize(
    ("act", "noted"),
    [(Press("42", 2, Moment.ANSWERED), "press 42"), (Speak("hi", 2, Moment.ANSWERED), "speak hi")],
)
@pytest.mark.parametrize(
    "verb", ["<Play>a.mp3</Play>", "<Pause length='9'/>", "<Dial>+1202</Dial>"]
)
def test_what_is_done_while_nobody_listens_is_noted_as_unheard(line, heard, verb, act, noted):
    call = line.play(f"<Say>Hi</Say>{verb}<Gather timeout='1'/>", Phone(acts=(act,)))
    assert f"2 person {noted}  (nobody listens)" in heard(call)
    assert line.paths == ["/voice"]


def test_keys_pressed_while_a_document_is_fetched_are_lost(line, heard):
    line.plays("/voice", '<Gather numDigits="1" action="/got"/>')
    line.plays("/got", '<Gather numDigits="1" action="/got"/>', delay="3s")
    call = line.call(Phone(acts=(Press("1"), Press("2", 2, Moment.ANSWERED))))
    assert call.wait()
    assert [asked["Digits"] for asked in line.asked("/got")] == ["1"]
    assert heard(call) == [
        "1 person press 1",
        "2 person press 2  (nobody listens)",
        "9 person silence no answer in 5 s",
    ]


def test_nothing_is_noted_of_a_call_that_is_over(line):
    call = line.play("")
    call.press("1")
    call.speak("hello?")
    call.hang_up()
    assert list(call.transcript) == []
    assert len(line.stage.of(CallEnded)) == 1


def test_somebody_may_act_for_the_person(line):
    line.plays("/voice", '<Gather numDigits="1" action="/got"><Play>menu.mp3</Play></Gather>')
    line.plays("/got", '<Gather input="speech" action="/end"/>')
    line.plays("/end")
    call = line.call()
    assert call.wait_for_turn()
    assert line.sandbox.clock.monotonic() == 5
    call.press("3")
    assert call.wait_for_turn()
    call.speak("a mug")
    assert call.wait_for_turn()
    assert call.is_over
    assert line.asked("/got")[0]["Digits"] == "3"
    assert line.asked("/end")[0]["SpeechResult"] == "a mug"


# --- the transcript


def test_the_transcript_says_who_said_what_when_and_where_it_is_written(line):
    gather = '<Gather numDigits="1" action="/got">\n<Say>Press a key</Say>\n</Gather>'
    line.plays("/voice", f"\n<Say>Welcome</Say>\n{gather}")
    line.plays("/got", "\n<Play>a.mp3</Play>\n<Dial>\n<Number>+12025550199</Number>\n</Dial>")
    call = line.call(Phone(acts=(Press("1"),), hangs_up_after=12))
    assert call.wait()
    assert str(call.transcript).splitlines() == [
        f"  0:00.0  Twilio  Say      Welcome  ({HOST}/voice:2)",
        f"  0:00.5  Twilio  Say      Press a key  ({HOST}/voice:4)",
        "  0:02.2  person  press    1",
        f"  0:02.2  Twilio  Play     a.mp3  ({HOST}/got:2)",
        f"  0:07.2  Twilio  Dial     +12025550199 rings  ({HOST}/got:4)",
        "  0:12.0  person  hang up",
    ]


def test_nothing_that_is_told_of_a_call_holds_the_credentials_of_a_url(line):
    secret = HOST.replace("://", "://me:secret@")
    line.takes("/told")
    line.plays(
        "/voice",
        f"<Play>{secret}/a.mp3</Play><Start><Stream url='wss://me:secret@a.example'/></Start>"
        f"<Dial><Number url='{secret}/whisper' statusCallback='{secret}/told'>1</Number></Dial>"
        f"<Enqueue waitUrl='https://me:secret@nowhere.example.com/'>q</Enqueue>"
        "<Redirect>http://me:secret@/</Redirect>",
    )
    call = line.call()
    assert call.wait()
    assert line.codes == [None, None, 11100]
    assert "secret" not in str(line.stage.events)
    assert f"Play     {HOST}/a.mp3" in str(call.transcript)


# --- how long it lasts


def test_four_hours_are_the_longest_a_call_can_last(line):
    line.takes("/status")
    line.plays("/voice", f'<Say>Hi</Say><Pause length="{2 * int(LONGEST)}"/>')
    began = time.monotonic()
    assert line.call().wait()
    assert time.monotonic() - began < REAL_PATIENCE
    ended = the_end(line.stage)
    assert (ended.status, ended.seconds) == ("completed", 14_400)
    assert "four hours" in ended.reason
    assert line.asked("/status")[0]["CallDuration"] == "14400"
    assert line.asked_at("/status") == [14_400]


def test_a_gather_and_a_redirect_of_hours_play_at_once(line, state):
    line.plays("/hold", "<Pause length='14000'/><Say>Still here</Say>")
    flow = line.stage.play(
        state("menu", "gather-input-on-call", {"keypress": "menu", "timeout": "hold"}, say="Press",
              timeout=5),
        state("hold", "add-twiml-redirect", {"return": None, "timeout": None}, url=HOST + "/hold",
              timeout="14400"),
    )  # fmt: skip
    began = time.monotonic()
    call = line.sandbox.call(flow, Phone(acts=(Press("1#"),)))
    assert call.wait()
    assert time.monotonic() - began < REAL_PATIENCE
    assert call.seconds == pytest.approx(0.5 + 1 + 0.5 + 5 + 14_000 + 0.7, abs=0.1)
    execution = line.sandbox.execution_of(call)
    assert execution.path == ["Trigger", "menu", "menu"]
    assert [requested.url for requested in line.stage.of(DocumentRequested)][-1] == f"{HOST}/hold"


@pytest.mark.parametrize(
    "verbs",
    [
        "<Redirect>/voice</Redirect>",
        "<Redirect/>",
        '<Gather timeout="0" actionOnEmptyResult="true"/>',
        '<Record timeout="1" action="/voice"/><Redirect>/voice</Redirect>',
    ],
)
def test_documents_that_lead_to_themselves_end_with_a_warning(line, verbs):
    line.takes("/status")
    began = time.monotonic()
    call = line.play(verbs)
    assert time.monotonic() - began < REAL_PATIENCE
    (warning,) = line.warnings
    assert (warning.code, warning.url) == (None, f"{HOST}/voice")
    assert f"{MOST_DOCUMENTS:,} documents" in warning.text
    assert f"{MOST_DOCUMENTS:,} documents" in line.stage.of(CallEnded)[-1].reason
    assert len(line.entries("/voice")) == MOST_DOCUMENTS
    assert call.transcript.lines[-1].text == APPLICATION_ERROR
    assert line.asked("/status")[0]["CallStatus"] == "completed"


# --- what Twilio knows nothing of


@pytest.mark.parametrize("voice", [None, "<Redirect>https://nowhere.example.com/x</Redirect>"])
def test_a_url_that_no_route_covers_is_raised_to_whoever_waits(line, voice):
    if voice:
        line.plays("/voice", voice)
    call = line.call()
    with pytest.raises(RouteError, match="nowhere.example.com" if voice else "ivr.example.com"):
        call.wait()
    assert call.is_over
    assert isinstance(call.problem, RouteError)
    assert call.transcript.lines[-1].text == APPLICATION_ERROR
    assert line.codes == [None]
    assert "no route" in line.warnings[0].text


@pytest.mark.parametrize("url", ["status_callback", "wait", "recording"])
def test_a_callback_that_no_route_covers_is_warned_of_and_the_call_goes_on(line, url):
    nowhere = "https://nowhere.example.com/x"
    verbs = {
        "wait": f'<Enqueue waitUrl="{nowhere}">sales</Enqueue><Say>Bye</Say>',
        "recording": f'<Record recordingStatusCallback="{nowhere}" action="/end"/>',
    }
    line.plays("/voice", verbs.get(url, "<Say>Bye</Say>"))
    line.plays("/end")
    phone = Phone(acts=(Speak("hello"),))
    number = line.number()
    if url == "status_callback":
        number = type(number)(NUMBER, voice_url=number.voice_url, status_callback=nowhere)
    line.sandbox.carrier.give_phone(PERSON, phone)
    call = line.sandbox.carrier.call_number(number, PERSON)
    assert call.wait()
    assert APPLICATION_ERROR not in str(call.transcript)
    assert [(warning.code, warning.url) for warning in line.warnings] == [(None, nowhere)]


# --- what is answered in vain, and what a script decides


@pytest.mark.parametrize(
    ("asks_for", "act", "noted"),
    [
        ("dtmf", Speak("hello"), "speak hello"),
        ("speech", Press("12"), "press 12"),
        ("dtmf", Speak("hello", 0.1, Moment.PROMPT), "speak hello"),
    ],
)
def test_what_a_gather_does_not_ask_for_is_noted_as_unheard(line, heard, asks_for, act, noted):
    call = line.play(
        f"<Gather input='{asks_for}' timeout='3'><Say>Hi</Say></Gather>", Phone(acts=(act,))
    )
    (done,) = [said for said in heard(call) if noted.split()[0] in said]
    assert done.endswith(f"person {noted}  (nobody listens)")


def test_after_words_that_nobody_hears_keys_count_still(line, heard):
    line.plays("/voice", '<Gather numDigits="1" timeout="5" action="/got"/>')
    line.plays("/got")
    call = line.call(Phone(acts=(Speak("one", 1, Moment.ANSWERED), Press("1", 3))))
    assert call.wait()
    assert heard(call) == ["1 person speak one  (nobody listens)", "3 person press 1"]
    assert [asked["Digits"] for asked in line.asked("/got")] == ["1"]


@pytest.mark.parametrize("verb", ["<Pay action='/paid'/>", "<Record finishOnKey='#'/>"])
def test_keys_that_end_nothing_may_be_heard(line, verb):
    line.plays("/paid")
    call = line.play(verb, Phone(acts=(Press("1"),)))
    assert "nobody listens" not in str(call.transcript)


SCRIPTED = {
    "Pay": ("<Pay action='/last'/>", {"Pay": ["caller-hung-up"]}, {"Result": "caller-hung-up"}),
    "Pay without action": ("<Pay/>", {"Pay": ["caller-hung-up"]}, None),
    "Enqueue": (
        "<Enqueue action='/last'>q</Enqueue>",
        {"Enqueue": ["hangup"]},
        {"QueueResult": "hangup"},
    ),
    "Enqueue without action": ("<Enqueue>q</Enqueue>", {"Enqueue": ["hangup"]}, None),
}


@pytest.mark.parametrize(("verb", "results", "told"), SCRIPTED.values(), ids=SCRIPTED)
def test_a_hang_up_that_is_scripted_ends_the_call(line, heard, verb, results, told):
    for what, names in results.items():
        line.sandbox.results.script(what, *names)
    line.takes("/status")
    line.plays("/last", "<Say>Not heard</Say><Redirect>/voice</Redirect>")
    call = line.play(f"{verb}<Say>Not heard</Say>", Phone(hangs_up_after=900))
    (ended,) = line.stage.of(CallEnded)
    assert (ended.status, ended.reason) == ("completed", "the person hung up")
    assert [said for said in heard(call) if "hang up" in said or "Not heard" in said] == [
        f"{ended.seconds:g} person hang up"
    ]
    assert line.paths == ["/voice", *(["/last"] if told else []), "/status"]
    if told:
        (last,) = line.asked("/last")
        assert last.items() >= {"CallStatus": "completed", **told}.items()


def test_a_prompt_that_loops_is_printed_once(line):
    call = line.play("<Say loop='0'>Hi</Say><Say>Bye</Say>")
    assert len(call.transcript) == 1_001
    first, more, last = str(call.transcript).splitlines()
    assert first.split()[:4] == ["0:00.0", "Twilio", "Say", "Hi"]
    assert more.split("  ")[-1].strip().startswith("... 999 times more, last at 8:19.5")
    assert last.split()[3] == "Bye"
