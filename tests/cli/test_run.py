"""`mockstudio run`: unattended, and at a terminal."""

from __future__ import annotations

import json
import re
import signal

import pytest

from mockstudio.cli import run

ORDER = ("run", "order-status.flow.json", "--endpoints", "order-status.endpoints.yaml")
PROMPT = "you> "


# --- unattended


def test_every_step_request_verdict_and_message_is_shown(here):
    assert here("run", "--message", "hi").out.splitlines()[:-1] == [
        "▶ greeting: incomingMessage from +12025550123",
        "● Trigger  (trigger)",
        "    incomingMessage → lookup",
        "● lookup  (run-function)",
        "    POST https://customers-1234.twil.io/lookup",
        "    success: status 200 is 2xx  (80 ms, 15 bytes, endpoint lookup)",
        "    success → greet",
        "● greet  (send-message)",
        "    « Hello Ada!",
        "    sent → end",
        "■ ended: FLOW_END",
    ]


def test_each_piped_line_is_a_message_and_empty_ones_are_none(here, bare):
    result = here(*ORDER, typed="hi\n\n  \n42\r\n")
    assert result.code == 0
    assert "    » 42\n" in result.out
    assert "« Order 42: 3 in stock, it ships tomorrow." in result.out


def test_when_input_ends_time_passes_until_the_flow_does(here, bare):
    result = here(*ORDER, "--message", "hi")
    assert "« Still there? Write again whenever you like." in result.out
    assert re.search(r"\nended \(FLOW_END\) after 1 h of virtual time, \d+ ms of", result.out)


def test_a_10_s_timeout_and_an_hours_wait_take_well_under_a_second(here, patient_flow):
    run_it = (
        "run",
        patient_flow,
        *ORDER[2:],
        "--message",
        "hi",
        "--play",
        "lookup-unknown=timeout",
    )
    seconds = here(*run_it, "--format", "json").json["seconds"]
    assert seconds["clock"] == pytest.approx(3610)
    assert seconds["real"] < 1
    text = here(*run_it).out
    assert "no answer after 10.0 s, limit 10.0 s" in text
    assert re.search(r"after 1 h of virtual time, \d+ ms of real time\n$", text)


def test_quit_leaves_the_flow_waiting(here, bare):
    result = here(*ORDER, typed="hi\n:quit\nnever read\n")
    assert result.code == 0
    assert "still waiting at 'ask' for incomingMessage" in result.out
    assert "never read" not in result.out


def test_wait_lets_a_part_of_the_time_pass(here, bare):
    early = here(*ORDER, typed="hi\n:wait 59m\n:quit\n").out
    assert "still waiting at 'ask'" in early
    assert "after 59 m of virtual time" in early
    late = here(*ORDER, typed="hi\n:wait 1h\n:quit\n").out
    assert "timeout → no_reply" in late


def test_play_changes_an_outcome_in_the_middle(here, bare):
    typed = "hi\n:play lookup timeout\n42\n:play lookup\nhi\n42\n"
    result = here(*ORDER, typed=typed)
    assert result.out.count("    fail: no answer after 10.0 s") == 1
    assert result.out.count("Order 42: 3 in stock") == 1
    assert result.err == "'lookup' plays timeout\n'lookup' plays its replies\n"


def test_steps_and_context_are_shown(here):
    result = here("run", "--message", "hi", typed=":steps\n:context\n")
    assert "   2  lookup: success → greet\n" in result.out
    shown = result.out[result.out.index("\n{\n") : result.out.rindex("\n}\n") + 2]
    assert json.loads(shown)["widgets"]["lookup"]["parsed"] == {"name": "Ada"}


def test_context_before_anything_ran_is_empty(here):
    assert here("run", typed=":context\n:steps\n").out.startswith("{}\n")


def test_help_lists_every_command(here):
    result = here("run", typed=":help\n")
    for name in ("TEXT", ":wait", ":play", ":event", ":context", ":steps", ":quit"):
        assert f"  {name} " in result.err


def test_an_event_wakes_the_parked_widget(here, bare):
    result = here(*ORDER, typed="hi\n:event incomingMessage Body=42\n")
    assert "    » 42\n" in result.out
    assert "Order 42" in result.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (":wiat 1h", "no command ':wiat'; did you mean ':wait'? (see :help)"),
        (":qiut", "no command ':qiut'; did you mean ':quit'? (see :help)"),
        (":", "no command ':' (see :help)"),
        (":press 1", "no command ':press'; to press keys, type them alone: 1, or 42# (see :help)"),
        (":exit", "no command ':exit'; did you mean ':quit'? (see :help)"),
        (":message", "expected :message TEXT, such as :message hello"),
        (":wait", ":wait: expected a duration such as 300ms"),
        (":wait long", ":wait: expected a duration such as 300ms"),
        (":play", "expected :play ENDPOINT OUTCOME, such as :play lookup timeout"),
        (":play lokup timeout", "no endpoint 'lokup'; did you mean 'lookup'?"),
        (":play lookup timeot", "no outcome 'timeot'; did you mean 'timeout'?"),
        (':play "lookup', "':play \"lookup' cannot be read: No closing quotation"),
        (":event", "expected :event NAME, such as :event return foo=bar"),
        (":event return", "nothing is running; send a message first"),
        (":event return foo", ":event 'foo': expected NAME=VALUE"),
    ],
)
def test_a_mistyped_command_ends_an_unattended_run_with_exit_code_2(here, line, said):
    first = "hi\n" if "foo" in line else ""
    result = here("run", typed=f"{first}{line}\nnever read\n")
    assert result.code == 2
    assert said in result.err
    assert "never read" not in result.out


def test_nothing_to_do_says_how_to_begin(here):
    result = here("run")
    assert result.code == 0
    assert result.out.startswith("nothing was run (begin with --message, --call or --request)")


@pytest.mark.parametrize(
    ("begin", "trigger"),
    [
        (["--message", "hi"], "incomingMessage"),
        (["--call"], "incomingCall"),
        (["--request", "order=42"], "incomingRequest"),
    ],
)
def test_a_run_begins_with_each_kind_of_trigger(here, begin, trigger):
    assert f"greeting: {trigger} from +12025550123" in here("run", *begin).out


def test_a_request_brings_its_parameters_as_flow_data(here):
    context = here("run", "--request", "order=42", "--request", "b=c=d", "--format", "json").json
    data = context["execution"]["frames"][0]["context"]["flow"]["data"]
    assert data == {"order": "42", "b": "c=d"}


def test_a_call_brings_twilios_parameters(here):
    execution = here("run", "--call", "--format", "json").json["execution"]
    call = execution["frames"][0]["context"]["trigger"]["call"]
    assert call["From"] == "+12025550123"
    assert call["CallSid"].startswith("CA")


def test_without_any_flow_the_way_to_one_is_named(here, folder):
    (folder / "mockstudio.yaml").unlink()
    result = here("run", "--message", "hi")
    assert result.code == 2
    assert "name the FLOW, such as `mockstudio run flow.json`" in result.err
    assert "`mockstudio init example` writes a small working example" in result.err


def test_without_a_flow_and_with_several_they_are_named(here, folder):
    (folder / "mockstudio.yaml").write_text("flows: [a.json, b.json]\n")
    result = here("run")
    assert result.code == 2
    assert "name the FLOW; there are several" in result.err
    assert "a.json" in result.err
    assert "b.json" in result.err


def test_a_broken_flow_is_told_with_every_mistake(here, folder):
    text = (folder / "greeting.flow.json").read_text()
    broken = text.replace('"next": "greet"', '"next": "gret"').replace(
        '"next": "sorry"', '"next": 5'
    )
    (folder / "broken.flow.json").write_text(broken)
    result = here("run", "broken.flow.json", "--message", "hi")
    assert result.code == 2
    assert "did you mean 'greet'?" in result.err
    assert result.err.count("broken.flow.json:") >= 2
    assert result.out == ""


def test_a_flow_is_found_inside_a_larger_file(here, folder):
    flow = json.loads((folder / "greeting.flow.json").read_text())
    (folder / "all.json").write_text(json.dumps({"flows": [flow, flow]}))
    assert "« Hello Ada!" in here("run", "all.json#/flows/1", "--message", "hi").out


# --- stops and exit codes


def test_a_widget_that_cannot_run_gives_exit_code_1_and_what_ran_until_then(here, stopping_flow):
    result = here("run", stopping_flow, "--stub", "--play", "lookup=timeout", typed="hi\n42\n")
    assert result.code == 1
    assert result.err == (
        "error: widget 'sorry' has type 'create-task', "
        "which Twilio took out of service (81015); use send-to-flex instead\n"
    )
    assert "\nended (STOPPED_BY_ERROR) after 10.0 s of virtual time" in result.out


def test_a_url_that_nothing_covers_is_the_only_reason_that_is_shown(here, bare):
    result = here("run", "greeting.flow.json", "--message", "hi")
    assert result.code == 2
    assert "11200" not in result.out
    assert result.err.startswith(
        "error: widget 'lookup': no route covers https://customers-1234.twil.io/lookup, "
    )
    assert result.err.endswith(
        "\n  to stand in for every URL of the flow that no endpoint covers, add --stub\n"
    )


def test_nobody_who_stubs_is_told_to_stub(here, bare, edit_flow):
    def edit(states):
        states["lookup"]["properties"]["url"] = "https://${host}/lookup"

    flow = edit_flow("placeholder.flow.json", edit)
    variable = ("--var", "host=https://x-1234.twil.io")
    result = here("run", flow, "--stub", *variable, "--message", "hi", typed="42\n")
    assert result.code == 2
    assert "has its scheme twice; give the variable in it without https://" in result.err
    assert "add --stub" not in result.err


# --- what answers, and what is said


def test_a_verdict_names_the_endpoint_or_the_stub_that_answered(here, bare):
    scripted = here(*ORDER, "--message", "hi", typed="42\n").out
    assert re.search(r"success: status 200 is 2xx  \(.*, endpoint lookup\)", scripted)
    stubbed = here("run", "greeting.flow.json", "--stub", "--message", "hi").out
    assert re.search(r"success: status 200 is 2xx  \(.*, stub lookup\)", stubbed)


def test_a_verdict_says_so_where_no_endpoint_fits_the_request(here, bare):
    (bare / "picky.yaml").write_text(
        "endpoints:\n  - {name: lookup, url: 'https://customers-1234.twil.io/lookup', "
        "when: {params: {text: bye}}}\n"
    )
    run_it = ("run", "greeting.flow.json", "--endpoints", "picky.yaml")
    assert ", endpoint lookup)" in here(*run_it, "--message", "bye").out
    assert ", no endpoint matched)" in here(*run_it, "--message", "hi").out


def test_verbose_shows_what_is_sent_and_how_the_answer_begins(here):
    lines = ["      text = 'hi'", '      {"name": "Ada"}']
    verbose = here("run", "--message", "hi", "--verbose").out.splitlines()
    assert [line for line in verbose if line in lines] == lines
    assert not set(lines) & set(here("run", "--message", "hi").out.splitlines())


def test_without_a_match_the_value_and_the_condition_are_shown(here):
    out = here("run", "hotline.flow.json", "--call", typed="3\n").out
    assert "    '3' is not equal to '1', is not equal to '2'\n    noMatch → menu\n" in out


def test_a_stopped_run_still_is_a_json_document(here, stopping_flow):
    options = ("--stub", "--play", "lookup=timeout", "--format", "json")
    result = here("run", stopping_flow, *options, typed="hi\n42\n")
    assert result.code == 1
    assert result.json["execution"]["ended_reason"] == "STOPPED_BY_ERROR"


def test_a_stop_after_a_wait_gives_exit_code_1_too(here, stopping_flow):
    result = here("run", stopping_flow, "--stub", "--message", "hi")
    assert result.code == 1
    assert "ended (STOPPED_BY_ERROR) after 1 h of virtual time" in result.out


# --- streams


def test_json_is_one_document_with_execution_events_and_times(here):
    result = here("run", "--format", "json", typed="hi\n:steps\n:context\n:play lookup\n")
    assert set(result.json) == {"execution", "events", "calls", "seconds"}
    assert result.json["execution"]["status"] == "ended"
    assert "lookup: success" in result.err


def test_ndjson_is_an_object_a_line_whatever_is_asked_for(here):
    result = here("run", "--format", "ndjson", typed="hi\n:steps\n:context\n:help\n")
    kinds = [line["event"] for line in result.json_lines]
    assert kinds[:3] == ["TranscriptLine", "DocumentRequested", "ExecutionStarted"]
    assert "Ended" in kinds
    assert '"widgets"' in result.err


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_a_usage_error_leaves_the_standard_output_empty(here, form):
    result = here("run", "--format", form, "--play", "x=y")
    assert (result.code, result.out) == (2, "")


def test_output_to_a_pipe_is_neither_wrapped_nor_coloured(apart):
    words = " ".join(["word"] * 60)
    result = apart("run", "order-status.flow.json", "--stub", "--message", "hi", typed=words)
    assert f"» {words}" in result.out
    assert "\x1b" not in result.out
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize("form", ["text", "json", "ndjson"])
def test_a_closed_pipe_is_no_traceback(launch, form):
    process = launch("run", "--format", form)
    process.stdout.close()
    process.stdin.write(b"hi\n" * 20)
    process.stdin.close()
    assert process.stderr.read() == b""


def test_bytes_that_are_no_text_are_a_message_all_the_same(apart):
    result = apart("run", typed=b"\xff\n")
    assert result.code == 0
    assert "Hello Ada!" in result.out


def test_no_standard_input_is_an_empty_one(monkeypatch, folder, capsys):
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.stdin", None)
    assert run(["run", "--message", "hi"]) == 0
    assert "Hello Ada!" in capsys.readouterr().out


# --- real time


def test_real_time_calls_over_http_and_prints_one_time(here):
    result = here("run", "--message", "hi", "--real-time")
    assert result.code == 0
    assert "« Hello Ada!" in result.out
    assert re.search(r"\nended \(FLOW_END\) after \S+ m?s of real time\n$", result.out)


def test_an_unattended_run_in_real_time_does_not_wait_for_the_flow(here, bare):
    assert "still waiting at 'ask'" in here(*ORDER, "--message", "hi", "--real-time").out


def test_an_interrupt_while_a_widget_waits_for_its_answer_gives_130(launch):
    process = launch("run", "--real-time", "--format", "ndjson", "--play", "lookup=timeout")
    process.stdin.write(b"hi\n")
    process.stdin.close()
    for line in process.stdout:
        if b"RequestSent" in line:
            break
    process.send_signal(signal.SIGINT)
    assert process.wait(8) == 130
    assert process.stderr.read().split() == [b"interrupted"]


def test_a_route_that_nothing_follows_is_told(here):
    route = "https://typo-1234.twil.io/*=http://localhost:3000/*"
    result = here("run", "order-status.flow.json", "--stub", "--message", "hi", "--route", route)
    assert "no URL of this run followed the route https://typo-1234.twil.io/*" in result.err


def test_a_run_that_a_limit_cut_short_exits_1(here):
    arguments = ("run", "order-status.flow.json", "--stub", "--message", "hi")
    assert here(*arguments, "--limit", "step-limit=1").code == 1


def test_stubs_stand_in_for_what_subflows_call_too(here, bare, edit_flow):
    sid = "FW" + "5" * 32

    def outer(states):
        ways = [{"event": "completed", "next": "tell_open"}, {"event": "failed"}]
        properties = {"flow_sid": sid, "flow_revision": "LatestPublished", "parameters": []}
        states["stock"].update(type="run-subflow", transitions=ways, properties=properties)

    def inner(states):
        ways = states["Trigger"]["transitions"]
        next(way for way in ways if way["event"] == "incomingParent")["next"] = "stock"

    flow, subflow = edit_flow("outer.flow.json", outer), edit_flow("inner.flow.json", inner)
    result = here("run", flow, "--stub", "--subflow", f"{sid}={subflow}", typed="hi\n42\n")
    assert result.code == 0
    assert ", stub stock)" in result.out
