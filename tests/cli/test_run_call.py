"""`mockstudio run --call`: a call is heard, answered and ended, piped and at a terminal."""

from __future__ import annotations

import json
import re
import shutil
import signal
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
MENU = ("run", "phone-menu.flow.json", "--endpoints", "phone-menu.endpoints.yaml")
QUICK = ("run", "quick.flow.json", "--endpoints", "phone-menu.endpoints.yaml", "--call")
PROMPT = "you> "
QUESTION = "« Say: For your order press 1"


@pytest.fixture(autouse=True)
def menu(bare):
    """A folder with the phone menu, and no settings."""
    for name in ("phone-menu", "payment"):
        for ending in ("flow.json", "endpoints.yaml"):
            shutil.copy(FIXTURES / f"{name}.{ending}", bare)
    return bare


@pytest.fixture
def edit_menu(menu):
    """Write a changed copy of the phone menu; the change gets its states by name."""

    def write(name, change):
        flow = json.loads((menu / "phone-menu.flow.json").read_text())
        change({state["name"]: state for state in flow["states"]})
        (menu / name).write_text(json.dumps(flow))
        return name

    return write


@pytest.fixture
def quick(edit_menu):
    """The phone menu with short words and one second to answer."""

    def edit(states):
        states["welcome"]["properties"]["say"] = "Hi"
        states["menu"]["properties"] |= {"say": "Order?", "timeout": 1}
        states["goodbye"]["properties"]["say"] = "Bye"

    return edit_menu("quick.flow.json", edit)


@pytest.fixture
def patient(edit_menu):
    """The phone menu, which asks for ever."""

    def edit(states):
        timeout = next(t for t in states["menu"]["transitions"] if t["event"] == "timeout")
        timeout["next"] = "menu"

    return edit_menu("patient.flow.json", edit)


def the_call(out):
    """Return what was said and done, without times."""
    return re.findall(r"^  ☎ \d+:\d\d\.\d (.*)$", out, re.MULTILINE)


def in_order(text, *parts):
    """Tell whether a text has these parts in this order."""
    return re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None


# --- what is heard


def test_a_call_is_heard_line_by_line_among_the_flows_steps(here):
    result = here(*MENU, "--call", typed="1\n")
    assert (result.code, result.err) == (0, "")
    assert the_call(result.out) == [
        "« Say: Welcome to the mug shop.",
        "« Say: For your order press 1 or say order. For a person press 2 or say agent.",
        "» press: 1",
        "« Say: Your blue mug is on its way.",
        "« Say: Goodbye.",
    ]
    assert in_order(
        result.out,
        "☎ inbound call from +12025550123 to +15005550006\n",
        "● welcome",
        "« Say: Welcome",
        "● menu",
        QUESTION,
        "» press: 1\n",
        "keypress → pressed",
        "■ ended: FLOW_END\n",
        "☎ call over: completed after ",
    )


def test_the_times_are_those_of_the_call(here):
    out = here(*MENU, "--call", typed="1\n").out
    times = re.findall(r"☎ (\d):(\d\d\.\d) ", out)
    seconds = [60 * int(minutes) + float(rest) for minutes, rest in times]
    assert seconds[0] == 0
    assert 5 < seconds[2] < 7
    assert seconds == sorted(seconds)


@pytest.mark.parametrize(
    ("line", "done", "took"),
    [
        ("1", "» press: 1", "keypress"),
        (" 1 ", "» press: 1", "keypress"),
        ("*", "» press: *", "keypress"),
        ("order", "» speak: order", "speech"),
        ("it's late", "» speak: it's late", "speech"),
        ("1 2", "» speak: 1 2", "speech"),
        (":say 1", "» speak: 1", "speech"),
        (":say it's late", "» speak: it's late", "speech"),
    ],
)
def test_keys_are_pressed_and_words_are_said(here, line, done, took):
    out = here(*MENU, "--call", typed=f"{line}\n").out
    assert done in the_call(out)
    assert f"{took} → " in out


def test_each_line_waits_for_its_question(here):
    out = here(*MENU, "--call", typed="9\norder\n").out
    assert in_order(out, QUESTION, "» press: 9", QUESTION, "» speak: order", "Your blue mug")


def test_a_person_who_says_nothing_more_is_silent_until_the_end(here):
    result = here(*MENU, "--call")
    assert result.code == 0
    assert in_order(result.out, QUESTION, "timeout → goodbye", "« Say: Goodbye.", "ended: FLOW_END")


def test_silence_lets_one_question_pass(here, patient):
    out = here("run", patient, *MENU[2:], "--call", typed=":silence\n1\n").out
    assert in_order(out, QUESTION, "timeout → menu", QUESTION, "» press: 1", "Your blue mug")
    assert out.count(QUESTION) == 2


def test_silence_at_the_last_question_is_the_end_of_the_call(here):
    result = here(*MENU, "--call", typed=":silence\n")
    assert result.code == 0
    assert "☎ call over: completed" in result.out


def test_hanging_up_ends_the_call_and_the_flow(here):
    result = here(*MENU, "--call", typed=":hangup\n")
    assert result.code == 0
    assert the_call(result.out)[-1] == "» hang up"
    assert "the person hung up\n" in result.out
    assert "\nended (hangup) after " in result.out


def test_quit_leaves_the_call_as_it_is(here):
    result = here(*MENU, "--call", typed=":quit\n1\n")
    assert result.code == 0
    assert "still waiting at 'menu' for gatherComplete or timeout after" in result.out
    assert "call over" not in result.out


def test_a_call_begins_in_the_middle_of_a_conversation_and_again(here):
    result = here(*MENU, typed=":call\n:hangup\n:call\n1\n")
    assert result.code == 0
    assert result.out.count("☎ inbound call from") == 2
    assert in_order(result.out, "the person hung up", "☎ inbound call", "» press: 1")


@pytest.mark.parametrize("begin", [("--call", ""), ("--message", "hi")])
def test_what_is_left_after_the_call_nobody_hears_which_one_line_tells(here, begin):
    option, text = begin
    begun = (option, text) if text else (option,)
    typed = ":call\n" * bool(text) + "1\n2\n:silence\n:hangup\nword\n:say yes\n"
    result = here(*MENU, *begun, typed=typed)
    assert (result.code, result.err) == (
        0,
        "the call was over, nobody heard '2', ':silence', ':hangup' and 2 more "
        "(:message TEXT sends a message after a call)\n",
    )
    assert result.out.count("phone-menu: incomingMessage from") == bool(text)


def test_after_a_call_there_are_messages_and_other_calls_all_the_same(here):
    result = here(*MENU, typed=":call\n1\n2\n:message hi\n:call\n1\n")
    assert result.code == 0
    assert result.err.startswith("the call was over, nobody heard '2' (")
    assert in_order(result.out, "☎ call over", "incomingMessage from", "☎ inbound", "» press: 1")


# --- time


def test_hanging_up_comes_in_the_middle_of_a_dial(here):
    later = here(*MENU, "--call", typed="2\n:hangup 10s\n").out
    waited = here(*MENU, "--call", typed="2\n:wait 10s\n:hangup 0s\n").out
    planned = here(*MENU, "--call", typed=":hangup 16s\n2\n").out
    for out in (later, waited, planned):
        assert in_order(out, "+12025550199 answers", "» hang up\n", "the person hung up\n")
        assert "+12025550199 hangs up" not in out
    moments = [re.findall(r"☎ (\d:\d\d\.\d) » (?:press|hang up)", out) for out in (later, waited)]
    pressed, hung_up = (float(moment[2:]) for moment in moments[0])
    assert hung_up == pytest.approx(pressed + 10)
    assert moments[0] == moments[1]
    assert "☎ 0:16.0 » hang up\n" in planned


def test_waiting_does_not_wait_for_the_turn(here):
    out = here(*MENU, "--call", typed=":wait 1s\n:hangup 0s\n").out
    assert the_call(out) == ["« Say: Welcome to the mug shop.", "» hang up"]
    assert "☎ 0:01.0 » hang up" in out


def test_what_kept_a_call_from_going_on_is_told_however_much_time_passes(here):
    for typed in ("", ":wait 1h\n"):
        result = here("run", "payment.flow.json", "--call", typed=typed)
        assert result.code == 2
        assert result.err.startswith("error: no route covers ")


def test_silence_is_told_with_its_time(here):
    out = here(*MENU, "--call").out
    (silence,) = re.findall(r"☎ 0:(\d\d\.\d) » silence: no answer in 5 s\n", out)
    (question,) = re.findall(r"☎ 0:(\d\d\.\d) « Say: For your order", out)
    assert float(silence) > float(question) + 5
    assert in_order(out, "» silence", "    timeout  (after ", "timeout → goodbye")


def test_a_timeout_tells_how_long_was_waited(here, bare):
    order = ("order-status.flow.json", "--endpoints", "order-status.endpoints.yaml")
    assert "    timeout  (after 1 h)\n" in here("run", *order, "--message", "hi").out


# --- mistakes


@pytest.mark.parametrize(
    ("options", "typed", "said"),
    [
        ((), ":hangup", "there is no call; :call begins one"),
        ((), ":silence", "there is no call; :call begins one"),
        ((), ":say yes", "there is no call; :call begins one"),
        (("--call",), ":hangup soon", ":hangup: expected a duration such as 300ms"),
        (("--call",), ":xyzzy", "no command ':xyzzy'; to press keys, type them alone: 1, or 42#"),
        (("--call",), ":call", "a call is live already; :hangup ends it"),
        (("--call",), ":say", "expected :say TEXT, such as :say yes please"),
        (("--call",), ":hangpu", "no command ':hangpu'; did you mean ':hangup'? (see :help)"),
        (("--call",), ":silense", "no command ':silense'; did you mean ':silence'? (see :help)"),
    ],
)
def test_a_mistake_in_a_call_says_what_to_do_instead(here, options, typed, said):
    result = here(*MENU, *options, typed=f"{typed}\nnever read\n")
    assert result.code == 2
    assert result.err.startswith(f"error: {said}")
    assert "never read" not in result.out


def test_a_mistake_in_the_middle_still_tells_how_far_the_call_came(here):
    assert "\nstill waiting at 'menu'" in here(*MENU, "--call", typed=":foo\n").out


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("Dail=busy", "'Dail'; did you mean 'Dial'? (known: Dial, Enqueue, "),
        ("Dial=bussy", "no result of Dial 'bussy'; did you mean 'busy'? (known: completed, "),
        ("Dial", "--result 'Dial': expected WHAT=RESULT[,RESULT], such as Dial=busy,answered"),
        ("Dial=", "--result 'Dial=': expected WHAT=RESULT[,RESULT]"),
        ("Dial=busy,,answered", "expected WHAT=RESULT[,RESULT]"),
        ("=busy", "--result '=busy': expected WHAT=RESULT[,RESULT]"),
    ],
)
def test_a_result_that_there_is_none_of_is_explained(here, result, said):
    found = here(*MENU, "--call", "--result", result)
    assert (found.code, found.out) == (2, "")
    assert said in found.err


@pytest.mark.parametrize("url", ["foo", "ftp://x.test/a"])
def test_a_fallback_url_that_is_none_is_explained(here, url):
    found = here(*MENU, "--call", "--fallback-url", url)
    assert found.code == 2
    assert f"--fallback-url: expected a URL with http:// or https://, found a string '{url}'" in (
        found.err
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.json", "none.json: cannot be read: No such file"),
        (".", ".: cannot be read: Is a directory"),
        ("noise", "noise:1:1: expected UTF-8, found the byte 0xff"),
    ],
)
def test_a_flow_that_is_none_is_explained(here, menu, name, said):
    (menu / "noise").write_bytes(b"\xff\xfe\x00")
    found = here("run", name, "--call")
    assert (found.code, found.out) == (2, "")
    assert said in found.err


def test_a_flow_that_stops_is_told_once(here):
    result = here("run", "phone-menu.flow.json", "--call", typed="1\n")
    assert result.code == 2
    assert result.err.count("no route covers https://mugs-1234.twil.io/newest-order") == 1
    assert "⚠ " not in result.out
    assert "ended (STOPPED_BY_ERROR) after" in result.out


# --- the world outside


def test_a_result_decides_what_becomes_of_a_dialled_call(here):
    usual = here(*MENU, "--call", typed="2\n").out
    busy = here(*MENU, "--call", "--result", "Dial=busy", typed="2\n").out
    assert "● voicemail" not in usual
    assert in_order(busy, "Dial: +12025550199: busy", "● voicemail")


@pytest.mark.parametrize(
    "options",
    [
        ("--result", "Dial=busy,answered"),
        ("--result", "Dial=busy, answered"),
        ("--result", "Dial=busy", "--result", "Dial=answered"),
    ],
)
def test_results_follow_each_other_in_order(here, options):
    out = here(*MENU, *options, typed=":call\n2\n:hangup\n:call\n2\n").out
    assert in_order(out, "+12025550199: busy", "☎ inbound", "+12025550199 answers")


def test_results_of_the_settings_file_count_until_an_option_says_otherwise(here, menu):
    (menu / "mockstudio.yaml").write_text("results: {Dial: busy}\n")
    assert "● voicemail" in here(*MENU, "--call", typed="2\n").out
    option = ("--result", "Dial=answered")
    assert "● voicemail" not in here(*MENU, "--call", *option, typed="2\n").out


def test_a_fallback_is_asked_when_a_document_fails(here, menu):
    endpoint = {"name": "spare", "url": "https://spare.test/voice"}
    endpoint["reply"] = {"twiml": "<Response><Say>Call again later.</Say></Response>"}
    (menu / "spare.yaml").write_text(json.dumps({"endpoints": [endpoint]}))
    payment = ("run", "payment.flow.json", "--endpoints", "payment.endpoints.yaml", "--call")
    failing = (*payment, "--play", "start=server-error", "--endpoints", "spare.yaml")
    without = here(*failing).out
    assert "⚠ 0:00.0 11200 answered 500 Internal Server Error" in without
    assert "« Say: We are sorry, an application error has occurred. Goodbye." in without
    found = here(*failing, "--fallback-url", "https://spare.test/voice").out
    assert "« Say: Call again later.  (https://spare.test/voice:1)" in found
    assert "We are sorry" not in found


def test_signed_webhooks_are_asked_for_and_sent(here, menu):
    (menu / "mockstudio.yaml").write_text("verify_signatures: true\n")
    assert "Your blue mug is on its way." in here(*MENU, "--call", typed="1\n").out


# --- for programs


def test_json_has_the_carriers_events_and_the_calls_transcript(here):
    document = here(*MENU, "--call", "--format", "json", typed="1\n").json
    kinds = [event["event"] for event in document["events"]]
    assert kinds[0] == "CallStarted"
    assert kinds[-1] == "CallEnded"
    assert {"TranscriptLine", "DocumentRequested", "StepEntered"} <= set(kinds)
    (call,) = document["calls"]
    assert (call["direction"], call["status"]) == ("inbound", "completed")
    assert (call["from"], call["to"]) == ("+12025550123", "+15005550006")
    assert 8 < call["seconds"] < 10
    assert re.search(r" {2}0:06\.\d  person  press {4}1$", call["transcript"][2])


def test_json_is_printed_for_a_call_that_a_mistake_ends(here):
    result = here(*MENU, "--call", "--format", "json", typed=":foo\n")
    assert result.code == 2
    assert result.json["execution"]["status"] == "active"
    assert result.json["calls"][0]["status"] == "in-progress"


def test_ndjson_tells_of_a_call_as_it_goes(here):
    lines = here(*MENU, "--call", "--format", "ndjson", typed=":hangup\n").json_lines
    heard = [(e["who"], e["what"]) for e in lines if e["event"] == "TranscriptLine"]
    assert heard == [("Twilio", "Say"), ("Twilio", "Say"), ("person", "hang up")]


# --- help


def test_every_command_that_help_lists_is_one(here):
    commands = re.findall(r"^  (:\w+)", here(*MENU, typed=":help\n").err, re.MULTILINE)
    assert {":call", ":say", ":silence", ":hangup", ":quit"} < set(commands)
    for command in commands:
        assert "no command" not in here(*MENU, typed=f"{command}\n").err


def test_help_has_the_options_of_a_call(here):
    out = " ".join(here("run", "--help").out.split())
    for text in ("--call Begin with a call", "--result WHAT=RESULT[,RESULT]", "--fallback-url URL"):
        assert text in out


# --- real time


def test_in_real_time_piped_lines_wait_for_their_question(here, quick):
    out = here(*QUICK, "--real-time", typed="9\n9\n").out
    assert in_order(out, "« Say: Order?", "» press: 9", "« Say: Order?", "» press: 9")
    assert "nobody listens" not in out


def test_in_real_time_the_call_goes_on_to_its_end_when_the_input_ends(here, quick):
    out = here(*QUICK, "--real-time").out
    assert in_order(out, "timeout → goodbye", "« Say: Bye", "call over: completed")
    assert re.search(r"\nended \(FLOW_END\) after \d\.\d s of real time\n$", out)


def test_ctrl_c_in_a_call_tells_how_far_it_came(launch, quick):
    process = launch(*QUICK, "--real-time")
    for line in process.stdout:
        if b"Order?" in line and "☎".encode() in line:
            break
    process.send_signal(signal.SIGINT)
    assert process.wait(8) == 130
    assert b"still waiting at 'menu'" in process.stdout.read()
    assert process.stderr.read().split() == [b"interrupted"]


# --- at a terminal


def test_at_a_terminal_the_call_plays_up_to_each_question_and_then_asks(terminal):
    at = terminal(*MENU, "--call")
    shown = at.expect(PROMPT)
    assert in_order(shown, "« Say: Welcome to the mug shop.", QUESTION, "type a message, or keys")
    at.type("9\n")
    assert in_order(at.expect(PROMPT), "» press: 9", "noMatch → menu", QUESTION)
    at.type(":say\n")
    assert "error: expected :say TEXT" in at.expect(PROMPT)
    at.type("1\n")
    shown = at.expect(PROMPT)
    assert in_order(shown, "» press: 1", "« Say: Your blue mug is on its way.", "☎ call over")
    at.type(":hangup\n")
    assert "error: the call is over; :call begins another" in at.expect(PROMPT)
    at.type(":call\n")
    assert in_order(at.expect(PROMPT), "☎ inbound call", QUESTION)
    at.type(":hangup 10s\n")
    assert "hang up" not in at.expect(PROMPT)
    at.type("2\n")
    assert in_order(at.expect(PROMPT), "+12025550199 answers", "» hang up", "☎ call over")
    at.type(":call\n")
    at.expect(PROMPT)
    at.type(":wait 1s\n")
    assert "silence" not in at.expect(PROMPT)
    at.type(":hangup 0s\n")
    assert in_order(at.expect(PROMPT), "» hang up", "☎ call over")
    at.type(":call\n")
    at.expect(PROMPT)
    at.type(":silence\n")
    assert in_order(at.expect(PROMPT), "timeout → goodbye", "☎ call over")
    at.type(":quit\n")
    assert at.end()[0] == 0


def test_in_real_time_the_call_plays_while_the_prompt_stands(terminal, quick):
    at = terminal(*QUICK, "--real-time")
    at.expect("« Say: Order?\n")
    at.expect(PROMPT)
    at.type("hel")
    shown = at.expect("☎ call over: completed")
    taken_away = " " * len(f"{PROMPT}hel")
    assert f"{PROMPT}hel\r{taken_away}\r    timeout  (after" in shown
    assert "hel    timeout" not in shown
    at.expect(f"\n{PROMPT}hel")
    at.type("p\n")
    assert "the call is over: 'help' is sent as a message" in at.expect(PROMPT)
    at.type(":quit\n")
    assert at.end()[0] == 0


def test_in_real_time_keys_are_heard_while_the_call_plays(terminal, quick):
    at = terminal(*QUICK, "--real-time")
    at.expect("« Say: Order?\n")
    at.expect(PROMPT)
    at.type("1\n")
    assert in_order(at.expect("Your blue mug is on its way.\n"), "» press: 1", "keypress → pressed")
    at.type(":hangup\n")
    at.expect("the person hung up")
    at.type(":quit\n")
    code, rest = at.end()
    assert code == 0
    assert "ended (hangup) after" in rest


@pytest.mark.parametrize("how", [(), ("--real-time",)])
def test_ctrl_c_at_the_prompt_of_a_call_ends_with_130(terminal, patient, how):
    at = terminal("run", patient, *MENU[2:], "--call", *how)
    at.expect(PROMPT)
    at.interrupt()
    code, rest = at.end()
    assert code == 130
    assert "\nstill waiting at " in rest
    assert "interrupted" in rest
    assert "Traceback" not in rest


def test_ctrl_d_leaves_the_call(terminal, quick):
    at = terminal(*QUICK, "--real-time")
    at.expect(PROMPT)
    at.type("\x04")
    code, rest = at.end()
    assert code == 0
    assert "\nstill waiting at " in rest
