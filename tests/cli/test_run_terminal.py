"""`mockstudio run` with a person at the terminal."""

from __future__ import annotations

import json
import re

import pytest

ORDER = ("run", "order-status.flow.json", "--endpoints", "order-status.endpoints.yaml")
PROMPT = "you> "


def test_a_conversation_has_a_prompt_and_outlives_mistakes(terminal, bare):
    at = terminal(*ORDER)
    assert ":help for commands, :quit to stop" in at.expect(PROMPT)
    at.type("hi\n")
    assert "« Hi! What is your order number?" in at.expect(PROMPT)
    at.type(":wiat 1h\n")
    assert "error: no command ':wiat'; did you mean ':wait'?" in at.expect(PROMPT)
    at.type(':play "\n')
    assert "error: ':play \"' cannot be read" in at.expect(PROMPT)
    at.type(":play lookup timeout\n")
    assert "'lookup' plays timeout" in at.expect(PROMPT)
    at.type("42\n")
    assert "« Sorry, I cannot look that up right now." in at.expect(PROMPT)
    at.type(":steps\n")
    assert "   3  lookup: fail → sorry" in at.expect(PROMPT)
    at.type(":quit\n")
    code, rest = at.end()
    assert code == 0
    assert "ended (FLOW_END) after 10.0 s of virtual time" in rest


def test_an_error_of_the_run_does_not_end_the_conversation(terminal, stopping_flow):
    at = terminal("run", stopping_flow, "--stub", "--play", "lookup=timeout", "--message", "hi")
    at.expect(PROMPT)
    at.type("42\n")
    assert "error: widget 'sorry' has type 'create-task'" in at.expect(PROMPT)
    at.type(":steps\n")
    assert "lookup: fail → sorry" in at.expect(PROMPT)
    at.type("hi\n")
    assert "waiting for incomingMessage" in at.expect(PROMPT)


def test_control_d_ends_the_conversation_on_a_line_of_its_own(terminal, bare):
    at = terminal(*ORDER, "--message", "hi")
    at.expect(PROMPT)
    at.type("\x04")
    code, rest = at.end()
    assert code == 0
    assert re.search(r"\nstill waiting at 'ask' for", rest)


def test_control_c_ends_it_with_exit_code_130(terminal, bare):
    at = terminal(*ORDER)
    at.expect(PROMPT)
    at.interrupt()
    code, rest = at.end()
    assert code == 130
    assert "interrupted" in rest
    assert "Traceback" not in rest


def test_a_timeout_in_real_time_comes_while_the_person_types(terminal, bare, edit_flow):
    def edit(states):
        states["ask"]["properties"]["timeout"] = "1"

    edit_flow("quick.flow.json", edit)
    at = terminal("run", "quick.flow.json", *ORDER[2:], "--message", "hi", "--real-time")
    at.expect(PROMPT)
    at.type("I was typi")
    shown = at.expect("■ ended: FLOW_END\n" + PROMPT + "I was typi")
    assert f"typi\r{' ' * len(PROMPT + 'I was typi')}\r    timeout  (after " in shown
    assert "« Still there?" in shown
    at.type("ng\n")
    assert "quick: incomingMessage" in at.expect(PROMPT)
    at.type(":quit\n")
    assert at.end()[0] == 0


def test_the_prompt_is_kept_out_of_the_standard_output(terminal, folder, tmp_path):
    target = tmp_path / "out.json"
    with target.open("w") as output:
        at = terminal("run", "--message", "hi", "--format", "json", output=output)
        at.expect(PROMPT)
        at.type(":quit\n")
        assert at.end()[0] == 0
    assert json.loads(target.read_text())["execution"]["status"] == "ended"


@pytest.mark.parametrize(("environ", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colours_unless_it_wants_none(terminal, environ, is_coloured):
    at = terminal("run", "--message", "hi", TERM="xterm-256color", **environ)
    shown = at.expect(PROMPT)
    assert "Hello Ada!" in shown
    assert ("\x1b[36m" in shown) is is_coloured
